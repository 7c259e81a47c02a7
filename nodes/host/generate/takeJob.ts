import type { ApiRequest } from '../../core/http/send';
import type { AcceptedEntry, OpenEntry } from '../../core/submit/journal';
import type { Channel } from '../execution/run';
import type { ItemFailure } from '../output/failureItem';
import { askInOrder } from './askInOrder';
import { doubtOf, failedJob, givenUp, lockedOut } from './failedJob';
import { type Job, mayRepeat, type TakenJob } from './job';
import { journalledSubmit, submitAgain } from './journalledSubmit';
import type { GeneratePlan } from './generatePlan';
import { CredentialFault } from '../execution/account';
import type { Session } from './session';

const changedValues =
	'The values of this item have changed since an earlier try submitted its task. The images match what was sent then, and nothing is paid twice.';

/** The task of an earlier try, continued by this one. */
function reuse(job: Job, { owner, ref, execution }: AcceptedEntry, channel: Channel, session: Session): TakenJob {
	const isSame = owner.request !== undefined && owner.request === job.identity.request;
	// A task of an earlier execution calls back to that execution, so this one polls it.
	const callback = execution === session.executionId ? ref.callback : 'none';
	const warnings = isSame ? ref.warnings : [...ref.warnings, changedValues];
	const plan = isSame ? job.plans.find(({ provider }) => provider.id === ref.provider) : undefined;
	return { ref: { ...ref, callback, warnings }, channel, ...(plan === undefined ? {} : { plan }) };
}

/** Continues a job that an earlier try has submitted: reuses its task, or repeats its request with the idempotency key. */
async function goOn(job: Job, earlier: AcceptedEntry | (OpenEntry & { repeatable: ApiRequest }), session: Session): Promise<TakenJob | ItemFailure> {
	const { provider } = job;
	const channel = await session.run.channel(provider);
	if (channel instanceof CredentialFault) return lockedOut(job, channel);
	if (earlier.state === 'accepted') return reuse(job, earlier, channel, session);
	const submitted = await submitAgain(job, earlier, earlier.repeatable, channel, session);
	return submitted.kind === 'accepted' ? { ref: submitted.ref, channel } : failedJob(job, provider, submitted.failure, submitted.ref);
}

/** Asks the one provider that is chosen. */
async function askOne(job: Job, plan: GeneratePlan, session: Session): Promise<TakenJob | ItemFailure> {
	const channel = await session.run.channel(plan.provider);
	if (channel instanceof CredentialFault) return lockedOut(job, channel);
	const submitted = await journalledSubmit(job, { plan, channel }, session);
	return submitted.kind === 'accepted' ? { ref: submitted.ref, channel, plan } : failedJob(job, plan.provider, submitted.failure, submitted.ref);
}

const isRepeatable = (entry: OpenEntry): entry is OpenEntry & { repeatable: ApiRequest } => entry.repeatable !== undefined;

/** Gets the job accepted: by an earlier try, by repeating its request, or by the first provider that can take it. */
export async function takeJob(job: Job, session: Session): Promise<TakenJob | ItemFailure> {
	const { earlier, provider } = job;
	if (earlier?.state === 'accepted' || (earlier !== undefined && isRepeatable(earlier))) return await goOn(job, earlier, session);
	if (earlier !== undefined && !mayRepeat(job)) return failedJob(job, provider, doubtOf(earlier, provider));
	if (job.fault !== undefined) return givenUp(job, job.fault.failure);
	return job.unable === undefined ? await askOne(job, job.plans[0], session) : await askInOrder(job, session);
}
