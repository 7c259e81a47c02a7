import { providers } from '../../nodes/providers';
import type { Figure } from './main';
import { inShort, runItems } from './runItems';

/** Each model beside Seedream 4.5, at its provider's pace. */
export async function measureModels(count = 100): Promise<Figure[]> {
	const figures: Figure[] = [];
	for (const { id, displayName, models } of providers) {
		for (const { model } of models.slice(1)) {
			const observed = await runItems({ count, node: 'seedreamGenerate', parameters: { provider: id, model: model.id } });
			const { images } = observed;
			figures.push({ what: `${displayName}, ${model.label}: images of ${count} items`, value: String(images), bar: `= ${count}`, isMet: images === count });
			figures.push({ what: `${displayName}, ${model.label}: in short`, value: inShort(observed), bar: '-', isMet: true });
		}
	}
	return figures;
}
