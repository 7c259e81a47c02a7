import type { Clock } from '../clock';

/** How many status checks of tasks that no reply has confirmed are allowed at once; after that, four a second. */
const most = 100;
const secondsEach = 0.25;
/** After this time without use, an allowance is full again. */
export const refillMilliseconds = most * secondsEach * 1000;

export interface CheckAllowance {
	/** Resolves when one more check is allowed. */
	take(clock: Clock): Promise<void>;
	/** Gives back a check, because its task exists. */
	giveBack(): void;
}

/** Anyone can send a callback with an invented id. This limits how many status checks such calls cause. */
export function createCheckAllowance(): CheckAllowance {
	let left = most;
	let filledAt = 0;
	return {
		async take(clock) {
			const now = clock.now();
			left = Math.min(most, left + Math.max(0, now - filledAt) / (secondsEach * 1000));
			// Each call has its own clock: if the machine's clock was set back, time counts from there.
			filledAt = filledAt - now > refillMilliseconds ? now : Math.max(filledAt, now);
			left -= 1;
			if (left < 0) await clock.sleep(-left * secondsEach * 1000);
		},
		giveBack() {
			left = Math.min(most, left + 1);
		},
	};
}
