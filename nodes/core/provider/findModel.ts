import { quote } from '../text';
import type { Provider } from './provider';

/** The provider with this model; undefined if it does not offer it. */
export function findModel({ models }: Provider, id: string | undefined): Provider | undefined {
	return models.find(({ model }) => model.id === id);
}

/** The provider with this model, or with its present one if it does not offer this model. */
export function inModel(provider: Provider, id: string | undefined): Provider {
	return findModel(provider, id) ?? provider;
}

/** One sentence about a model that the provider does not offer, without a period. */
export function modelFault({ displayName, models }: Provider, typed: unknown): string {
	const known = models.map(({ model }) => model.id).join(', ');
	return `Model must be one of ${known} for ${displayName}, but is ${typed === '' || typed === undefined ? 'nothing' : quote(typed, 60)}`;
}
