import { sleep } from 'n8n-workflow';

import { Aborted, type Clock } from '../../core/clock';

/** A clock that can also be stopped by us, not only by the user. */
export interface StoppableClock extends Clock {
	/** Ends all sleeping on this clock, now and from now on. */
	stop(): void;
}

// Before n8n 2.41 sleep() takes no signal and must be cut into slices for Stop to be noticed.
const sleepIsAbortable = sleep.length >= 2;
const sliceMilliseconds = 250;
// Longer timers fire at once.
const longestTimerMilliseconds = 2 ** 31 - 1;

/** Real time, ended by n8n's Stop. */
export function createClock(signal: AbortSignal | undefined): StoppableClock {
	// One listener on n8n's signal instead of one per sleeping task, and none left behind.
	const sleepers = new Set<AbortController>();
	let isStopped = false;
	const stop = (): void => {
		isStopped = true;
		for (const sleeper of sleepers) sleeper.abort();
	};
	if (signal?.aborted === true) stop();
	else signal?.addEventListener('abort', stop, { once: true });
	const throwIfStopped = (): void => {
		if (isStopped) throw new Aborted();
	};

	const sleepAtOnce = async (milliseconds: number): Promise<void> => {
		const sleeper = new AbortController();
		sleepers.add(sleeper);
		await sleep(Math.min(Math.max(0, milliseconds), longestTimerMilliseconds), sleeper.signal)
			.catch(() => Promise.reject(new Aborted()))
			.finally(() => sleepers.delete(sleeper));
	};
	const sleepInSlices = async (milliseconds: number): Promise<void> => {
		const end = Date.now() + milliseconds;
		for (let left = milliseconds; left > 0; left = end - Date.now()) {
			await sleep(Math.min(left, sliceMilliseconds));
			throwIfStopped();
		}
	};
	return {
		now: () => Date.now(),
		random: () => Math.random(),
		isAborted: () => isStopped,
		stop,
		async sleep(milliseconds) {
			throwIfStopped();
			await (sleepIsAbortable ? sleepAtOnce(milliseconds) : sleepInSlices(milliseconds));
		},
	};
}
