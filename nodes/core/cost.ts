/** Anything that is counted and limited. */
export interface Amount {
	amount: number;
	unit: string;
}

/** Money in the provider's own unit. */
export interface Cost extends Amount {
	unit: 'USD' | 'credits';
}

/** Removes floating-point errors (0.035 × 3) by rounding to six decimals. */
export function roundAmount(amount: number): number {
	return Math.round(amount * 1e6) / 1e6;
}

export function shareOf(cost: Cost, parts: number): Cost {
	return { amount: roundAmount(cost.amount / Math.max(1, parts)), unit: cost.unit };
}
