import { knownFromRef, type AttemptNote } from '../../core/task/taskRef';
import { failuresIn } from '../output/finish';
import type { Outcome } from '../output/outcome';
import { waitAndDeliver } from '../wait/waitAndDeliver';
import { forgetFreeTask } from './forgetFreeTask';
import type { Job, TakenJob } from './job';
import type { Session } from './session';

/** With several providers: those that did not take the job. */
function withAttempts(outcome: Outcome, attempts: AttemptNote[] | undefined): Outcome {
	if (attempts === undefined) return outcome;
	if (outcome.kind === 'failure') return { ...outcome, failed: { ...outcome.failed, attempts } };
	const { item } = outcome;
	return { ...outcome, item: { ...item, json: { ...item.json, attempts: attempts.map((one) => ({ ...one })) } } };
}

/** Waits for the task of a job and delivers its images, or returns the task at once. Rejects only with Aborted. */
export async function collectJob(job: Job, { ref, channel, plan }: TakenJob, session: Session): Promise<Outcome[]> {
	const { itemIndex } = job;
	if (job.completion === 'returnTask') return [{ kind: 'item', item: { json: { ...ref }, pairedItem: { item: itemIndex } } }];
	const expected = plan?.provider.pixels(plan.checked.task.values) ?? null;
	const outcomes = await waitAndDeliver({ itemIndex, known: knownFromRef(ref), expected }, channel, job.options, session.run);
	for (const { failure } of failuresIn([outcomes])) forgetFreeTask(failure, job, plan, session);
	return outcomes.map((outcome) => withAttempts(outcome, ref.attempts));
}
