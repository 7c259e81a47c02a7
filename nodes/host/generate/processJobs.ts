import pLimit from 'p-limit';

import { Aborted } from '../../core/clock';
import type { TaskRef } from '../../core/task/taskRef';
import { throwsFailures } from '../execution/toolCall';
import type { ItemFailure } from '../output/failureItem';
import type { Outcome } from '../output/outcome';
import { collectJob } from './collectJob';
import { crashedJob, stoppedJob } from './failedJob';
import { isTaken, type Job } from './job';
import type { Session } from './session';
import { takeJob } from './takeJob';

/** Processes one item: submit, record, wait, deliver. Never rejects: a failure is its outcome. */
async function processJob(job: Job, session: Session): Promise<Outcome[]> {
	let ref: TaskRef | undefined;
	const fail = (failed: ItemFailure): Outcome[] => [{ kind: 'failure', failed }];
	try {
		const result = await takeJob(job, session);
		if (!isTaken(result)) return fail(result);
		ref = result.ref;
		return await collectJob(job, result, session);
	} catch (error) {
		const entry = session.journal.entries[job.key];
		return fail(error instanceof Aborted ? stoppedJob(job, error.sent, entry, ref) : crashedJob(job, error, entry, ref));
	}
}

/** A wait or a submit that was canceled because of another item. Never a job that may have been paid. */
function isCalledOff(outcome: Outcome): boolean {
	if (outcome.kind === 'item') return false;
	const { failure, taskId } = outcome.failed;
	return failure.kind === 'cancelled' && (taskId !== undefined || !failure.mayBeCharged);
}

export async function processJobs(jobs: readonly Job[], session: Session): Promise<Outcome[][]> {
	const { clock, signal } = session.run;
	const mostInFlight = jobs[0]?.options.maxTasksInFlight ?? 0;
	const inFlight = pLimit(mostInFlight > 0 ? mostInFlight : Number.POSITIVE_INFINITY);
	const stopsAtFailure = throwsFailures(session.context);
	const processed = await Promise.all(
		jobs.map(
			async (job) =>
				await inFlight(async () => {
					const outcomes = await processJob(job, session);
					// Under Stop, one failure makes all other waits pointless, and nothing more is sent.
					if (stopsAtFailure && outcomes.some((one) => one.kind === 'failure')) clock.stop();
					return outcomes;
				}),
		),
	);
	if (signal?.aborted === true) return processed;
	return processed.map((list) => list.filter((one) => !isCalledOff(one)));
}
