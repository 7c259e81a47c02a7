import type { Failure } from '../failure/failure';

/** How long a provider that could not be reached, or that asked for a pause too long to wait for, is not asked again. */
const awayMilliseconds = 60_000;

/** Which providers are skipped in this run, and why: a refusal to one item applies to the others. */
export class Outs {
	private readonly gone = new Map<string, { until: number; failure: Failure }>();

	/** Records what a refusal says about the provider itself. If its gate is closed, the gate decides when to ask again. */
	note(provider: string, failure: Failure, { now, isGateClosed }: { now: number; isGateClosed: boolean }): void {
		if (this.of(provider, now) !== undefined) return;
		if (failure.kind === 'authentication' || failure.kind === 'insufficientCredits') this.gone.set(provider, { until: Number.POSITIVE_INFINITY, failure });
		const isAway = failure.kind === 'providerUnavailable' || (failure.kind === 'rateLimited' && !isGateClosed);
		if (isAway) this.gone.set(provider, { until: now + awayMilliseconds, failure });
	}

	/** Why a provider is not to be asked at this moment. */
	of(provider: string, now: number): Failure | undefined {
		const one = this.gone.get(provider);
		return one !== undefined && now < one.until ? one.failure : undefined;
	}
}
