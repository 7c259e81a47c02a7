import type { Clock } from '../clock';

/** Status checks of tasks that no reply has confirmed yet: so many at once, then four a second. */
const most = 100;
const secondsEach = 0.25;
/** Unused for so long, an allowance is as good as new. */
export const refillMilliseconds = most * secondsEach * 1000;

export interface CheckAllowance {
	/** Resolves when one more check is allowed. */
	take(clock: Clock): Promise<void>;
	/** Returns a check that was for an existing task. */
	giveBack(): void;
}

/** Anyone can send a callback with an invented id: this bounds how many status checks that causes. */
export function createCheckAllowance(): CheckAllowance {
	let left = most;
	let filledAt = 0;
	return {
		async take(clock) {
			const now = clock.now();
			left = Math.min(most, left + Math.max(0, now - filledAt) / (secondsEach * 1000));
			// Each call has a clock of its own: where the machine's was set back, time counts from there.
			filledAt = filledAt - now > refillMilliseconds ? now : Math.max(filledAt, now);
			left -= 1;
			if (left < 0) await clock.sleep(-left * secondsEach * 1000);
		},
		giveBack() {
			left = Math.min(most, left + 1);
		},
	};
}
