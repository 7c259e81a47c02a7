import type { FailureKind } from '../../../nodes/core/failure/failure';
import type { Provider } from '../../../nodes/core/provider/provider';
import { readStatusReply } from '../../../nodes/core/reply/readStatusReply';
import { lostConnection, refusedConnection, reply } from '../../support/fakeSend';
import { fullProvider, makeProvider, yesOrNoProvider } from '../../support/madeUpProvider';

const read = (status: number, body: unknown, provider: Provider = fullProvider) => readStatusReply(provider, reply(status, body));

describe('a reply that says nothing about the task', () => {
	test.each<[number, unknown, boolean, Provider?]>([
		[500, {}, false],
		[502, '<html>Bad gateway</html>', false],
		[408, '', false],
		[425, 'Too early', false],
		[499, 'client closed request', false],
		[400, { code: 400, message: 'Request timed out' }, false],
		[429, {}, true],
		[200, { code: 503, message: 'Busy' }, false],
		[200, '<html>One moment …</html>', false],
		[200, [], false],
		[200, { code: 455, message: 'Maintenance' }, false],
		[200, { code: 0, message: 'Too many requests' }, true, yesOrNoProvider],
	])('HTTP %i %j (rate limit: %s)', (status, body, rateLimited, provider = fullProvider) => {
		expect(read(status, body, provider)).toMatchObject({ kind: 'transient', rateLimited });
	});

	test.each([lostConnection, refusedConnection])('%j', (outcome) => {
		expect(readStatusReply(fullProvider, outcome)).toMatchObject({ kind: 'transient', rateLimited: false });
	});

	test.each<[number, unknown, boolean, RegExp]>([
		[403, '<html><title>Just a moment...</title></html>', false, /Just a moment/],
		[407, '', false, /proxy/],
		[400, { code: 400, message: 'System busy, please try again later' }, true, /System busy/],
		[429, { code: 429, message: 'Insufficient balance' }, true, /^Insufficient balance \(HTTP 429\)$/],
		[455, { code: 455, message: 'Insufficient balance' }, false, /^Insufficient balance \(HTTP 455\)$/],
	])('HTTP %i %j, whoever sent it', (status, body, rateLimited, reason) => {
		expect(read(status, body)).toMatchObject({ kind: 'transient', rateLimited, reason: expect.stringMatching(reason) });
	});
});

describe('a refusal', () => {
	test.each<[number, unknown, FailureKind, Provider?]>([
		[401, {}, 'authentication'],
		[403, {}, 'authentication'],
		[402, {}, 'insufficientCredits'],
		[200, { code: 0, message: 'Invalid API key' }, 'authentication'],
		[200, { code: 0, message: 'Invalid API KEY' }, 'authentication', yesOrNoProvider],
	])('HTTP %i %j is final: %s', (status, body, kind, provider = fullProvider) => {
		expect(read(status, body, provider)).toMatchObject({ kind: 'final', failure: { kind, tryElsewhere: false } });
	});

	test.each<[number, unknown, FailureKind, Provider?]>([
		[404, {}, 'notFound'],
		[400, { code: 400, message: 'Bad request' }, 'unexpectedReply'],
		[200, { code: -1, message: 'Task does not exist' }, 'unexpectedReply'],
		[200, { code: 0, message: 'Something else' }, 'unexpectedReply', yesOrNoProvider],
	])('HTTP %i %j counts only if it is repeated: %s', (status, body, kind, provider = fullProvider) => {
		expect(read(status, body, provider)).toMatchObject({ kind: 'doubtful', failure: { kind } });
	});

	test('means that the task failed if the provider has a code for that', () => {
		const provider = makeProvider({ adapter: { taskEndingStatus: 501 } });
		expect(read(200, { code: 501, message: 'No luck' }, provider)).toMatchObject({
			kind: 'final',
			failure: { kind: 'generationFailed', code: '501', message: 'No luck' },
		});
		expect(read(501, {}, provider)).toMatchObject({ kind: 'transient' });
	});
});

describe('a reply with words and without a code', () => {
	test.each<[unknown]>([[{ message: 'Our GPUs are on holiday' }], [{ message: 'Something went wrong', id: 'x' }]])(
		'does not end the wait, because it is not a documented refusal: %j',
		(body) => {
			expect(read(200, body, yesOrNoProvider)).toEqual({ kind: 'body', body });
		},
	);

	test.each<[unknown, unknown]>([
		[{ message: 'Invalid API key' }, { kind: 'final', failure: { kind: 'authentication' } }],
		[{ message: 'Credits not enough' }, { kind: 'final', failure: { kind: 'insufficientCredits' } }],
		[{ message: 'Task not found' }, { kind: 'doubtful', failure: { kind: 'unexpectedReply' } }],
		[{ message: 'No such job' }, { kind: 'doubtful' }],
		[{ message: 'Too many requests' }, { kind: 'transient', rateLimited: true }],
	])('is a refusal if the words are clear: %j', (body, reading) => {
		expect(read(200, body, yesOrNoProvider)).toMatchObject(reading as object);
	});
});

describe('a reply that is no object', () => {
	test.each([[[{ code: 200, data: { state: 'processing' } }]], [['ok', { code: 200, data: { state: 'processing' } }]]])(
		'is read as the only object in it: %j',
		(body) => {
			expect(read(200, body)).toEqual({ kind: 'body', body: { code: 200, data: { state: 'processing' } } });
		},
	);

	test('is quoted', () => {
		expect(read(200, '<html><title>Back at 6 pm</title></html>')).toMatchObject({ kind: 'transient', reason: 'the reply could not be read: "Back at 6 pm"' });
		expect(read(200, [{}, {}])).toMatchObject({ kind: 'transient', reason: 'the reply could not be read' });
		expect(read(200, '')).toMatchObject({ kind: 'transient', reason: 'the reply could not be read' });
	});
});

describe('a reply about the task', () => {
	test.each<[unknown, Provider?]>([
		[{ code: 200, data: { state: 'processing' } }],
		[{ code: 200, data: { state: 'failed', failMsg: 'No capacity' } }],
		[{ code: 202, data: { state: 'processing' } }],
		[{ code: 0, data: { state: 'success' } }],
		[{ message: 'ok', data: { state: 'processing' } }, yesOrNoProvider],
	])('is passed on, whatever its envelope looks like: %j', (body, provider = fullProvider) => {
		expect(read(200, body, provider)).toEqual({ kind: 'body', body });
	});
});
