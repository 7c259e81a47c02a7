import { readStatusReply } from '../../../nodes/core/reply/readStatusReply';
import { ApiInOneApi } from '../../../credentials/ApiInOneApi.credentials';
import type { JsonObject } from '../../../nodes/core/json';
import { providerOf, validTask } from '../../support/provider';
import { imageCount } from '../../../nodes/core/submit/imageCount';
import { fixture } from '../../support/fixture';
import { walk } from '../../support/walk';

const apiInOne = providerOf('apiInOne');
const read = (body: object, overrides = {}) => apiInOne.readStatus(body as JsonObject, overrides);
const url = 'https://cdn.example/1.png';

test('text to image, from prompt to URL', async () => {
	const look = { method: 'GET' as const, path: '/api/v1/tasks/n30xxxx_seed' };
	const { submitted, outcome } = await walk('apiInOne', new ApiInOneApi(), { prompt: 'a red fox' }, [
		{
			method: 'POST',
			path: '/api/v1/images/generations',
			headers: { authorization: 'Bearer the-key', 'content-type': 'application/json' },
			body: { model: 'seedream/4.5-text-to-image', prompt: 'a red fox', quality: 'basic', aspect_ratio: '1:1' },
			reply: [200, fixture('apiInOne', 'submitted')],
		},
		{ ...look, reply: [200, fixture('apiInOne', 'submitted')] },
		{ ...look, reply: [502, '<html>Bad gateway</html>'] },
		{ ...look, reply: [200, fixture('apiInOne', 'upstreamSuccess')] },
	]);
	expect(submitted).toEqual({ kind: 'accepted', accepted: { taskId: 'n30xxxx_seed' } });
	expect(outcome).toMatchObject({ kind: 'succeeded', urls: ['https://tempfile.example/1.png'], statusRequests: 3 });
});

test('image to image uses the model that edits', async () => {
	const failed = { ...fixture('apiInOne', 'upstreamFail'), data: { taskId: 'task_abc123', state: 'fail', failCode: '500', failMsg: 'Internal error' } };
	const fields = { quality: 'high', aspectRatio: '16:9' };
	const { outcome } = await walk(
		'apiInOne',
		new ApiInOneApi(),
		{ operation: 'imageToImage', prompt: 'a fox', imageUrls: 'https://example.com/1.jpg', fields },
		[
			{
				method: 'POST',
				path: '/api/v1/images/generations',
				body: { model: 'seedream/4.5-edit', prompt: 'a fox', quality: 'high', aspect_ratio: '16:9', image_urls: ['https://example.com/1.jpg'] },
				reply: [200, fixture('apiInOne', 'submittedOlder')],
			},
			{ method: 'GET', path: '/api/v1/tasks/task_abc123', reply: [200, failed] },
		],
	);
	expect(outcome).toMatchObject({ kind: 'failed', failure: { kind: 'generationFailed', code: '500', message: 'Internal error', mayBeCharged: true } });
});

test.each<[string, number, object]>([
	['invalidRequest', 400, { kind: 'invalidInput', message: 'prompt is required', code: 'invalid_request' }],
	['wrongKey', 401, { kind: 'authentication' }],
	['wrongKey', 200, { kind: 'authentication' }],
])('%s under HTTP %i', async (name, status, failure) => {
	const body = { model: 'seedream/4.5-text-to-image', prompt: 'a fox', quality: 'basic', aspect_ratio: '1:1' };
	const { submitted } = await walk('apiInOne', new ApiInOneApi(), { prompt: 'a fox' }, [
		{ method: 'POST', path: '/api/v1/images/generations', body, reply: [status, fixture('apiInOne', name)] },
	]);
	expect(submitted).toMatchObject({ kind: 'failed', failure });
});

const vocabulary: Record<string, string> = {
	pending: 'pending queued queuing queueing waiting wait submitted created starting in_queue not_started processing in_progress running generating started',
	succeeded: 'success succeeded succeed completed complete done finished',
	failed: 'failed fail failure error errored cancelled canceled expired timeout timed_out rejected content_violation',
	unknownWord: 'reviewing 1 successful unfailed',
};
test.each(
	Object.entries(vocabulary).flatMap(([state, words]) =>
		words
			.split(' ')
			.flatMap((word) => [word, word.toUpperCase(), word.replaceAll('_', '-'), word.replaceAll('_', ' ')].map((written) => [written, state] as const)),
	),
)('status %j is %s', (word, state) => {
	expect(read({ code: 200, data: { status: word } }).state).toBe(state);
	expect(read({ state: word }).state).toBe(state);
});

test('a missing status is named as none', () => {
	expect(read({})).toEqual({ state: 'unknownWord', word: 'none' });
});

test.each<object>([
	{ data: { output: { image_urls: [url] } } },
	{ data: { output: { images: [{ url }] } } },
	{ data: { output: { image_url: url } } },
	{ data: { output: [url] } },
	{ data: { output: url } },
	{ data: { image_urls: [url] } },
	{ data: { images: [url] } },
	{ data: { results: [{ url }] } },
	{ data: { result_urls: [url] } },
	{ data: { resultUrls: [url] } },
	{ data: { image_url: url } },
	{ data: { url } },
	{ data: { resultJson: JSON.stringify({ resultUrls: [url] }) } },
	{ data: { result: { images: [url] } } },
	{ data: { result: url } },
	{ output: { images: [url] } },
	{ images: [url] },
	{ result: JSON.stringify({ images: [url] }) },
	{ data: { assets: [{ image_url: url }] } },
])('finds the URL in %j', (body) => {
	expect(read({ status: 'completed', ...body })).toEqual({ state: 'succeeded', urls: [url] });
});

test.each<object>([
	{ data: { input: { image_urls: [url] } } },
	{ input_urls: [url], callback_url: url, status_url: url },
	{ data: { params: { image: url }, request: { url } } },
	{},
])('never returns what was sent: %j', (body) => {
	expect(read({ status: 'completed', ...body })).toEqual({ state: 'succeeded', urls: [] });
});

test('the Result Path takes precedence over all other paths', () => {
	const body = { status: 'completed', images: ['https://cdn.example/thumbnail.png'], deep: { list: [url] } };
	expect(read(body, { resultPath: 'deep.list' })).toEqual({ state: 'succeeded', urls: [url] });
	expect(read(body, { resultPath: 'nothing' })).toMatchObject({
		urls: [],
		unreadable: 'the task is finished, but there is no image URL at Result Path "nothing"',
	});
});

test.each<[object, object]>([
	[{ data: { error: { message: 'No luck', code: 'E1' } } }, { message: 'No luck', code: 'E1' }],
	[{ data: { error: 'No luck' } }, { message: 'No luck' }],
	[{ data: { failMsg: 'No luck', failCode: '422' } }, { message: 'No luck', code: '422' }],
	[{ data: { fail_reason: 'No luck' } }, { message: 'No luck' }],
	[{ data: { error_message: 'No luck' } }, { message: 'No luck' }],
	[{ error: { message: 'No luck' } }, { message: 'No luck' }],
	[{ error: 'No luck' }, { message: 'No luck' }],
	[{ message: 'success', msg: 'No luck' }, { message: 'No luck' }],
	[{ message: 'success' }, {}],
])('the words of a failure: %j', (body, words) => {
	expect(read({ status: 'failed', ...body })).toEqual({ state: 'failed', words });
});

test.each<JsonObject>([{ data: { task_id: 'x' } }, { data: { taskId: 'x' } }, { data: { id: 'x' } }, { task_id: 'x' }, { taskId: 'x' }, { id: 'x' }])(
	'finds the task in %j',
	(body) => {
		expect(apiInOne.readSubmit(body)).toEqual({ taskId: 'x' });
		expect(apiInOne.readCallback?.(body)).toBe('x');
	},
);

test.each<[object, string]>([
	[{}, '/tasks/a%2Fb'],
	[{ statusPath: '/v2/look/{taskId}/now' }, '/v2/look/a%2Fb/now'],
	[{ statusPath: 'look?id={taskId}&again={taskId}' }, '/look?id=a%2Fb&again=a%2Fb'],
])('asks for a task with %j at %s', (overrides, path) => {
	expect(apiInOne.status('a/b', overrides)).toEqual({ method: 'GET', path });
});

test('an id with a dollar sign stays itself', () => {
	expect(apiInOne.status('a$&b', {}).path).toBe('/tasks/a%24%26b');
});

test("its upstream's 501 in a status check means that the task failed, not that the service is unavailable", () => {
	const body: JsonObject = { code: 501, msg: 'generation failed' };
	const reading = readStatusReply(apiInOne, { kind: 'reply', status: 200, headers: {}, body });
	expect(reading).toMatchObject({ kind: 'final', failure: { kind: 'generationFailed', message: 'generation failed' } });
});

describe("replies as in API in One's pages for another model (Suno)", () => {
	const feed = (data: object) => ({ code: 200, msg: 'success', data: { taskId: 'n30', ...data } });
	const echo = { request_body: { image_urls: ['https://example.com/reference.jpg'], prompt: 'a fox' } };

	test('finished: data.type is the status, and response_data, not the echo, has the images', () => {
		const body = feed({ type: 'SUCCESS', ...echo, response_data: [{ image_url: 'https://example.com/1.png', status: 'complete' }] });
		expect(read(body)).toEqual({ state: 'succeeded', urls: ['https://example.com/1.png'] });
	});

	test('finished: data.status is the status, and images is a list', () => {
		expect(read(feed({ status: 'SUCCESS', images: ['https://example.com/1.png'] }))).toEqual({ state: 'succeeded', urls: ['https://example.com/1.png'] });
	});

	test.each(['fail_message', 'error_message'])('failed, with its reason in %s', (key) => {
		const body = feed({ type: 'FAILED', ...echo, response_data: [{}, { [key]: 'the aspect ratio is wrong' }] });
		expect(read(body)).toMatchObject({ state: 'failed', words: { message: 'the aspect ratio is wrong' } });
	});

	test.each(['text2image', 'image', ''])('the type "%s" is not a status', (type) => {
		expect(read(feed({ type }))).toMatchObject({ state: 'unknownWord' });
	});

	test('the word at its usual place counts before the type', () => {
		expect(read(feed({ status: 'IN_PROGRESS', type: 'SUCCESS' }))).toMatchObject({ state: 'pending' });
	});

	test('a task may be called workId', () => {
		expect(apiInOne.readSubmit({ code: 200, data: { workId: 'w1' } })).toEqual({ taskId: 'w1' });
	});
});

test.each([
	'data.list',
	'$.data.list',
	'$json.data.list',
	'{{ $json.data.list }}',
	'.data.list',
	'data["list"]',
	'data.list[*]',
	'data.list[].url',
	'data.list[*].url',
	'data.list[0]',
	'data.list.0.url',
	'data.list[0].url',
	"$['data']['list'][0]['url']",
])('the Result Path %s is understood', (resultPath) => {
	expect(read({ data: { status: 'completed', list: [{ url }] } }, { resultPath })).toEqual({ state: 'succeeded', urls: [url] });
});

test.each<[JsonObject, string | undefined]>([
	[{ model: 'seedream/5-lite-text-to-image' }, '"seedream/5-lite-text-to-image"'],
	[{ model: 'seedream-4-5' }, undefined],
])('Additional Fields %j ask for another model, whose price is not known: %s', (additionalFields, named) => {
	const { doubt = 'none' } = imageCount(apiInOne, validTask('apiInOne', { additionalFields }));
	expect(doubt).toContain(named ?? 'none');
});

test('a Result Path of thousands of brackets is read in no time', () => {
	const start = performance.now();
	expect(read({ data: { status: 'completed' } }, { resultPath: '['.repeat(200_000) })).toMatchObject({ urls: [] });
	expect(performance.now() - start).toBeLessThan(3000);
});
