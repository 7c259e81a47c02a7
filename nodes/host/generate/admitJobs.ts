import type { Cost } from '../../core/cost';
import { submitFailure } from '../../core/reply/providerFailure';
import { fitBalance } from '../../core/submit/fitBalance';
import { checkSpending, type Planned } from '../../core/submit/spending';
import { CredentialFault } from '../execution/account';
import { balanceOf } from '../execution/balanceOf';
import { spentWithLive } from '../journal/liveCalls';
import type { ItemFailure } from '../output/failureItem';
import { plannedCost } from '../plan/estimateCost';
import { abandonedJob, providerDeselected, credentialFailed } from './failedJob';
import { isSettled, mayRepeat, type Job } from './job';
import type { Session } from './session';

/** Why jobs must not be sent, found before any of them is: accounts that cannot be opened, and limits that would be exceeded. */
export async function admitJobs(jobs: readonly Job[], session: Session): Promise<Map<Job, ItemFailure>> {
	const refused = new Map<Job, ItemFailure>();
	await Promise.all(
		jobs.map(async (job) => {
			// With several providers, those whose account cannot be opened are skipped.
			if (job.earlier === undefined && job.unable !== undefined) return;
			if (session.credentialOf(job.provider.id) === undefined) {
				refused.set(job, providerDeselected(job));
				return;
			}
			const channel = await session.run.channel(job.provider);
			if (channel instanceof CredentialFault) refused.set(job, credentialFailed(job, channel));
		}),
	);
	const left = jobs.filter((job) => !refused.has(job));
	const planned = left.map((job) => plannedFor(job, session));
	const reasons = checkSpending(planned, spentWithLive(session.journal, session.keys));
	left.forEach((job, index) => {
		const message = reasons[index];
		if (message !== undefined) refused.set(job, tooExpensive(job, message));
	});
	for (const [job, failed] of await refuseBeyondBalance(
		left.filter((job) => !refused.has(job)),
		session,
	))
		refused.set(job, failed);
	return refused;
}

/** The jobs that the balance does not cover, if Check Balance is on and the provider reports a balance. */
async function refuseBeyondBalance(jobs: readonly Job[], session: Session): Promise<Array<[Job, ItemFailure]>> {
	const checked = jobs.filter((job) => job.options.checkBalance && !isSettled(job));
	const [first] = checked;
	const channel = first === undefined ? undefined : await session.run.channel(first.provider);
	const balance = channel === undefined || channel instanceof CredentialFault ? undefined : await balanceOf(channel);
	if (balance === undefined) return [];
	const reasons = fitBalance(
		checked.map(({ plans: [plan] }) => (plan === undefined ? nothing : plannedCost(plan))),
		balance,
	);
	return checked.flatMap((job, index): Array<[Job, ItemFailure]> => {
		const message = reasons[index];
		return message === undefined ? [] : [[job, abandonedJob(job, submitFailure(job.provider, 'insufficientCredits', { message }))]];
	});
}

const nothing: Cost = { amount: 0, unit: 'credits' };

const nothingPlanned: Planned = { cost: nothing, limit: 0, allowUnknownCost: false, settled: true };

function plannedFor(job: Job, session: Session): Planned {
	const [plan] = job.plans;
	return plan === undefined ? nothingPlanned : { ...session.limit(plan), settled: isSettled(job) };
}

function tooExpensive(job: Job, message: string): ItemFailure {
	const failure = submitFailure(job.provider, 'spendingLimit', { message });
	if (!mayRepeat(job)) return abandonedJob(job, failure);
	const words = `${message}; an earlier try of this job may have been accepted`;
	return { ...abandonedJob(job, failure), failure: { ...failure, message: words, mayBeCharged: true } };
}
