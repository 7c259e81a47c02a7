import type { ProviderId } from '../../../nodes/providers';
import type { FailureKind } from '../../../nodes/core/failure/failure';
import { readStatusReply } from '../../../nodes/core/reply/readStatusReply';
import { lostConnection, refusedConnection, reply } from '../../support/fakeSend';
import { providerOf } from '../../support/provider';

type Case = [ProviderId, number, unknown, FailureKind];

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
		expect(readStatusReply(providerOf(id), reply(status, body))).toMatchObject({ kind: 'transient', rateLimited });
	});

	test.each([lostConnection, refusedConnection])('%j says nothing about the task', (outcome) => {
		expect(readStatusReply(providerOf('apixo'), outcome)).toMatchObject({ kind: 'transient', rateLimited: false });
	});

	test.each<Case>([
		['apixo', 401, {}, 'authentication'],
		['apixo', 403, {}, 'authentication'],
		['apixo', 402, {}, 'insufficientCredits'],
		['pixwith', 200, { code: 0, message: 'Invalid API KEY' }, 'authentication'],
	])('%s HTTP %i %j is final: %s', (id, status, body, kind) => {
		expect(readStatusReply(providerOf(id), reply(status, body))).toMatchObject({
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
		expect(readStatusReply(providerOf(id), reply(status, body))).toMatchObject({ kind: 'doubtful', failure: { kind } });
	});

	test('of a task is handed on', () => {
		const body = { code: 200, data: { state: 'processing' } };
		expect(readStatusReply(providerOf('apixo'), reply(200, body))).toEqual({ kind: 'body', body });
	});

	test.each<[ProviderId, unknown]>([
		['apiInOne', { id: 'task_abc123', status: 'failed', error: { message: 'No capacity' } }],
		['apiInOne', { id: 'task_abc123', status: 'failed', error: { code: 400, message: 'No capacity' } }],
		['apiInOne', { task_id: 'task_abc123', status: 'FAILED', error: 'No capacity' }],
		['pixelDojo', { jobId: 'job_1', status: 'failed', error: 'No capacity' }],
		['apiframe', { id: 'a1', status: 'FAILED', error: 'No capacity' }],
	])('of %s with a failed task and its error is no refusal: %j', (id, body) => {
		expect(readStatusReply(providerOf(id), reply(200, body))).toEqual({ kind: 'body', body });
	});
});

describe('a look at a task', () => {
	test.each<[ProviderId, unknown]>([
		['apiInOne', { code: 200, data: { task_id: 'n1', status: 'reviewing' }, error: '' }],
		['apiInOne', { task_id: 'n1', status: 'reviewing', error: {} }],
		['apiInOne', { code: 202, data: { task_id: 'n1', status: 'completed' } }],
		['apixo', { code: 202, data: { state: 'processing' } }],
		['apixo', { code: 0, data: { state: 'success' } }],
		['pixwith', { message: 'ok', data: { status: 1 } }],
		['pixwith', { code: '200', message: 'ok', data: { status: '2' } }],
	])('is read whatever its envelope looks like: %s %j', (id, body) => {
		expect(readStatusReply(providerOf(id), reply(200, body))).toEqual({ kind: 'body', body });
	});

	test.each<[ProviderId, unknown, string, FailureKind]>([
		['apixo', { code: -1, message: 'Task does not exist' }, 'doubtful', 'unexpectedReply'],
		['apixo', { code: 0, message: 'Invalid API key' }, 'final', 'authentication'],
		['apiInOne', { code: 1, message: 'task not exist' }, 'doubtful', 'unexpectedReply'],
		['pixwith', { code: 100, message: 'Task not found' }, 'doubtful', 'notFound'],
		['pixwith', { code: 199, message: 'Invalid API KEY', data: {} }, 'final', 'authentication'],
	])('that speaks of no task is a no, in the words of %s: %j', (id, body, kind, failureKind) => {
		const { message } = body as { message: string };
		expect(readStatusReply(providerOf(id), reply(200, body))).toMatchObject({ kind, failure: { kind: failureKind, message } });
	});
});

test.each<[ProviderId, number, unknown, boolean, RegExp]>([
	['apixo', 403, '<html><title>Just a moment...</title></html>', false, /Just a moment/],
	['apixo', 407, '', false, /proxy/],
	['apixo', 400, { code: 400, message: 'System busy, please try again later' }, true, /System busy/],
])('%s HTTP %i %j says nothing about the task, whoever sent it', (id, status, body, rateLimited, reason) => {
	expect(readStatusReply(providerOf(id), reply(status, body))).toMatchObject({ kind: 'transient', rateLimited, reason: expect.stringMatching(reason) });
});
