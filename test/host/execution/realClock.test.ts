import { getEventListeners } from 'node:events';

import type * as N8nWorkflow from 'n8n-workflow';

import { Aborted } from '../../../nodes/core/clock';
import { createClock } from '../../../nodes/host/execution/realClock';

const hour = 3_600_000;

// The first sleep loads n8n-workflow, which takes a while on a busy machine.
beforeAll(async () => await createClock(undefined).sleep(0), 30_000);

afterEach(() => {
	jest.restoreAllMocks();
});

describe.each([
	['forward', hour],
	['back', -hour],
])("when the machine's clock is set %s", (_name, jump) => {
	test('now() is steady, and only wallTime() follows a changed machine clock', async () => {
		const clock = createClock(undefined);
		const start = clock.now();
		const real = Date.now.bind(Date);
		jest.spyOn(Date, 'now').mockImplementation(() => real() + jump);
		await clock.sleep(2);
		expect(clock.now() - start).toBeGreaterThanOrEqual(1);
		expect(clock.now() - start).toBeLessThan(60_000);
		expect(Math.abs(clock.wallTime() - start - jump)).toBeLessThan(60_000);
	});
});

test('now() starts at the time of the machine clock', () => {
	expect(Math.abs(createClock(undefined).now() - Date.now())).toBeLessThan(1000);
});

test('a sleep ends at once when the user presses Stop, and none begins on a stopped clock', async () => {
	const user = new AbortController();
	const clock = createClock(user.signal);
	const sleeping = clock.sleep(60_000);
	user.abort();
	await expect(sleeping).rejects.toThrow(Aborted);
	await expect(clock.sleep(0)).rejects.toThrow(Aborted);
	expect(clock.isAborted()).toBe(true);
});

test('a clock can be stopped without stopping the run', async () => {
	const user = new AbortController();
	const [run, waits] = [createClock(user.signal), createClock(user.signal)];
	const sleeping = waits.sleep(60_000);
	waits.stop();
	await expect(sleeping).rejects.toThrow(Aborted);
	expect([run.isAborted(), waits.isAborted()]).toEqual([false, true]);
});

test('before n8n 2.41, whose sleep takes no signal, a sleep is cut into slices and ends early on Stop', async () => {
	let now = 0;
	const slices: number[] = [];
	const user = new AbortController();
	jest.spyOn(performance, 'now').mockImplementation(() => now);
	jest.spyOn(jest.requireActual<Pick<typeof N8nWorkflow, 'sleep'>>('n8n-workflow/dist/cjs/utils'), 'sleep').mockImplementation(async (milliseconds) => {
		slices.push(milliseconds);
		now += milliseconds;
		if (now > 1000) user.abort();
		return await Promise.resolve();
	});
	await createClock(user.signal).sleep(600);
	expect(slices).toEqual([250, 250, 100]);
	await expect(createClock(user.signal).sleep(60_000)).rejects.toThrow(Aborted);
	expect(slices).toEqual([250, 250, 100, 250, 250]);
});

describe('an alarm', () => {
	test('fires, even on a stopped clock', async () => {
		const clock = createClock(undefined);
		clock.stop();
		await new Promise<void>((resolve) => clock.alarm(1, resolve));
	});

	test('does not fire once it is canceled', async () => {
		const clock = createClock(undefined);
		const action = jest.fn();
		clock.alarm(1, action)();
		await new Promise<void>((resolve) => clock.alarm(5, resolve));
		expect(action).not.toHaveBeenCalled();
	});
});

test('30 passes of a loop leave no listener on the signal of the execution', async () => {
	const user = new AbortController();
	const counts: number[] = [];
	for (let pass = 0; pass < 30; pass++) {
		const [run, waits] = [createClock(user.signal), createClock(user.signal)];
		await Promise.all([run.sleep(0), run.sleep(1), waits.sleep(0)]);
		counts.push(getEventListeners(user.signal, 'abort').length);
	}
	expect(Math.max(...counts)).toBe(0);
});
