import type { Provider } from '../../../nodes/core/provider/provider';
import { estimateCost, plannedCost, spendingLimit } from '../../../nodes/host/plan/estimateCost';
import { planFor } from '../../support/fakeRun';
import { simpleProvider } from '../../support/madeUpProvider';

test('the cost is the price of all images; without a price it is unknown, and nothing in a sum', () => {
	expect(estimateCost(planFor({ images: { requested: 3 } }))).toEqual({ amount: 0.105, unit: 'USD' });
	const free = planFor({}, { ...simpleProvider, cost: { unit: 'credits', documented: false, onlyDelivered: false, note: 'Nobody knows the price' } });
	expect([estimateCost(free), plannedCost(free)]).toEqual([undefined, { amount: 0, unit: 'credits' }]);
});

test.each<[string, Partial<Provider['cost']>, string | undefined, string | undefined]>([
	['that is documented', {}, undefined, undefined],
	['that Additional Fields made uncertain', {}, 'Nobody knows how many', 'Nobody knows how many'],
	['that is not documented', { documented: false }, 'Nobody knows how many', 'The price of this job is not documented'],
	['that nobody knows', { documented: false, perImage: undefined, note: 'Nobody knows the price' }, undefined, 'Nobody knows the price'],
])('a spending limit doubts a cost %s', (_, cost, imageDoubt, doubt) => {
	const images = { requested: 2, ...(imageDoubt === undefined ? {} : { doubt: imageDoubt }) };
	expect(spendingLimit(planFor({ images }, { ...simpleProvider, cost: { ...simpleProvider.cost, ...cost } })).doubt).toBe(doubt);
});
