import { allowedOptions, isShown, writeFields, type AnyValues, type ProviderField } from '../../../nodes/core/provider/field';
import type { JsonObject } from '../../../nodes/core/json';

const size: ProviderField = {
	displayName: 'Width',
	name: 'width',
	type: 'number',
	default: 2048,
	displayOptions: { show: { sizing: ['custom'] } },
	wire: 'input.size',
	wireTemplate: '{width}x{height}',
};
const mode: ProviderField = {
	displayName: 'Mode',
	name: 'mode',
	type: 'boolean',
	default: true,
	wire: 'input.mode',
	wireValues: { true: 'standard', false: null },
};
const shape: ProviderField = {
	displayName: 'Shape',
	name: 'shape',
	type: 'options',
	default: '1:1',
	options: [
		{ name: '1:1', value: '1:1' },
		{ name: 'Match', value: 'match', displayOptions: { show: { operation: ['imageToImage'] } } },
	],
	wire: 'shape',
};
const seed: ProviderField = { displayName: 'Seed', name: 'seed', type: 'string', integerOrEmpty: true, default: '', wire: 'seed' };
const steering: ProviderField = { displayName: 'Sizing', name: 'sizing', type: 'options', default: 'custom', options: [] };

function written(fields: readonly ProviderField[], values: AnyValues): JsonObject {
	const body: JsonObject = {};
	writeFields(body, fields, values);
	return body;
}

describe('isShown', () => {
	test.each<[AnyValues, boolean]>([
		[{ sizing: 'custom' }, true],
		[{ sizing: 'preset' }, false],
		[{}, false],
	])('with %j is %s', (values, expected) => {
		expect(isShown(size, values)).toBe(expected);
	});

	test('requires every condition to hold', () => {
		const both: ProviderField = { ...size, displayOptions: { show: { sizing: ['custom'], operation: ['imageToImage'] } } };
		expect(isShown(both, { sizing: 'custom', operation: 'textToImage' })).toBe(false);
		expect(isShown(both, { sizing: 'custom', operation: 'imageToImage' })).toBe(true);
	});

	test('is true without conditions', () => {
		expect(isShown(mode, {})).toBe(true);
	});
});

test('allowedOptions returns only the options that these values allow', () => {
	expect(allowedOptions(shape, { operation: 'textToImage' }).map((option) => option.value)).toEqual(['1:1']);
	expect(allowedOptions(shape, { operation: 'imageToImage' }).map((option) => option.value)).toEqual(['1:1', 'match']);
	expect(allowedOptions(mode, {})).toEqual([]);
});

describe('writeFields', () => {
	test.each<[string, readonly ProviderField[], AnyValues, JsonObject]>([
		['makes one value of several fields', [size], { sizing: 'custom', width: 2560, height: 1440 }, { input: { size: '2560x1440' } }],
		['leaves out what is hidden', [size], { sizing: 'preset', width: 2560, height: 1440 }, {}],
		['renames a value', [mode], { mode: true }, { input: { mode: 'standard' } }],
		['leaves out a value that stands for nothing', [mode], { mode: false }, {}],
		['writes a value as it is', [shape], { shape: '1:1' }, { shape: '1:1' }],
		['sends 0', [seed], { seed: 0 }, { seed: 0 }],
		['leaves out an empty field', [seed], { seed: undefined }, {}],
		['leaves out an empty text', [shape], { shape: '' }, {}],
		['leaves out a field that only steers the panel', [steering], { sizing: 'custom' }, {}],
	])('%s', (_, fields, values, body) => {
		expect(written(fields, values)).toEqual(body);
	});

	test('keeps what the body already contains', () => {
		const body: JsonObject = { input: { prompt: 'a fox' } };
		writeFields(body, [mode], { mode: true });
		expect(body).toEqual({ input: { prompt: 'a fox', mode: 'standard' } });
	});
});
