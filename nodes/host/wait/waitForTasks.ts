import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { createRun } from '../execution/run';
import { isToolCall, throwsFailures } from '../execution/toolCall';
import { invalidInput, stopError, type AcceptedTask } from '../output/failureItem';
import { finish, isStopError } from '../output/finish';
import type { Outcome } from '../output/outcome';
import { defaultOptions } from '../panel/options';
import { parkUnfinished } from './park';
import { planWait, unreadableWait, type PlannedWait } from './planWait';
import { processItem } from './processItem';

const parksAgent: PlannedWait = {
	kind: 'fault',
	failed: invalidInput(0, undefined, ['On Callback would park the agent that calls this tool: choose Poll in Wait Mode']),
};

/** For a bug, or a parameter of all items that cannot be read. Without this, n8n would pass on the input as results. */
function rescue(context: IExecuteFunctions, error: unknown): INodeExecutionData[][] {
	const failed = context.getInputData().map((item, itemIndex) => unreadableWait(item, itemIndex, error));
	const tasks = failed.flatMap(({ itemIndex, provider, taskId }): AcceptedTask[] =>
		taskId === undefined ? [] : [{ itemIndex, provider: provider?.id ?? '', taskId }],
	);
	return finish(
		context,
		failed.map((one): Outcome[] => [{ kind: 'failure', failed: one }]),
		tasks,
	);
}

/** Seedream Wait for Task. Throws only n8n's own errors, and none under the Continue modes. */
export async function waitForTasks(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await waitForAll(context).catch((error: unknown) => (isStopError(context, error) ? Promise.reject(error) : rescue(context, error)));
}

/** Polls all tasks in parallel until each is final, and returns the results in input order. */
async function waitForAll(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const onCallback = context.getNodeParameter('waitMode', 0, 'poll') === 'callback';
	const isTool = isToolCall(context);
	const planned = items.map((item, itemIndex) => (isTool && onCallback ? parksAgent : planWait(context, item, itemIndex, isTool)));
	const faults = planned.flatMap((one) => (one.kind === 'fault' ? [one.failed] : []));
	const plans = planned.flatMap((one) => ('plan' in one ? [one.plan] : []));
	const tasks = plans.map(({ itemIndex, provider, known }): AcceptedTask => ({ itemIndex, provider: provider.id, taskId: known.taskId }));
	if (faults.length > 0 && throwsFailures(context)) throw stopError(context.getNode(), faults, tasks);
	const run = createRun(context, plans[0]?.options.concurrency ?? defaultOptions.concurrency);
	if (onCallback && !isTool) return await parkUnfinished(context, planned, tasks, run);
	const outcomes = await Promise.all(planned.map(async (one, itemIndex) => await processItem(one, items[itemIndex] ?? { json: {} }, itemIndex, run)));
	return finish(context, outcomes, tasks);
}
