import type { IDataObject, INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { Aborted, type Clock } from '../../core/clock';
import { firstFound } from '../../core/task/firstFound';
import { lookAgain, lookOnce, type Look } from '../../core/task/lookAgain';
import { createRounds } from '../../core/task/rounds';
import type { KnownTask } from '../../core/task/taskRef';
import { waitForTask, type TaskOutcome, type WaitContext } from '../../core/task/waitForTask';
import { deliveryTurn } from './deliveryTurn';
import { detailsOf, messageOf, type ItemFailure } from '../output/failureItem';
import { checkOptions, optionsOfProvider, type Options } from '../panel/options';
import { createRun, type Channel, type Run } from '../execution/run';
import { isForged } from './isForged';
import { CredentialFault } from '../execution/transport';
import { deliverOutcome, lookContext } from '../wait/waitAndDeliver';
import { answerNow, possibleSenders, readCallbackRequest, type CallbackRequest } from './webhookRequest';

const startsNothing: IWebhookResponseData = { noWebhookResponse: true };

/** Announced tasks that are remembered, so that a repeated call starts no second run. */
const mostRemembered = 1000;

/**
 * What this process has taken on, per trigger node. n8n reads a workflow's static data before a call and saves it after,
 * so calls at the same moment do not see each other there. A second process may still let one through.
 */
const takenOn = new Map<string, Set<string>>();

/** What the first looks may take together, however slow the provider is. */
const briefMilliseconds = 10_000;

/** How old a call may be for n8n to write back the workflow's static data as it was when the call came. */
const freshMilliseconds = 20_000;

/**
 * A watch of minutes keeps its call open, for which n8n holds 11 MB (an isolate for expressions), and anybody may announce
 * anything. A second call for the same task may wait behind each.
 */
const mostLongWatches = 20;
let longWatches = 0;

/** One watch of a task at a time; a call that comes meanwhile has its turn only where that one ends without a run. */
const watches = createRounds();

/** Trying out in the editor, the same call may come again on purpose. */
const isTrial = (context: IWebhookFunctions): boolean => context.getMode() === 'manual';

const nodeKey = (context: IWebhookFunctions): string => `${context.getWorkflow().id ?? ''} ${context.getNode().id}`;

function takenOnBy(context: IWebhookFunctions): Set<string> {
	if (isTrial(context)) return new Set();
	const node = nodeKey(context);
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

function remember(context: IWebhookFunctions, key: string, isFresh: boolean): void {
	const keys = takenOnBy(context).add(key);
	for (const oldest of [...keys].slice(0, -mostRemembered)) keys.delete(oldest);
	// n8n saves static data whole, other nodes' too, where any of it changed: after minutes that would set theirs back.
	if (!isFresh) return;
	// Those of other calls under way too: whoever saves last saves for all.
	const saved = new Set([...savedIn(context), ...keys, key]);
	context.getWorkflowStaticData('node').handedOn = [...saved].slice(-mostRemembered);
}

function forget(context: IWebhookFunctions, key: string): void {
	takenOnBy(context).delete(key);
	const saved = savedIn(context);
	if (saved.includes(key)) context.getWorkflowStaticData('node').handedOn = saved.filter((one) => one !== key);
}

interface Announced {
	known: KnownTask;
	channel: Channel;
	/** Milliseconds since 1970: before this the provider does not want to be asked again. */
	notBefore: number;
}

const keyOf = ({ known }: Announced): string => `${known.provider} ${known.taskId}`;

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
		found.push({ known: { provider: provider.id, taskId, warnings: [] }, channel, notBefore: 0 });
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

type Watch = (announced: Announced, waiting: WaitContext) => Promise<TaskOutcome | undefined>;

/** A task may run ahead of its own status by some seconds. */
const watchBriefly: Watch = async (announced, waiting) => {
	const { clock } = waiting;
	const soon: WaitContext = { ...waiting, deadline: Math.min(waiting.deadline, clock.now() + briefMilliseconds) };
	const look = async (): Promise<Look> => {
		const seen = await lookOnce(announced.known, soon);
		if (seen?.kind === 'unclear') announced.notBefore = seen.notBefore;
		return seen;
	};
	return await lookAgain(look, clock, () => true);
};

const watchLong: Watch = async ({ known, notBefore }, waiting) => await waitForTask(known, { ...waiting, notBefore });

const nameOf = ({ known, channel }: Announced): string => `${channel.provider.displayName} task ${known.taskId}`;

/** What became of the task, where that is certain; a word in the log where the provider knows it and time was up. */
async function finalOutcome(announced: Announced, watch: Watch, clock: Clock, options: Options, run: Run): Promise<TaskOutcome | undefined> {
	const outcome = await watch(announced, { ...lookContext(announced.channel, options, run), clock });
	if (outcome?.kind !== 'failed') return outcome;
	// Anybody can announce an id that nobody knows.
	if (outcome.isDoubtful === true) return undefined;
	if (outcome.failure.kind !== 'timedOut') return outcome;
	const said = `${nameOf(announced)} was announced, but is not finished after ${options.timeout} seconds (${outcome.failure.message})`;
	run.context.logger.warn(`${said}. A Seedream Wait for Task node can collect it.`);
	return undefined;
}

interface Final {
	announced: Announced;
	outcome: TaskOutcome;
}

/** Watches all candidates side by side until one is final, remembers that one and ends the others. */
async function firstFinal(found: readonly Announced[], watch: Watch, context: IWebhookFunctions, options: Options, run: Run): Promise<Final | undefined> {
	let isOver = false;
	const clock: Clock = {
		...run.clock,
		async sleep(milliseconds) {
			await run.clock.sleep(milliseconds);
			if (isOver) throw new Aborted();
		},
	};
	const search = async (announced: Announced): Promise<Final | undefined> => {
		const outcome = await finalOutcome(announced, watch, clock, options, run);
		// Another call for the same task may have come while this one asked.
		if (outcome === undefined || isOver || isHandedOn(context, keyOf(announced))) return undefined;
		isOver = true;
		remember(context, keyOf(announced), watch === watchBriefly && run.clock.now() - run.startedAt < freshMilliseconds);
		return { announced, outcome };
	};
	return await firstFound(found.map(search));
}

/** First for some seconds, then at the providers' pace, because the caller has its answer and nobody calls again. */
async function findFinal(found: readonly Announced[], context: IWebhookFunctions, options: Options, run: Run): Promise<Final | undefined> {
	const open = found.filter((announced) => !isHandedOn(context, keyOf(announced)));
	const soon = await firstFinal(open, watchBriefly, context, options, run);
	if (soon !== undefined || open.length === 0) return soon;
	if (longWatches >= mostLongWatches) {
		const said = `${open.map(nameOf).join(' or ')} was announced, but is not finished, and ${mostLongWatches} others are being waited for`;
		context.logger.warn(`${said}. A Seedream Wait for Task node can collect it.`);
		return undefined;
	}
	longWatches += 1;
	try {
		return await firstFinal(open, watchLong, context, options, run);
	} finally {
		longWatches -= 1;
	}
}

async function askFor(found: readonly Announced[], context: IWebhookFunctions, options: Options, run: Run): Promise<INodeExecutionData[] | undefined> {
	const final = await findFinal(found, context, options, run);
	if (final === undefined) return undefined;
	const { announced, outcome } = final;
	const { known, channel } = announced;
	try {
		const task = { itemIndex: 0, known, expected: null };
		const outcomes = await deliveryTurn(async () => await deliverOutcome(task, outcome, channel, options, run));
		return outcomes.map((one) => (one.kind === 'item' ? { ...one.item, pairedItem: undefined } : failedItem(one.failed)));
	} catch (error) {
		forget(context, keyOf(announced));
		context.logger.warn(`Task ${known.taskId} could not be handed on: ${error instanceof Error ? error.message : String(error)}`);
		return undefined;
	}
}

async function announce(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const request = await readCallbackRequest(context);
	const rawOptions = context.getNodeParameter('options', {});
	const { options: common, faults } = checkOptions(rawOptions);
	const run = createRun(context, common.concurrency);
	const found = await candidates(context, request, run);
	if (found === 'forged') {
		answerNow(context, 401);
		return startsNothing;
	}
	// Providers give up after some seconds, and images may take longer than that.
	answerNow(context, 200);
	const own = found.map(({ channel }) => optionsOfProvider(channel.provider, rawOptions));
	// No adapter reads an option of another provider.
	const options: Options = { ...common, ofProvider: Object.assign({}, ...own.map(({ ofProvider }) => ofProvider)) as Options['ofProvider'] };
	faults.push(...own.flatMap((one) => one.faults));
	if (faults.length > 0) context.logger.warn(`${context.getNode().name}: ${faults.join('; ')}`);
	const ask = async (): Promise<INodeExecutionData[] | undefined> => await askFor(found, context, options, run);
	const key = `${nodeKey(context)} ${found.map(keyOf).join(' ')}`;
	const items = await (isTrial(context) ? ask() : watches.run(key, undefined, ask));
	return items === undefined ? startsNothing : { noWebhookResponse: true, workflowData: [items] };
}

/** A provider announces a task to Seedream Generate Trigger: the body only names it, the provider is asked what is true. */
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
