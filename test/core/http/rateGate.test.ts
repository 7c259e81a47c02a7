import { Aborted } from '../../../nodes/core/clock';
import { RateGate } from '../../../nodes/core/http/rateGate';
import { createFakeClock, fakeStart } from '../../support/fakeClock';

const never = fakeStart + 3_600_000;

test('an open gate lets all requests pass at once', async () => {
	const clock = createFakeClock();
	await new RateGate(clock).pass(never);
	expect(clock.sleeps).toEqual([]);
});

test('the pause lasts as long as the provider asked', async () => {
	const clock = createFakeClock();
	const gate = new RateGate(clock);
	gate.refused(12);
	await gate.pass(never);
	expect(clock.elapsed()).toBe(12_000);
});

test('all wait together and are spread when it opens', async () => {
	let next = 0;
	const clock = createFakeClock(() => [0, 0.25, 0.5, 0.75][next++ % 4] ?? 0);
	const gate = new RateGate(clock);
	gate.refused(2);
	const passed = await Promise.all(
		[1, 2, 3, 4].map(async () => {
			await gate.pass(never);
			return clock.elapsed();
		}),
	);
	expect(passed).toEqual([2000, 2125, 2250, 2375]);
});

test('the spread is up to a quarter of the pause', async () => {
	const clock = createFakeClock(() => 0.999);
	const gate = new RateGate(clock);
	gate.refused(undefined);
	await gate.pass(never);
	expect(clock.elapsed()).toBeCloseTo(1000 + 0.999 * 250, 6);
	expect(clock.sleeps).toHaveLength(1);
});

test('the spread is at most a second, however long the pause', async () => {
	const clock = createFakeClock(() => 0.999);
	const gate = new RateGate(clock);
	gate.refused(120);
	await gate.pass(never);
	expect(clock.elapsed()).toBeCloseTo(120_999, 6);
});

test('without a time the pause doubles up to 30 seconds, and begins anew after a success', async () => {
	const clock = createFakeClock();
	const gate = new RateGate(clock);
	const pauses: number[] = [];
	const refuse = async (): Promise<void> => {
		const before = clock.elapsed();
		gate.refused(undefined);
		await gate.pass(never);
		pauses.push((clock.elapsed() - before) / 1000);
	};
	for (let time = 0; time < 8; time++) await refuse();
	gate.succeeded();
	await refuse();
	expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30, 30, 1]);
});

test('refusals of requests that were sent together count as one', async () => {
	const clock = createFakeClock();
	const gate = new RateGate(clock);
	for (let time = 0; time < 20; time++) gate.refused(undefined);
	await gate.pass(never);
	expect(clock.elapsed()).toBe(1000);
});

test('the longest of several times counts', async () => {
	const clock = createFakeClock();
	const gate = new RateGate(clock);
	gate.refused(9);
	gate.refused(3);
	await gate.pass(never);
	expect(clock.elapsed()).toBe(9000);
});

test('a Retry-After of zero still means a pause', async () => {
	const clock = createFakeClock();
	const gate = new RateGate(clock);
	gate.refused(0);
	await gate.pass(never);
	expect(clock.elapsed()).toBe(1000);
});

test('a pause that is extended while a request waits is kept', async () => {
	const clock = createFakeClock();
	const gate = new RateGate(clock);
	gate.refused(5);
	clock.at(4000, () => gate.refused(10));
	await gate.pass(never);
	expect(clock.elapsed()).toBe(14_000);
});

test('no request waits beyond its deadline', async () => {
	const clock = createFakeClock(() => 0.999);
	const gate = new RateGate(clock);
	gate.refused(300);
	await gate.pass(fakeStart + 7000);
	expect(clock.elapsed()).toBe(7000);
	await gate.pass(fakeStart);
	expect(clock.elapsed()).toBe(7000);
});

test('Stop ends the waiting', async () => {
	const clock = createFakeClock();
	const gate = new RateGate(clock);
	gate.refused(300);
	clock.at(2000, () => clock.abort());
	await expect(gate.pass(never)).rejects.toBeInstanceOf(Aborted);
	expect(clock.elapsed()).toBe(2000);
});

test.each([0, 0.0000001, 0.001, 0.999])('a provider that asks for %s seconds is not asked again at once', async (seconds) => {
	const clock = createFakeClock();
	const gate = new RateGate(clock);
	gate.refused(seconds);
	await gate.pass(never);
	expect(clock.elapsed()).toBe(1000);
});
