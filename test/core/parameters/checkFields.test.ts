import type { ProviderField } from '../../../nodes/core/provider/field';
import { checkFields } from '../../../nodes/core/parameters/checkFields';
import { fullProvider } from '../../support/madeUpProvider';

const textToImage = { operation: 'textToImage' };
const imageToImage = { operation: 'imageToImage' };

const count: ProviderField = {
	displayName: 'Image Count',
	name: 'imageCount',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 4, numberPrecision: 0 },
	default: 1,
};
const width: ProviderField = { displayName: 'Width', name: 'width', type: 'number', typeOptions: { minValue: 1, numberPrecision: 0 }, default: 2048 };
const plainNumber: ProviderField = { displayName: 'Steps', name: 'steps', type: 'number', typeOptions: { numberPrecision: 0 }, default: 5 };
const seconds: ProviderField = { displayName: 'Pause', name: 'pause', type: 'number', typeOptions: { minValue: 0.5 }, default: 5 };
const extra: ProviderField = { displayName: 'Extra', name: 'extra', type: 'json', default: '{}' };
const listed = [1];
const id: ProviderField = {
	displayName: 'ID',
	name: 'id',
	type: 'string',
	default: 'usual',
	emptyIsDefault: true,
	refusal: (text) => (text.includes(' ') ? 'must have no space' : undefined),
};
const seed: ProviderField = { displayName: 'Seed', name: 'seed', type: 'string', integerOrEmpty: true, default: '' };
const optimise: ProviderField = { displayName: 'Optimise', name: 'optimise', type: 'boolean', default: true };
const note: ProviderField = { displayName: 'Note', name: 'note', type: 'string', default: 'none' };
const shape: ProviderField = {
	displayName: 'Shape',
	name: 'shape',
	type: 'options',
	options: [
		{ name: 'Wide', value: 'wide' },
		{ name: 'Not Sent', value: '' },
	],
	default: 'wide',
};

describe('a good value', () => {
	test.each<[string, ProviderField, unknown, unknown]>([
		['a number', count, 3, 3],
		['numeric text', count, '3', 3],
		['numeric text with spaces', count, ' 3 ', 3],
		['the least', count, 1, 1],
		['the most', count, 4, 4],
		['0 as a seed', seed, 0, 0],
		['"0" as a seed', seed, '0', 0],
		['a negative seed', seed, '-7', -7],
		['an empty seed', seed, '', undefined],
		['no seed', seed, null, undefined],
		['a blank seed', seed, '  ', undefined],
		['true', optimise, true, true],
		['false', optimise, false, false],
		['"false"', optimise, 'false', false],
		['"true"', optimise, 'true', true],
		['an option', shape, 'wide', 'wide'],
		['an option with spaces', shape, ' wide ', 'wide'],
		['the empty option', shape, '', ''],
		['no option if one is empty', shape, undefined, ''],
		['text', note, 'hello', 'hello'],
		['text with spaces', note, ' hello\n', 'hello'],
		['a number as text', note, 42, '42'],
		['a decimal number', seconds, 0.75, 0.75],
		['a decimal number as text', seconds, ' 0.75 ', 0.75],
		['JSON as it is', extra, ' {"a": 1} ', ' {"a": 1} '],
		['a list as it is', extra, listed, listed],
		['a text that is not refused', id, ' other ', 'other'],
		['nothing if that counts as the default', id, ' ', 'usual'],
		['null if that counts as the default', id, null, 'usual'],
	])('%s', (_, field, raw, value) => {
		const { values, faults } = checkFields([field], { [field.name]: raw }, textToImage);
		expect(faults).toEqual([]);
		expect(values[field.name]).toBe(value);
	});
});

describe('a bad value is named with what is allowed', () => {
	test.each<[string, ProviderField, unknown, string]>([
		['too small', count, 0, 'Image Count must be a whole number from 1 to 4, but is 0'],
		['too large', count, 5, 'Image Count must be a whole number from 1 to 4, but is 5'],
		['a fraction', count, 1.5, 'Image Count must be a whole number from 1 to 4, but is 1.5'],
		['a fraction out of range', count, 4.5, 'Image Count must be a whole number from 1 to 4, but is 4.5'],
		['words', count, 'two', 'Image Count must be a whole number from 1 to 4, but is "two"'],
		['an exponent', count, '1e0', 'Image Count must be a whole number from 1 to 4, but is "1e0"'],
		['hexadecimal', count, '0x2', 'Image Count must be a whole number from 1 to 4, but is "0x2"'],
		['empty text', count, '', 'Image Count must be a whole number from 1 to 4, but is nothing'],
		['an expression that finds nothing', count, undefined, 'Image Count must be a whole number from 1 to 4, but is nothing'],
		['nothing for a switch', optimise, null, 'Optimise must be true or false, but is nothing'],
		['nothing for an option', { ...shape, options: [{ name: 'Wide', value: 'wide' }] }, null, 'Shape must be one of wide, but is nothing'],
		['a list', count, [2], 'Image Count must be a whole number from 1 to 4, but is [2]'],
		['not a number at all', count, Number.NaN, 'Image Count must be a whole number from 1 to 4, but is NaN'],
		['below the only limit', width, 0, 'Width must be a whole number of at least 1, but is 0'],
		['a fraction without limits', plainNumber, 0.5, 'Steps must be a whole number, but is 0.5'],
		['a seed of words', seed, 'lucky', 'Seed must be a whole number, but is "lucky"'],
		['a broken seed', seed, '4.2', 'Seed must be a whole number, but is 4.2'],
		['a number for a switch', optimise, 1, 'Optimise must be true or false, but is 1'],
		['words for a switch', optimise, 'yes', 'Optimise must be true or false, but is "yes"'],
		['an unknown option', shape, 'round', 'Shape must be one of wide, empty, but is "round"'],
		['a number for an option', shape, 169, 'Shape must be one of wide, empty, but is 169'],
		['a switch for text', note, true, 'Note must be text, but is true'],
		['no number for text', note, Number.NaN, 'Note must be text, but is NaN'],
		['a text that is refused', id, 'a b', 'ID must have no space, but is "a b"'],
		['a number below its limit', seconds, 0.4, 'Pause must be a number of at least 0.5, but is 0.4'],
		['an endless number', seconds, Number.POSITIVE_INFINITY, 'Pause must be a number of at least 0.5, but is Infinity'],
		['a seed that would be rounded', seed, '9007199254740993', 'Seed must be a whole number, but is 9007199254740992'],
		['a big integer', shape, 10n, 'Shape must be one of wide, empty, but is bigint'],
		['two lines', shape, 'a\nb', 'Shape must be one of wide, empty, but is "a b"'],
		['very long words', shape, 'x'.repeat(200), `Shape must be one of wide, empty, but is "${'x'.repeat(60)}…"`],
	])('%s', (_, field, raw, fault) => {
		expect(checkFields([field], { [field.name]: raw }, textToImage).faults).toEqual([fault]);
	});
});

test('a missing parameter has its default', () => {
	expect(checkFields([count, optimise, shape, seed], {}, textToImage)).toMatchObject({ faults: [], values: { imageCount: 1, optimise: true, shape: 'wide' } });
});

test('a faulty field is named and has its default', () => {
	const { values, faulty } = checkFields([count, optimise], { imageCount: 9, optimise: false }, textToImage);
	expect([...faulty]).toEqual(['imageCount']);
	expect(values).toMatchObject({ imageCount: 1, optimise: false });
});

test('a field that a faulty field hides stays hidden', () => {
	const { values, faulty } = checkFields(fullProvider.fields, { sizing: 'basic', resolution: '9K' }, textToImage);
	expect([...faulty]).toEqual(['sizing']);
	expect(values.sizing).toBe('preset');
	expect(values).not.toHaveProperty('resolution');
});

test('all faults of all fields are returned at once, in the order of the panel', () => {
	const { faults } = checkFields([count, optimise, shape, seed], { imageCount: 9, optimise: 'x', shape: 'round', seed: 'y' }, textToImage);
	expect(faults.map((fault) => fault.split(' must ')[0])).toEqual(['Image Count', 'Optimise', 'Shape', 'Seed']);
});

describe('visibility', () => {
	const { fields } = fullProvider;

	test('a hidden field is neither checked nor returned', () => {
		const { values, faults } = checkFields(fields, { sizing: 'preset', width: 'nonsense', height: -1 }, textToImage);
		expect(faults).toEqual([]);
		expect(values).not.toHaveProperty('width');
		expect(values).not.toHaveProperty('height');
		expect(values).toMatchObject({ sizing: 'preset', resolution: '2K', aspectRatio: '1:1' });
	});

	test('a field that is shown by another one is checked', () => {
		const { values, faults } = checkFields(fields, { sizing: 'custom', width: 'nonsense', resolution: '9K' }, textToImage);
		expect(faults).toEqual(['Width must be a whole number of at least 1, but is "nonsense"']);
		expect(values.sizing).toBe('custom');
	});

	test('an option that needs reference images is refused without them', () => {
		expect(checkFields(fields, { aspectRatio: 'match' }, imageToImage).faults).toEqual([]);
		expect(checkFields(fields, { aspectRatio: 'match' }, textToImage).faults).toEqual(['Aspect Ratio must be one of 1:1, 16:9, but is "match"']);
	});
});

test.each([textToImage, imageToImage])('the defaults are valid for $operation', (context) => {
	const { values, faults } = checkFields(fullProvider.fields, {}, context);
	expect(faults).toEqual([]);
	expect(values).toMatchObject(context);
});

test('a field that only other models have is refused unless it holds its default, with the reason', () => {
	const field: ProviderField = { displayName: 'Image Count', name: 'imageCount', type: 'number', default: 1, onlyDefault: 'this model makes one image' };
	for (const good of [{}, { imageCount: 1 }, { imageCount: '1' }]) expect(checkFields([field], good, {}).faults).toEqual([]);
	for (const [typed, shown] of [
		[3, '3'],
		['4', '4'],
		['', 'nothing'],
	] as const) {
		expect(checkFields([field], { imageCount: typed }, {}).faults).toEqual([`Image Count must be 1 (this model makes one image), but is ${shown}`]);
	}
});
