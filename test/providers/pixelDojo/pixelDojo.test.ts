import { PixelDojoApi } from '../../../credentials/PixelDojoApi.credentials';
import { buildSubmit } from '../../../nodes/core/submit/buildSubmit';
import type { JsonObject } from '../../../nodes/core/json';
import { submitFailure } from '../../../nodes/core/reply/providerFailure';
import { check, providerOf, validTask } from '../../support/provider';
import { imageCount } from '../../../nodes/core/submit/imageCount';
import { fixture } from '../../support/fixture';
import { walk } from '../../support/walk';

const pixelDojo = providerOf('pixelDojo');
const read = (body: object) => pixelDojo.readStatus(body as JsonObject, {});
const url = 'https://temp.pixeldojo.ai/1.png';

test('text to image, from prompt to URL, and never to the statusUrl of a reply', async () => {
	const look = { method: 'GET' as const, path: '/api/v1/jobs/job_abc123' };
	const { submitted, outcome } = await walk('pixelDojo', new PixelDojoApi(), { prompt: 'a red fox' }, [
		{
			method: 'POST',
			path: '/api/v1/models/seedream-4/run',
			headers: { authorization: 'Bearer the-key', 'content-type': 'application/json' },
			body: { prompt: 'a red fox', num_images: 1 },
			reply: [202, { ...fixture('pixelDojo', 'submitted'), statusUrl: 'https://elsewhere.example/jobs/job_abc123' }],
		},
		{ ...look, reply: [200, fixture('pixelDojo', 'pending')] },
		{ ...look, reply: [200, fixture('pixelDojo', 'completed')] },
	]);
	expect(submitted).toEqual({
		kind: 'accepted',
		accepted: { taskId: 'job_abc123', cost: { amount: 1, unit: 'credits' }, creditsRemaining: 99 },
	});
	expect(outcome).toMatchObject({
		kind: 'succeeded',
		urls: [url],
		cost: { amount: 1, unit: 'credits' },
		expiresAt: '2026-11-20T13:00:00.000Z',
		completedAt: '2026-11-20T12:00:12.000Z',
	});
});

test('image to image with a custom size and a seed of 0', async () => {
	const fields = { imageSize: 'custom', width: 2560, height: 1440, imageCount: 6, seed: 0, aspectRatio: '1:1' };
	const raw = { operation: 'imageToImage', prompt: 'a fox', imageUrls: 'https://example.com/1.jpg', fields: { imageFieldName: 'images', ...fields } };
	const { outcome } = await walk('pixelDojo', new PixelDojoApi(), raw, [
		{
			method: 'POST',
			path: '/api/v1/models/seedream-4/run',
			body: { prompt: 'a fox', image_size: 'custom', customWidth: 2560, customHeight: 1440, num_images: 6, seed: 0, images: ['https://example.com/1.jpg'] },
			reply: [202, fixture('pixelDojo', 'submitted')],
		},
		{ method: 'GET', path: '/api/v1/jobs/job_abc123', reply: [200, fixture('pixelDojo', 'failed')] },
	]);
	expect(outcome).toMatchObject({ kind: 'failed', failure: { kind: 'generationFailed', message: 'Generation failed', mayBeCharged: true } });
});

test.each<[Record<string, unknown>, object]>([
	[{}, { num_images: 1 }],
	[{ imageSize: 'auto_2K', aspectRatio: '' }, { num_images: 1 }],
	[{ imageSize: 'auto_4K' }, { num_images: 1, image_size: 'auto_4K' }],
	[
		{ imageSize: 'square_hd', aspectRatio: '16:9' },
		{ num_images: 1, image_size: 'square_hd', aspect_ratio: '16:9' },
	],
	[{ seed: '42' }, { num_images: 1, seed: 42 }],
])('%j is sent as %j', (fields, sent) => {
	expect(buildSubmit(pixelDojo, validTask('pixelDojo', { fields })).body).toEqual({ prompt: 'a red fox in the snow', ...sent });
});

const words: Array<[string, string]> = [
	['pending', 'pending'],
	['queued', 'pending'],
	['processing', 'pending'],
	['completed', 'succeeded'],
	['failed', 'failed'],
	['success', 'unknownWord'],
	['archived', 'unknownWord'],
];
test.each(words.flatMap(([word, state]) => [word, word.toUpperCase(), ` ${word} `].map((written): [string, string] => [written, state])))(
	'status %j is %s',
	(word, state) => {
		expect(read({ status: word }).state).toBe(state);
		expect(read({ job: { status: word } }).state).toBe(state);
	},
);

test('a missing status is named as none', () => {
	expect(read({})).toEqual({ state: 'unknownWord', word: 'none' });
});

test.each(['completed', 'completedOlder', 'completedOfSdk'])('finds the URL in the reply %s', (name) => {
	expect(read(fixture('pixelDojo', name))).toMatchObject({ state: 'succeeded', urls: [url] });
});

test.each<[object, string[]]>([
	[{ status: 'completed', output: { images: [{ url }] } }, [url]],
	[{ status: 'completed', output: { images: [] } }, []],
	[{ status: 'completed', input: { images: [url] } }, []],
	[{ status: 'completed' }, []],
	[{ data: { status: 'completed', output: { images: [url] } } }, [url]],
])('the URLs of %j', (body, urls) => {
	expect(read(body)).toEqual({ state: 'succeeded', urls });
});

test.each<[object, object]>([
	[{ error: 'No luck' }, { message: 'No luck' }],
	[{ error: { message: 'No luck', code: 'E1' } }, { message: 'No luck', code: 'E1' }],
	[{ message: 'No luck' }, { message: 'No luck' }],
	[{ errorMessage: 'No luck' }, { message: 'No luck' }],
	[{}, {}],
])('the words of a failure: %j', (body, said) => {
	expect(read({ status: 'failed', ...body })).toEqual({ state: 'failed', words: said });
});

test.each<[JsonObject, string | undefined]>([
	[{ jobId: 'x' }, 'x'],
	[{ job: { jobId: 'x' } }, 'x'],
	[{ data: { jobId: 'x' } }, 'x'],
	[{ id: 'x' }, 'x'],
	[{ jobId: '' }, undefined],
	[{}, undefined],
])('the task of %j', (body, taskId) => {
	expect(pixelDojo.readSubmit(body)?.taskId).toBe(taskId);
	expect(pixelDojo.readCallback?.(body)).toBe(taskId);
});

test('a cost of 0 is a cost', () => {
	expect(pixelDojo.readSubmit({ jobId: 'x', creditCost: 0, creditsRemaining: 0 })).toEqual({
		taskId: 'x',
		cost: { amount: 0, unit: 'credits' },
		creditsRemaining: 0,
	});
});

test('an id in a path is percent-encoded', () => {
	expect(pixelDojo.status('../models', {}).path).toBe('/jobs/..%2Fmodels');
});

test('URLs at a place that no page names are found', () => {
	expect(read({ status: 'completed', output: { image_urls: [url] } })).toEqual({ state: 'succeeded', urls: [url] });
	expect(read({ status: 'completed', result: JSON.stringify({ images: [{ src: url }] }) })).toEqual({ state: 'succeeded', urls: [url] });
});

test.each(['images', 'image_urls', 'imageUrls', 'image_url', 'imageUrl', 'image', 'image_input', 'reference_images'])(
	'%s beside the result may be what was sent',
	(name) => {
		const mine = 'https://example.com/mine.png';
		expect(read({ status: 'completed', [name]: mine, input: { [name]: [mine] } })).toEqual({ state: 'succeeded', urls: [] });
		expect(read({ status: 'completed', [name]: [mine], output: { files: [], outputs: [url] } })).toEqual({ state: 'succeeded', urls: [url] });
	},
);

test('a custom size that cannot be generated is refused with the nearest valid one', () => {
	const faults = (width: number, height: number) => check('pixelDojo', { fields: { imageSize: 'custom', width, height } }).faults;
	expect(faults(1024, 1024)).toEqual([expect.stringContaining('The nearest valid size is 1920×1920')]);
	expect(faults(1920, 1920)).toEqual([]);
});

test.each(['prompt', 'prompt.images', 'num_images', 'seed', 'webhook_url'])(
	'Image Field Name cannot be %s, which PixelDojo uses for something else',
	(name) => {
		const { faults } = check('pixelDojo', { operation: 'imageToImage', imageUrls: 'https://example.com/1.jpg', fields: { imageFieldName: name } });
		expect(faults).toEqual([expect.stringContaining(`Image Field Name cannot be "${name}"`)]);
	},
);

test('the option Model ID changes the path, and a missing model names it', () => {
	const task = { ...validTask('pixelDojo'), ofProvider: { modelId: 'seedream-4.5' } };
	expect(buildSubmit(providerOf('pixelDojo'), task).path).toBe('/models/seedream-4.5/run');
	expect(submitFailure(providerOf('pixelDojo'), 'notFound', {}).remedy).toContain('option Model ID');
});

test.each<[JsonObject, string | undefined]>([[{ seed: 5 }, undefined]])(
	'Additional Fields %j ask for another model, whose price is not known: %s',
	(additionalFields, named) => {
		const { doubt = 'none' } = imageCount(pixelDojo, validTask('pixelDojo', { additionalFields }));
		expect(doubt).toContain(named ?? 'none');
	},
);
