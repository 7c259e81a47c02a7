import type { ProviderId } from '../../../nodes/providers';
import type { Cost } from '../../../nodes/core/cost';

/** What one image costs, written once more from docs/providers.md. */
export const prices: Readonly<Record<ProviderId, Cost>> = {
	apiInOne: { amount: 12, unit: 'credits' },
	apiframe: { amount: 4, unit: 'credits' },
	apixo: { amount: 0.035, unit: 'USD' },
	pixelDojo: { amount: 1, unit: 'credits' },
	pixwith: { amount: 6, unit: 'credits' },
};
