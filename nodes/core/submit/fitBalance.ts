import { roundAmount, type Amount } from '../cost';

/** For each cost, in order: why the balance does not cover it; undefined if it does. A cost that is not covered leaves the balance as it was. */
export function fitBalance(costs: readonly Amount[], balance: Amount): Array<string | undefined> {
	let left = balance.amount;
	return costs.map(({ amount, unit }) => {
		if (amount > left) {
			const planned = roundAmount(balance.amount - left);
			const others = planned === 0 ? '' : `, of which other items of this run take ${planned}`;
			return `the balance is ${roundAmount(balance.amount)} ${unit}${others}, and this job would cost about ${amount}`;
		}
		left = roundAmount(left - amount);
		return undefined;
	});
}
