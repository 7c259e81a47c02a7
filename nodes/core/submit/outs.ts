import type { Failure } from '../failure/failure';

/** How long a provider that could not be reached, or that asked for a pause too long to wait for, is not asked again. */
const awayMilliseconds = 60_000;

interface Out {
	until: number;
	failure: Failure;
	/** The job that tries the provider again while the others go elsewhere. */
	tester?: string;
}

/** Which providers are skipped in this run, and why: a refusal to one item applies to the others. Times are on the run's clock. */
export class Outs {
	private readonly gone = new Map<string, Out>();

	/** Records what a refusal says about the provider itself. If its gate is closed, the gate decides when to ask again. */
	note(provider: string, failure: Failure, { now, isGateClosed }: { now: number; isGateClosed: boolean }): void {
		const isOver = failure.kind === 'authentication' || failure.kind === 'insufficientCredits';
		const isAway = failure.kind === 'providerUnavailable' || (failure.kind === 'rateLimited' && !isGateClosed);
		const known = this.gone.get(provider);
		const isKnown = known !== undefined && known.tester === undefined && now < known.until;
		if (isKnown || !(isOver || isAway)) return;
		this.gone.set(provider, { until: isOver ? Number.POSITIVE_INFINITY : now + awayMilliseconds, failure });
	}

	/** A provider was not reached once: this job tries again, and the others skip the provider meanwhile. */
	suspect(provider: string, failure: Failure, { now, tester }: { now: number; tester: string }): void {
		if (this.of(provider, now, tester) === undefined) this.gone.set(provider, { until: now + awayMilliseconds, failure, tester });
	}

	/** The job that tried again has its answer. */
	settle(provider: string, tester: string): void {
		if (this.gone.get(provider)?.tester === tester) this.gone.delete(provider);
	}

	/** Why a provider is not to be asked at this moment, by this job. */
	of(provider: string, now: number, job: string): Failure | undefined {
		const one = this.gone.get(provider);
		return one !== undefined && now < one.until && one.tester !== job ? one.failure : undefined;
	}
}
