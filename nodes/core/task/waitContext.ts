import type { Clock } from '../clock';
import type { RateGate } from '../http/rateGate';
import type { Send } from '../http/send';
import type { Provider, ReadOverrides } from '../provider/provider';

/** How many tasks of one account are being waited for right now. */
export interface TasksInFlight {
	count: number;
}

/** What waiting for a task needs: which provider to ask, how, and until when. */
export interface WaitContext {
	provider: Provider;
	clock: Clock;
	gate: RateGate;
	send: Send;
	/** Milliseconds since 1970. */
	deadline: number;
	/** Replaces the provider's pace, the first check included; undefined keeps it. */
	pollIntervalSeconds?: number;
	overrides: ReadOverrides;
	/** Milliseconds since 1970, from an earlier check's `Retry-After`. */
	notBefore?: number;
	inFlight?: TasksInFlight;
}
