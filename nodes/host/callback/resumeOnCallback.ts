import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { describeFailure } from '../../core/failure/describeFailure';
import { checkOnce, type StatusCheck } from '../../core/task/checkAgain';
import { checkAll } from '../../core/task/checkAll';
import { createRounds } from '../../core/task/rounds';
import type { TaskOutcome } from '../../core/task/waitForTask';
import { errorText } from '../../core/text';
import { findProvider } from '../../providers';
import { CredentialFault } from '../execution/account';
import { createRun, type Channel, type Run } from '../execution/run';
import { failureItem } from '../output/failureItem';
import { withInputFields } from '../output/inputFields';
import type { OutputItem, Outcome } from '../output/outcome';
import { outputItems } from '../output/outputItems';
import { parkedTasksIn, type ParkedTask } from '../wait/park';
import { deliverOutcome, waitContextOf } from '../wait/waitAndDeliver';
import { deliveryTurn } from './deliveryTurn';
import { isForged } from './isForged';
import { nodeKeyOf } from './nodeKey';
import { signingChannels } from './signingChannels';
import { namedTaskId, answerNow, isSigned, isTooLarge, readCallbackRequest } from './webhookRequest';

/** Answered, and the execution stays parked. */
const stayParked: IWebhookResponseData = { noWebhookResponse: true };

/** Fifty tasks that finish within a second cause fifty calls, and one of these is enough to fetch all images. */
const rounds = createRounds();

interface OpenTask extends ParkedTask {
	channel: Channel;
}

async function openTasks(parked: readonly ParkedTask[], run: Run): Promise<OpenTask[] | undefined> {
	const opened = await Promise.all(
		parked.map(async (task): Promise<OpenTask | undefined> => {
			const provider = findProvider(task.known.provider);
			const channel = provider === undefined ? undefined : await run.channel(provider);
			if (channel === undefined || channel instanceof CredentialFault) return undefined;
			return { ...task, channel };
		}),
	);
	const found = opened.filter((task) => task !== undefined);
	// Without the credential nothing can be checked; the ids are returned at the deadline.
	return found.length === opened.length ? found : undefined;
}

/** The prepared items, with each parked task replaced by its outcome. */
async function assemble(
	context: IWebhookFunctions,
	prepared: readonly INodeExecutionData[],
	outcomes: ReadonlyMap<OpenTask, TaskOutcome>,
	run: Run,
): Promise<INodeExecutionData[]> {
	const node = context.getNode();
	const delivered = await Promise.all(
		[...outcomes].map(async ([task, outcome]): Promise<[number, Outcome[]]> => [
			task.position,
			withInputFields(await deliverOutcome(task, outcome, task.channel, task.options, run), task.input),
		]),
	);
	const byPosition = new Map(delivered);
	const output = prepared.flatMap((item, position): OutputItem[] => {
		const outcomes = byPosition.get(position) ?? [{ kind: 'item', item, unchanged: true }];
		return outcomes.map((outcome) => (outcome.kind === 'item' ? outcome : { item: failureItem(outcome.failed, item, node) }));
	});
	return outputItems(output);
}

/** Whether a provider refused to answer. This says nothing about its task, so the execution keeps waiting. */
function hasRefusal(outcomes: ReadonlyMap<OpenTask, TaskOutcome>, context: IWebhookFunctions): boolean {
	for (const [{ known, channel }, outcome] of outcomes) {
		if (outcome.kind !== 'failed' || outcome.about !== 'access') continue;
		const said = describeFailure({ provider: channel.provider.displayName, taskId: known.taskId, failure: outcome.failure });
		context.logger.warn(`A callback came, but the execution stays parked, because a task could not be checked: ${said} ${outcome.failure.remedy}`);
		return true;
	}
	return false;
}

/** The parked tasks, with their accounts opened; undefined if nothing can be checked. */
interface Parked {
	prepared: readonly INodeExecutionData[];
	run: Run;
	tasks: OpenTask[];
}

async function openParked(context: IWebhookFunctions): Promise<Parked | undefined> {
	const prepared = context.evaluateExpression('{{ $input.all() }}') as INodeExecutionData[];
	const parked = parkedTasksIn(prepared);
	const [first] = parked;
	if (first === undefined) return undefined;
	const run = createRun(context, first.options.concurrency);
	const tasks = await openTasks(parked, run);
	return tasks === undefined ? undefined : { prepared, run, tasks };
}

async function handleCallback(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const request = await readCallbackRequest(context);
	if (isTooLarge(request)) {
		answerNow(context, 413);
		return stayParked;
	}
	if (isSigned(request) && isForged(request, await signingChannels(context))) {
		answerNow(context, 401);
		return stayParked;
	}
	const executionId = context.getExecutionId();
	// A call that waits for another one does not open the accounts, which is slow if hundreds of tasks are parked.
	if (rounds.isBusy(executionId)) answerNow(context, 200);
	const items = await rounds.run(executionId, namedTaskId(request), async (named) => {
		const parked = await openParked(context);
		// Answers first: providers give up after some seconds, and the images may take longer.
		answerNow(context, 200);
		if (parked === undefined) return undefined;
		const { prepared, run, tasks } = parked;
		const check = async ({ known, channel, options }: OpenTask): Promise<StatusCheck> => await checkOnce(known, waitContextOf(channel, options, run));
		const outcomes = await checkAll(tasks, named, run.clock, check);
		if (outcomes === undefined) return undefined;
		if (hasRefusal(outcomes, context)) return undefined;
		return await deliveryTurn(nodeKeyOf(context), async () => await assemble(context, prepared, outcomes, run));
	});
	return items === undefined ? stayParked : { noWebhookResponse: true, workflowData: [items] };
}

/**
 * Handles a callback for a parked execution. The call is only a hint: the provider is asked, and the execution continues when every
 * task is finished. Never throws, because n8n would then end the wait and continue without items.
 */
export async function resumeOnCallback(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		return await handleCallback(context);
	} catch (error) {
		context.logger.warn(`A callback could not be handled: ${errorText(error)}`);
		// Most providers repeat a call that is answered with 503.
		answerNow(context, 503);
		return stayParked;
	}
}
