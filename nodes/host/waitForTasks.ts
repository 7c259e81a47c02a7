import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { stopError, type AcceptedTask } from './failureItem';
import { finish } from './finish';
import { defaultOptions } from './options';
import { parkUnfinished } from './park';
import { createRun } from './run';
import { settleItem } from './settleItem';
import { planWait } from './waitPlan';

/** Seedream Wait for Task: all tasks looked at together until each is final, delivered in input order. */
export async function waitForTasks(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const planned = items.map((item, itemIndex) => planWait(context, item, itemIndex));
	const faults = planned.flatMap((one) => (one.kind === 'fault' ? [one.failed] : []));
	const plans = planned.flatMap((one) => ('plan' in one ? [one.plan] : []));
	const tasks = plans.map(
		({ itemIndex, provider, known }): AcceptedTask => ({ itemIndex, provider: provider.id, taskId: known.taskId }),
	);
	if (faults.length > 0 && !context.continueOnFail()) throw stopError(context.getNode(), faults, tasks);
	const run = createRun(context, plans[0]?.options.concurrency ?? defaultOptions.concurrency);
	if (context.getNodeParameter('waitMode', 0, 'poll') === 'callback') {
		return await parkUnfinished(context, planned, tasks, run);
	}
	const outcomes = await Promise.all(
		planned.map(async (one, itemIndex) => await settleItem(one, items[itemIndex] ?? { json: {} }, itemIndex, run)),
	);
	return finish(context, outcomes, tasks);
}
