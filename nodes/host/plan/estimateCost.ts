import { roundAmount, type Cost } from '../../core/cost';
import type { Planned } from '../../core/submit/spending';
import type { GeneratePlan } from './generatePlan';

/** Undefined if the provider publishes no price. */
export function estimateCost({ provider, images }: Pick<GeneratePlan, 'provider' | 'images'>): Cost | undefined {
	const { perImage, unit } = provider.cost;
	return perImage === undefined ? undefined : { amount: roundAmount(perImage * images.requested), unit };
}

/** The estimated cost for a sum: zero if there is no estimate. */
export function plannedCost(plan: Pick<GeneratePlan, 'provider' | 'images'>): Cost {
	return estimateCost(plan) ?? { amount: 0, unit: plan.provider.cost.unit };
}

/** What Spending Limit needs to know about an item. */
export function spendingLimit(plan: GeneratePlan): Omit<Planned, 'settled'> {
	const { provider, images, options } = plan;
	const { documented, perImage, note } = provider.cost;
	const doubt = documented ? images.doubt : perImage === undefined ? note : 'The price of this job is not documented';
	return {
		cost: plannedCost(plan),
		limit: options.spendingLimit,
		allowUnknownCost: options.allowUnknownCost,
		...(doubt === undefined ? {} : { doubt }),
	};
}
