import { buildSubmit } from '../../../nodes/core/submit/buildSubmit';
import type { JsonObject } from '../../../nodes/core/json';
import type { RawTask } from '../../../nodes/core/parameters/checkTask';
import type { Provider } from '../../../nodes/core/provider/provider';
import { fullProvider, plainProvider, undocumentedImagesProvider } from '../../support/madeUpProvider';
import { validTaskOf } from '../../support/taskOf';

function bodyOf(raw: Partial<RawTask> = {}, more: { callbackUrl?: string; provider?: Provider } = {}): JsonObject | undefined {
	const { provider = fullProvider, ...ofTask } = more;
	return buildSubmit(provider, { ...validTaskOf(provider, raw), ...ofTask }).body;
}

const image = { operation: 'imageToImage', imageUrls: 'https://example.com/1.jpg' };

test('is one POST without headers', () => {
	expect(buildSubmit(fullProvider, validTaskOf(fullProvider, { fields: { imageCount: 2, seed: '0' } }))).toEqual({
		method: 'POST',
		path: '/models/model-1/tasks',
		body: {
			model: 'model-1',
			request: 'async',
			input: { mode: 'textToImage', prompt: 'a red fox in the snow', resolution: '2K', ratio: '1:1', count: 2, seed: 0, optimize: 'standard' },
		},
	});
});

describe('additional fields', () => {
	test('are merged deeply into the body', () => {
		expect(bodyOf({ additionalFields: { input: { style: { name: 'ink' } } } })).toMatchObject({
			input: { prompt: 'a red fox in the snow', style: { name: 'ink' }, count: 1 },
		});
	});

	test('override everything', () => {
		const body = bodyOf({ additionalFields: { request: 'callback', input: { count: 3, prompt: 'a hare' } } });
		expect(body).toMatchObject({ request: 'callback', input: { count: 3, prompt: 'a hare' } });
	});

	test('replace lists instead of mixing them', () => {
		const two = { ...image, imageUrls: ['https://example.com/1.jpg', 'https://example.com/2.jpg'] };
		expect(bodyOf({ ...two, additionalFields: { input: { images: ['https://example.com/9.jpg'] } } })).toMatchObject({
			input: { images: ['https://example.com/9.jpg'] },
		});
	});

	test.each<[string, JsonObject, unknown]>([
		['null', { prompt: null }, null],
		['an object', { prompt: { text: 'a hare' } }, { text: 'a hare' }],
		['0', { prompt: 0 }, 0],
		['false', { prompt: false }, false],
		['empty text', { prompt: '' }, ''],
	])("may put %s in a value's place", (_, additionalFields, expected) => {
		expect(bodyOf({ additionalFields: { input: additionalFields } })?.input).toMatchObject({ prompt: expected });
	});

	test.each(['{"__proto__": {"polluted": true}}', '{"constructor": {"prototype": {"polluted": true}}}', '{"input": {"__proto__": {"polluted": true}}}'])(
		'%s does not pollute the prototype',
		(additionalFields) => {
			const body = bodyOf({ additionalFields });
			expect(({} as Record<string, unknown>).polluted).toBeUndefined();
			expect(body?.polluted).toBeUndefined();
			expect(Object.getPrototypeOf(body)).toBe(Object.prototype);
		},
	);

	test('are not changed, and neither is the task', () => {
		const task = validTaskOf(fullProvider, { ...image, additionalFields: { input: { tags: ['one'] } } });
		const before = structuredClone(task);
		buildSubmit(fullProvider, task);
		expect(task).toEqual(before);
	});
});

describe('reference images', () => {
	test('are sent in the documented field', () => {
		expect(bodyOf(image)).toMatchObject({ input: { mode: 'imageToImage', images: ['https://example.com/1.jpg'] } });
		expect(bodyOf(image, { provider: plainProvider })).toMatchObject({ images: ['https://example.com/1.jpg'] });
	});

	test('are sent in the field that the user names if the provider documents none', () => {
		expect(bodyOf({ ...image, fields: { imageFieldName: 'references.images' } }, { provider: undocumentedImagesProvider })).toMatchObject({
			references: { images: ['https://example.com/1.jpg'] },
		});
	});

	test('are left out if there are none', () => {
		expect(bodyOf()?.input).not.toHaveProperty('images');
	});
});

describe('callback URL', () => {
	const callbackUrl = 'https://n8n.example/webhook';

	test('is sent in the documented field if there is a callback', () => {
		expect(bodyOf({}, { callbackUrl })).toMatchObject({ request: 'callback', callback: callbackUrl });
		expect(bodyOf()).not.toHaveProperty('callback');
	});

	test('is left out if the provider has no callbacks', () => {
		expect(JSON.stringify(bodyOf({}, { callbackUrl, provider: plainProvider }))).not.toContain(callbackUrl);
	});
});

test('each model has its own path', () => {
	const [, other = fullProvider] = fullProvider.models;
	expect(buildSubmit(other, validTaskOf(other))).toMatchObject({ path: '/models/model-2/tasks', body: { model: 'model-2' } });
});

test('the option Model ID changes the path', () => {
	const task = { ...validTaskOf(fullProvider), ofProvider: { modelId: 'model/9' } };
	expect(buildSubmit(fullProvider, task).path).toBe('/models/model%2F9/tasks');
});
