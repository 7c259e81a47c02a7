import type { AcceptedEntry, OpenEntry } from '../../core/submit/journal';
import { CredentialFault } from '../execution/account';
import type { ItemFailure } from '../output/failureItem';
import type { GeneratePlan } from '../plan/generatePlan';
import { askInOrder } from './askInOrder';
import type { RepeatableEntry } from './attempt';
import { doubtOf, failedJob, abandonedJob, credentialFailed } from './failedJob';
import { type Job, mayRepeat, type TakenJob } from './job';
import { journalledSubmit } from './journalledSubmit';
import type { Session } from './session';

const changedValues =
	'The values of this item have changed since an earlier try submitted its task. The images match what was sent then, and nothing is paid twice.';

/** The task of an earlier try, continued by this one. */
async function reuse(job: Job, { owner, ref, execution }: AcceptedEntry, session: Session): Promise<TakenJob | ItemFailure> {
	const channel = await session.run.channel(job.provider);
	if (channel instanceof CredentialFault) return credentialFailed(job, channel);
	const isSame = owner.request !== undefined && owner.request === job.identity.request;
	// The callback of an earlier execution's task goes to that execution, so this one polls the task.
	const callback = execution === session.executionId ? ref.callback : 'none';
	const warnings = isSame ? ref.warnings : [...ref.warnings, changedValues];
	const plan = isSame ? job.plans.find(({ provider }) => provider.id === ref.provider) : undefined;
	return { ref: { ...ref, callback, warnings }, channel, ...(plan === undefined ? {} : { plan }) };
}

/** Asks the only provider, with this item's request or again with that of an earlier try. */
async function askOne(job: Job, what: { plan: GeneratePlan } | { repeat: RepeatableEntry }, session: Session): Promise<TakenJob | ItemFailure> {
	const provider = 'plan' in what ? what.plan.provider : job.provider;
	const channel = await session.run.channel(provider);
	if (channel instanceof CredentialFault) return credentialFailed(job, channel);
	const submitted = await journalledSubmit(job, { ...what, channel }, session);
	if (submitted.kind === 'failed') return failedJob(job, provider, submitted.failure, submitted.ref);
	return { ref: submitted.ref, channel, ...('plan' in what ? { plan: what.plan } : {}) };
}

const isRepeatable = (entry: OpenEntry): entry is RepeatableEntry => entry.repeatable !== undefined;

/** Gets the job accepted: by an earlier try, by repeating its request, or by the first provider that can take it. */
export async function takeJob(job: Job, session: Session): Promise<TakenJob | ItemFailure> {
	const { earlier, provider } = job;
	if (earlier?.state === 'accepted') return await reuse(job, earlier, session);
	if (earlier !== undefined && isRepeatable(earlier)) return await askOne(job, { repeat: earlier }, session);
	if (earlier !== undefined && !mayRepeat(job)) return failedJob(job, provider, doubtOf(earlier, provider));
	if (job.fault !== undefined) return abandonedJob(job, job.fault.failure);
	return job.unable === undefined ? await askOne(job, { plan: job.plans[0] }, session) : await askInOrder(job, session);
}
