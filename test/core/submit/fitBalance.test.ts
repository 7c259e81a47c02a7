import { fitBalance } from '../../../nodes/core/submit/fitBalance';

const credits = (amount: number) => ({ amount, unit: 'credits' });

test.each<[number, number[], Array<string | undefined>]>([
	[12, [6, 6], [undefined, undefined]],
	[11, [6, 6], [undefined, 'the balance is 11 credits, of which other items of this run take 6, and this job would cost about 6']],
	[0, [4], ['the balance is 0 credits, and this job would cost about 4']],
	[10, [6, 24, 4], [undefined, 'the balance is 10 credits, of which other items of this run take 6, and this job would cost about 24', undefined]],
	[
		0.105,
		[0.035, 0.035, 0.035, 0.035],
		[undefined, undefined, undefined, 'the balance is 0.105 credits, of which other items of this run take 0.105, and this job would cost about 0.035'],
	],
	[0, [0], [undefined]],
])('a balance of %d for costs of %j', (balance, costs, reasons) => {
	expect(fitBalance(costs.map(credits), credits(balance))).toEqual(reasons);
});
