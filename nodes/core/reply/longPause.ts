import type { Failure } from '../failure/failure';
import { longestRetryAfterSeconds } from '../http/retryAfter';
import type { Provider } from '../provider/provider';
import { submitFailure } from './providerFailure';

/** The failure if a provider asks for a pause that is too long for a run; undefined if it does not. */
export function longPause(provider: Provider, refusal: Failure, askedSeconds: number | undefined): Failure | undefined {
	if (askedSeconds === undefined || askedSeconds <= longestRetryAfterSeconds) return undefined;
	const message = `${refusal.message} (it asks to wait ${Math.round(askedSeconds)} seconds, longer than the ${longestRetryAfterSeconds} that a run waits)`;
	return submitFailure(provider, 'rateLimited', { ...refusal, message });
}
