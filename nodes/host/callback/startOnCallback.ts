import type { IDataObject, INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { Aborted, type Clock } from '../../core/clock';
import { describeFailure } from '../../core/failure/describeFailure';
import { checkAgain, checkOnce, type StatusCheck } from '../../core/task/checkAgain';
import { findTask } from '../../core/task/findTask';
import { firstFound } from '../../core/task/firstFound';
import { createRounds } from '../../core/task/rounds';
import type { KnownTask } from '../../core/task/taskRef';
import type { WaitContext } from '../../core/task/waitContext';
import { waitForTask, type TaskOutcome } from '../../core/task/waitForTask';
import { errorText } from '../../core/text';
import { CredentialFault } from '../execution/account';
import { createRun, type Channel, type Run } from '../execution/run';
import { detailsOf, messageOf, type ItemFailure } from '../output/failureItem';
import { checkOptions, optionsOfProvider, type Options } from '../panel/options';
import { deliverOutcome, waitContextOf } from '../wait/waitAndDeliver';
import { enterCall, isRefused, mostWatches, type CallPlace } from './callBounds';
import { deliveryTurn } from './deliveryTurn';
import { forgetHandled, isHandled, isTrial, rememberHandled } from './handledTasks';
import { isForged, isGenuine } from './isForged';
import { nodeKeyOf } from './nodeKey';
import { signingChannels } from './signingChannels';
import { answerNow, isSigned, isTooLarge, possibleSenders, readCallbackRequest, type CallbackRequest } from './webhookRequest';

const startsNothing: IWebhookResponseData = { noWebhookResponse: true };

/** Time limit for all first checks together. */
const briefMilliseconds = 10_000;

/** While a call is younger than this, n8n may write back the workflow's static data as it was when the call came. */
const freshMilliseconds = 20_000;

/** Allows one watch of a task at a time. A call that arrives meanwhile is handled only if that watch ends without starting a run. */
const watches = createRounds();

/** A call that is being handled, with what all steps need. */
interface Call {
	context: IWebhookFunctions;
	options: Options;
	run: Run;
	place: CallPlace;
}

/** The task that a callback names, at one of the providers that may have sent it. */
interface Candidate {
	known: KnownTask;
	channel: Channel;
	/** Milliseconds since 1970: the provider asked not to be asked again before this time. */
	notBefore: number;
}

interface Final {
	candidate: Candidate;
	outcome: TaskOutcome;
}

const keyOf = ({ known }: Candidate): string => `${known.provider} ${known.taskId}`;
const nameOf = ({ known, channel }: Candidate): string => `${channel.provider.displayName} task ${known.taskId}`;
const collectLater = 'A Seedream Wait for Task node can collect it.';

/** The task at each selected provider that may have sent the call; a wrong signature rules one out. */
async function candidatesFor(context: IWebhookFunctions, request: CallbackRequest, run: Run): Promise<Candidate[] | 'forged'> {
	const selected = context.getNodeParameter('providers', []) as string[];
	const senders = possibleSenders(request).filter((provider) => selected.includes(provider.id));
	const found: Candidate[] = [];
	for (const provider of senders) {
		const taskId = provider.readCallback?.(request.body);
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

/** One check within the first seconds. Until a provider confirms the task, its requests count toward the limit for forged calls. */
async function checkSoon(candidate: Candidate, { options, run, place }: Call): Promise<StatusCheck> {
	await place.allowance.take(run.clock);
	const waiting = waitContextOf(candidate.channel, options, run);
	const deadline = Math.min(waiting.deadline, run.clock.now() + briefMilliseconds);
	let requests = 0;
	// If each model has its own status request, one check may take several requests.
	const send: WaitContext['send'] = async (...request) => {
		requests += 1;
		if (requests > 1) await place.allowance.take(run.clock);
		return await waiting.send(...request);
	};
	const seen = await checkOnce(candidate.known, { ...waiting, send, deadline });
	if (seen.kind === 'unclear') candidate.notBefore = seen.notBefore;
	const exists = seen.kind === 'pending' || seen.kind === 'succeeded' || (seen.kind === 'failed' && seen.about === 'task');
	for (; exists && requests > 0; requests -= 1) place.allowance.giveBack();
	return seen;
}

/** A provider that refuses to answer says nothing about the task. */
function logRefusal({ channel, known }: Candidate, outcome: Extract<TaskOutcome, { kind: 'failed' }>, { context }: Call): void {
	const said = describeFailure({ provider: channel.provider.displayName, taskId: known.taskId, failure: outcome.failure });
	context.logger.warn(`A callback came for a task that could not be checked, so no workflow was started: ${said} ${outcome.failure.remedy}`);
}

/** Watches a task at its provider's pace until it is final; logs a line if time runs out. */
async function watchUntilFinal(candidate: Candidate, isConfirmed: boolean, clock: Clock, call: Call): Promise<TaskOutcome | undefined> {
	const { context, options, run, place } = call;
	const waiting = waitContextOf(candidate.channel, options, run);
	const send: WaitContext['send'] = async (...request) => {
		if (!isConfirmed) await place.allowance.take(clock);
		return await waiting.send(...request);
	};
	const outcome = await waitForTask(candidate.known, { ...waiting, clock, send, notBefore: candidate.notBefore });
	if (outcome.kind === 'succeeded' || outcome.about === 'task') return outcome;
	if (outcome.about === 'access') logRefusal(candidate, outcome, call);
	if (outcome.about === 'deadline') {
		const said = `A callback came for ${nameOf(candidate)}, but it is not finished after ${options.timeout} seconds (${outcome.failure.message})`;
		context.logger.warn(`${said}. ${collectLater}`);
	}
	return undefined;
}

/** Watches several candidates side by side until one of them is final, and ends the other watches. */
async function watchAll(open: readonly Candidate[], isConfirmed: boolean, call: Call): Promise<Final | undefined> {
	const { context, run, place } = call;
	let isOver = false;
	const clock: Clock = {
		...run.clock,
		async sleep(milliseconds) {
			await run.clock.sleep(milliseconds);
			if (isOver) throw new Aborted();
		},
	};
	const watchOne = async (candidate: Candidate): Promise<Final | undefined> => {
		const outcome = await watchUntilFinal(candidate, isConfirmed, clock, call);
		return outcome === undefined || isOver ? undefined : { candidate, outcome };
	};
	const watching = place.watch(async () => await firstFound(open.map(watchOne)));
	if (watching === undefined) {
		const said = `A callback came for ${open.map(nameOf).join(' or ')}, but it is not finished, and ${mostWatches} others are being waited for`;
		context.logger.warn(`${said}. ${collectLater}`);
		return undefined;
	}
	const final = await watching;
	isOver = true;
	return final;
}

/** Checks for some seconds, then at the providers' pace, because a caller that was answered does not call again. */
async function findFinal(candidates: readonly Candidate[], call: Call): Promise<Final | undefined> {
	const { context, run, place } = call;
	const open = candidates.filter((candidate) => !isHandled(context, keyOf(candidate)));
	if (open.length === 0) return undefined;
	const { found, unclear, refused } = await findTask(open, async (candidate) => await checkSoon(candidate, call), run.clock);
	for (const { candidate, outcome } of refused) logRefusal(candidate, outcome, call);
	if (found === undefined) return unclear.length === 0 ? undefined : await watchAll(unclear, false, call);
	place.confirm();
	const { candidate } = found;
	// A callback may arrive some seconds before the task's own status changes.
	const outcome =
		found.outcome ??
		(await checkAgain(
			async () => await checkSoon(candidate, call),
			run.clock,
			() => true,
		));
	const isFinal = outcome !== undefined && (outcome.kind === 'succeeded' || outcome.about === 'task');
	return isFinal ? { candidate, outcome } : await watchAll([candidate], true, call);
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
