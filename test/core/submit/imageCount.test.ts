import { imageCount } from '../../../nodes/core/submit/imageCount';
import { checkFields } from '../../../nodes/core/parameters/checkFields';
import { setAt, type JsonObject, type JsonValue } from '../../../nodes/core/json';
import type { Provider } from '../../../nodes/core/provider/provider';
import { providers, type ProviderId } from '../../../nodes/providers';
import { providerOf } from '../../support/provider';

/** The count of a request with this parameter and these Additional Fields. */
function countOf(provider: Provider, parameter: number, additionalFields: JsonObject = {}) {
	const { values } = checkFields(provider.fields, { imageCount: parameter }, { operation: 'textToImage' });
	return imageCount(provider, { operation: 'textToImage', prompt: 'a fox', imageUrls: [], values, additionalFields });
}

const pathIn = ({ fields }: Provider): string | undefined => fields.find(({ name }) => name === 'imageCount')?.wire;

describe.each(providers.map((provider) => [provider.id, provider] as const))('%s', (_, provider) => {
	const path = pathIn(provider);

	test('counts what the parameter says', () => {
		expect(countOf(provider, 3)).toEqual({ requested: path === undefined ? 1 : 3 });
	});

	test('has a path for its count in the request, where its count can change', () => {
		const requested = [1, 2].map((count) => countOf(provider, count).requested);
		expect(new Set(requested).size > 1).toBe(path !== undefined);
	});
});

const counting = providers.flatMap((provider) => {
	const path = pathIn(provider);
	return path === undefined ? [] : [[provider.id, path, provider] as const];
});

test.each(counting)('%s: counts what Additional Fields put at %s instead', (_, path, provider) => {
	const counted = [4, 50, '4'].map((given) => {
		const additionalFields: JsonObject = {};
		setAt(additionalFields, path, given);
		return countOf(provider, 2, additionalFields);
	});
	expect(counted).toEqual([{ requested: 4 }, { requested: 50 }, { requested: 4 }]);
});

test.each<[JsonValue, string]>([
	[0, '0'],
	[-2, '-2'],
	[1.5, '1.5'],
	[1e300, '1e+300'],
	['many', '"many"'],
	['', '""'],
	[null, 'null'],
	[[4], '[4]'],
])('%j is no count: the parameter is a guess', (given, shown) => {
	expect(countOf(providerOf('apixo'), 2, { input: { max_images: given } })).toEqual({
		requested: 2,
		doubt: `Additional Fields set input.max_images to ${shown}, which is not a number of images`,
	});
});

test('a count that was taken out of the request is none', () => {
	expect(countOf(providerOf('apixo'), 2, { input: null })).toEqual({
		requested: 2,
		doubt: 'Additional Fields set input.max_images to nothing, which is not a number of images',
	});
});

test.each<[ProviderId, JsonObject, string | undefined]>([
	['apiframe', { model: 'seedream-5-pro' }, '"seedream-5-pro"'],
	['pixwith', { model_id: '0-30' }, '"0-30"'],
	['apiInOne', { model: 'seedream/5-lite-text-to-image' }, '"seedream/5-lite-text-to-image"'],
	['apiInOne', { model: 'seedream-4-5' }, undefined],
	['apiframe', { model: 'seedream-4.5' }, undefined],
	['apixo', { model: 'seedream-5' }, '"seedream-5"'],
	['pixelDojo', { seed: 5 }, undefined],
])('%s with %j: the price of another model is not known', (id, additionalFields, named) => {
	const { doubt } = countOf(providerOf(id), 1, additionalFields);
	expect(doubt).toBe(named === undefined ? undefined : `Additional Fields ask for the model ${named}, whose price is not known`);
});
