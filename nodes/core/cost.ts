/** Anything that is counted and limited. */
export interface Amount {
	amount: number;
	unit: string;
}

/** Money in the provider's own unit. */
export interface Cost extends Amount {
	unit: 'USD' | 'credits';
}

/** Rounds away binary dust (0.035 × 3) without losing a tenth of a cent. */
export function roundAmount(amount: number): number {
	return Math.round(amount * 1e6) / 1e6;
}

export function shareOf(cost: Cost, parts: number): Cost {
	return { amount: roundAmount(cost.amount / Math.max(1, parts)), unit: cost.unit };
}
