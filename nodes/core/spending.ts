import type { Cost } from './cost';
import { roundAmount } from './cost';

export interface Planned {
	cost: Cost;
	/** Whether the provider's price is documented. */
	documented: boolean;
	/** The user's limit in the provider's unit; 0: none. */
	limit: number;
	allowUnknownCost: boolean;
	/** Already paid by an earlier try of this execution. */
	paid: boolean;
}

/** For each job, in order, why it may not be sent; undefined where it fits. `spent` is what the execution paid so far, per unit. */
export function checkSpending(jobs: readonly Planned[], spent: Readonly<Record<string, number>>): Array<string | undefined> {
	const total: Record<string, number> = { ...spent };
	return jobs.map(({ cost, documented, limit, allowUnknownCost, paid }) => {
		if (paid) return undefined;
		if (limit > 0 && !documented && !allowUnknownCost) {
			return 'The price of this job is not documented, so Spending Limit cannot be kept; switch on Allow Unknown Cost to count the estimate';
		}
		const before = total[cost.unit] ?? 0;
		const after = roundAmount(before + cost.amount);
		if (limit > 0 && after > limit) {
			return `Spending Limit is ${limit} ${cost.unit}: ${roundAmount(before)} are spent or planned in this execution and this job would cost ${cost.amount} more`;
		}
		total[cost.unit] = after;
		return undefined;
	});
}
