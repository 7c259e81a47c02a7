import { NodeApiError, NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { Outs } from '../../core/submit/outs';
import { oneLine } from '../../core/text';
import { createClock } from '../execution/realClock';
import { createRun } from '../execution/run';
import { isToolCall, throwsFailures } from '../execution/toolCall';
import { openAccounts, type OpenAccount } from '../execution/transport';
import type { Outcome } from '../output/deliver';
import { invalidInput, listTasks, stopError, type AcceptedTask, type ItemFailure } from '../output/failureItem';
import { failuresIn, finish } from '../output/finish';
import { inputFieldsFor, withInputFields } from '../output/inputFields';
import { defaultOptions } from '../panel/options';
import { admitJobs } from './admitJobs';
import { openJobs, type AbleItem, type Job, type ReadItem, type Session } from './job';
import { openJournal, passOf } from './journalStore';
import { releaseEntries } from './liveCalls';
import { brokenJob } from './failedJob';
import type { ReadAt } from './planGenerate';
import { processJobs } from './processJobs';

/** What makes a node that generates this one: how it reads an item, and what it counts and limits. */
export interface JobKind extends Pick<Session, 'count' | 'limit'> {
	read(context: IExecuteFunctions, at: ReadAt): Promise<ReadItem>;
	/** The request parameters as they stand in the node. */
	rawParameters(context: IExecuteFunctions): unknown;
	credentialOf(context: IExecuteFunctions, provider: string): string | undefined;
	/** What would be sent for these items. */
	dryRun(items: readonly AbleItem[], session: Session): Promise<Outcome[]>;
}

/** How far a run has come, for whatever goes wrong on its way. */
interface Progress {
	/** By input item, in order. */
	outcomes: Outcome[][];
	jobs: Job[];
	session?: Session;
}

function openSession(context: IExecuteFunctions, kind: JobKind, { items, isTool, accountOf }: { items: readonly ReadItem[]; isTool: boolean; accountOf: OpenAccount }): Session {
	const run = createRun(context, items[0]?.options.concurrency ?? defaultOptions.concurrency, accountOf);
	const pass = passOf(context, isTool);
	return {
		context,
		run,
		clock: createClock(run.signal),
		journal: openJournal(context, pass),
		executionId: context.getExecutionId(),
		nodeId: context.getNode().id,
		pass,
		isTool,
		keys: new Set(),
		outs: new Outs(),
		count: kind.count,
		limit: kind.limit,
		rawParameters: kind.rawParameters(context),
		credentialOf: (provider) => kind.credentialOf(context, provider),
	};
}

/** The tasks that this execution and those it retries were given, and that nobody has handed on. */
function acceptedIn({ journal, pass, isTool, keys }: Session): AcceptedTask[] {
	return Object.entries(journal.entries).flatMap(([key, entry]) => {
		const isOurs = isTool ? keys.has(key) : entry.owner.pass === pass;
		return isOurs && entry.state === 'accepted' ? [{ itemIndex: entry.owner.item, provider: entry.ref.provider, taskId: entry.ref.taskId }] : [];
	});
}

function forgetDelivered({ key }: Job, { journal, isTool, executionId }: Session): void {
	const entry = journal.entries[key];
	// An agent that failed behind its tools begins anew when its execution is retried: it finds their images.
	if (isTool && entry?.state === 'accepted') {
		entry.delivered = executionId;
		return;
	}
	delete journal.entries[key];
	// A tool may be called with the same words again, and needs a key that no failed task has.
	if (!isTool) delete journal.freed[key];
}

const isFailure = (one: Job | ItemFailure): one is ItemFailure => 'failure' in one;

/** All items read, then opened and admitted, then all in flight together, delivered in input order. */
async function runItems(context: IExecuteFunctions, kind: JobKind, progress: Progress): Promise<INodeExecutionData[][]> {
	const { outcomes } = progress;
	const isTool = isToolCall(context);
	const accountOf = openAccounts(context);
	const items = await Promise.all(outcomes.map(async (_, itemIndex) => await kind.read(context, { itemIndex, isTool, accountOf })));
	const session = openSession(context, kind, { items, isTool, accountOf });
	progress.session = session;
	const refuse = (refused: readonly ItemFailure[]): void => {
		// Under Stop nothing is sent while any item is wrong.
		if (refused.length > 0 && throwsFailures(context)) throw stopError(context.getNode(), refused, acceptedIn(session));
		for (const one of refused) outcomes[one.itemIndex] = [{ kind: 'failure', failed: one }];
	};
	const isDry = ({ options, plans }: ReadItem): boolean => options.dryRun && plans.length > 0;
	const opened = openJobs(items.filter((item) => !isDry(item)), session);
	refuse(opened.filter(isFailure));
	const rehearsed = items.filter((item): item is AbleItem => isDry(item));
	const shown = await kind.dryRun(rehearsed, session);
	rehearsed.forEach(({ itemIndex }, index) => {
		outcomes[itemIndex] = shown.slice(index, index + 1);
	});
	const jobs = opened.filter((one): one is Job => !isFailure(one));
	progress.jobs = jobs;
	const refused = await admitJobs(jobs, session);
	refuse([...refused.values()]);
	const admitted = jobs.filter((job) => !refused.has(job));
	const processed = await processJobs(admitted, session);
	admitted.forEach(({ itemIndex }, index) => {
		outcomes[itemIndex] = processed[index] ?? [];
	});
	const inputs = context.getInputData();
	items.forEach(({ itemIndex, options }) => {
		outcomes[itemIndex] = withInputFields(outcomes[itemIndex] ?? [], inputFieldsFor(options, inputs[itemIndex]?.json));
	});
	const accepted = acceptedIn(session);
	if (session.run.clock.isAborted() && accepted.length > 0) {
		// n8n saves a stopped execution before this node's error exists: the log is where the ids can still be found.
		context.logger.warn(`Stopped with accepted tasks: ${listTasks(accepted)}`);
	}
	const output = finish(context, outcomes, accepted);
	// Everything was handed on, so no retry of this pass can come: the execution data stays small.
	if (failuresIn(outcomes).length === 0) for (const job of jobs) forgetDelivered(job, session);
	return output;
}

/** A mistake of ours or of n8n's outside of any item: n8n would pass the input on as if it were results, or lose the ids. */
function rescue(context: IExecuteFunctions, { outcomes, jobs, session }: Progress, error: unknown): INodeExecutionData[][] {
	const jobOf = new Map(jobs.map((job) => [job.itemIndex, job]));
	const message = oneLine(error instanceof Error ? error.message : String(error));
	const rescued = outcomes.map((list, itemIndex): Outcome[] => {
		if (list.length > 0) return list;
		const job = jobOf.get(itemIndex);
		const entry = session?.journal.entries[job?.key ?? ''];
		const failed = job === undefined ? invalidInput(itemIndex, undefined, [message]) : brokenJob(job, error, entry);
		return [{ kind: 'failure', failed }];
	});
	return finish(context, rescued, session === undefined ? [] : acceptedIn(session));
}

/** Never lets anything but n8n's own errors out, and under the Continue modes not even those. */
export async function runJobs(context: IExecuteFunctions, kind: JobKind): Promise<INodeExecutionData[][]> {
	const progress: Progress = { outcomes: context.getInputData().map(() => []), jobs: [] };
	const isMeant = (error: unknown): error is Error => throwsFailures(context) && (error instanceof NodeApiError || error instanceof NodeOperationError);
	return await runItems(context, kind, progress)
		.catch((error: unknown) => (isMeant(error) ? Promise.reject(error) : rescue(context, progress, error)))
		.finally(() => {
			if (progress.session?.isTool === true) releaseEntries(progress.session.journal, progress.session.keys);
		});
}
