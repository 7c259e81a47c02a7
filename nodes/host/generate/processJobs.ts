import pLimit from 'p-limit';

import { Aborted } from '../../core/clock';
import { submitFailure, taskFailure } from '../../core/reply/providerFailure';
import { openEntry, type JournalEntry } from '../../core/submit/journal';
import { knownFromRef, type AttemptNote, type TaskRef } from '../../core/task/taskRef';
import { throwsFailures } from '../execution/toolCall';
import type { ItemFailure } from '../output/failureItem';
import { failuresIn } from '../output/finish';
import type { Outcome } from '../output/outcome';
import { waitAndDeliver } from '../wait/waitAndDeliver';
import { crashedJob, failedJob, ownerOfJob } from './failedJob';
import { isTaken, type Job, type TakenJob } from './job';
import { forgetFreeTask } from './journalledSubmit';
import type { Session } from './session';
import { takeJob } from './takeJob';

function stopped(job: Job, sent: boolean, entry: JournalEntry | undefined, ref: TaskRef | undefined): ItemFailure {
	const provider = ownerOfJob(job, entry, ref);
	if (ref !== undefined) {
		const message = 'The execution was stopped while the task was running';
		return failedJob(job, provider, taskFailure(provider, 'cancelled', { message }), ref);
	}
	const message = sent
		? 'The execution was stopped while the job was being sent, and it may have arrived'
		: 'The execution was stopped before the job was sent';
	const failed = failedJob(job, provider, submitFailure(provider, 'cancelled', { message }, sent));
	const attempts = openEntry(entry)?.draft.attempts;
	return attempts === undefined ? failed : { ...failed, attempts };
}

/** With several providers: those that did not take the job. */
function withAttempts(outcome: Outcome, attempts: AttemptNote[] | undefined): Outcome {
	if (attempts === undefined) return outcome;
	if (outcome.kind === 'failure') return { ...outcome, failed: { ...outcome.failed, attempts } };
	const { item } = outcome;
	return { ...outcome, item: { ...item, json: { ...item.json, attempts: attempts.map((one) => ({ ...one })) } } };
}

async function collect(job: Job, { ref, channel, plan }: TakenJob, session: Session): Promise<Outcome[]> {
	const { itemIndex } = job;
	if (job.completion === 'returnTask') return [{ kind: 'item', item: { json: { ...ref }, pairedItem: { item: itemIndex } } }];
	const expected = plan?.provider.pixels(plan.checked.task.values) ?? null;
	const outcomes = await waitAndDeliver({ itemIndex, known: knownFromRef(ref), expected }, channel, job.options, session.run);
	for (const { failure } of failuresIn([outcomes])) forgetFreeTask(failure, job, plan, session);
	return outcomes.map((outcome) => withAttempts(outcome, ref.attempts));
}

/** Processes one item: submit, record, wait, deliver. Never rejects: a failure is its outcome. */
async function processJob(job: Job, session: Session): Promise<Outcome[]> {
	let ref: TaskRef | undefined;
	const fail = (failed: ItemFailure): Outcome[] => [{ kind: 'failure', failed }];
	try {
		const result = await takeJob(job, session);
		if (!isTaken(result)) return fail(result);
		ref = result.ref;
		return await collect(job, result, session);
	} catch (error) {
		const entry = session.journal.entries[job.key];
		return fail(error instanceof Aborted ? stopped(job, error.sent, entry, ref) : crashedJob(job, error, entry, ref));
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
