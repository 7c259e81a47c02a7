import { isEqual, omit, pickBy } from 'lodash';
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { fileNameFor } from '../../core/image/fileName';
import { isJsonObject, textAt, textsAt, valueAt, type JsonObject } from '../../core/json';
import { taskFailure } from '../../core/reply/providerFailure';
import { checkAgain, checkOnce, type OpenReason } from '../../core/task/checkAgain';
import { knownTask, type KnownTask } from '../../core/task/taskRef';
import { waitForTask, type TaskOutcome } from '../../core/task/waitForTask';
import { findProvider } from '../../providers';
import type { Channel, Run } from '../execution/run';
import { failureItem, type AcceptedTask, type ItemFailure } from '../output/failureItem';
import { finish } from '../output/finish';
import { inputFieldsFor } from '../output/inputFields';
import type { OutputItem, Outcome } from '../output/outcome';
import { outputItems } from '../output/outputItems';
import { defaultOptions, type Options } from '../panel/options';
import type { PlannedWait, WaitPlan } from './planWait';
import { processItem } from './processItem';
import { deliverOutcome, failureOf, waitContextOf } from './waitAndDeliver';

/** Ten years. A date beyond what JavaScript's Date can express could not be stored. */
const longestParkMilliseconds = 10 * 365 * 86_400_000;

/** The failure that is returned for a parked task at the deadline, unless a callback comes before. */
function parkedFailure(plan: WaitPlan, channel: Channel): ItemFailure {
	const message = 'no callback arrived in time; the task may be finished by now';
	const failure = taskFailure(plan.provider, 'timedOut', { message });
	return { ...failureOf(plan, channel, failure), timeoutSeconds: plan.options.timeout };
}

/** Whether no callback will come for a task, so that nothing would resume a parked execution. */
function expectsNoCallback(plan: WaitPlan, run: Run): boolean {
	// Under Binary Mode: Combined, n8n 2.41 gives a callback no access to the prepared items, so the execution could not continue.
	// If n8n gives no access to the settings (2.0 and before), there is no such mode.
	const settings = 'getWorkflowSettings' in run.context ? run.context.getWorkflowSettings() : {};
	const unreadable = settings.binaryMode === 'combined';
	// Missing images belong to a task that has finished already.
	const { callback, imageCount } = plan.known;
	return unreadable || plan.provider.submit.callbackField === undefined || callback === 'none' || imageCount !== undefined;
}

/** Waits for a task without a callback, and checks one with a callback once; undefined if it is unfinished. */
async function checkOrWait(plan: WaitPlan, channel: Channel, run: Run): Promise<TaskOutcome | undefined> {
	const context = waitContextOf(channel, plan.options, run);
	if (expectsNoCallback(plan, run)) return await waitForTask(plan.known, context);
	// No further check if the provider asks for a pause, because it would have to wait for that.
	const isWorthIt = (seen: OpenReason): boolean => seen !== 'pending' && !channel.gate.isClosed();
	return await checkAgain(async () => await checkOnce(plan.known, context), run.clock, isWorthIt);
}

/** Outcomes by input item, and the items whose tasks are unfinished. */
interface Checked {
	outcomes: Outcome[][];
	open: Set<number>;
}

/**
 * Processes what needs no callback, then checks the other tasks. Meanwhile (during a wait or a download) n8n refuses
 * their callbacks, so tasks that were unfinished are checked once more at the end.
 */
async function processAll(items: readonly INodeExecutionData[], planned: readonly PlannedWait[], run: Run): Promise<Checked> {
	const outcomes: Outcome[][] = planned.map(() => []);
	const open = new Set<number>();
	const processThose = async (isTurn: (one: PlannedWait, itemIndex: number) => boolean): Promise<void> => {
		const processed = planned.map(async (one, itemIndex) => {
			if (!isTurn(one, itemIndex)) return;
			open.delete(itemIndex);
			outcomes[itemIndex] = await processItem(one, items[itemIndex] ?? { json: {} }, itemIndex, run, async (plan, channel) => {
				const outcome = await checkOrWait(plan, channel, run);
				if (outcome !== undefined) {
					return await deliverOutcome(plan, outcome, channel, plan.options, run);
				}
				open.add(itemIndex);
				return [{ kind: 'failure', failed: parkedFailure(plan, channel) }];
			});
		});
		await Promise.all(processed);
	};
	const hasCallback = (one: PlannedWait): boolean => one.kind === 'wait' && !expectsNoCallback(one.plan, run);
	await processThose((one) => !hasCallback(one));
	await processThose(hasCallback);
	const withCallback = planned.filter(hasCallback).length;
	if (open.size < withCallback) await processThose((_, itemIndex) => open.has(itemIndex));
	return { outcomes, open };
}

/**
 * Checks every task. Finished tasks are delivered; if any is unfinished, the execution parks until the
 * deadline and uses no worker. The parked node never runs again, so the items that are returned when its time runs out are prepared now.
 */
export async function parkUnfinished(
	context: IExecuteFunctions,
	planned: readonly PlannedWait[],
	tasks: readonly AcceptedTask[],
	run: Run,
): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const { outcomes, open } = await processAll(items, planned, run);
	const seconds = Math.max(...planned.map((one, itemIndex) => ('plan' in one && open.has(itemIndex) ? one.plan.options.timeout : 0)));
	const deadline = run.startedAt + seconds * 1000;
	if (run.clock.now() >= deadline || open.size === 0 || run.clock.isAborted()) return finish(context, outcomes, tasks);
	const node = context.getNode();
	const output = outcomes.flat().map((outcome): OutputItem => {
		if (outcome.kind === 'item') return outcome;
		const { failed } = outcome;
		const item = failureItem(failed, items[failed.itemIndex], node);
		const one = planned[failed.itemIndex];
		if (!open.has(failed.itemIndex) || one === undefined || !('plan' in one)) return { item };
		remember(item.json, one.plan, items[failed.itemIndex]?.json);
		return { item, awaited: awaitedNames(one.plan) };
	});
	const prepared = outputItems(output);
	context.getExecuteData().data.main = [prepared, []];
	context.setMetadata({ forwardAllOutputs: true });
	// n8n compares this with the machine's clock, which may have been set since the run began.
	const left = Math.min(deadline - run.clock.now(), longestParkMilliseconds);
	await context.putExecutionToWait(new Date(run.clock.wallTime() + left));
	return [prepared.map(withoutError)];
}

/**
 * An item as it is shown while the execution is parked. With Retry On Fail, n8n runs a node again if the first item that it
 * returns has an `error`; the parked state would then replace what that try finds, and its images would be lost.
 */
function withoutError(item: INodeExecutionData): INodeExecutionData {
	return { ...item, json: omit(item.json, 'error') };
}

/** No provider makes more images per task, but an item may claim any number. */
const mostAwaited = 15;

/** File names reserved for a parked task, so that their numbers follow the order of the items, whichever is ready first. */
function awaitedNames({ known, options }: WaitPlan): string[] {
	const { provider, taskId, imagesRequested = 1 } = known;
	const count = Math.min(imagesRequested, mostAwaited);
	return Array.from({ length: count }, (_, index) => fileNameFor({ provider, taskId, index, count, extension: 'png', template: options.fileName }));
}

/**
 * What the callback needs in addition to the failure. The options are those of this item: a callback
 * evaluates expressions for the first item alone, and under the error output without the fields of its input.
 */
function remember(json: IDataObject, { known, options }: WaitPlan, inputJson: IDataObject | undefined): void {
	const chosen = pickBy(omit(options, 'taskProvider'), (value, name) => !isEqual(value, defaultOptions[name as keyof Options]));
	const input = inputFieldsFor(options, inputJson);
	(json.details as IDataObject).parked = { options: chosen, warnings: [...known.warnings], ...(input === undefined ? {} : { input }) };
}

/** A task that is still parked, read back from the item that was prepared for it. */
export interface ParkedTask {
	/** Position among the prepared items. */
	position: number;
	itemIndex: number;
	known: KnownTask;
	options: Options;
	/** The fields of its input item that its results keep. */
	input?: IDataObject;
}

function pairedIndex(item: INodeExecutionData): number {
	const { pairedItem } = item;
	if (typeof pairedItem === 'number') return pairedItem;
	const first = Array.isArray(pairedItem) ? pairedItem[0] : pairedItem;
	return typeof first === 'number' ? first : (first?.item ?? 0);
}

export function parkedTasksIn(prepared: readonly INodeExecutionData[]): ParkedTask[] {
	return prepared.flatMap((item, position) => {
		const { details } = item.json as JsonObject;
		const parked = valueAt(details, 'parked');
		const taskId = textAt(details, 'taskId');
		const provider = findProvider(textAt(details, 'provider') ?? '');
		if (!isJsonObject(details) || !isJsonObject(parked) || taskId === undefined || provider === undefined) return [];
		const known = { ...knownTask({ details }, provider.id, taskId), warnings: textsAt(parked, 'warnings') ?? [] };
		const task: ParkedTask = { position, itemIndex: pairedIndex(item), known, options: { ...defaultOptions, ...(parked.options as Partial<Options>) } };
		return [isJsonObject(parked.input) ? { ...task, input: parked.input } : task];
	});
}
