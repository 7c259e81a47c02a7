import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { createRounds } from '../core/rounds';
import { settleAll } from '../core/settleAll';
import { lookAtTask, nothingSeen, type TaskOutcome } from '../core/waitForTask';
import { findProvider } from '../providers';
import type { Outcome } from './deliver';
import { deliveryTurn } from './deliveryTurn';
import { failureItem } from './failureItem';
import { checkOptions, type Options } from './options';
import { parkedTasksIn, type ParkedTask } from './park';
import { createRun, type Channel, type Run } from './run';
import { CredentialFault } from './transport';
import { deliverOutcome, lookContext } from './waitAndDeliver';
import { announcedTaskId, answerNow, readCallbackRequest, type CallbackRequest } from './webhookRequest';

/** Answered, and the execution stays parked. */
const stayParked: IWebhookResponseData = { noWebhookResponse: true };

/** Fifty tasks that end within the same second are fifty calls, and one of them is enough to fetch their images. */
const round = createRounds();

interface OpenTask extends ParkedTask {
	taskId: string;
	submittedAt?: number;
	channel: Channel;
}

async function openTasks(parked: readonly ParkedTask[], run: Run): Promise<OpenTask[] | undefined> {
	const opened = await Promise.all(
		parked.map(async (task): Promise<OpenTask | undefined> => {
			const provider = findProvider(task.known.provider);
			const channel = provider === undefined ? undefined : await run.channel(provider);
			if (channel === undefined || channel instanceof CredentialFault) return undefined;
			const { taskId, submittedAt } = task.known;
			return { ...task, taskId, channel, ...(submittedAt === undefined ? {} : { submittedAt }) };
		}),
	);
	const found = opened.filter((task) => task !== undefined);
	// Without the credential nothing can be asked; the deadline hands the ids on.
	return found.length === opened.length ? found : undefined;
}

/** The items as they were laid down, with what became of each parked task in its place. */
async function assemble(
	context: IWebhookFunctions,
	prepared: readonly INodeExecutionData[],
	outcomes: ReadonlyMap<OpenTask, TaskOutcome>,
	options: Options,
	run: Run,
): Promise<INodeExecutionData[]> {
	const node = context.getNode();
	const settled = await Promise.all(
		[...outcomes].map(async ([task, outcome]): Promise<[number, Outcome[]]> => {
			const waiting = { itemIndex: task.itemIndex, known: task.known, expected: null };
			return [task.position, await deliverOutcome(waiting, outcome, task.channel, options, run)];
		}),
	);
	const byPosition = new Map(settled);
	return prepared.flatMap((item, position) =>
		(byPosition.get(position) ?? [{ kind: 'item', item } as const]).map((outcome) =>
			outcome.kind === 'item' ? outcome.item : failureItem(outcome.failed, item, node),
		),
	);
}

/** Whether a signature came along that is wrong; only then is a call refused, because a body is never believed anyway. */
function isForged(request: CallbackRequest, tasks: readonly OpenTask[]): boolean {
	const signers = new Set(tasks.map((task) => task.channel).filter(({ provider }) => provider.checkSignature !== undefined));
	const verdicts = [...signers].flatMap(({ provider, account }) =>
		account.secrets.map((secret) => provider.checkSignature?.(request.rawBody, request.headers, secret)),
	);
	return verdicts.includes(false) && !verdicts.includes(true);
}

async function nudge(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const prepared = context.evaluateExpression('{{ $input.all() }}') as INodeExecutionData[];
	const parked = parkedTasksIn(prepared);
	const { options } = checkOptions(context.getNodeParameter('options', {}), {
		timeout: context.getNodeParameter('timeout', 600),
	});
	const run = createRun(context, options.concurrency);
	const tasks = await openTasks(parked, run);
	if (tasks === undefined || tasks.length === 0) {
		answerNow(context, 200);
		return stayParked;
	}
	const request = await readCallbackRequest(context);
	if (isForged(request, tasks)) {
		answerNow(context, 401);
		return stayParked;
	}
	// Providers give up after some seconds, and images may take longer than that.
	answerNow(context, 200);
	const look = async (task: OpenTask): Promise<TaskOutcome | undefined> =>
		await lookAtTask(task.known, lookContext(task.channel, options, run), nothingSeen());
	const items = await round(context.getExecutionId(), announcedTaskId(request), async (announced) => {
		const outcomes = await settleAll(tasks, announced, run.clock, look);
		if (outcomes === undefined) return undefined;
		return await deliveryTurn(async () => await assemble(context, prepared, outcomes, options, run));
	});
	return items === undefined ? stayParked : { noWebhookResponse: true, workflowData: [items] };
}

/**
 * A callback came for a parked execution. It is only a nudge: the provider is asked, and the execution goes on once every
 * task is final. Never throws, because n8n would then end the wait and run on with nothing.
 */
export async function resumeOnCallback(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		return await nudge(context);
	} catch (error) {
		context.logger.warn(`A callback could not be handled: ${error instanceof Error ? error.message : String(error)}`);
		// Most providers call again then.
		answerNow(context, 503);
		return stayParked;
	}
}
