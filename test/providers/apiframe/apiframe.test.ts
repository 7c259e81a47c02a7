import { ApiframeApi } from '../../../credentials/ApiframeApi.credentials';
import { buildSubmit } from '../../../nodes/core/submit/buildSubmit';
import type { JsonObject } from '../../../nodes/core/json';
import { check, providerOf, validTask } from '../../support/provider';
import { imageCount } from '../../../nodes/core/submit/imageCount';
import { fixture } from '../../support/fixture';
import { walk } from '../../support/walk';

const apiframe = providerOf('apiframe');
const jobId = 'a1b2c3d4-e5f6-7890-abcd-ef1234567890';
const read = (body: object) => apiframe.readStatus(body as JsonObject, {});
const url = 'https://cdn2.apiframe.ai/images/1.png';

test('text to image, from prompt to URL, sent again with its key after a lost reply', async () => {
	const look = { method: 'GET' as const, path: `/v2/jobs/${jobId}` };
	const submit = {
		method: 'POST' as const,
		path: '/v2/images/generate',
		headers: { 'x-api-key': 'the-key', 'idempotency-key': 'k1', 'content-type': 'application/json' },
		body: { model: 'seedream-4.5', prompt: 'a red fox', seedreamParams: { size: '2K', aspect_ratio: '1:1' } },
	};
	const { submitted, outcome } = await walk(
		'apiframe',
		new ApiframeApi(),
		{ prompt: 'a red fox' },
		[
			{ ...submit, reply: [503, { error: 'Unavailable' }] },
			{ ...submit, reply: [202, fixture('apiframe', 'submitted')] },
			{ ...look, reply: [200, fixture('apiframe', 'processing')] },
			{ ...look, reply: [200, fixture('apiframe', 'completed')] },
		],
		'k1',
	);
	expect(submitted).toEqual({ kind: 'accepted', accepted: { taskId: jobId } });
	expect(outcome).toMatchObject({ kind: 'succeeded', urls: [url], cost: { amount: 4, unit: 'credits' } });
});

test('image to image with a custom size', async () => {
	const fields = { sizing: 'custom', width: 2560, height: 1440, aspectRatio: 'match_input_image', resolution: '4K' };
	const { outcome } = await walk(
		'apiframe',
		new ApiframeApi(),
		{ operation: 'imageToImage', prompt: 'a fox', imageUrls: 'https://example.com/1.jpg', fields },
		[
			{
				method: 'POST',
				path: '/v2/images/generate',
				body: {
					model: 'seedream-4.5',
					prompt: 'a fox',
					seedreamParams: { size: 'custom', width: 2560, height: 1440, image_input: ['https://example.com/1.jpg'] },
				},
				reply: [202, fixture('apiframe', 'submitted')],
			},
			{ method: 'GET', path: `/v2/jobs/${jobId}`, reply: [200, fixture('apiframe', 'failed')] },
		],
	);
	expect(outcome).toMatchObject({ kind: 'failed', failure: { kind: 'generationFailed', message: 'Generation failed', mayBeCharged: false, retryable: true } });
});

test.each<[string, number, object]>([
	['noCredits', 402, { kind: 'insufficientCredits', message: 'Insufficient credits' }],
	['invalid', 400, { kind: 'invalidInput', message: 'Validation failed (prompt: Required)' }],
])('%s', async (name, status, failure) => {
	const { body } = buildSubmit(apiframe, validTask('apiframe'));
	const { submitted } = await walk('apiframe', new ApiframeApi(), {}, [
		{ method: 'POST', path: '/v2/images/generate', body, reply: [status, fixture('apiframe', name)] },
	]);
	expect(submitted).toMatchObject({ kind: 'failed', failure });
});

test.each<[Record<string, unknown>, object]>([
	[
		{ resolution: '4K', aspectRatio: '21:9' },
		{ size: '4K', aspect_ratio: '21:9' },
	],
	[{ aspectRatio: 'match_input_image' }, { size: '2K', aspect_ratio: 'match_input_image' }],
	[
		{ sizing: 'custom', width: 4096, height: 1024 },
		{ size: 'custom', width: 4096, height: 1024 },
	],
])('%j is sent as %j', (fields, seedreamParams) => {
	const task = validTask('apiframe', { operation: 'imageToImage', imageUrls: 'https://example.com/1.jpg', fields });
	expect(buildSubmit(apiframe, task).body?.seedreamParams).toEqual({ ...seedreamParams, image_input: ['https://example.com/1.jpg'] });
});

test('of the events only the last ones are asked for', () => {
	const { body } = buildSubmit(apiframe, { ...validTask('apiframe'), callbackUrl: 'https://n8n.example/hook' });
	expect(body).toMatchObject({ webhookUrl: 'https://n8n.example/hook', webhookEvents: ['completed', 'failed'] });
	expect(buildSubmit(apiframe, validTask('apiframe')).body).not.toHaveProperty('webhookEvents');
});

const words: Array<[string, string]> = [
	['QUEUED', 'pending'],
	['PROCESSING', 'pending'],
	['COMPLETED', 'succeeded'],
	['FAILED', 'failed'],
	['CANCELLED', 'failed'],
	['ARCHIVED', 'unknownWord'],
];
test.each(words.flatMap(([word, state]) => [word, word.toLowerCase(), ` ${word} `].map((written): [string, string] => [written, state])))(
	'status %j is %s',
	(word, state) => {
		expect(read({ status: word }).state).toBe(state);
	},
);

test.each(['completed', 'completedOlder'])('finds the URL in the reply %s, and not the reference image', (name) => {
	expect(read(fixture('apiframe', name))).toEqual({ state: 'succeeded', urls: [url], cost: { amount: 4, unit: 'credits' } });
});

test.each<[unknown, string[]]>([
	[url, [url]],
	[[url], [url]],
	[[{ url }], [url]],
	[{ images: [url] }, [url]],
	[{ images: [{ url }] }, [url]],
	[{ imageUrl: url }, [url]],
	[{ url }, [url]],
	[{ images: [url], gridUrl: 'https://cdn2.apiframe.ai/grid.png' }, [url]],
	[null, []],
	['', []],
	[JSON.stringify({ output: ['https://cdn2.apiframe.ai/1.png'] }), ['https://cdn2.apiframe.ai/1.png']],
	[{ output: [{ url: 'https://cdn2.apiframe.ai/1.png' }] }, ['https://cdn2.apiframe.ai/1.png']],
])('the URLs of %j', (result, urls) => {
	expect(read({ status: 'COMPLETED', result })).toEqual({ state: 'succeeded', urls });
});

test.each<[object, object]>([
	[{ error: 'No luck' }, { message: 'No luck' }],
	[{ error: null }, {}],
])('the words of a failure: %j', (body, said) => {
	expect(read({ status: 'FAILED', ...body })).toEqual({ state: 'failed', words: said });
});

test.each<[JsonObject, string | undefined]>([
	[{ jobId }, jobId],
	[{ id: jobId, status: 'COMPLETED' }, jobId],
	[{}, undefined],
])('the task of %j', (body, taskId) => {
	expect(apiframe.readSubmit(body)?.taskId).toBe(taskId);
});

test('a callback names its task', () => {
	expect(apiframe.readCallback?.(fixture('apiframe', 'callback'))).toBe(jobId);
	expect(apiframe.readCallback?.({})).toBeUndefined();
});

test('an upload goes below the base URL, and its reply names the URL', () => {
	expect(apiframe.upload?.place({})).toEqual({ target: { path: '/v2/uploads' }, fields: [] });
	expect(apiframe.upload?.readUrl({ id: 'u1', url })).toBe(url);
	expect(apiframe.upload?.readUrl({})).toBeUndefined();
});

test('reference images that a reply echoes are no results', () => {
	const mine = 'https://example.com/mine.png';
	const body = {
		status: 'COMPLETED',
		result: null,
		input: { seedreamParams: { image_input: [mine] } },
		image_input: [mine],
		images: [mine],
		imageUrls: [mine],
	};
	expect(read(body)).toEqual({ state: 'succeeded', urls: [] });
	expect(read({ ...body, output: [url] })).toEqual({ state: 'succeeded', urls: [url] });
});

test('Match Input Image counts only with reference images', () => {
	const fields = { aspectRatio: 'match_input_image' };
	expect(check('apiframe', { operation: 'imageToImage', imageUrls: 'https://example.com/1.jpg', fields }).faults).toEqual([]);
	expect(check('apiframe', { fields }).faults).toEqual(['Aspect Ratio must be one of 16:9, 3:2, 4:3, 2:3, 3:4, 9:16, 1:1, 21:9, but is "match_input_image"']);
});

test.each<[number, number, string[]]>([
	[1920, 1920, []],
	[1024, 1024, [expect.stringContaining('The nearest valid size is 1920×1920')]],
	[600, 9_000_000, [expect.stringMatching(/each side must be from 1024 to 4096.*The nearest valid size is 1024×4096$/)]],
	[2048.5, 2048, ['Width must be a whole number, but is 2048.5']],
	[
		6240,
		2656,
		['Size 6240×2656 cannot be generated: each side must be from 1024 to 4096. The nearest valid size is 4096×1743, at exactly the same ratio 4095×1743'],
	],
])('the custom size %d × %d: %j', (width, height, faults) => {
	expect(check('apiframe', { fields: { sizing: 'custom', width, height } }).faults).toEqual(faults);
});

test('the panel takes sides from 1024 to 4096 for each model', () => {
	const sides = apiframe.models.flatMap(({ fields }) => fields.filter(({ name }) => name === 'width' || name === 'height'));
	expect(sides.length).toBeGreaterThan(1);
	for (const { typeOptions } of sides) expect(typeOptions).toMatchObject({ minValue: 1024, maxValue: 4096 });
});

test.each<[JsonObject, string | undefined]>([
	[{ model: 'seedream-5-pro' }, '"seedream-5-pro"'],
	[{ model: 'seedream-4.5' }, undefined],
])('Additional Fields %j ask for another model, whose price is not known: %s', (additionalFields, named) => {
	const { doubt = 'none' } = imageCount(apiframe, validTask('apiframe', { additionalFields }));
	expect(doubt).toContain(named ?? 'none');
});
