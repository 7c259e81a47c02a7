import type { ProviderId } from '../../../nodes/providers';
import { buildSubmit } from '../../../nodes/core/submit/buildSubmit';
import type { JsonObject } from '../../../nodes/core/json';
import type { RawTask } from '../../../nodes/core/parameters/checkTask';
import { providerOf, validTask } from '../../support/provider';

function bodyOf(id: ProviderId, raw: Partial<RawTask> = {}, more: { callbackUrl?: string } = {}): JsonObject | undefined {
	return buildSubmit(providerOf(id), { ...validTask(id, raw), ...more }).body;
}

const image = { operation: 'imageToImage', imageUrls: 'https://example.com/1.jpg' };

test('is one POST without headers', () => {
	const request = buildSubmit(providerOf('apixo'), validTask('apixo'));
	expect(Object.keys(request).sort()).toEqual(['body', 'method', 'path']);
	expect(request).toMatchObject({ method: 'POST', path: '/generateTask/seedream-4-5' });
});

describe('additional fields', () => {
	test('are merged deeply, beside what is there', () => {
		expect(bodyOf('apixo', { additionalFields: { input: { style: { name: 'ink' } } } })).toMatchObject({
			input: { prompt: 'a red fox in the snow', style: { name: 'ink' }, max_images: 1 },
		});
	});

	test('overrule everything', () => {
		const body = bodyOf('apixo', { additionalFields: { request_type: 'callback', input: { max_images: 3, prompt: 'a hare' } } });
		expect(body).toMatchObject({ request_type: 'callback', input: { max_images: 3, prompt: 'a hare' } });
	});

	test('replace lists instead of mixing them', () => {
		const two = { ...image, imageUrls: ['https://example.com/1.jpg', 'https://example.com/2.jpg'] };
		expect(bodyOf('apixo', { ...two, additionalFields: { input: { image_urls: ['https://example.com/9.jpg'] } } })).toMatchObject({
			input: { image_urls: ['https://example.com/9.jpg'] },
		});
	});

	test.each<[string, JsonObject, unknown]>([
		['null', { prompt: null }, null],
		['an object', { prompt: { text: 'a hare' } }, { text: 'a hare' }],
		['0', { prompt: 0 }, 0],
		['false', { prompt: false }, false],
		['empty text', { prompt: '' }, ''],
	])("may put %s in a value's place", (_, additionalFields, expected) => {
		expect(bodyOf('pixwith', { additionalFields })?.prompt).toEqual(expected);
	});

	test.each(['{"__proto__": {"polluted": true}}', '{"constructor": {"prototype": {"polluted": true}}}', '{"input": {"__proto__": {"polluted": true}}}'])(
		'%s pollutes nothing',
		(additionalFields) => {
			const body = bodyOf('apixo', { additionalFields });
			expect(({} as Record<string, unknown>).polluted).toBeUndefined();
			expect(body?.polluted).toBeUndefined();
			expect(Object.getPrototypeOf(body)).toBe(Object.prototype);
		},
	);

	test('are not changed, and neither is the task', () => {
		const task = validTask('apixo', { ...image, additionalFields: { input: { tags: ['one'] } } });
		const before = structuredClone(task);
		buildSubmit(providerOf('apixo'), task);
		expect(task).toEqual(before);
	});
});

describe('reference images', () => {
	test.each<[ProviderId, JsonObject]>([
		['apixo', { input: { image_urls: ['https://example.com/1.jpg'] } }],
		['apiInOne', { image_urls: ['https://example.com/1.jpg'] }],
		['apiframe', { seedreamParams: { image_input: ['https://example.com/1.jpg'] } }],
		['pixwith', { image_urls: ['https://example.com/1.jpg'] }],
	])('of %s', (id, expected) => {
		expect(bodyOf(id, image)).toMatchObject(expected);
	});

	test('of PixelDojo stand where the user says', () => {
		expect(bodyOf('pixelDojo', { ...image, fields: { imageFieldName: 'input.images' } })).toMatchObject({
			input: { images: ['https://example.com/1.jpg'] },
		});
	});

	test('are left out where there are none', () => {
		expect(JSON.stringify(bodyOf('pixwith'))).not.toContain('image_urls');
	});
});

describe('callback URL', () => {
	const callbackUrl = 'https://n8n.example/webhook';

	test.each<[ProviderId, string]>([
		['apixo', 'callback_url'],
		['apiInOne', 'callback_url'],
		['pixelDojo', 'webhook_url'],
		['apiframe', 'webhookUrl'],
	])('of %s', (id, field) => {
		expect(bodyOf(id, {}, { callbackUrl })).toMatchObject({ [field]: callbackUrl });
		expect(bodyOf(id)).not.toHaveProperty(field);
	});

	test('is left out where the provider knows none', () => {
		expect(JSON.stringify(bodyOf('pixwith', {}, { callbackUrl }))).not.toContain(callbackUrl);
	});
});

test('an option of the provider changes the path', () => {
	const task = { ...validTask('pixelDojo'), ofProvider: { modelId: 'seedream-4.5' } };
	expect(buildSubmit(providerOf('pixelDojo'), task).path).toBe('/models/seedream-4.5/run');
	expect(buildSubmit(providerOf('pixelDojo'), validTask('pixelDojo')).path).toBe('/models/seedream-4/run');
});
