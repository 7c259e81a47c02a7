import type { IDataObject, INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { lookOnce, type Look } from '../core/lookAgain';
import { settleAll } from '../core/settleAll';
import type { KnownTask } from '../core/taskRef';
import { deliveryTurn } from './deliveryTurn';
import { detailsOf, messageOf, type ItemFailure } from './failureItem';
import { checkOptions } from './options';
import { createRun, type Channel, type Run } from './run';
import { isForged } from './signature';
import { CredentialFault } from './transport';
import { deliverOutcome, lookContext } from './waitAndDeliver';
import { answerNow, possibleSenders, readCallbackRequest, type CallbackRequest } from './webhookRequest';

const startsNothing: IWebhookResponseData = { noWebhookResponse: true };

/** Announced tasks that are remembered, so that a repeated call starts no second run. */
const mostRemembered = 1000;

/**
 * What this process has taken on, per trigger node. n8n reads a workflow's static data before a call and saves it after,
 * so calls at the same moment do not see each other there. A second process may still let one through.
 */
const takenOn = new Map<string, Set<string>>();

function takenOnBy(context: IWebhookFunctions): Set<string> {
	// Trying out in the editor, the same call may come again on purpose.
	if (context.getMode() === 'manual') return new Set();
	const node = `${context.getWorkflow().id ?? ''} ${context.getNode().id}`;
	const keys = takenOn.get(node) ?? new Set<string>();
	takenOn.set(node, keys);
	return keys;
}

/** What survives a restart: n8n saves it with the workflow. */
function savedIn(context: IWebhookFunctions): string[] {
	const listed: unknown = context.getWorkflowStaticData('node').handedOn;
	return Array.isArray(listed) ? listed.filter((key): key is string => typeof key === 'string') : [];
}

function isHandedOn(context: IWebhookFunctions, key: string): boolean {
	return takenOnBy(context).has(key) || savedIn(context).includes(key);
}

function remember(context: IWebhookFunctions, key: string): void {
	const keys = takenOnBy(context).add(key);
	for (const oldest of [...keys].slice(0, -mostRemembered)) keys.delete(oldest);
	// Those of other calls under way too: whoever saves last saves for all.
	const saved = new Set([...savedIn(context), ...keys, key]);
	context.getWorkflowStaticData('node').handedOn = [...saved].slice(-mostRemembered);
}

function forget(context: IWebhookFunctions, key: string): void {
	takenOnBy(context).delete(key);
	context.getWorkflowStaticData('node').handedOn = savedIn(context).filter((one) => one !== key);
}

interface Announced {
	known: KnownTask;
	channel: Channel;
}

/** The announced task at each provider that may have sent the call and is selected; a wrong signature rules one out. */
async function candidates(
	context: IWebhookFunctions,
	request: CallbackRequest,
	run: Run,
): Promise<Announced[] | 'forged'> {
	const selected = context.getNodeParameter('providers', []) as string[];
	const senders = possibleSenders(request).filter((provider) => selected.includes(provider.id));
	const found: Announced[] = [];
	for (const provider of senders) {
		const taskId = provider.readCallback?.(request.body);
		const channel = await run.channel(provider);
		if (taskId === undefined || channel instanceof CredentialFault) continue;
		if (isForged(request, [channel])) return 'forged';
		found.push({ known: { provider: provider.id, taskId, warnings: [] }, channel });
	}
	return found;
}

/** A failed task comes out as an item that says so: a trigger has no error output. */
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

/** Asks each candidate until one knows the task as final. */
async function askFor(found: readonly Announced[], context: IWebhookFunctions, run: Run): Promise<INodeExecutionData[] | undefined> {
	const { options } = checkOptions(context.getNodeParameter('options', {}));
	for (const { known, channel } of found) {
		const key = `${known.provider} ${known.taskId}`;
		if (isHandedOn(context, key)) continue;
		const look = async (): Promise<Look> => await lookOnce(known, lookContext(channel, options, run));
		const outcome = (await settleAll([known], new Set([known.taskId]), run.clock, look))?.get(known);
		// Another call for the same task may have come while this one asked.
		if (outcome === undefined || isHandedOn(context, key)) continue;
		remember(context, key);
		try {
			const task = { itemIndex: 0, known, expected: null };
			const outcomes = await deliveryTurn(async () => await deliverOutcome(task, outcome, channel, options, run));
			return outcomes.map((one) => (one.kind === 'item' ? { ...one.item, pairedItem: undefined } : failedItem(one.failed)));
		} catch (error) {
			forget(context, key);
			context.logger.warn(`Task ${known.taskId} could not be handed on: ${error instanceof Error ? error.message : String(error)}`);
		}
	}
	return undefined;
}

async function announce(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const request = await readCallbackRequest(context);
	const { options } = checkOptions(context.getNodeParameter('options', {}));
	const run = createRun(context, options.concurrency);
	const found = await candidates(context, request, run);
	if (found === 'forged') {
		answerNow(context, 401);
		return startsNothing;
	}
	// Providers give up after some seconds, and images may take longer than that.
	answerNow(context, 200);
	const items = await askFor(found, context, run);
	return items === undefined ? startsNothing : { noWebhookResponse: true, workflowData: [items] };
}

/** A provider announces a task to Seedream Trigger: the body only names it, the provider is asked what is true. */
export async function startOnCallback(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		return await announce(context);
	} catch (error) {
		context.logger.warn(`A callback could not be handled: ${error instanceof Error ? error.message : String(error)}`);
		// Most providers call again then.
		answerNow(context, 503);
		return startsNothing;
	}
}
