import { createCheckAllowance } from '../../../nodes/core/task/checkAllowance';
import { createFakeClock } from '../../support/fakeClock';

test('allows a hundred checks at once, then four a second', async () => {
	const clock = createFakeClock();
	const allowance = createCheckAllowance();
	for (let check = 0; check < 100; check++) await allowance.take(clock);
	expect(clock.elapsed()).toBe(0);
	for (let check = 0; check < 10; check++) await allowance.take(clock);
	expect(clock.elapsed()).toBe(2500);
});

test('checks that wait at the same time are allowed one after the other', async () => {
	const clock = createFakeClock();
	const allowance = createCheckAllowance();
	const ends = await Promise.all(
		Array.from({ length: 105 }, async () => {
			await allowance.take(clock);
			return clock.elapsed();
		}),
	);
	expect(ends.slice(98)).toEqual([0, 0, 250, 500, 750, 1000, 1250]);
});

test('a check of a task that exists is not counted, and no more than a hundred accumulate', async () => {
	const clock = createFakeClock();
	const allowance = createCheckAllowance();
	for (let check = 0; check < 1000; check++) {
		await allowance.take(clock);
		allowance.giveBack();
	}
	await clock.sleep(3_600_000);
	for (let check = 0; check < 101; check++) await allowance.take(clock);
	expect(clock.elapsed()).toBe(3_600_250);
});

test('checks are allowed again after the machine’s clock was set back', async () => {
	const allowance = createCheckAllowance();
	const ahead = createFakeClock();
	await ahead.sleep(3_600_000);
	for (let check = 0; check < 100; check++) await allowance.take(ahead);
	// A later call has a clock of its own, which begins an hour earlier.
	const later = createFakeClock();
	await allowance.take(later);
	await later.sleep(25_000);
	const from = later.elapsed();
	for (let check = 0; check < 100; check++) await allowance.take(later);
	expect(later.elapsed() - from).toBeLessThan(1000);
});
