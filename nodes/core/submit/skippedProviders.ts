import type { Failure } from '../failure/failure';

/** For how long a provider is skipped if it could not be reached or asked for a pause that is too long to wait for. */
const skipMilliseconds = 60_000;

interface Skipped {
	until: number;
	failure: Failure;
	/** The job that tries the provider again while other jobs go to other providers. */
	trialJob?: string;
}

/** Which providers are skipped in this run, and why: a refusal of one item applies to the others too. Times are on the run's clock. */
export class SkippedProviders {
	private readonly skipped = new Map<string, Skipped>();

	/** Records what a refusal says about the provider itself. If its gate is closed, the gate decides when to ask again. */
	noteFailure(provider: string, failure: Failure, { now, isGateClosed }: { now: number; isGateClosed: boolean }): void {
		const isOver = failure.kind === 'authentication' || failure.kind === 'insufficientCredits';
		const isAway = failure.kind === 'providerUnavailable' || (failure.kind === 'rateLimited' && !isGateClosed);
		const known = this.skipped.get(provider);
		const isKnown = known !== undefined && known.trialJob === undefined && now < known.until;
		if (isKnown || !(isOver || isAway)) return;
		this.skipped.set(provider, { until: isOver ? Number.POSITIVE_INFINITY : now + skipMilliseconds, failure });
	}

	/** Records that a provider was not reached once: this job tries again, and the others skip the provider meanwhile. */
	startTrial(provider: string, failure: Failure, { now, trialJob }: { now: number; trialJob: string }): void {
		if (this.reasonFor(provider, now, trialJob) === undefined) this.skipped.set(provider, { until: now + skipMilliseconds, failure, trialJob });
	}

	/** Called when the job that tried again knows the outcome. */
	endTrial(provider: string, trialJob: string): void {
		if (this.skipped.get(provider)?.trialJob === trialJob) this.skipped.delete(provider);
	}

	/** Why this job must not ask a provider right now; undefined if it may. */
	reasonFor(provider: string, now: number, job: string): Failure | undefined {
		const one = this.skipped.get(provider);
		return one !== undefined && now < one.until && one.trialJob !== job ? one.failure : undefined;
	}
}
