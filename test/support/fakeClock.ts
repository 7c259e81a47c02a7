import { Aborted, type Clock } from '../../nodes/core/clock';

export interface FakeClock extends Clock {
	/** Every sleep that was requested, in milliseconds, in order. */
	readonly sleeps: readonly number[];
	/** Milliseconds since the clock was made. */
	elapsed(): number;
	/** Ends all sleeping with Aborted, now and from now on. */
	abort(): void;
	/** Does something after this number of milliseconds, in order with the sleeps. */
	at(milliseconds: number, action: () => void): void;
	/** Sets the machine's clock, as a user or a time server does. */
	setWallTime(time: number): void;
	/** Alarms that are still set. */
	alarms(): number;
}

interface Alarm {
	time: number;
	action(): void;
}

interface Sleeper {
	time: number;
	wake(): void;
	stop(): void;
}

/** 20 November 2026, noon: the day of the examples in docs/output.md. */
export const fakeStart = Date.UTC(2026, 10, 20, 12);

/**
 * Time passes only while every task sleeps: the clock jumps to the earliest wake-up, and that task runs until its
 * next sleep before another wakes.
 */
export function createFakeClock(random: () => number = () => 0): FakeClock {
	let now = fakeStart;
	let isAborted = false;
	let wallOffset = 0;
	const sleepers: Sleeper[] = [];
	const sleeps: number[] = [];
	// Alarms fire while a task sleeps; they advance no time themselves, because the watched work may still be running.
	const alarms = new Set<Alarm>();

	const ringUntil = (time: number): void => {
		for (;;) {
			const [next] = [...alarms].filter((alarm) => alarm.time <= time).sort((one, other) => one.time - other.time);
			if (next === undefined) return;
			alarms.delete(next);
			now = Math.max(now, next.time);
			next.action();
		}
	};

	const wakeNext = (): void => {
		sleepers.sort((one, other) => one.time - other.time);
		const next = sleepers.shift();
		if (next === undefined) return;
		ringUntil(next.time);
		now = Math.max(now, next.time);
		next.wake();
	};
	const add = (sleeper: Sleeper): void => {
		sleepers.push(sleeper);
		setImmediate(wakeNext);
	};
	return {
		sleeps,
		now: () => now,
		wallTime: () => now + wallOffset,
		setWallTime(time) {
			wallOffset = time - now;
		},
		alarm(milliseconds, action) {
			const alarm = { time: now + milliseconds, action };
			alarms.add(alarm);
			return () => void alarms.delete(alarm);
		},
		alarms: () => alarms.size,
		random,
		isAborted: () => isAborted,
		elapsed: () => now - fakeStart,
		abort() {
			isAborted = true;
			for (const sleeper of sleepers.splice(0)) sleeper.stop();
		},
		at(milliseconds, action) {
			add({ time: fakeStart + milliseconds, wake: action, stop: () => undefined });
		},
		async sleep(milliseconds) {
			if (isAborted) throw new Aborted();
			if (!Number.isFinite(milliseconds) || milliseconds < 0) throw new Error(`Nobody can sleep ${milliseconds} ms`);
			sleeps.push(milliseconds);
			await new Promise<void>((resolve, reject) => {
				add({ time: now + milliseconds, wake: resolve, stop: () => reject(new Aborted()) });
			});
		},
	};
}

/** Lets this number of seconds pass, one after the other, for work that does not sleep itself. */
export async function letPass(clock: Clock, seconds: number): Promise<void> {
	for (let second = 0; second < seconds; second++) await clock.sleep(1000);
}
