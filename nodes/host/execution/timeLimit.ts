import type { Clock } from '../../core/clock';

/** Ends one exchange with a server after a time, at the user's Stop, or when the caller says so. */
export interface TimeLimit {
	/** Aborted when the exchange ends; passed with the request to end it too. */
	signal: AbortSignal;
	/** Ends the exchange now: the request, not the work that reads its reply. */
	end: () => void;
	/** Makes the limit count as reached now. */
	expire: () => void;
	/** Settles as the work does, but rejects at the limit even if the work continues, because n8n does not end every request. */
	race<Result>(work: Promise<Result>): Promise<Result>;
	/** Removes the alarm and the listener. Must be called, whatever the outcome. */
	close: () => void;
}

/** Thrown if the limit was reached before the work was done. */
export class LimitReached extends Error {}

export function openTimeLimit(clock: Clock, stop: AbortSignal | undefined, milliseconds: number): TimeLimit {
	const ender = new AbortController();
	const waiting = new Set<() => void>();
	let isReached = false;
	const end = (): void => ender.abort();
	const expire = (): void => {
		isReached = true;
		for (const rejectWork of waiting) rejectWork();
		end();
	};
	const cancelAlarm = clock.alarm(milliseconds, expire);
	if (stop?.aborted === true) expire();
	stop?.addEventListener('abort', expire);
	return {
		signal: ender.signal,
		end,
		expire,
		async race(work) {
			return await new Promise((resolve, reject) => {
				const rejectWork = (): void => reject(new LimitReached());
				if (isReached) rejectWork();
				waiting.add(rejectWork);
				work.then(resolve, reject);
			});
		},
		close() {
			cancelAlarm();
			stop?.removeEventListener('abort', expire);
		},
	};
}
