/**
 * The nodes' own time, running faster: pauses, time-outs and deadlines of minutes become seconds, all by one factor. For
 * `jest.mock` of the module that knows time; the code under test stays as it is.
 */
import type * as Clock from '../../../nodes/host/execution/realClock';

export const timeFactor = 20;

export function compressedClock(actual: typeof Clock): typeof Clock {
	return {
		...actual,
		createClock: (signal) => {
			const real = actual.createClock(signal);
			const origin = Date.now();
			return {
				...real,
				now: () => origin + (Date.now() - origin) * timeFactor,
				wallTime: () => origin + (Date.now() - origin) * timeFactor,
				sleep: async (milliseconds) => await real.sleep(milliseconds / timeFactor),
				alarm: (milliseconds, action) => real.alarm(milliseconds / timeFactor, action),
			};
		},
	};
}
