import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { taskFailure } from '../core/classify';
import { fileNameFor } from '../core/fileName';
import { isJsonObject, textAt, type JsonObject } from '../core/json';
import { knownTask, type KnownTask } from '../core/taskRef';
import { lookAtTask, nothingSeen, waitForTask } from '../core/waitForTask';
import { findProvider } from '../providers';
import type { Outcome } from './deliver';
import { failureItem, type AcceptedTask, type ItemFailure } from './failureItem';
import { finish } from './finish';
import { outputItems, type Leaving } from './outputItems';
import type { Channel, Run } from './run';
import { settleItem } from './settleItem';
import { deliverOutcome, failedTask, lookContext } from './waitAndDeliver';
import type { PlannedWait, WaitPlan } from './waitPlan';

/** The failure that a parked task comes out with at the deadline, unless a callback brings its images before. */
function parkedFailure(plan: WaitPlan, channel: Channel): ItemFailure {
	const message = 'no callback announced the end in time; the task may be finished by now';
	const failure = taskFailure(plan.provider, 'timedOut', { message });
	const task = { itemIndex: plan.itemIndex, known: plan.known, expected: null };
	return { ...failedTask(task, channel, failure), timeoutSeconds: plan.options.timeout };
}

/** Looks once; a task that will not be announced is waited for instead, because nobody would wake the parked execution for it. */
async function lookOrWait(plan: WaitPlan, channel: Channel, run: Run): Promise<Outcome[]> {
	const task = { itemIndex: plan.itemIndex, known: plan.known, expected: null };
	const context = lookContext(channel, plan.options, run);
	// Under Binary Mode: Combined n8n 2.41 shows a callback nothing of what was laid down, so it could not go on.
	// Where it shows no settings, in 2.0 and before, there is no such mode.
	const settings = 'getWorkflowSettings' in run.context ? run.context.getWorkflowSettings() : {};
	const unreadable = settings.binaryMode === 'combined';
	const silent = unreadable || plan.provider.submit.callbackField === undefined || plan.known.callback === 'none';
	const outcome = silent ? await waitForTask(plan.known, context) : await lookAtTask(plan.known, context, nothingSeen());
	return outcome === undefined
		? [{ kind: 'failure', failed: parkedFailure(plan, channel) }]
		: await deliverOutcome(task, outcome, channel, plan.options, run);
}

const isParked = (outcome: Outcome): boolean => outcome.kind === 'failure' && outcome.failed.failure.kind === 'timedOut';

/**
 * Looks once at every task. What is ready is delivered; if anything is unfinished, the execution parks until the
 * deadline and holds no worker. The parked node never runs again, so what its timer will pass on is laid down now.
 */
export async function parkUnfinished(
	context: IExecuteFunctions,
	planned: readonly PlannedWait[],
	tasks: readonly AcceptedTask[],
	run: Run,
): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const outcomes = await Promise.all(
		planned.map(
			async (one, itemIndex) =>
				await settleItem(one, items[itemIndex] ?? { json: {} }, itemIndex, run, async (plan, channel) => await lookOrWait(plan, channel, run)),
		),
	);
	if (run.clock.isAborted() || !outcomes.flat().some(isParked)) return finish(context, outcomes, tasks);
	const seconds = Math.max(...planned.map((one) => ('plan' in one ? one.plan.options.timeout : 0)));
	const node = context.getNode();
	const leaving = outcomes.flat().map((outcome): Leaving => {
		if (outcome.kind === 'item') return outcome;
		const { failed } = outcome;
		const item = failureItem(failed, items[failed.itemIndex], node);
		const one = planned[failed.itemIndex];
		if (!isParked(outcome) || one === undefined || !('plan' in one)) return { item };
		remember(item.json, one.plan);
		return { item, awaited: awaitedNames(one.plan) };
	});
	const prepared = outputItems(leaving);
	context.getExecuteData().data.main = [prepared, []];
	context.setMetadata({ forwardAllOutputs: true });
	await context.putExecutionToWait(new Date(run.startedAt + seconds * 1000));
	// A list of its own: under the error output n8n empties the one that it is given.
	return [[...prepared]];
}

/** An item may say any number; no provider makes more of one task. */
const mostAwaited = 15;

/** So that what is ready now leaves them free: the numbers then follow the order of the items, whichever is ready first. */
function awaitedNames({ known, options }: WaitPlan): string[] {
	const { provider, taskId, imagesRequested = 1 } = known;
	const count = Math.min(imagesRequested, mostAwaited);
	return Array.from({ length: count }, (_, index) =>
		fileNameFor({ provider, taskId, index, count, extension: 'png', template: options.fileName }),
	);
}

/** What the callback will want to know of the task and the failure itself does not say. */
function remember(json: IDataObject, { known, options }: WaitPlan): void {
	const details = json.details as IDataObject;
	details.parked = true;
	// Read for each item now: a callback's expressions see only the first one, and of that only what was laid down.
	if (options.fileName !== '') details.fileName = options.fileName;
	if (known.warnings.length > 0) details.warnings = [...known.warnings];
	if (known.estimatedCost !== undefined) details.estimatedCost = { ...known.estimatedCost };
}

/** A task that is still parked, read back from the item that was laid down for it. */
export interface ParkedTask {
	/** Position among the prepared items. */
	position: number;
	itemIndex: number;
	known: KnownTask;
	/** The item's own File Name. */
	fileName: string;
}

function pairedIndex(item: INodeExecutionData): number {
	const { pairedItem } = item;
	if (typeof pairedItem === 'number') return pairedItem;
	const first = Array.isArray(pairedItem) ? pairedItem[0] : pairedItem;
	return typeof first === 'number' ? first : (first?.item ?? 0);
}

export function parkedTasksIn(prepared: readonly INodeExecutionData[]): ParkedTask[] {
	return prepared.flatMap((item, position) => {
		const details = (item.json as JsonObject).details;
		if (!isJsonObject(details) || details.parked !== true) return [];
		const taskId = textAt(details, 'taskId');
		const provider = findProvider(textAt(details, 'provider') ?? '');
		if (taskId === undefined || provider === undefined) return [];
		const fileName = textAt(details, 'fileName') ?? '';
		return [{ position, itemIndex: pairedIndex(item), known: knownTask(details, provider.id, taskId), fileName }];
	});
}
