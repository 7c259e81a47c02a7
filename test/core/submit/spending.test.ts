import { roundAmount, shareOf, type Cost } from '../../../nodes/core/cost';
import { addCost, checkSpending, countedFor, subtractCost, type Planned } from '../../../nodes/core/submit/spending';
import type { TaskRef } from '../../../nodes/core/task/taskRef';

const usd = (amount: number): Cost => ({ amount, unit: 'USD' });
const credits = (amount: number): Cost => ({ amount, unit: 'credits' });
const job = (cost: Cost, more: Partial<Planned> = {}): Planned => ({
	cost,
	limit: 0.1,
	allowUnknownCost: false,
	settled: false,
	...more,
});
const fits = (jobs: Planned[], spent: Record<string, number> = {}) => checkSpending(jobs, spent).map((refusal) => refusal === undefined);

describe('checkSpending', () => {
	test('without a limit everything fits', () => {
		expect(fits([job(usd(1e9), { limit: 0 }), job(usd(1), { limit: 0, doubt: 'Nobody knows' })])).toEqual([true, true]);
	});

	test('what reaches the limit exactly fits', () => {
		expect(fits([job(usd(0.1))])).toEqual([true]);
		expect(fits([job(usd(0.035)), job(usd(0.035)), job(usd(0.03))])).toEqual([true, true, true]);
	});

	test('adds up in order, and a job that does not fit is not counted', () => {
		expect(fits([job(usd(0.06)), job(usd(0.06)), job(usd(0.04)), job(usd(0.001))])).toEqual([true, false, true, false]);
	});

	test('counts what the execution has spent already', () => {
		expect(fits([job(usd(0.05))], { USD: 0.05 })).toEqual([true]);
		expect(fits([job(usd(0.05))], { USD: 0.06 })).toEqual([false]);
	});

	test('counts each unit by itself', () => {
		expect(fits([job(usd(0.1)), job(credits(12), { limit: 12 })], { credits: 0 })).toEqual([true, true]);
	});

	test('has no floating-point errors', () => {
		const jobs = Array.from({ length: 10 }, () => job(usd(0.035), { limit: 0.35 }));
		expect(fits(jobs)).toEqual(jobs.map(() => true));
	});

	test('does not check jobs that are settled already', () => {
		expect(fits([job(usd(5), { settled: true, doubt: 'Nobody knows' }), job(usd(0.1))])).toEqual([true, true]);
	});

	test('refuses an unknown price, unless allowed', () => {
		const unknown = job(credits(1), { limit: 10, doubt: 'Nobody knows the price' });
		expect(checkSpending([unknown], {})).toEqual([expect.stringMatching(/^Nobody knows the price, so .*turn on Allow Unknown Cost/)]);
		expect(fits([{ ...unknown, allowUnknownCost: true }])).toEqual([true]);
		expect(fits([{ ...unknown, allowUnknownCost: true, limit: 0.5 }])).toEqual([false]);
	});

	test('names the limit, the amount spent and the cost of the job', () => {
		expect(checkSpending([job(usd(0.07))], { USD: 0.05 })).toEqual([
			'Spending Limit is 0.1 USD: 0.05 are spent or planned in this execution and this job would cost 0.07 more',
		]);
	});

	test('does not change the sums it was given', () => {
		const spent = { USD: 0.01 };
		checkSpending([job(usd(0.05))], spent);
		expect(spent).toEqual({ USD: 0.01 });
	});
});

test('addCost adds and subtracts, unit by unit, without floating-point errors and never below zero', () => {
	const sums: Record<string, number> = {};
	for (const amount of [0.1, 0.2, 0.035]) addCost(sums, usd(amount));
	addCost(sums, credits(4));
	addCost(sums, usd(-0.2));
	expect(sums).toEqual({ USD: 0.135, credits: 4 });
	addCost(sums, credits(-12));
	expect(sums).toEqual({ USD: 0.135, credits: 0 });
});

test.each([
	[0.035 * 3, 0.105],
	[0.1 + 0.2, 0.3],
	[0, 0],
])('roundAmount(%d) is %d', (amount, rounded) => {
	expect(roundAmount(amount)).toBe(rounded);
});

test('shareOf never divides by zero', () => {
	expect(shareOf(usd(0.07), 2)).toEqual(usd(0.035));
	expect(shareOf(credits(10), 3)).toEqual(credits(3.333333));
	expect(shareOf(credits(10), 0)).toEqual(credits(10));
});

test('a cost that is subtracted leaves no less than nothing', () => {
	const sums = { USD: 0.1 };
	subtractCost(sums, usd(0.035));
	subtractCost(sums, credits(1));
	expect(sums).toEqual({ USD: 0.065, credits: 0 });
});

test.each<[string, Cost | undefined, string, object]>([
	['its price', usd(0.07), 'USD', usd(0.07)],
	['nothing if its price is not known', undefined, 'credits', credits(0)],
	['its images if these are limited', usd(0.07), 'images', { amount: 2, unit: 'images' }],
])('an accepted task adds %s to the sums', (_, estimatedCost, unit, counted) => {
	const task = { provider: 'example', taskId: 't', status: 'submitted', imagesRequested: 2, ...(estimatedCost === undefined ? {} : { estimatedCost }) };
	expect(countedFor(task as TaskRef, { amount: 9, unit })).toEqual(counted);
});
