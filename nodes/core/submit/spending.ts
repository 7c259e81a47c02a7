import { roundAmount, type Amount } from '../cost';
import type { TaskRef } from '../task/taskRef';

export interface Planned {
	cost: Amount;
	/** Why the cost is only a guess; one sentence without a period. */
	doubt?: string;
	/** The user's limit in the provider's unit; 0: none. */
	limit: number;
	allowUnknownCost: boolean;
	/** The option's name, if it is not Spending Limit. */
	name?: string;
	/** Whether an earlier try of this execution has decided: the job is counted already, or it sends nothing. */
	settled: boolean;
}

export const spendingLimitName = 'Spending Limit';

/** Adds a cost to the sums per unit. */
export function addCost(sums: Record<string, number>, { amount, unit }: Amount): void {
	sums[unit] = Math.max(0, roundAmount((sums[unit] ?? 0) + amount));
}

export function subtractCost(sums: Record<string, number>, { amount, unit }: Amount): void {
	addCost(sums, { amount: -amount, unit });
}

/** How much an accepted task adds to the sums: its price, as far as it is known, or its images. */
export function countedFor({ estimatedCost, imagesRequested }: TaskRef, { unit }: Amount): Amount {
	return unit === 'images' ? { amount: imagesRequested, unit } : (estimatedCost ?? { amount: 0, unit });
}

/** For each job, in order: why it must not be sent; undefined if it fits. `spent` is what the execution has spent so far, per unit. */
export function checkSpending(jobs: readonly Planned[], spent: Readonly<Record<string, number>>): Array<string | undefined> {
	const total: Record<string, number> = { ...spent };
	return jobs.map(({ cost, doubt, limit, allowUnknownCost, settled, name = spendingLimitName }) => {
		if (settled) return undefined;
		if (limit > 0 && doubt !== undefined && !allowUnknownCost) {
			return `${doubt}, so Spending Limit cannot be kept; turn on Allow Unknown Cost to ${cost.amount > 0 ? 'count the estimate' : 'send it uncounted'}`;
		}
		const before = total[cost.unit] ?? 0;
		const after = roundAmount(before + cost.amount);
		if (limit > 0 && after > limit) {
			return cost.unit === 'images'
				? `${name} is ${limit}: ${before} are made or planned in this execution and this job would make ${cost.amount} more`
				: `${name} is ${limit} ${cost.unit}: ${roundAmount(before)} are spent or planned in this execution and this job would cost ${cost.amount} more`;
		}
		total[cost.unit] = after;
		return undefined;
	});
}
