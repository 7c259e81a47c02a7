import { sleep } from 'n8n-workflow';

import { Aborted, type Clock } from '../../core/clock';

/** A clock that the node itself can stop, and not only the user. */
export interface StoppableClock extends Clock {
	/** Ends all sleeping on this clock, now and from now on. */
	stop(): void;
}

// Passed as the reason, because without one each abort creates an error with a stack, and every request cancels an alarm.
const cancelled = new Aborted();

// Before n8n 2.41, sleep() takes no signal, so a sleep is cut into slices in order to notice Stop.
const sleepIsAbortable = (): boolean => sleep.length >= 2;
const sliceMilliseconds = 250;
// A longer timer would fire at once.
const longestTimerMilliseconds = 2 ** 31 - 1;

/** Sleeps until the time has come or the signal is aborted, whichever is first. */
async function sleepUnlessAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
	if (sleepIsAbortable()) {
		await sleep(Math.min(Math.max(0, milliseconds), longestTimerMilliseconds), signal).catch(() => undefined);
		return;
	}
	const end = performance.now() + milliseconds;
	for (let left = milliseconds; left > 0 && !signal.aborted; left = end - performance.now()) {
		await sleep(Math.min(left, sliceMilliseconds));
	}
}

/** The real clock, stopped by n8n's Stop. */
export function createClock(signal: AbortSignal | undefined): StoppableClock {
	const origin = Date.now() - performance.now();
	const sleepers = new Set<AbortController>();
	let isStopped = false;
	const isAborted = (): boolean => isStopped || signal?.aborted === true;
	const wakeAll = (): void => {
		for (const sleeper of sleepers) sleeper.abort(cancelled);
	};
	// One listener on n8n's signal for all sleeps, and none while nothing sleeps, because a loop creates a clock for every pass.
	const add = (sleeper: AbortController): void => {
		if (sleepers.size === 0) signal?.addEventListener('abort', wakeAll);
		sleepers.add(sleeper);
	};
	const remove = (sleeper: AbortController): void => {
		sleepers.delete(sleeper);
		if (sleepers.size === 0) signal?.removeEventListener('abort', wakeAll);
	};
	return {
		now: () => Math.round(origin + performance.now()),
		wallTime: () => Date.now(),
		random: () => Math.random(),
		isAborted,
		stop: () => {
			isStopped = true;
			wakeAll();
		},
		async sleep(milliseconds) {
			if (isAborted()) throw new Aborted();
			const sleeper = new AbortController();
			add(sleeper);
			await sleepUnlessAborted(milliseconds, sleeper.signal);
			remove(sleeper);
			if (isAborted()) throw new Aborted();
		},
		alarm(milliseconds, action) {
			const off = new AbortController();
			const runUnlessCancelled = (): void => {
				if (!off.signal.aborted) action();
			};
			sleepUnlessAborted(milliseconds, off.signal).then(runUnlessCancelled, () => undefined);
			return () => off.abort(cancelled);
		},
	};
}
