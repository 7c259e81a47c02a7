/** What was typed for a request: by this a retried execution recognizes its jobs. */
import { rawParameters } from '../../../nodes/host/plan/rawParameters';
import { fakeNode } from '../../support/fakeNode';

const rawOf = (parameters: object, defaults?: Record<string, unknown>) =>
	rawParameters(fakeNode({ more: { getNode: () => ({ parameters }) } }).context, defaults);

test('expressions stay as they were typed', () => {
	expect(rawOf({ provider: 'apixo', prompt: '={{ $now }}', imageCount: '={{ $json.count }}' })).toEqual({
		provider: 'apixo',
		prompt: '={{ $now }}',
		imageCount: '={{ $json.count }}',
	});
});

test('defaults are left out, so that a release with a new field changes nothing', () => {
	const usual = {
		operation: 'textToImage',
		prompt: '',
		imageSource: 'url',
		imageUrls: '',
		inputDataFieldNames: 'data',
		imageFieldName: '',
		model: 'seedream-4.5',
	};
	expect(rawOf({ provider: 'apixo', ...usual, sizing: 'preset', imageCount: 1, options: { stylePreset: 'none', additionalFields: '{}' } })).toEqual({
		provider: 'apixo',
	});
	expect(rawOf({ provider: 'apixo', options: { additionalFields: {} } })).toEqual({ provider: 'apixo' });
});

test('other options, callbacks and fields of other providers are left out', () => {
	const others = {
		completion: 'returnTask',
		callback: 'url',
		callbackUrl: 'https://example.com',
		quality: 'high',
		options: { timeout: 9, downloadImages: false },
	};
	expect(rawOf({ provider: 'apixo', ...others })).toEqual({ provider: 'apixo' });
	expect(rawOf({ provider: 'apiInOne', quality: 'high' })).toEqual({ provider: 'apiInOne', quality: 'high' });
});

test('the fields of each model count', () => {
	expect(rawOf({ provider: 'apixo', model: 'seedream-5.0', outputFormat: 'png', webSearch: true })).toEqual({
		provider: 'apixo',
		model: 'seedream-5.0',
		outputFormat: 'png',
		webSearch: true,
	});
});

test('the options that change the request count', () => {
	expect(rawOf({ options: { stylePreset: 'weddingPortrait', additionalFields: '{"a":1}' } })).toEqual({
		stylePreset: 'weddingPortrait',
		additionalFields: '{"a":1}',
	});
	expect(rawOf({ options: { additionalFields: { a: 1 } } })).toEqual({ additionalFields: { a: 1 } });
	expect(rawOf({ options: { additionalFields: '={{ $json.more }}' } })).toEqual({ additionalFields: '={{ $json.more }}' });
});

test.each([[undefined], [{}], ['={{ $json.options }}'], [null]])('options %j count as empty', (options) => {
	expect(rawOf({ prompt: 'a fox', options })).toEqual({ prompt: 'a fox' });
});

test('a node may pass its own list of parameters', () => {
	expect(rawOf({ provider: 'apixo', providers: ['apixo'], resolution: '4K', prompt: 'a fox' }, { resolution: '2K', prompt: '' })).toEqual({
		resolution: '4K',
		prompt: 'a fox',
	});
});

test('with a provider that is unknown or an expression, provider fields are left out', () => {
	expect(rawOf({ provider: '={{ $json.provider }}', imageCount: 3 })).toEqual({ provider: '={{ $json.provider }}' });
	expect(rawOf({ provider: 7, imageCount: 3 })).toEqual({ provider: 7 });
});
