import type { IDataObject, INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { createRounds } from '../../core/task/rounds';
import { errorText } from '../../core/text';
import { CredentialFault } from '../execution/account';
import { createRun, type Run } from '../execution/run';
import { detailsOf, messageOf, type ItemFailure } from '../output/failureItem';
import { checkOptions, optionsOfProvider, type Options } from '../panel/options';
import { deliverOutcome } from '../wait/waitAndDeliver';
import { enterCall, isRefused, type CallPlace } from './callBounds';
import { deliveryTurn } from './deliveryTurn';
import { collectLater, findFinal, keyOf, type Call, type Candidate } from './findFinal';
import { forgetHandled, isHandled, isTrial, rememberHandled } from './handledTasks';
import { isForged, isGenuine } from './isForged';
import { nodeKeyOf } from './nodeKey';
import { signingChannels } from './signingChannels';
import { answerNow, isSigned, isTooLarge, possibleSenders, readCallbackRequest, taskIdIn, type CallbackRequest } from './webhookRequest';

const startsNothing: IWebhookResponseData = { noWebhookResponse: true };

/** While a call is younger than this, n8n may write back the workflow's static data as it was when the call came. */
const freshMilliseconds = 20_000;

/** Allows one watch of a task at a time. A call that arrives meanwhile is handled only if that watch ends without starting a run. */
const watches = createRounds();

/** The task at each selected provider that may have sent the call; a wrong signature rules one out. */
async function candidatesFor(context: IWebhookFunctions, request: CallbackRequest, run: Run): Promise<Candidate[] | 'forged'> {
	const selected = context.getNodeParameter('providers', []) as string[];
	const senders = possibleSenders(request).filter((provider) => selected.includes(provider.id));
	const found: Candidate[] = [];
	for (const provider of senders) {
		const taskId = taskIdIn(request, provider);
		if (taskId === undefined) continue;
		const channel = await run.channel(provider);
		if (channel instanceof CredentialFault) {
			context.logger.warn(`A callback named ${provider.displayName} task ${taskId}, which cannot be checked: ${channel.message}. ${collectLater}`);
			continue;
		}
		if (isForged(request, [channel])) return 'forged';
		found.push({ known: { provider: provider.id, taskId, warnings: [] }, channel, notBefore: 0 });
	}
	return found;
}

/** A failed task is returned as an item that says so, because a trigger has no error output. */
function failedItem(failed: ItemFailure): INodeExecutionData {
	const json: IDataObject = {
		provider: failed.provider?.id ?? '',
		taskId: failed.taskId ?? '',
		status: 'failed',
		error: messageOf(failed),
		details: detailsOf(failed),
	};
	return { json };
}

async function deliverFinal(candidates: readonly Candidate[], call: Call): Promise<INodeExecutionData[] | undefined> {
	const { context, options, run } = call;
	const final = await findFinal(candidates, call);
	// Another call for the same task may have been handled while this one was checking.
	if (final === undefined || isHandled(context, keyOf(final.candidate))) return undefined;
	const { candidate, outcome } = final;
	const { known, channel } = candidate;
	rememberHandled(context, keyOf(candidate), run.clock.now() - run.startedAt < freshMilliseconds);
	try {
		const task = { itemIndex: 0, known };
		const outcomes = await deliveryTurn(nodeKeyOf(context), async () => await deliverOutcome(task, outcome, channel, options, run));
		return outcomes.map((one) => (one.kind === 'item' ? { ...one.item, pairedItem: undefined } : failedItem(one.failed)));
	} catch (error) {
		forgetHandled(context, keyOf(candidate));
		context.logger.warn(`Task ${known.taskId} could not be delivered: ${errorText(error)}`);
		return undefined;
	}
}

async function handleCall(context: IWebhookFunctions, request: CallbackRequest, place: CallPlace): Promise<IWebhookResponseData> {
	const rawOptions = context.getNodeParameter('options', {});
	const { options: common, faults } = checkOptions(rawOptions);
	const run = createRun(context, common.concurrency);
	const candidates = await candidatesFor(context, request, run);
	if (candidates === 'forged') {
		answerNow(context, 401);
		return startsNothing;
	}
	// Answers first: providers give up after some seconds, and the images may take longer.
	answerNow(context, 200);
	if (candidates.length === 0) return startsNothing;
	const own = candidates.map(({ channel }) => optionsOfProvider(channel.provider, rawOptions));
	// Options of other providers do no harm: no adapter reads them.
	const options: Options = { ...common, ofProvider: Object.assign({}, ...own.map(({ ofProvider }) => ofProvider)) as Options['ofProvider'] };
	faults.push(...own.flatMap((one) => one.faults));
	if (faults.length > 0) context.logger.warn(`${context.getNode().name}: ${faults.join('; ')}`);
	const deliver = async (): Promise<INodeExecutionData[] | undefined> => await deliverFinal(candidates, { context, options, run, place });
	const key = `${nodeKeyOf(context)} ${candidates.map(keyOf).join(' ')}`;
	const items = await (isTrial(context) ? deliver() : watches.run(key, undefined, deliver));
	return items === undefined ? startsNothing : { noWebhookResponse: true, workflowData: [items] };
}

/** Handles a call if its node has room for it. */
async function admitCall(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const request = await readCallbackRequest(context);
	if (isTooLarge(request)) {
		answerNow(context, 413);
		return startsNothing;
	}
	const hasValidSignature = isSigned(request) && isGenuine(request, await signingChannels(context));
	const place = enterCall(nodeKeyOf(context), hasValidSignature);
	if (isRefused(place)) {
		if (place.isFirst)
			context.logger.warn(`${context.getNode().name}: too many callbacks at the same time; the others are answered with 503, so that the provider calls again`);
		// Most providers repeat a call that is answered with 503.
		answerNow(context, 503);
		return startsNothing;
	}
	try {
		return await handleCall(context, request, place);
	} finally {
		place.leave();
	}
}

/** Handles a provider's call to Seedream Generate Trigger. The body only names a task; its status is read from the provider. */
export async function startOnCallback(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		return await admitCall(context);
	} catch (error) {
		context.logger.warn(`A callback could not be handled: ${errorText(error)}`);
		answerNow(context, 503);
		return startsNothing;
	}
}
