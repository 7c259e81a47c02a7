/**
 * Replaces nodes/host/execution/realClock: all clocks of a test show the same time, which passes while all tasks sleep.
 * A test file mocks the module with this one.
 */
import type * as RealClock from '../../nodes/host/execution/realClock';
import { createFakeClock, type FakeClock } from './fakeClock';
import { stoppable } from './stoppable';

let time = createFakeClock();

/** Starts a new clock for the runs that follow. */
export function newTime(): FakeClock {
	time = createFakeClock();
	return time;
}

export const createClock: typeof RealClock.createClock = (signal) => stoppable(time, signal);
