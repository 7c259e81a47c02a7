import type { ProviderId } from '../../../nodes/providers';
import type { Failure, FailureKind } from '../../../nodes/core/failure/failure';
import { readSubmitReply } from '../../../nodes/core/reply/readSubmitReply';
import { lostConnection, refusedConnection, reply } from '../../support/fakeSend';
import type { ApiRequest } from '../../../nodes/core/http/send';
import { describeFailure } from '../../../nodes/core/failure/describeFailure';
import { providerOf } from '../../support/provider';

type Case = [ProviderId, number, unknown, FailureKind];

describe('a refused submit', () => {
	test.each<Case>([
		['apixo', 401, { code: 401, message: 'Invalid API key', data: null }, 'authentication'],
		['apixo', 402, { code: 402, message: 'Payment required', data: null }, 'insufficientCredits'],
		['apixo', 400, { code: 400, message: 'Insufficient credits', data: null }, 'insufficientCredits'],
		['apixo', 400, { code: 402, message: 'Please top up', data: null }, 'insufficientCredits'],
		['apixo', 200, { code: 402, message: 'Please top up', data: null }, 'insufficientCredits'],
		['apixo', 200, { code: '401', message: 'No', data: null }, 'authentication'],
		['apixo', 400, { code: 400, message: 'Bad request', data: { error: 'Missing required field: input.prompt' } }, 'invalidInput'],
		['apixo', 403, { code: 403, message: 'Content violates policy', data: null }, 'contentRejected'],
		['apixo', 403, { code: 403, message: 'No permission', data: null }, 'authentication'],
		['apixo', 404, { code: 404, message: 'Model not found', data: null }, 'notFound'],
		['apixo', 429, { code: 429, message: 'Slow down', data: null }, 'rateLimited'],
		['apixo', 200, { code: 429, message: 'Slow down', data: null }, 'rateLimited'],
		['pixwith', 200, { code: 0, message: 'Invalid API KEY' }, 'authentication'],
		['pixwith', 200, { code: 2, msg: 'Invalid API key. Get a valid API key at https://pixwith.ai/api' }, 'authentication'],
		['pixwith', 200, { code: 0, message: 'Credits not enough' }, 'insufficientCredits'],
		['pixwith', 200, { code: 0, message: 'Invalid image format' }, 'invalidInput'],
		['pixwith', 200, { code: 0, message: 'Invalid image url' }, 'invalidInput'],
		['pixwith', 200, { code: '0', message: 'Too many requests' }, 'rateLimited'],
		['pixwith', 400, { code: 0, message: 'Credits not enough' }, 'insufficientCredits'],
		['apiInOne', 200, { error: { code: 401, message: 'Invalid API key', type: 'invalid_request' } }, 'authentication'],
		['apiInOne', 400, { error: { code: 400, message: 'prompt is required', type: 'invalid_request' } }, 'invalidInput'],
		['apiInOne', 200, { code: 422, msg: 'prompt too long' }, 'invalidInput'],
		['apiInOne', 200, { code: 455, msg: 'Maintenance' }, 'providerUnavailable'],
		['apiInOne', 200, { error: { message: 'flagged as sensitive' } }, 'contentRejected'],
		['pixelDojo', 402, { error: 'Not enough credits' }, 'insufficientCredits'],
		['pixelDojo', 400, { error: { code: 'INSUFFICIENT_CREDITS', message: 'Top up' } }, 'insufficientCredits'],
		['pixelDojo', 400, { error: { code: 'bad_request', message: 'unknown key' } }, 'invalidInput'],
		['apiframe', 402, { error: 'Insufficient credits', creditsRequired: 4, creditsAvailable: 0 }, 'insufficientCredits'],
		['apiframe', 403, { error: 'API key inactive' }, 'authentication'],
		['apiframe', 400, { error: 'Validation failed', details: { prompt: ['Required'] } }, 'invalidInput'],
		['apiframe', 413, 'Payload too large', 'invalidInput'],
	])('by %s with HTTP %i %j is %s', (id, status, body, kind) => {
		const reading = readSubmitReply(providerOf(id), reply(status, body));
		expect(reading).toMatchObject({ failure: { kind, mayBeCharged: false } });
		expect(reading.kind).toBe(kind === 'rateLimited' ? 'tryLater' : 'failed');
	});

	test('keeps the words and details of the reply', () => {
		const words = (id: ProviderId, status: number, body: unknown): unknown => {
			const reading = readSubmitReply(providerOf(id), reply(status, body));
			return reading.kind === 'accepted' ? undefined : reading.failure.message;
		};
		expect(words('apixo', 400, { code: 400, message: 'Bad request', data: { error: 'Missing required field: input.prompt' } })).toBe(
			'Missing required field: input.prompt',
		);
		expect(words('apiframe', 400, { error: 'Validation failed', details: { prompt: ['Required', 'Too short'], size: 'x' } })).toBe(
			'Validation failed (prompt: Required, Too short; size: x)',
		);
		expect(words('apiframe', 413, '<html><title>413</title><body>Payload too large</body></html>')).toBe('413 Payload too large');
		expect(words('apiframe', 404, {})).toBe('HTTP 404');
		expect(words('pixwith', 200, { code: 0 })).toBe('no reason given');
	});
});

describe('a submit of unknown outcome', () => {
	test.each<[ProviderId, number, unknown]>([
		['apixo', 500, { code: 500, message: 'Internal error' }],
		['apixo', 200, { code: 500, message: 'Internal error' }],
		['apixo', 502, '<html>Bad gateway</html>'],
		['apixo', 503, ''],
		['apixo', 504, { code: 504, message: 'Insufficient credits' }],
		['apixo', 408, ''],
		['apiframe', 409, { error: 'Idempotency key was used with another body' }],
		['apiInOne', 200, { code: 501, msg: 'Generation failed' }],
		['apixo', 200, '<html>One moment …</html>'],
		['apixo', 200, ''],
		['apixo', 200, []],
		['apixo', 200, null],
		['pixwith', 200, 'OK'],
	])('%s HTTP %i %j', (id, status, body) => {
		expect(readSubmitReply(providerOf(id), reply(status, body))).toMatchObject({
			kind: 'failed',
			failure: { kind: 'outcomeUnknown', mayBeCharged: true, tryElsewhere: false, retryable: false },
		});
	});

	test.each<[ProviderId, unknown]>([
		['pixwith', {}],
		['pixwith', { data: { task_id: 'cf0d' } }],
		['pixwith', { data: null }],
		['apixo', {}],
		['apixo', { code: 200, data: null }],
		['apiInOne', {}],
		['pixelDojo', {}],
		['apiframe', {}],
	])('%s never takes an answer without a word for a refusal: %j', (id, body) => {
		expect(readSubmitReply(providerOf(id), reply(200, body)).kind).toBe('accepted');
	});

	test('is what a lost connection leaves', () => {
		expect(readSubmitReply(providerOf('apixo'), lostConnection)).toMatchObject({
			kind: 'failed',
			failure: { kind: 'outcomeUnknown', code: 'ECONNRESET', mayBeCharged: true },
		});
	});
});

test('a submit that was never sent may be tried again or elsewhere', () => {
	expect(readSubmitReply(providerOf('apixo'), refusedConnection)).toMatchObject({
		kind: 'tryLater',
		failure: { kind: 'providerUnavailable', code: 'ECONNREFUSED', mayBeCharged: false, tryElsewhere: true, retryable: true },
	});
});

test('a redirected submit is a mistake in the base URL, not followed', () => {
	expect(readSubmitReply(providerOf('apixo'), reply(302, ''))).toMatchObject({
		kind: 'failed',
		failure: { kind: 'unexpectedReply', code: '302', message: expect.stringContaining('redirect (HTTP 302)') },
	});
});

test.each<[ProviderId, unknown]>([
	['apixo', { code: 302, message: 'success', data: null }],
	['apiInOne', { code: 302, message: 'success' }],
])('a code of %s that no contract knows leaves the outcome open', (id, body) => {
	const { failure } = readSubmitReply(providerOf(id), reply(200, body)) as { failure: Failure };
	expect(failure).toMatchObject({ kind: 'outcomeUnknown', mayBeCharged: true, tryElsewhere: false, message: expect.stringContaining('unknown code') });
});

describe('an id that a submit reply names is never lost', () => {
	test.each<[ProviderId, unknown]>([
		['apiInOne', { code: 200, message: 'success', data: { task_id: 'n1' }, error: '' }],
		['apiInOne', { code: 200, message: 'success', data: { task_id: 'n1' }, error: {} }],
		['apiInOne', { code: '200', data: { task_id: 'n1' }, error: { code: 0, message: '' } }],
		['apiInOne', { code: 200, data: { task_id: 'n1' }, error: 'one image only' }],
		['apiInOne', { task_id: 'n1', error: { code: 200, message: 'success' } }],
		['apiInOne', { id: 'n1', status: 'reviewing', error: '' }],
		['apiInOne', { code: 202, data: { task_id: 'n1' } }],
		['apiInOne', { code: 501, data: { task_id: 'n1' }, msg: 'busy' }],
		['apixo', { code: 202, message: 'success', data: { taskId: 'n1' } }],
		['apixo', { code: '202', message: 'accepted', data: { task_id: 'n1' } }],
		['apixo', { code: 0, message: 'success', data: { taskId: 'n1' } }],
		['apixo', { code: 500, message: 'Internal error', data: { taskId: 'n1' } }],
		['apixo', { code: 200, taskId: 'n1' }],
		['pixwith', { message: 'Task created', data: { task_id: 'n1' } }],
		['pixwith', { code: '1', message: 'ok', data: { taskId: 'n1' } }],
		['pixwith', { code: '200', message: 'success', data: { task_id: 'n1' } }],
		['pixwith', { code: 0, message: 'success', data: { task_id: 'n1' } }],
		['pixwith', { code: 0, message: 'Internal server error', data: { task_id: 'n1' } }],
		['pixelDojo', { data: { job_id: 'n1' }, error: '' }],
		['apiframe', { data: { jobId: 'n1' }, error: null }],
	])('by %s: %j', (id, body) => {
		const provider = providerOf(id);
		const reading = readSubmitReply(provider, reply(200, body));
		expect(reading.kind).toBe('accepted');
		if (reading.kind === 'accepted') expect(reading.accepted?.taskId).toBe('n1');
	});

	test.each<[ProviderId, number, unknown, FailureKind]>([
		['apixo', 200, { code: 402, message: 'Please top up', data: { taskId: 'n1' } }, 'insufficientCredits'],
		['pixwith', 200, { code: 0, message: 'Credits not enough', data: { task_id: 'n1' } }, 'insufficientCredits'],
		['apiInOne', 200, { id: 'n1', error: { code: 400, message: 'prompt is required' } }, 'invalidInput'],
		['apixo', 200, { code: 401, data: { id: 'n1' } }, 'authentication'],
		['apixo', 200, { code: 402, data: { taskId: 'n1' } }, 'insufficientCredits'],
		['pixwith', 200, { message: 'Invalid API KEY', data: { id: 'n1' } }, 'authentication'],
		['pixwith', 200, { message: 'Credits not enough', taskId: 'n1' }, 'insufficientCredits'],
		['apixo', 500, { code: 500, message: 'Internal error', data: { taskId: 'n1' } }, 'outcomeUnknown'],
		['apiframe', 409, { jobId: 'n1', error: 'Another body' }, 'outcomeUnknown'],
	])('by %s beside a certain no or HTTP %i it stands in the message: %j', (id, status, body, kind) => {
		const reading = readSubmitReply(providerOf(id), reply(status, body));
		expect(reading).toMatchObject({ kind: 'failed', failure: { kind, message: expect.stringContaining('the reply names the ID "n1"') } });
	});

	test.each<[ProviderId, unknown]>([
		['apiInOne', { code: 429, id: 'req_1', message: 'Too many requests' }],
		['apixo', { code: 429, data: { id: 'req_1' } }],
		['apixo', { code: 429, message: 'Slow down', data: { taskId: 'req_1' } }],
		['pixwith', { code: 0, message: 'Too many requests', data: { id: 'req_1' } }],
	])('by %s beside "too many" it is none of a task: %j', (id, body) => {
		expect(readSubmitReply(providerOf(id), reply(200, body))).toMatchObject({ kind: 'tryLater', failure: { kind: 'rateLimited', mayBeCharged: false } });
	});

	test.each<[ProviderId, unknown, FailureKind]>([
		['apiInOne', { error: 'Invalid API key' }, 'authentication'],
		['apiInOne', { code: 200, error: { code: '401', message: 'No' } }, 'authentication'],
		['apiInOne', { error: { detail: { message: 'No prompt' } } }, 'invalidInput'],
		['apiInOne', { error: true, message: 'No prompt' }, 'invalidInput'],
		['pixwith', { message: 'Credits not enough' }, 'insufficientCredits'],
		['pixwith', { code: '401', message: 'No' }, 'authentication'],
	])('and a no without one stays a no: %s %j', (id, body, kind) => {
		expect(readSubmitReply(providerOf(id), reply(200, body))).toMatchObject({ kind: 'failed', failure: { kind } });
	});
});

test('an error deeper than the stack is one', () => {
	const deep: unknown = JSON.parse(`${'{"data":'.repeat(20_000)}1${'}'.repeat(20_000)}`);
	expect(readSubmitReply(providerOf('apiInOne'), reply(200, { error: deep }))).toMatchObject({ failure: { kind: 'invalidInput' } });
});

test('details deeper than the stack are left out', () => {
	const deep: unknown = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000));
	expect(readSubmitReply(providerOf('apiframe'), reply(400, { error: 'Invalid', details: { a: deep } }))).toMatchObject({ failure: { kind: 'invalidInput' } });
});

describe('what a refusal says', () => {
	const failureOf = (id: ProviderId, status: number, body: unknown, request?: ApiRequest): Failure => {
		const reading = readSubmitReply(providerOf(id), reply(status, body), request);
		if (reading.kind === 'accepted') throw new Error('taken for an acceptance');
		return reading.failure;
	};

	test.each<[ProviderId, number, unknown, FailureKind, RegExp]>([
		['apixo', 400, { code: 400, message: 'concurrent task limit reached (2), please wait', data: null }, 'rateLimited', /concurrent task limit reached/],
		['pixwith', 200, { code: 0, message: 'System busy, please try again later' }, 'rateLimited', /System busy/],
		['apiInOne', 403, { error: { code: 403, message: 'Maximum concurrent jobs reached for your plan', type: 'invalid_request' } }, 'rateLimited', /your plan/],
		['apiframe', 400, { error: 'This model is temporarily unavailable' }, 'rateLimited', /temporarily unavailable/],
		['apixo', 429, { code: 429, message: 'Insufficient balance', data: null }, 'insufficientCredits', /Insufficient balance/],
		['pixelDojo', 403, { error: { code: 'insufficient_credits', message: 'Top up to go on' } }, 'insufficientCredits', /Top up to go on/],
		['apixo', 400, { code: 400, message: '余额不足', data: null }, 'insufficientCredits', /余额不足/],
		['apixo', 200, { code: 10001, message: 'Insufficient balance', data: null }, 'insufficientCredits', /Insufficient balance/],
		['apixo', 403, { code: 403, message: 'Your account has been suspended. Contact support.', data: null }, 'authentication', /suspended/],
		[
			'apiframe',
			422,
			{ detail: [{ loc: ['body', 'prompt'], msg: 'field required', type: 'value_error.missing' }] },
			'invalidInput',
			/^prompt: field required$/,
		],
		['apiframe', 400, { errors: ['size is wrong', 'prompt is missing'] }, 'invalidInput', /^size is wrong; prompt is missing$/],
		['apiframe', 400, { ok: false, problem: { info: { hint: 'width must be even' } } }, 'invalidInput', /^width must be even$/],
		['apixo', 407, '<html>Proxy Authentication Required</html>', 'providerUnavailable', /proxy .*HTTP 407.*Proxy Authentication Required/],
	])('%s HTTP %i %j is %s, in its words', (id, status, body, kind, words) => {
		expect(failureOf(id, status, body)).toMatchObject({ kind, mayBeCharged: false, message: expect.stringMatching(words) });
	});

	test.each<[number, unknown]>([
		[10001, { code: 10001, message: 'Task queued, please wait', data: null }],
		[1, { code: 1, message: 'System busy, please try again later', data: null }],
		[500, { code: 500, message: 'Insufficient balance', data: null }],
	])('beside the code %i it is still open whether the job was taken', (_code, body) => {
		expect(failureOf('apixo', 200, body)).toMatchObject({ kind: 'outcomeUnknown', mayBeCharged: true });
	});

	test('a page of a firewall blames neither the key nor the Base URL', () => {
		const failure = failureOf('apixo', 403, '<html><title>Attention Required! | Cloudflare</title><body>Sorry, you have been blocked</body></html>');
		expect(failure).toMatchObject({
			kind: 'providerUnavailable',
			retryable: true,
			tryElsewhere: true,
			message: expect.stringContaining('you have been blocked'),
		});
		expect(describeFailure({ provider: 'APIXO', failure })).not.toMatch(/key/i);
	});

	test.each(['Your account has been suspended. Contact support.', 'No permission', 'Forbidden'])('a 403 that says "%s" blames no key', (message) => {
		const failure = failureOf('apixo', 403, { code: 403, message, data: null });
		const sentence = describeFailure({ provider: 'APIXO', failure });
		expect(sentence).toContain(message.replace(/\.$/, ''));
		expect(`${sentence} ${failure.remedy}`).not.toMatch(/key/i);
	});

	test('a model that is gone is named, and where the provider lists its models', () => {
		const request: ApiRequest = { method: 'POST', path: '/models/seedream-4/run', body: { prompt: 'a fox' } };
		const failure = failureOf('pixelDojo', 404, { error: 'Not found' }, request);
		expect(failure).toMatchObject({ kind: 'notFound', message: expect.stringContaining('"seedream-4"') });
		expect(failure.remedy).toContain('https://pixeldojo.ai/api/v1/models');
		expect(failure.remedy).toContain('option Model ID');
		expect(describeFailure({ provider: 'PixelDojo', failure: failureOf('pixelDojo', 404, { error: 'Model not found' }, request) })).toMatch(
			/^PixelDojo does not offer this model: /,
		);
	});

	test('the prompt that it quotes counts for nothing', () => {
		const prompt = 'a queue full of people, insufficient balance, NSFW';
		const request: ApiRequest = { method: 'POST', path: '/v2/images/generate', body: { prompt } };
		expect(failureOf('apiframe', 400, { error: `not accepted: ${prompt}` }, request).kind).toBe('invalidInput');
	});
});
