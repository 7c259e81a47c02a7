import { imageCount } from '../../../nodes/core/submit/imageCount';
import { checkFields } from '../../../nodes/core/parameters/checkFields';
import type { JsonObject, JsonValue } from '../../../nodes/core/json';
import type { Provider } from '../../../nodes/core/provider/provider';
import { fullProvider, plainProvider } from '../../support/madeUpProvider';

/** The count of a request with this parameter and these Additional Fields. */
function countOf(provider: Provider, parameter: number, additionalFields: JsonObject = {}) {
	const { values } = checkFields(provider.fields, { imageCount: parameter }, { operation: 'textToImage' });
	return imageCount(provider, { operation: 'textToImage', prompt: 'a fox', imageUrls: [], values, additionalFields });
}

test('is the value of the parameter', () => {
	expect(countOf(fullProvider, 3)).toEqual({ requested: 3 });
});

test('is one if the provider has no count', () => {
	expect(countOf(plainProvider, 3, { input: { count: 4 } })).toEqual({ requested: 1 });
});

test.each([
	[4, 4],
	[50, 50],
	['4', 4],
])('is the value from Additional Fields, if they set it: %j', (count, requested) => {
	expect(countOf(fullProvider, 2, { input: { count } })).toEqual({ requested });
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
])('%j is not a count, so the number of images is an estimate', (given, shown) => {
	expect(countOf(fullProvider, 2, { input: { count: given } })).toEqual({
		requested: 2,
		doubt: `Additional Fields set input.count to ${shown}, which is not a number of images`,
	});
});

test('a count that Additional Fields remove makes the number an estimate', () => {
	expect(countOf(fullProvider, 2, { input: null })).toEqual({
		requested: 2,
		doubt: 'Additional Fields set input.count to nothing, which is not a number of images',
	});
});

test.each<[JsonObject, string | undefined]>([
	[{ model: 'model-2' }, '"model-2"'],
	[{ model: 'example/model_1' }, undefined],
	[{ input: { seed: 5 } }, undefined],
])('%j: the price of another model is not known', (additionalFields, named) => {
	const { doubt } = countOf(fullProvider, 1, additionalFields);
	expect(doubt).toBe(named === undefined ? undefined : `Additional Fields ask for the model ${named}, whose price is not known`);
});
