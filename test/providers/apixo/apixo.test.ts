import { ApixoApi } from '../../../credentials/ApixoApi.credentials';
import type { JsonObject } from '../../../nodes/core/json';
import { check, providerOf, validTask } from '../../support/provider';
import { buildSubmit } from '../../../nodes/core/submit/buildSubmit';
import { imageCount } from '../../../nodes/core/submit/imageCount';
import { fixture } from '../../support/fixture';
import { walk } from '../../support/walk';

const apixo = providerOf('apixo');
const read = (data: object) => apixo.readStatus({ code: 200, data } as JsonObject, {});
const urls = ['https://file.apixo.ai/img1.png', 'https://file.apixo.ai/img2.png'];

test('text to image, from prompt to URLs', async () => {
	const look = { method: 'GET' as const, path: '/api/v1/statusTask/seedream-4-5?taskId=task_12345678' };
	const { submitted, outcome } = await walk('apixo', new ApixoApi(), { prompt: 'a red fox', fields: { imageCount: 2 } }, [
		{
			method: 'POST',
			path: '/api/v1/generateTask/seedream-4-5',
			headers: { authorization: 'Bearer the-key', 'content-type': 'application/json' },
			body: {
				request_type: 'async',
				input: {
					mode: 'text-to-image',
					prompt: 'a red fox',
					resolution: '2K',
					aspect_ratio: '1:1',
					max_images: 2,
					sequential_image_generation: 'disabled',
					prompt_optimize_mode: 'standard',
				},
			},
			reply: [200, fixture('apixo', 'submitted')],
		},
		{ ...look, reply: [200, fixture('apixo', 'pending')] },
		{ ...look, reply: [200, fixture('apixo', 'processing')] },
		{ ...look, reply: [200, fixture('apixo', 'success')] },
	]);
	expect(submitted).toEqual({ kind: 'accepted', accepted: { taskId: 'task_12345678' } });
	expect(outcome).toMatchObject({ kind: 'succeeded', urls, completedAt: '2026-11-20T12:00:30.000Z', statusRequests: 3 });
});

test('image to image with a custom size, refused on the way', async () => {
	const fields = { sizing: 'custom', width: 2560, height: 1440, sequentialImages: true, promptOptimization: false };
	const { outcome } = await walk('apixo', new ApixoApi(), { operation: 'imageToImage', prompt: 'a fox', imageUrls: 'https://example.com/1.jpg', fields }, [
		{
			method: 'POST',
			path: '/api/v1/generateTask/seedream-4-5',
			body: {
				request_type: 'async',
				input: {
					mode: 'image-to-image',
					prompt: 'a fox',
					image_urls: ['https://example.com/1.jpg'],
					size: '2560x1440',
					max_images: 1,
					sequential_image_generation: 'auto',
				},
			},
			reply: [200, fixture('apixo', 'submitted')],
		},
		{ method: 'GET', path: '/api/v1/statusTask/seedream-4-5?taskId=task_12345678', reply: [200, fixture('apixo', 'failed')] },
	]);
	expect(outcome).toMatchObject({
		kind: 'failed',
		failure: { kind: 'contentRejected', code: 'SensitiveContent', message: 'content policy', mayBeCharged: false },
	});
});

test('a task with a callback has the request type callback', () => {
	const task = { ...validTask('apixo'), callbackUrl: 'https://n8n.example/hook' };
	expect(buildSubmit(apixo, task).body).toMatchObject({ request_type: 'callback', callback_url: 'https://n8n.example/hook' });
});

test.each<[string, object]>([
	['noCredits', { kind: 'insufficientCredits', message: 'Insufficient credits' }],
	['missingField', { kind: 'invalidInput', message: 'Missing required field: input.prompt' }],
])('%s', async (name, failure) => {
	const { body } = buildSubmit(apixo, validTask('apixo'));
	const { submitted } = await walk('apixo', new ApixoApi(), {}, [
		{ method: 'POST', path: '/api/v1/generateTask/seedream-4-5', body, reply: [400, fixture('apixo', name)] },
	]);
	expect(submitted).toMatchObject({ kind: 'failed', failure });
});

test('a rate limit is waited out, then the task accepted', async () => {
	const { body } = buildSubmit(apixo, validTask('apixo'));
	const submit = { method: 'POST' as const, path: '/api/v1/generateTask/seedream-4-5', body };
	const { outcome } = await walk('apixo', new ApixoApi(), {}, [
		{ ...submit, reply: [429, { code: 429, message: 'Too many requests' }, { 'Retry-After': '2' }] },
		{ ...submit, reply: [200, fixture('apixo', 'submitted')] },
		{ method: 'GET', path: '/api/v1/statusTask/seedream-4-5?taskId=task_12345678', reply: [200, fixture('apixo', 'success')] },
	]);
	expect(outcome?.kind).toBe('succeeded');
});

const words: Array<[string, string]> = [
	['pending', 'pending'],
	['processing', 'pending'],
	['success', 'succeeded'],
	['failed', 'failed'],
	['queued', 'unknownWord'],
	['completed', 'unknownWord'],
];
test.each(words.flatMap(([word, state]) => [word, word.toUpperCase(), ` ${word} `].map((written): [string, string] => [written, state])))(
	'state %j is %s',
	(word, state) => {
		expect(read({ state: word }).state).toBe(state);
	},
);

test('a missing state is no state', () => {
	expect(read({})).toEqual({ state: 'unknownWord', word: 'none' });
	expect(apixo.readStatus({ code: 200, data: null }, {})).toEqual({ state: 'unknownWord', word: 'none' });
});

test.each<[unknown, object]>([
	[JSON.stringify({ resultUrls: urls }), { urls }],
	[{ resultUrls: urls }, { urls }],
	[JSON.stringify({ resultUrls: [...urls, urls[0], ''] }), { urls }],
	['{"resultUrls":[]}', { urls: [] }],
	['{"resultUrls":[', { urls: [], unreadable: expect.stringContaining('resultJson') }],
	['', { urls: [], unreadable: expect.stringContaining('resultJson') }],
	[undefined, { urls: [], unreadable: expect.stringContaining('resultJson') }],
	['[]', { urls: [], unreadable: expect.stringContaining('resultJson') }],
	[JSON.stringify(urls), { urls }],
	[urls, { urls }],
])('resultJson %j', (resultJson, reading) => {
	expect(read({ state: 'success', resultJson })).toEqual({ state: 'succeeded', ...reading });
});

test('URLs at a place that no page names are found, and what was sent is not', () => {
	expect(read({ state: 'success', resultUrls: urls })).toEqual({ state: 'succeeded', urls });
	expect(read({ state: 'success', image_urls: urls, input: { image_urls: urls } })).toMatchObject({ urls: [] });
	for (const name of ['imageUrls', 'image_url', 'imageUrl', 'image']) {
		expect(read({ state: 'success', [name]: urls })).toMatchObject({ urls: [] });
	}
	expect(read({ state: 'success', image_urls: ['https://example.com/mine.png'], result: { image_urls: urls } })).toMatchObject({ urls });
});

test.each<[object, object]>([
	[
		{ failCode: 'SensitiveContent', failMsg: 'content policy' },
		{ code: 'SensitiveContent', message: 'content policy' },
	],
	[{ failCode: 500 }, { code: '500' }],
	[{ failMsg: '' }, {}],
	[{}, {}],
])('the words of a failure: %j', (data, said) => {
	expect(read({ state: 'failed', ...data })).toEqual({ state: 'failed', words: said });
});

test.each<[JsonObject, object | undefined]>([
	[{ code: 200, data: { taskId: 'task_1' } }, { taskId: 'task_1' }],
	[{ code: 200, data: { taskId: 42 } }, { taskId: '42' }],
	[{ code: 200, data: { task_id: 'task_1' } }, { taskId: 'task_1' }],
	[{ code: 200, id: 'request_1', data: {} }, undefined],
	[{ code: 200, data: null }, undefined],
])('the task of %j', (body, accepted) => {
	expect(apixo.readSubmit(body)).toEqual(accepted);
});

test('an id in a path is percent-encoded', () => {
	expect(apixo.status('a b&c/d', {}).path).toBe('/statusTask/seedream-4-5?taskId=a%20b%26c%2Fd');
});

test.each<[JsonObject, string | undefined]>([
	[{ code: 200, data: { taskId: 'task_1', state: 'success' } }, 'task_1'],
	[{ taskId: 'task_1' }, 'task_1'],
	[{ data: null }, undefined],
])('the task that a callback names: %j', (body, taskId) => {
	expect(apixo.readCallback?.(body)).toBe(taskId);
});

test.each<[object, { width: number; height: number }]>([
	[{}, { width: 2048, height: 2048 }],
	[
		{ resolution: '4K', aspectRatio: '21:9' },
		{ width: 6240, height: 2656 },
	],
	[
		{ resolution: '2K', aspectRatio: '9:16' },
		{ width: 1600, height: 2848 },
	],
	[
		{ resolution: '4K', aspectRatio: '3:4' },
		{ width: 3520, height: 4704 },
	],
	[
		{ sizing: 'custom', width: 2000, height: 2000 },
		{ width: 2000, height: 2000 },
	],
])('the pixels of %j', (fields, pixels) => {
	expect(apixo.pixels(validTask('apixo', { fields: fields as Record<string, unknown> }).values)).toEqual(pixels);
});

test.each<[Record<string, unknown>, number]>([
	[{ resolution: '2K' }, 20],
	[{ resolution: '4K' }, 30],
	[{ resolution: '4K', aspectRatio: '21:9' }, 30],
	[{ sizing: 'custom', width: 2048, height: 2048 }, 20],
	[{ sizing: 'custom', width: 4096, height: 4096 }, 30],
])('%j is first checked after %i seconds', (fields, seconds) => {
	expect(apixo.estimatedSeconds?.(validTask('apixo', { fields }).values)).toBe(seconds);
});

test('a custom size that cannot be generated is refused with the nearest valid one', () => {
	const faults = (width: number, height: number) => check('apixo', { fields: { sizing: 'custom', width, height } }).faults;
	expect(faults(1024, 1024)).toEqual([expect.stringContaining('The nearest valid size is 1920×1920')]);
	expect(faults(1920, 1920)).toEqual([]);
	expect(faults(6240, 2656)).toEqual([]);
});

test('more than 15 images together are refused with Sequential Images, and sent with a warning without', () => {
	const images = { operation: 'imageToImage', imageUrls: Array.from({ length: 14 }, (_, index) => `https://example.com/${index}.jpg`) };
	const sequence = (sequentialImages: boolean, imageCount: number) => check('apixo', { ...images, fields: { sequentialImages, imageCount } });
	expect(sequence(true, 1)).toMatchObject({ faults: [], warnings: [] });
	expect(sequence(true, 2).faults).toEqual([expect.stringContaining('at most 15 with Sequential Images, but are 16')]);
	expect(sequence(false, 2)).toMatchObject({ faults: [], warnings: [expect.stringContaining('up to 15')] });
});

test.each<[JsonObject, string | undefined]>([[{ model: 'seedream-5' }, '"seedream-5"']])(
	'Additional Fields %j ask for another model, whose price is not known: %s',
	(additionalFields, named) => {
		const { doubt = 'none' } = imageCount(apixo, validTask('apixo', { additionalFields }));
		expect(doubt).toContain(named ?? 'none');
	},
);
