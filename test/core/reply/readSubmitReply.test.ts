import type { ProviderId } from '../../../nodes/providers';
import type { Failure, FailureKind } from '../../../nodes/core/failure/failure';
import { readSubmitReply } from '../../../nodes/core/reply/readSubmitReply';
import { lostConnection, refusedConnection, reply } from '../../support/fakeSend';
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
