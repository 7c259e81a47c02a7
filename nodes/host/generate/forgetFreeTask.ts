import type { Failure } from '../../core/failure/failure';
import { isLastingRefusal } from '../../core/submit/journal';
import { countedFor, subtractCost } from '../../core/submit/spending';
import type { GeneratePlan } from '../plan/generatePlan';
import { requestKeyOf, type Job } from './job';
import type { Session } from './session';

/** Releases a failed task that certainly cost nothing: its cost is subtracted, and the next try is a new job. */
export function forgetFreeTask(failure: Failure, job: Job, plan: GeneratePlan | undefined, session: Session): void {
	const { journal, executionId } = session;
	const entry = journal.entries[job.key];
	if (failure.mayBeCharged || entry?.state !== 'accepted') return;
	const { ref } = entry;
	journal.freed[job.key] = (journal.freed[job.key] ?? 0) + 1;
	subtractCost(journal.spent, countedFor(ref, entry.counted));
	delete journal.entries[job.key];
	if (plan !== undefined && isLastingRefusal(failure)) journal.refusals[requestKeyOf(job, plan, session)] = { failure, execution: executionId, ref };
}
