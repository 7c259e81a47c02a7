import type { Failure, FailureKind } from '../../../nodes/core/failure/failure';
import { readSubmitReply, withoutTaskId } from '../../../nodes/core/reply/readSubmitReply';
import type { ApiRequest } from '../../../nodes/core/http/send';
import type { OptionField } from '../../../nodes/core/provider/option';
import type { Provider } from '../../../nodes/core/provider/provider';
import { describeFailure } from '../../../nodes/core/failure/describeFailure';
import { lostConnection, refusedConnection, reply } from '../../support/fakeSend';
import { fullProvider, makeProvider, plainProvider, yesOrNoProvider } from '../../support/madeUpProvider';

const read = (status: number, body: unknown, provider: Provider = fullProvider) => readSubmitReply(provider, reply(status, body));

function failureOf(status: number, body: unknown, provider: Provider = fullProvider, request?: ApiRequest): Failure {
	const reading = readSubmitReply(provider, reply(status, body), request);
	if (reading.kind === 'accepted') throw new Error('taken for an acceptance');
	return reading.failure;
}

type Row = [status: number, body: unknown, kind: FailureKind, provider?: Provider];

describe('a refused submit', () => {
	test.each<Row>([
		[401, { code: 401, message: 'Invalid API key', data: null }, 'authentication'],
		[402, { code: 402, message: 'Payment required', data: null }, 'insufficientCredits'],
		[400, { code: 400, message: 'Insufficient credits', data: null }, 'insufficientCredits'],
		[400, { code: 402, message: 'Please top up', data: null }, 'insufficientCredits'],
		[200, { code: 402, message: 'Please top up', data: null }, 'insufficientCredits'],
		[200, { code: '401', message: 'No', data: null }, 'authentication'],
		[400, { code: 400, message: 'Bad request', data: { error: 'Missing required field: prompt' } }, 'invalidInput'],
		[403, { code: 403, message: 'Content violates policy', data: null }, 'contentRejected'],
		[403, { code: 403, message: 'No permission', data: null }, 'authentication'],
		[404, { code: 404, message: 'Model not found', data: null }, 'notFound'],
		[200, { code: 422, message: 'prompt too long' }, 'invalidInput'],
		[200, { code: 455, message: 'Maintenance' }, 'providerUnavailable'],
		[429, { code: 429, message: 'Slow down', data: null }, 'rateLimited'],
		[200, { code: 429, message: 'Slow down', data: null }, 'rateLimited'],
		[200, { code: 0, message: 'Invalid API KEY' }, 'authentication', yesOrNoProvider],
		[200, { code: 0, message: 'Credits not enough' }, 'insufficientCredits', yesOrNoProvider],
		[200, { code: 0, message: 'Invalid image url' }, 'invalidInput', yesOrNoProvider],
		[200, { code: '0', message: 'Too many requests' }, 'rateLimited', yesOrNoProvider],
		[200, { message: 'Credits not enough' }, 'insufficientCredits', yesOrNoProvider],
		[400, { code: 0, message: 'Credits not enough' }, 'insufficientCredits', yesOrNoProvider],
		[402, { error: 'Not enough credits' }, 'insufficientCredits', plainProvider],
		[400, { error: { code: 'INSUFFICIENT_CREDITS', message: 'Top up' } }, 'insufficientCredits', plainProvider],
		[400, { error: 'Validation failed', details: { prompt: ['Required'] } }, 'invalidInput', plainProvider],
		[413, 'Payload too large', 'invalidInput', plainProvider],
		[200, { error: 'Not enough credits' }, 'insufficientCredits', plainProvider],
		[200, { success: false, message: 'Invalid API key' }, 'authentication', plainProvider],
		[200, { status: 'error', message: 'Insufficient credits' }, 'insufficientCredits', plainProvider],
		[200, { status: 'FAILED', msg: 'Content violates policy' }, 'contentRejected', plainProvider],
		[200, { statusCode: 401, message: 'Unauthorized' }, 'authentication', plainProvider],
		[200, { status: '402', detail: 'Payment required' }, 'insufficientCredits', plainProvider],
		[201, { ok: false, error: { code: 'NSFW', message: 'Content violates policy' }, data: null }, 'contentRejected'],
	])('with HTTP %i %j is %s', (status, body, kind, provider = fullProvider) => {
		const reading = read(status, body, provider);
		expect(reading).toMatchObject({ failure: { kind, mayBeCharged: false } });
		expect(reading.kind).toBe(kind === 'rateLimited' ? 'tryLater' : 'failed');
	});

	test("is read by the provider's own vocabulary first", () => {
		const provider = makeProvider({ adapter: { kindOf: ({ message = '' }) => (message.includes('internal') ? 'outcomeUnknown' : undefined) } });
		expect(failureOf(400, { code: 400, message: 'Insufficient credits (internal)' }, provider).kind).toBe('outcomeUnknown');
		expect(failureOf(400, { code: 400, message: 'Insufficient credits' }, provider).kind).toBe('insufficientCredits');
	});

	test("is not read by that vocabulary where the words are the prompt's", () => {
		const provider = makeProvider({ adapter: { kindOf: ({ message = '' }) => (message.includes('internal') ? 'outcomeUnknown' : undefined) } });
		const request: ApiRequest = { method: 'POST', path: '/tasks', body: { input: { prompt: 'the internal of a clock' } } };
		expect(failureOf(400, { code: 400, message: 'Invalid prompt: the internal of a clock' }, provider, request).kind).toBe('invalidInput');
	});

	test.each<[number, unknown, string]>([
		[400, { code: 400, message: 'Bad request', data: { error: 'Missing required field: prompt' } }, 'Missing required field: prompt'],
		[
			400,
			{ error: 'Validation failed', details: { prompt: ['Required', 'Too short'], size: 'x' } },
			'Validation failed (prompt: Required, Too short; size: x)',
		],
		[413, '<html><title>413</title><body>Payload too large</body></html>', '413 Payload too large'],
		[404, {}, 'HTTP 404'],
	])('keeps the words and details of the reply: HTTP %i %j', (status, body, message) => {
		expect(failureOf(status, body, plainProvider).message).toBe(message);
	});

	test('without any words says that no reason was given', () => {
		expect(failureOf(200, { code: 0 }, yesOrNoProvider).message).toBe('no reason given');
	});
});

describe('a submit of unknown outcome', () => {
	test.each<[number, unknown, Provider?]>([
		[500, { code: 500, message: 'Internal error' }],
		[200, { code: 500, message: 'Internal error' }],
		[502, '<html>Bad gateway</html>'],
		[503, ''],
		[504, { code: 504, message: 'Insufficient credits' }],
		[408, ''],
		[444, ''],
		[460, ''],
		[499, 'client closed request'],
		[303, ''],
		[303, { message: 'See other' }],
		[400, { code: 400, message: 'Request timed out' }],
		[400, { code: 400, message: 'Internal server error' }],
		[422, { error: { message: 'upstream error: unexpected EOF' } }, plainProvider],
		[400, { error: 'An unknown error occurred' }, plainProvider],
		[400, { error: 'java.lang.NullPointerException' }, plainProvider],
		[200, { code: 400, message: '系统异常' }],
		[400, { code: 400, message: '请求超时' }],
		[409, { error: 'Idempotency key was used with another body' }],
		[200, { code: 501, message: 'Generation failed' }],
		[200, '<html>One moment …</html>'],
		[200, ''],
		[200, []],
		[200, null],
		[200, 'OK', yesOrNoProvider],
	])('HTTP %i %j', (status, body, provider = fullProvider) => {
		expect(read(status, body, provider)).toMatchObject({
			kind: 'failed',
			failure: { kind: 'outcomeUnknown', mayBeCharged: true, tryElsewhere: false, retryable: false },
		});
	});

	test.each<[unknown, Provider?]>([
		[{}],
		[{ code: 200, data: null }],
		[{}, yesOrNoProvider],
		[{ data: { taskId: 'cf0d' } }, yesOrNoProvider],
		[{ data: null }, yesOrNoProvider],
		[{}, plainProvider],
		[{ message: 'Job queued. 0 credits left' }, plainProvider],
		[{ success: true, message: 'Invalid API key' }, plainProvider],
		[{ status: 'queued', message: 'Invalid API key' }, plainProvider],
		[{ status: 200, message: 'Insufficient credits' }, plainProvider],
		[{ status: 'error', message: 'System busy' }, plainProvider],
		[{ status: 'failed', message: 'Insufficient credits', taskId: 'task_1' }, plainProvider],
		[{ success: false, error: 'System busy' }, plainProvider],
		[{ error: 'Not enough credits', data: { taskId: 'task_1' } }, plainProvider],
	])('is never a refusal if the reply does not say so: %j', (body, provider = fullProvider) => {
		expect(read(200, body, provider).kind).toBe('accepted');
	});

	test('follows a lost connection', () => {
		expect(readSubmitReply(fullProvider, lostConnection)).toMatchObject({
			kind: 'failed',
			failure: { kind: 'outcomeUnknown', code: 'ECONNRESET', mayBeCharged: true },
		});
	});

	test('follows an undocumented code', () => {
		expect(failureOf(200, { code: 302, message: 'success', data: null })).toMatchObject({
			kind: 'outcomeUnknown',
			mayBeCharged: true,
			tryElsewhere: false,
			message: expect.stringContaining('unknown code'),
		});
	});
});

describe('a reply that is a list', () => {
	const accepted = { code: 200, data: { taskId: 'task_1' } };

	test.each<[unknown, Provider?]>([[[accepted]], [['ok', accepted]], [[null, accepted]], [[{ id: 'x', taskId: 'task_1' }], plainProvider]])(
		'of one object is read as that object: %j',
		(body, provider = fullProvider) => {
			expect(read(200, body, provider)).toMatchObject({ kind: 'accepted', accepted: { taskId: 'task_1' } });
		},
	);

	test('of one refusal is a refusal', () => {
		expect(failureOf(200, [{ code: 402, message: 'Please top up' }]).kind).toBe('insufficientCredits');
		expect(failureOf(400, [{ code: 400, message: 'Missing required field: prompt' }])).toMatchObject({
			kind: 'invalidInput',
			message: 'Missing required field: prompt',
		});
	});

	test.each([[[accepted, accepted]], [[[accepted]]], [['task_1']], [[]]])('of anything else stays unknown: %j', (body) => {
		expect(failureOf(200, body)).toMatchObject({ kind: 'outcomeUnknown', mayBeCharged: true });
	});
});

describe('a reply without a task ID', () => {
	const messageFor = (body: object) => withoutTaskId(fullProvider, reply(200, body)).message;

	test('names the images in it, which are paid for', () => {
		expect(messageFor({ created: 1, data: [{ url: 'https://cdn.example/1.png' }] })).toBe(
			'the reply contains no task ID, but it contains an image URL: https://cdn.example/1.png',
		);
		expect(messageFor({ output: ['https://cdn.example/1.png', 'https://cdn.example/2.png'], message: 'done' })).toBe(
			'the reply contains no task ID, but it contains image URLs: https://cdn.example/1.png https://cdn.example/2.png: "done"',
		);
	});

	test('does not take reference images for results', () => {
		expect(messageFor({ input: { url: 'https://a.example/r.png' }, image_urls: ['https://a.example/r.png'] })).toBe('the reply contains no task ID');
	});
});

describe('a reply that cannot be read', () => {
	test('is quoted', () => {
		expect(failureOf(200, '<html><title>One moment</title>Back at 6 pm</html>').message).toBe('the reply could not be read: "One moment Back at 6 pm"');
		expect(failureOf(200, '').message).toBe('the reply could not be read');
	});
});

test('a submit that was never sent may be tried again or elsewhere', () => {
	expect(readSubmitReply(fullProvider, refusedConnection)).toMatchObject({
		kind: 'tryLater',
		failure: { kind: 'providerUnavailable', code: 'ECONNREFUSED', mayBeCharged: false, tryElsewhere: true, retryable: true },
	});
});

test('a redirected submit is a mistake in the base URL, not followed', () => {
	expect(read(302, '')).toMatchObject({
		kind: 'failed',
		failure: { kind: 'unexpectedReply', code: '302', message: expect.stringContaining('redirect (HTTP 302)') },
	});
});

describe('an id that a submit reply names', () => {
	test.each<[unknown, Provider?]>([
		[{ code: 202, message: 'success', data: { taskId: 'n1' } }],
		[{ code: '202', message: 'accepted', data: { task_id: 'n1' } }],
		[{ code: 0, message: 'success', data: { taskId: 'n1' } }],
		[{ code: 500, message: 'Internal error', data: { taskId: 'n1' } }],
		[{ code: 200, taskId: 'n1' }],
		[{ message: 'Task created', data: { taskId: 'n1' } }, yesOrNoProvider],
		[{ code: 0, data: { taskId: 'n1' } }, yesOrNoProvider],
		[{ data: { job_id: 'n1' }, error: '' }, plainProvider],
	])('is never lost: %j', (body, provider = fullProvider) => {
		expect(read(200, body, provider)).toMatchObject({ kind: 'accepted', accepted: { taskId: 'n1' } });
	});

	test.each<Row>([
		[200, { code: 402, message: 'Please top up', data: { taskId: 'n1' } }, 'insufficientCredits'],
		[200, { code: 0, message: 'Credits not enough', data: { taskId: 'n1' } }, 'insufficientCredits', yesOrNoProvider],
		[200, { code: 401, data: { id: 'n1' } }, 'authentication'],
		[500, { code: 500, message: 'Internal error', data: { taskId: 'n1' } }, 'outcomeUnknown'],
		[409, { jobId: 'n1', error: 'Another body' }, 'outcomeUnknown', plainProvider],
	])('beside a definite refusal or HTTP %i is quoted in the message: %j', (status, body, kind, provider = fullProvider) => {
		expect(read(status, body, provider)).toMatchObject({
			kind: 'failed',
			failure: { kind, message: expect.stringContaining('the reply names the ID "n1"') },
		});
	});

	test.each<[unknown, Provider?]>([
		[{ code: 429, data: { id: 'req_1' } }],
		[{ code: 429, message: 'Slow down', data: { taskId: 'req_1' } }],
		[{ code: 0, message: 'Too many requests', data: { id: 'req_1' } }, yesOrNoProvider],
	])('beside "too many" is not a task: %j', (body, provider = fullProvider) => {
		expect(read(200, body, provider)).toMatchObject({ kind: 'tryLater', failure: { kind: 'rateLimited', mayBeCharged: false } });
	});
});

test('details nested deeper than the stack are left out', () => {
	const deep: unknown = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000));
	expect(failureOf(400, { error: 'Invalid', details: { a: deep } }).kind).toBe('invalidInput');
});

describe('what a refusal says', () => {
	test.each<[number, unknown, FailureKind, RegExp, Provider?]>([
		[400, { code: 400, message: 'concurrent task limit reached (2), please wait', data: null }, 'rateLimited', /concurrent task limit reached/],
		[200, { code: 0, message: 'System busy, please try again later' }, 'rateLimited', /System busy/, yesOrNoProvider],
		[403, { error: { code: 403, message: 'Maximum concurrent jobs reached for your plan' } }, 'rateLimited', /your plan/, plainProvider],
		[400, { error: 'This model is temporarily unavailable' }, 'rateLimited', /temporarily unavailable/],
		[429, { code: 429, message: 'Insufficient balance', data: null }, 'insufficientCredits', /Insufficient balance/],
		[403, { error: { code: 'insufficient_credits', message: 'Top up to go on' } }, 'insufficientCredits', /Top up to go on/, plainProvider],
		[400, { code: 400, message: '余额不足', data: null }, 'insufficientCredits', /余额不足/],
		[200, { code: 10001, message: 'Insufficient balance', data: null }, 'insufficientCredits', /Insufficient balance/],
		[403, { code: 403, message: 'Your account has been suspended. Contact support.', data: null }, 'authentication', /suspended/],
		[422, { detail: [{ loc: ['body', 'prompt'], msg: 'field required', type: 'value_error.missing' }] }, 'invalidInput', /^prompt: field required$/],
		[400, { errors: ['size is wrong', 'prompt is missing'] }, 'invalidInput', /^size is wrong; prompt is missing$/],
		[400, { ok: false, problem: { info: { hint: 'width must be even' } } }, 'invalidInput', /^width must be even$/],
		[407, '<html>Proxy Authentication Required</html>', 'providerUnavailable', /proxy .*HTTP 407.*Proxy Authentication Required/],
	])('HTTP %i %j is %s, in the words of the provider', (status, body, kind, words, provider = fullProvider) => {
		expect(failureOf(status, body, provider)).toMatchObject({ kind, mayBeCharged: false, message: expect.stringMatching(words) });
	});

	test.each<[number, unknown]>([
		[10001, { code: 10001, message: 'Task queued, please wait', data: null }],
		[1, { code: 1, message: 'System busy, please try again later', data: null }],
		[500, { code: 500, message: 'Insufficient balance', data: null }],
	])('the code %i leaves it unknown whether the job was accepted', (_code, body) => {
		expect(failureOf(200, body)).toMatchObject({ kind: 'outcomeUnknown', mayBeCharged: true });
	});

	test('for a page of a firewall the remedy blames neither the key nor the Base URL', () => {
		const failure = failureOf(403, '<html><title>Attention Required! | Cloudflare</title><body>Sorry, you have been blocked</body></html>');
		expect(failure).toMatchObject({
			kind: 'providerUnavailable',
			retryable: true,
			tryElsewhere: true,
			message: expect.stringContaining('you have been blocked'),
		});
		expect(describeFailure({ provider: 'Example', failure })).not.toMatch(/key/i);
	});

	test.each(['Your account has been suspended. Contact support.', 'No permission', 'Forbidden'])(
		'for a 403 that says "%s" the remedy does not blame the key',
		(message) => {
			const failure = failureOf(403, { code: 403, message, data: null });
			const sentence = describeFailure({ provider: 'Example', failure });
			expect(sentence).toContain(message.replace(/\.$/, ''));
			expect(`${sentence} ${failure.remedy}`).not.toMatch(/key/i);
		},
	);

	test('the message names a model that is gone, and the remedy where the provider lists its models', () => {
		const request: ApiRequest = { method: 'POST', path: '/models/model-1/tasks', body: { prompt: 'a fox' } };
		const failure = failureOf(404, { error: 'Not found' }, fullProvider, request);
		expect(failure).toMatchObject({ kind: 'notFound', message: expect.stringContaining('"model-1"') });
		expect(failure.remedy).toContain('https://example.com/models');
		expect(failure.remedy).not.toContain('option');
		expect(describeFailure({ provider: 'Example', failure: failureOf(404, { error: 'Model not found' }, fullProvider, request) })).toMatch(
			/^Example does not offer this model: /,
		);
	});

	test('the remedy for a model that is gone names the option for another model, if there is one', () => {
		const modelId: OptionField = { displayName: 'Model ID', name: 'modelId', type: 'string', default: 'model-1', nodes: ['generate'] };
		expect(failureOf(404, { error: 'Not found' }, makeProvider({ facts: { options: [modelId] } })).remedy).toContain('option Model ID');
	});

	test('a quoted prompt is ignored', () => {
		const prompt = 'a queue full of people, insufficient balance, NSFW';
		const request: ApiRequest = { method: 'POST', path: '/tasks', body: { input: { prompt } } };
		expect(failureOf(400, { error: `not accepted: ${prompt}` }, fullProvider, request).kind).toBe('invalidInput');
	});
});
