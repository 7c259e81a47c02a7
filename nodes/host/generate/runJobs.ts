import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { errorText, oneLine } from '../../core/text';
import { openAccounts } from '../execution/account';
import { isToolCall, throwsFailures } from '../execution/toolCall';
import { releaseEntries } from '../journal/liveCalls';
import { acceptedIn, forgetDelivered } from '../journal/undelivered';
import { invalidInput, listTasks, stopError, type ItemFailure } from '../output/failureItem';
import { failuresIn, finish, isStopError } from '../output/finish';
import { inputFieldsFor, withInputFields } from '../output/inputFields';
import type { Outcome } from '../output/outcome';
import type { AbleItem, ReadAt, ReadItem } from '../plan/generatePlan';
import { admitJobs } from './admitJobs';
import { crashedJob } from './failedJob';
import { openJobs, type Job } from './job';
import { processJobs } from './processJobs';
import { openSession, type Session, type SessionRules } from './session';

/** How a generating node reads an item, and what is counted and limited. */
export interface JobKind extends SessionRules {
	read(context: IExecuteFunctions, at: ReadAt): Promise<ReadItem>;
	/** What would be sent for these items. */
	dryRun(items: readonly AbleItem[], session: Session): Promise<Outcome[]>;
}

/** The progress of a run, whose results are returned even after an unexpected error. */
interface Progress {
	/** By input item, in order. */
	outcomes: Outcome[][];
	jobs: Job[];
	session?: Session;
}

const isFailure = (one: Job | ItemFailure): one is ItemFailure => 'failure' in one;

/** Reads all items, opens and admits their jobs, and processes all jobs in parallel. */
async function processItems(context: IExecuteFunctions, kind: JobKind, progress: Progress): Promise<void> {
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
	const opened = openJobs(
		items.filter((item) => !isDry(item)),
		session,
	);
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
}

/** Turns a bug outside of any item into failures: otherwise n8n would pass on the input as results, or lose the ids. */
function rescue({ outcomes, jobs, session }: Progress, error: unknown): void {
	const jobOf = new Map(jobs.map((job) => [job.itemIndex, job]));
	const message = oneLine(errorText(error));
	outcomes.forEach((list, itemIndex) => {
		if (list.length > 0) return;
		const job = jobOf.get(itemIndex);
		const failed = job === undefined ? invalidInput(itemIndex, undefined, [message]) : crashedJob(job, error, session?.journal.entries[job.key]);
		outcomes[itemIndex] = [{ kind: 'failure', failed }];
	});
}

/** Makes the output in input order. Under Stop, any failure becomes the error, which names the tasks that can still be collected. */
function outputOf(context: IExecuteFunctions, { outcomes, jobs, session }: Progress): INodeExecutionData[][] {
	if (session === undefined) return finish(context, outcomes, []);
	const accepted = acceptedIn(session);
	if (session.run.signal?.aborted === true && accepted.length > 0) {
		// n8n saves a stopped execution before this node's error exists, so the ids are only in the log.
		context.logger.warn(`Stopped with accepted tasks: ${listTasks(accepted)}`);
	}
	const output = finish(context, outcomes, accepted);
	// Everything was delivered, so no retry of this pass can follow, and the execution's data stays small.
	if (failuresIn(outcomes).length === 0) for (const job of jobs) forgetDelivered(job, session);
	return output;
}

/** Throws only n8n's own errors, and none under the Continue modes. */
export async function runJobs(context: IExecuteFunctions, kind: JobKind): Promise<INodeExecutionData[][]> {
	const progress: Progress = { outcomes: context.getInputData().map(() => []), jobs: [] };
	return await processItems(context, kind, progress)
		.catch((error: unknown) => (isStopError(context, error) ? Promise.reject(error) : rescue(progress, error)))
		.then(() => outputOf(context, progress))
		.finally(() => {
			if (progress.session?.isTool === true) releaseEntries(progress.session.journal, progress.session.keys);
		});
}
