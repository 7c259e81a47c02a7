import { readStatusOutcome, readSubmitOutcome, submitFailure, taskFailure } from '../../nodes/core/classify';
import { failureKinds, type Failure, type FailureKind } from '../../nodes/core/failure';
import type { ProviderId } from '../../nodes/core/provider';
import { kindFromWords } from '../../nodes/core/words';
import { lostConnection, refusedConnection, reply } from '../support/fakeSend';
import { providerOf } from '../support/provider';

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
		const reading = readSubmitOutcome(providerOf(id), reply(status, body));
		expect(reading).toMatchObject({ failure: { kind, mayBeCharged: false } });
		expect(reading.kind).toBe(kind === 'rateLimited' ? 'tryLater' : 'failed');
	});

	test('keeps the words and details of the reply', () => {
		const words = (id: ProviderId, status: number, body: unknown): unknown => {
			const reading = readSubmitOutcome(providerOf(id), reply(status, body));
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
		expect(readSubmitOutcome(providerOf(id), reply(status, body))).toMatchObject({
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
		expect(readSubmitOutcome(providerOf(id), reply(200, body)).kind).toBe('accepted');
	});

	test('is what a lost connection leaves', () => {
		expect(readSubmitOutcome(providerOf('apixo'), lostConnection)).toMatchObject({
			kind: 'failed',
			failure: { kind: 'outcomeUnknown', code: 'ECONNRESET', mayBeCharged: true },
		});
	});
});

test('a submit that was never sent may be tried again or elsewhere', () => {
	expect(readSubmitOutcome(providerOf('apixo'), refusedConnection)).toMatchObject({
		kind: 'tryLater',
		failure: { kind: 'providerUnavailable', code: 'ECONNREFUSED', mayBeCharged: false, tryElsewhere: true, retryable: true },
	});
});

test('a redirected submit is a mistake in the base URL, not followed', () => {
	expect(readSubmitOutcome(providerOf('apixo'), reply(302, ''))).toMatchObject({
		kind: 'failed',
		failure: { kind: 'unexpectedReply', code: '302', message: expect.stringContaining('redirect (HTTP 302)') },
	});
});

describe('a status reply', () => {
	test.each<[ProviderId, number, unknown, boolean]>([
		['apixo', 500, {}, false],
		['apixo', 502, '<html>Bad gateway</html>', false],
		['apixo', 408, '', false],
		['apixo', 429, {}, true],
		['apixo', 200, { code: 503, message: 'Busy' }, false],
		['apixo', 200, '<html>One moment …</html>', false],
		['apixo', 200, [], false],
		['apiInOne', 200, { code: 455, msg: 'Maintenance' }, false],
		['pixwith', 200, { code: 0, message: 'Too many requests' }, true],
	])('%s HTTP %i %j says nothing about the task (rate limit: %s)', (id, status, body, rateLimited) => {
		expect(readStatusOutcome(providerOf(id), reply(status, body))).toMatchObject({ kind: 'transient', rateLimited });
	});

	test.each([lostConnection, refusedConnection])('%j says nothing about the task', (outcome) => {
		expect(readStatusOutcome(providerOf('apixo'), outcome)).toMatchObject({ kind: 'transient', rateLimited: false });
	});

	test.each<Case>([
		['apixo', 401, {}, 'authentication'],
		['apixo', 403, {}, 'authentication'],
		['apixo', 402, {}, 'insufficientCredits'],
		['pixwith', 200, { code: 0, message: 'Invalid API KEY' }, 'authentication'],
	])('%s HTTP %i %j is final: %s', (id, status, body, kind) => {
		expect(readStatusOutcome(providerOf(id), reply(status, body))).toMatchObject({
			kind: 'final',
			failure: { kind, tryElsewhere: false },
		});
	});

	test.each<Case>([
		['apixo', 404, {}, 'notFound'],
		['pixwith', 200, { code: 0, message: 'Task not found' }, 'notFound'],
		['pixwith', 200, { code: 0, message: 'Something else' }, 'unexpectedReply'],
		['apixo', 400, { code: 400, message: 'Bad request' }, 'unexpectedReply'],
	])('%s HTTP %i %j must stay so to count: %s', (id, status, body, kind) => {
		expect(readStatusOutcome(providerOf(id), reply(status, body))).toMatchObject({ kind: 'doubtful', failure: { kind } });
	});

	test('of a task is handed on', () => {
		const body = { code: 200, data: { state: 'processing' } };
		expect(readStatusOutcome(providerOf('apixo'), reply(200, body))).toEqual({ kind: 'body', body });
	});

	test.each<[ProviderId, unknown]>([
		['apiInOne', { id: 'task_abc123', status: 'failed', error: { message: 'No capacity' } }],
		['apiInOne', { id: 'task_abc123', status: 'failed', error: { code: 400, message: 'No capacity' } }],
		['apiInOne', { task_id: 'task_abc123', status: 'FAILED', error: 'No capacity' }],
		['pixelDojo', { jobId: 'job_1', status: 'failed', error: 'No capacity' }],
		['apiframe', { id: 'a1', status: 'FAILED', error: 'No capacity' }],
	])('of %s with a failed task and its error is no refusal: %j', (id, body) => {
		expect(readStatusOutcome(providerOf(id), reply(200, body))).toEqual({ kind: 'body', body });
	});
});

describe('what a failure allows', () => {
	const elsewhere: FailureKind[] = ['authentication', 'insufficientCredits', 'rateLimited', 'providerUnavailable'];
	const later: FailureKind[] = ['rateLimited', 'providerUnavailable', 'timedOut', 'downloadFailed'];

	test.each(failureKinds)('%s before a task exists', (kind) => {
		expect(submitFailure(providerOf('apixo'), kind, {})).toMatchObject({
			kind,
			message: 'no reason given',
			mayBeCharged: kind === 'outcomeUnknown',
			tryElsewhere: elsewhere.includes(kind),
			retryable: later.includes(kind),
		});
	});

	test.each(failureKinds)('%s of an accepted task never leads elsewhere and may be charged', (kind) => {
		expect(taskFailure(providerOf('pixwith'), kind, {})).toMatchObject({ kind, mayBeCharged: true, tryElsewhere: false });
	});

	test.each<[ProviderId, boolean]>([
		['apixo', false],
		['apiframe', false],
		['apiInOne', true],
		['pixelDojo', true],
		['pixwith', true],
	])('a failed task of %s may be charged: %s', (id, mayBeCharged) => {
		expect(taskFailure(providerOf(id), 'generationFailed', {})).toMatchObject({ mayBeCharged, retryable: !mayBeCharged });
		expect(taskFailure(providerOf(id), 'contentRejected', {})).toMatchObject({ mayBeCharged, retryable: false });
	});

	test.each(failureKinds)('%s has a remedy of whole sentences', (kind) => {
		for (const failure of [submitFailure(providerOf('apixo'), kind, {}), taskFailure(providerOf('apixo'), kind, {})]) {
			expect(failure.remedy).toMatch(/^[A-Z].*\.$/);
			expect(failure.remedy).not.toMatch(/undefined|\.\./);
		}
	});

	test('the words are one line, the code too', () => {
		const failure = submitFailure(providerOf('apixo'), 'invalidInput', { message: 'No\n<b>good</b>', code: 'E\n1' });
		expect(failure).toMatchObject({ message: 'No good', code: 'E 1' });
	});
});

describe('words', () => {
	test.each<[string, FailureKind | undefined]>([
		['Insufficient credits', 'insufficientCredits'],
		['INSUFFICIENT_CREDITS', 'insufficientCredits'],
		['InsufficientCredits', 'insufficientCredits'],
		['insufficient balance', 'insufficientCredits'],
		['Credits not enough', 'insufficientCredits'],
		['Your balance is too low', 'insufficientCredits'],
		['quota exceeded', 'insufficientCredits'],
		['CONTENT_VIOLATION', 'contentRejected'],
		['NSFW_DETECTED', 'contentRejected'],
		['SensitiveContent', 'contentRejected'],
		['SensitiveContentDetected', 'contentRejected'],
		['InputImageSensitiveContentDetected', 'contentRejected'],
		['InputOutputSensitiveContentDetected', 'contentRejected'],
		['NSFW', 'contentRejected'],
		['ProhibitedContentDetected', 'contentRejected'],
		['content violates policy', 'contentRejected'],
		['Invalid API key', 'authentication'],
		['INVALID_API_KEY', 'authentication'],
		['Unauthorized', 'authentication'],
		['TOO_MANY_REQUESTS', 'rateLimited'],
		['rate limit exceeded', 'rateLimited'],
		['PROMPT_TOO_LONG', undefined],
		['PromptLengthExceeded', undefined],
		['INVALID_IMAGE_URL', undefined],
		['PROCESSING_TIMEOUT', undefined],
		['GENERATION_FAILED', undefined],
		['', undefined],
	])('%s means %s, as code and as message', (text, kind) => {
		expect(kindFromWords({ code: text })).toBe(kind);
		expect(kindFromWords({ message: text })).toBe(kind);
	});
});

test.each<[ProviderId, unknown]>([
	['apixo', { code: 201, message: 'success', data: { taskId: 'task_1' } }],
	['apiInOne', { code: 302, message: 'success' }],
])('a code of %s that no contract knows leaves the outcome open', (id, body) => {
	const { failure } = readSubmitOutcome(providerOf(id), reply(200, body)) as { failure: Failure };
	expect(failure).toMatchObject({ kind: 'outcomeUnknown', mayBeCharged: true, tryElsewhere: false, message: expect.stringContaining('unknown code') });
});

test('details deeper than the stack are left out', () => {
	const deep: unknown = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000));
	expect(readSubmitOutcome(providerOf('apiframe'), reply(400, { error: 'Invalid', details: { a: deep } }))).toMatchObject({ failure: { kind: 'invalidInput' } });
});

test('a code that is markup alone is left out', () => {
	expect(submitFailure(providerOf('apixo'), 'invalidInput', { message: 'no', code: '<b></b>' })).not.toHaveProperty('code');
});

test.each(['Too many images', 'too many reference images in the request', 'too many characters'])('"%s" is no rate limit', (message) => {
	expect(kindFromWords({ message })).toBeUndefined();
});
