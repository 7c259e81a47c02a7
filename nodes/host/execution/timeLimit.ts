import type { Clock } from '../../core/clock';

/** Ends one exchange with a server: by time, by the user's Stop, or by the caller. */
export interface TimeLimit {
	/** Aborted when the exchange ends; passed with the request to end it too. */
	signal: AbortSignal;
	/** Ends the exchange now: the request, not the work that reads its reply. */
	end: () => void;
	/** The limit is reached before its time. */
	reach: () => void;
	/** Runs work under this limit. Rejects at the limit even if the work continues, because n8n does not end every request. */
	hold<Result>(work: Promise<Result>): Promise<Result>;
	/** Removes the alarm and the listener. Must be called, whatever the outcome. */
	close: () => void;
}

/** Thrown where the limit was reached before the work was done. */
export class LimitReached extends Error {}

export function openTimeLimit(clock: Clock, stop: AbortSignal | undefined, milliseconds: number): TimeLimit {
	const ender = new AbortController();
	const held = new Set<() => void>();
	let isReached = false;
	const end = (): void => ender.abort();
	const reach = (): void => {
		isReached = true;
		for (const giveUp of held) giveUp();
		end();
	};
	const cancelAlarm = clock.alarm(milliseconds, reach);
	if (stop?.aborted === true) reach();
	stop?.addEventListener('abort', reach);
	return {
		signal: ender.signal,
		end,
		reach,
		async hold(work) {
			return await new Promise((resolve, reject) => {
				const giveUp = (): void => reject(new LimitReached());
				if (isReached) giveUp();
				held.add(giveUp);
				work.then(resolve, reject);
			});
		},
		close() {
			cancelAlarm();
			stop?.removeEventListener('abort', reach);
		},
	};
}
