import { readStatusReply } from '../../../nodes/core/reply/readStatusReply';
import { readSubmitReply } from '../../../nodes/core/reply/readSubmitReply';
import { PixWithApi } from '../../../credentials/PixWithApi.credentials';
import type { JsonObject } from '../../../nodes/core/json';
import { providerOf, validTask } from '../../support/provider';
import { imageCount } from '../../../nodes/core/submit/imageCount';
import { fixture } from '../../support/fixture';
import { walk } from '../../support/walk';

const pixwith = providerOf('pixwith');
const read = (body: JsonObject) => pixwith.readStatus(body, {});
const withStatus = (status: unknown, more: object = {}): JsonObject =>
	({ code: 1, message: 'success', data: { task_id: 'cf0d5b6e', status, ...more } }) as JsonObject;
const url = 'https://cdn.pixwith.ai/images/cf0d5b6e_0.jpeg';

test('text to image, from prompt to URL', async () => {
	const prompt = 'a red fox';
	const look = { method: 'POST' as const, path: '/api/task/get', body: { task_id: 'cf0d5b6e' } };
	const { submitted, outcome } = await walk('pixwith', new PixWithApi(), { prompt }, [
		{
			method: 'POST',
			path: '/api/task/create',
			headers: { 'api-key': 'the-key', 'content-type': 'application/json' },
			body: { prompt, model_id: '0-32', options: { prompt_optimization: true, num_outputs: 1, resolution: '2K', aspect_ratio: '1:1' } },
			reply: [200, fixture('pixwith', 'submitted')],
		},
		{ ...look, reply: [200, fixture('pixwith', 'processing')] },
		{ ...look, reply: [200, fixture('pixwith', 'completed')] },
	]);
	expect(submitted).toEqual({ kind: 'accepted', accepted: { taskId: 'cf0d5b6e', estimatedSeconds: 20 } });
	// three quarters of 20 s, then 5 s
	expect(outcome).toMatchObject({ kind: 'succeeded', urls: [url], completedAt: '2026-11-20T12:00:20.000Z', statusRequests: 2 });
});

test('image to image sends the images and all options', async () => {
	const fields = { resolution: '4K', aspectRatio: '21:9', imageCount: 4, promptOptimization: false };
	const { submitted } = await walk(
		'pixwith',
		new PixWithApi(),
		{ operation: 'imageToImage', prompt: 'a fox', imageUrls: 'https://example.com/1.jpg', fields },
		[
			{
				method: 'POST',
				path: '/api/task/create',
				body: {
					prompt: 'a fox',
					model_id: '0-32',
					image_urls: ['https://example.com/1.jpg'],
					options: { prompt_optimization: false, num_outputs: 4, resolution: '4K', aspect_ratio: '21:9' },
				},
				reply: [200, fixture('pixwith', 'noCredits')],
			},
		],
	);
	expect(submitted).toMatchObject({ kind: 'failed', failure: { kind: 'insufficientCredits', message: 'Credits not enough', mayBeCharged: false } });
});

test.each(['wrongKey', 'wrongKeyOfOtherClient'])('a %s under HTTP 200 is seen in the body', async (name) => {
	const body = { prompt: 'a fox', model_id: '0-32', options: { prompt_optimization: true, num_outputs: 1, resolution: '2K', aspect_ratio: '1:1' } };
	const { submitted } = await walk('pixwith', new PixWithApi(), { prompt: 'a fox' }, [
		{ method: 'POST', path: '/api/task/create', body, reply: [200, fixture('pixwith', name)] },
	]);
	expect(submitted).toMatchObject({ kind: 'failed', failure: { kind: 'authentication', tryElsewhere: true } });
});

test.each<[unknown, string]>([
	[1, 'pending'],
	['1', 'pending'],
	[2, 'succeeded'],
	['2', 'succeeded'],
	[3, 'failed'],
	['3', 'failed'],
	[0, 'unknownWord'],
	[4, 'unknownWord'],
	['completed', 'unknownWord'],
	[null, 'unknownWord'],
	[true, 'unknownWord'],
])('status %j is %s', (status, state) => {
	expect(read(withStatus(status)).state).toBe(state);
});

test('an unknown status is named', () => {
	expect(read(withStatus(7))).toEqual({ state: 'unknownWord', word: '7' });
	expect(read({})).toEqual({ state: 'unknownWord', word: 'none' });
});

test.each<[object, string[]]>([
	[{ result_urls: [url] }, [url]],
	[{ result_urls: [{ url }] }, [url]],
	[{ result_urls: [] }, []],
	[{ result_urls: null, images: [url] }, [url]],
	[{}, []],
])('the URLs of %j', (data, urls) => {
	expect(read(withStatus(2, data))).toEqual({ state: 'succeeded', urls });
});

test.each<[object, string | undefined]>([
	[{}, undefined],
	[{ error: 'No luck' }, 'No luck'],
	[{ fail_reason: 'No luck' }, 'No luck'],
	[{ error_message: 'No luck' }, 'No luck'],
	[{ msg: 'No luck' }, 'No luck'],
])('"success" is not taken for the reason of a failure: %j', (data, message) => {
	expect(read(withStatus(3, data))).toEqual({ state: 'failed', words: message === undefined ? {} : { message } });
});

test.each<[JsonObject, object | undefined]>([
	[{ data: { task_id: 'x' } }, { taskId: 'x' }],
	[{ data: { task_id: 12 } }, { taskId: '12' }],
	[{ data: { task_id: 'x', estimated_time: '30' } }, { taskId: 'x', estimatedSeconds: 30 }],
	[{ data: { task_id: '' } }, undefined],
	[{ data: null }, undefined],
	[{}, undefined],
])('the task of %j', (body, accepted) => {
	expect(pixwith.readSubmit(body)).toEqual(accepted);
});

test('has no callbacks', () => {
	expect(pixwith.submit.callbackField).toBeUndefined();
	expect(pixwith.readCallback).toBeUndefined();
});

describe('upload', () => {
	const { upload } = pixwith;
	const ticket: JsonObject = {
		code: 1,
		data: {
			upload_url: { url: 'https://uploads.pixwith.ai/', fields: { key: 'images/1.png', policy: 'abc', 'x-amz-date': '20261120T120000Z' } },
			image_url: 'https://cdn.pixwith.ai/images/1.png',
		},
	};

	test('asks for a place', () => {
		expect(upload?.ticket?.({ fileName: 'photo.jpg', mimeType: 'image/jpeg', bytes: 10 })).toEqual({
			method: 'POST',
			path: '/api/task/pre_url',
			body: { image_name: 'photo.jpg', content_type: 'image/jpeg' },
		});
	});

	test('goes to the place with every field once', () => {
		expect(upload?.place(ticket)).toEqual({
			target: { url: 'https://uploads.pixwith.ai/' },
			fields: [
				['key', 'images/1.png'],
				['policy', 'abc'],
				['x-amz-date', '20261120T120000Z'],
			],
			fileUrl: 'https://cdn.pixwith.ai/images/1.png',
		});
	});

	test.each<JsonObject>([{}, { data: {} }, { data: { image_url: 'https://x' } }])('has no place in %j', (reply) => {
		expect(upload?.place(reply)).toBeUndefined();
	});
});

test('reference images that a reply echoes are no results', () => {
	const body: JsonObject = { code: 1, data: { status: 2, image_urls: ['https://example.com/mine.png'] } };
	expect(pixwith.readStatus(body, {})).toEqual({ state: 'succeeded', urls: [] });
});

test.each(['Internal server error', 'System error, try later', 'Request timeout'])('"%s" says nothing about the job', (message) => {
	const outcome = { kind: 'reply', status: 200, headers: {}, body: { code: 0, message } } as const;
	expect(readSubmitReply(pixwith, outcome)).toMatchObject({ kind: 'failed', failure: { kind: 'outcomeUnknown', mayBeCharged: true } });
	expect(readStatusReply(pixwith, outcome)).toMatchObject({ kind: 'transient' });
});

test.each<[JsonObject, string | undefined]>([[{ model_id: '0-30' }, '"0-30"']])(
	'Additional Fields %j ask for another model, whose price is not known: %s',
	(additionalFields, named) => {
		const { doubt = 'none' } = imageCount(pixwith, validTask('pixwith', { additionalFields }));
		expect(doubt).toContain(named ?? 'none');
	},
);
