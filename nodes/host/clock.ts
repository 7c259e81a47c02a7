import { sleep } from 'n8n-workflow';

import { Aborted, type Clock } from '../core/clock';

// Before n8n 2.41 sleep() takes no signal and must be cut into slices for Stop to be noticed.
const sleepIsAbortable = sleep.length >= 2;
const sliceMilliseconds = 250;

/** Real time, ended by n8n's Stop. */
export function createClock(signal: AbortSignal | undefined): Clock {
	const isAborted = (): boolean => signal?.aborted === true;
	const throwIfAborted = (): void => {
		if (isAborted()) throw new Aborted();
	};
	return {
		now: () => Date.now(),
		random: () => Math.random(),
		isAborted,
		async sleep(milliseconds) {
			throwIfAborted();
			if (sleepIsAbortable) {
				await sleep(Math.max(0, milliseconds), signal).catch(() => Promise.reject(new Aborted()));
				return;
			}
			const end = Date.now() + milliseconds;
			for (let left = milliseconds; left > 0; left = end - Date.now()) {
				await sleep(Math.min(left, sliceMilliseconds));
				throwIfAborted();
			}
		},
	};
}
