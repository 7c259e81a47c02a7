import { submitFailure } from '../../core/reply/providerFailure';
import { checkSpending, type Planned } from '../../core/submit/spending';
import { CredentialFault } from '../execution/transport';
import type { ItemFailure } from '../output/failureItem';
import { isSettled, mayRepeat, type Job, type Session } from './job';
import { spentWithLive } from './liveCalls';
import { givenUp, lockedOut } from './processJobs';

/** Why jobs may not be sent or asked after, found before any of them is: accounts that cannot be opened, limits that do not hold. */
export async function admitJobs(jobs: readonly Job[], session: Session): Promise<Map<Job, ItemFailure>> {
	const refused = new Map<Job, ItemFailure>();
	await Promise.all(
		jobs.map(async (job) => {
			const channel = await session.run.channel(job.provider);
			if (channel instanceof CredentialFault) refused.set(job, lockedOut(job, channel));
		}),
	);
	const left = jobs.filter((job) => !refused.has(job));
	const reasons = checkSpending(left.map((job) => plannedFor(job, session)), spentWithLive(session.journal, session.keys));
	left.forEach((job, index) => {
		const message = reasons[index];
		if (message !== undefined) refused.set(job, tooExpensive(job, message));
	});
	return refused;
}

const nothingPlanned: Planned = { cost: { amount: 0, unit: 'USD' }, limit: 0, allowUnknownCost: false, settled: true };

function plannedFor(job: Job, session: Session): Planned {
	const [plan] = job.plans;
	return plan === undefined ? nothingPlanned : { ...session.limit(plan), settled: isSettled(job) };
}

function tooExpensive(job: Job, message: string): ItemFailure {
	const failure = submitFailure(job.provider, 'spendingLimit', { message });
	if (!mayRepeat(job)) return givenUp(job, failure);
	const words = `${message}; an earlier try of this job may have been accepted`;
	return { ...givenUp(job, failure), failure: { ...failure, message: words, mayBeCharged: true } };
}
