import { Aborted } from '../../../nodes/core/clock';
import type { SendOutcome } from '../../../nodes/core/http/send';
import { createFakeClock, fakeStart } from '../../support/fakeClock';
import { lostConnection, reply } from '../../support/fakeSend';
import { makeProvider } from '../../support/madeUpProvider';
import { failureOf, waitOnFakeClock as wait } from '../../support/waitOnFakeClock';

const pending = reply(200, { code: 200, data: { state: 'processing' } });
const done = reply(200, { code: 200, data: { state: 'success', resultJson: '{"resultUrls":["https://cdn.example/1.png"]}' } });
const stateIs = (state: string) => reply(200, { code: 200, data: { state } });
const quick = makeProvider({ model: { firstCheckSeconds: () => 3, intervalSeconds: () => 2 } });
const missing = reply(404, { code: 404, message: 'Task not found' });

describe('pace', () => {
	test('a submit time in the future delays nothing', async () => {
		const { checks } = await wait([done], { task: { submittedAt: fakeStart + 3_600_000, estimatedSeconds: 20 } });
		expect(checks).toEqual([20]);
	});

	test('a submit time in the future does not prolong the wait for an unknown task', async () => {
		const { outcome, checks } = await wait([missing], { task: { submittedAt: fakeStart + 3_600_000 } });
		expect(failureOf(outcome).kind).toBe('notFound');
		expect(checks.length).toBeLessThan(6);
	});

	test('an estimate delays the first check by a minute at the most', async () => {
		const { checks } = await wait([done], { task: { estimatedSeconds: 20_000 }, seconds: 3600 });
		expect(checks[0]).toBe(60);
	});

	test('Poll Interval replaces it, the first check included', async () => {
		const { checks } = await wait([pending, pending, done], { pollIntervalSeconds: 0.5 });
		expect(checks).toEqual([0.5, 1, 1.5]);
	});

	test('is counted from the submit', async () => {
		expect((await wait([pending, done], { task: { submittedAt: fakeStart - 12_000 } })).checks).toEqual([8, 13]);
		expect((await wait([pending, done], { task: { submittedAt: fakeStart - 3_600_000 } })).checks).toEqual([0, 5]);
	});

	test('begins at once if the submit time is not known', async () => {
		expect((await wait([pending, done], { task: { submittedAt: undefined } })).checks).toEqual([0, 5]);
	});

	test('is counted from check to check, however long a reply takes', async () => {
		const clock = createFakeClock();
		const { checks } = await wait(
			async () => {
				await clock.sleep(2000);
				return pending;
			},
			{ clock, seconds: 40 },
		);
		expect(checks.slice(0, 3)).toEqual([20, 25, 30]);
	});

	test('never asks twice at the same time', async () => {
		const clock = createFakeClock();
		const { checks } = await wait(
			async () => {
				await clock.sleep(12_000);
				return pending;
			},
			{ clock, seconds: 80 },
		);
		const gaps = checks.slice(1).map((check, index) => check - (checks[index] ?? 0));
		expect(Math.min(...gaps)).toBeGreaterThanOrEqual(12);
	});

	test.each([20, 20.1, 22, 25, 27.5, 33, 47, 60, 119, 300])(
		'a task of %d seconds costs no more than ceil((duration − first check) / interval) + 2 requests',
		async (seconds) => {
			const { outcome, checks } = await wait((now) => (now >= seconds ? done : pending));
			expect(outcome.kind).toBe('succeeded');
			expect(outcome.statusRequests).toBe(checks.length);
			expect(checks.length).toBeLessThanOrEqual(Math.ceil((seconds - 20) / 5) + 2);
			expect((checks.at(-1) ?? 0) - seconds).toBeLessThanOrEqual(5);
		},
	);
});

describe('success', () => {
	test('is returned at once, without another sleep', async () => {
		const { outcome, clock } = await wait([pending, done]);
		expect(outcome).toEqual({
			kind: 'succeeded',
			urls: ['https://cdn.example/1.png'],
			completedAt: new Date(fakeStart + 25_000).toISOString(),
			statusRequests: 2,
		});
		expect(clock.sleeps).toEqual([20_000, 5000]);
	});

	test('includes cost and expiry if the provider reports them', async () => {
		const data = { state: 'success', resultJson: { resultUrls: ['https://cdn.example/1.png'] }, cost: 0.07, expiresAt: '2026-11-21T00:00:00Z' };
		const { outcome } = await wait([reply(200, { code: 200, data })]);
		expect(outcome).toMatchObject({ kind: 'succeeded', cost: { amount: 0.07, unit: 'USD' }, expiresAt: '2026-11-21T00:00:00Z' });
	});

	test.each<[string, unknown, string]>([
		['without a URL', { state: 'success', resultJson: '{"resultUrls":[]}' }, 'the reply contains no image URL'],
		['with a broken result', { state: 'success', resultJson: '{"resultUrls":[' }, 'its resultJson could not be read'],
	])('%s is an unexpected reply', async (_, data, says) => {
		const { outcome, checks } = await wait([reply(200, { code: 200, data })]);
		expect(failureOf(outcome)).toMatchObject({ kind: 'unexpectedReply', mayBeCharged: true, message: expect.stringContaining(says) });
		expect(checks).toHaveLength(1);
	});

	test('is read at the Result Path of the user', async () => {
		const { outcome, sent } = await wait([reply(200, { data: { state: 'success' }, deep: { list: ['https://cdn.example/1.png'] } })], {
			overrides: { statusPath: '/v2/status/{taskId}', resultPath: 'deep.list' },
		});
		expect(outcome).toMatchObject({ kind: 'succeeded', urls: ['https://cdn.example/1.png'] });
		expect(sent.requests[0]).toEqual({ method: 'GET', path: '/v2/status/task_1' });
	});
});

describe('failure of the task', () => {
	test.each<[string, unknown, object]>([
		[
			'with words',
			{ state: 'failed', failCode: 'GENERATION_FAILED', failMsg: 'No luck' },
			{ kind: 'generationFailed', code: 'GENERATION_FAILED', message: 'No luck' },
		],
		['for its content', { state: 'failed', failCode: 'SensitiveContent', failMsg: 'content policy' }, { kind: 'contentRejected', code: 'SensitiveContent' }],
		['without words', { state: 'failed' }, { kind: 'generationFailed', message: 'no reason given' }],
		['with words about credits', { state: 'failed', failCode: 'INSUFFICIENT_CREDITS' }, { kind: 'insufficientCredits', retryable: false }],
		['with words about a key', { state: 'failed', failMsg: 'upstream: invalid API key' }, { kind: 'generationFailed' }],
	])('%s is final', async (_, data, failure) => {
		const { outcome, checks } = await wait([reply(200, { code: 200, data })]);
		expect(failureOf(outcome)).toMatchObject({ ...failure, tryElsewhere: false });
		expect(checks).toHaveLength(1);
	});
});

describe('trouble on the way', () => {
	test.each<[string, SendOutcome]>([
		['500', reply(500, {})],
		['502 with a page', reply(502, '<html>Bad gateway</html>')],
		['503', reply(503, '')],
		['408', reply(408, '')],
		['500 in the body', reply(200, { code: 500, message: 'Busy' })],
		['a page instead of JSON', reply(200, '<html>One moment …</html>')],
		['a lost connection', lostConnection],
		['a refused connection', { kind: 'neverSent', code: 'ECONNREFUSED', message: 'the connection was refused' }],
	])('does not end a task: %s', async (_, trouble) => {
		const { outcome } = await wait([trouble, trouble, pending, done]);
		expect(outcome).toMatchObject({ kind: 'succeeded', statusRequests: 4 });
	});

	test('after a single one the next check comes soon, after several the interval grows up to four times, until a good reply comes', async () => {
		const trouble = reply(500, {});
		const { checks } = await wait([trouble, trouble, trouble, trouble, trouble, pending, pending, trouble, pending, done]);
		expect(checks).toEqual([20, 21.25, 26.25, 36.25, 56.25, 76.25, 81.25, 86.25, 87.5, 92.5]);
	});

	test('a service that is unavailable for a stated time is not checked until then', async () => {
		const { checks } = await wait([reply(503, {}, { 'retry-after': '12' }), pending, done]);
		expect(checks).toEqual([20, 32, 37]);
	});

	test('a stated time beyond the deadline does not prevent the last check', async () => {
		const { outcome, clock } = await wait([reply(503, {}, { 'retry-after': '4000' })], { seconds: 60 });
		expect(failureOf(outcome)).toMatchObject({ kind: 'timedOut' });
		expect(clock.elapsed()).toBe(60_000);
	});

	test.each([429, 503])('a Retry-After of a day is ignored for status checks (%i)', async (status) => {
		const { outcome, checks } = await wait([reply(status, {}, { 'retry-after': '86400' }), done]);
		expect(outcome.kind).toBe('succeeded');
		expect(checks[1]).toBeLessThanOrEqual(26);
	});

	test('the last check at the deadline is sent, whatever the provider asked for before', async () => {
		const { outcome, sent, checks } = await wait((now) => (now >= 60 ? done : reply(429, {}, { 'retry-after': '300' })), { seconds: 60 });
		expect(outcome.kind).toBe('succeeded');
		expect(checks).toEqual([20, 60]);
		expect(sent.deadlines).toEqual([fakeStart + 60_000, undefined]);
	});

	test('a rate limit pauses for as long as the provider asked', async () => {
		const { outcome, checks } = await wait([reply(429, {}, { 'retry-after': '40' }), done]);
		expect(outcome.kind).toBe('succeeded');
		expect(checks).toEqual([20, 60]);
	});

	test('a rate limit without a time does not lengthen the interval beyond its own pauses', async () => {
		const { outcome, checks } = await wait([reply(429, {}), reply(429, {}), reply(429, {}), done]);
		expect(outcome.kind).toBe('succeeded');
		expect(checks).toEqual([20, 25, 30, 35]);
	});

	test('a requested pause ends at the deadline', async () => {
		const { outcome, clock } = await wait([reply(429, {}, { 'retry-after': '4000' })], { seconds: 60 });
		expect(failureOf(outcome)).toMatchObject({ kind: 'timedOut' });
		expect(clock.elapsed()).toBe(60_000);
	});
});

describe('an unknown task', () => {
	test('just after the submit is checked again', async () => {
		const { outcome, checks } = await wait([missing, missing, missing, missing, done], { provider: quick });
		expect(outcome.kind).toBe('succeeded');
		expect(checks).toEqual([3, 5, 7, 9, 11]);
	});

	test('fails no earlier than 15 seconds after the first check', async () => {
		const { outcome, checks } = await wait([missing], { provider: quick });
		expect(failureOf(outcome)).toMatchObject({ kind: 'notFound', code: '404', mayBeCharged: true, message: 'Task not found' });
		expect(checks).toEqual([3, 5, 7, 9, 11, 13, 15, 17, 19]);
	});

	test.each([fakeStart - 3_600_000, undefined])('submitted at %s gets the same time', async (submittedAt) => {
		const { outcome, checks } = await wait([missing], { task: { submittedAt } });
		expect(failureOf(outcome).kind).toBe('notFound');
		expect(checks).toEqual([0, 5, 10, 15]);
	});

	test.each([0.2, 60])('gets three checks and 15 seconds with a check every %d s', async (pollIntervalSeconds) => {
		const { outcome, clock, checks } = await wait([missing], { task: { submittedAt: fakeStart - 3_600_000 }, pollIntervalSeconds });
		expect(outcome).toMatchObject({ kind: 'failed', about: 'unknownTask', failure: { kind: 'notFound' } });
		expect(clock.elapsed() / 1000).toBeCloseTo(Math.max(15, 2 * pollIntervalSeconds));
		expect(checks.length).toBeGreaterThanOrEqual(3);
	});

	test('that is found in between starts over', async () => {
		const { outcome, checks } = await wait([missing, missing, pending, missing, missing, done]);
		expect(outcome.kind).toBe('succeeded');
		expect(checks).toHaveLength(6);
	});

	test('that vanishes for some seconds in the middle gets the same time', async () => {
		const { outcome } = await wait((now) => (now < 5 ? pending : now < 15 ? missing : done), { pollIntervalSeconds: 0.5 });
		expect(outcome.kind).toBe('succeeded');
	});
});

describe('a reply about another task', () => {
	const url = 'https://cdn.example/1.png';
	const success = (taskId: string) => reply(200, { data: { taskId, state: 'success', resultJson: JSON.stringify({ resultUrls: [url] }) } });

	test('is ignored', async () => {
		const { outcome } = await wait([success('task_2'), success('task_2'), success('TASK_1')]);
		expect(outcome).toMatchObject({ kind: 'succeeded', statusRequests: 3 });
		const never = await wait([success('task_2')], { seconds: 60 });
		expect(failureOf(never.outcome)).toMatchObject({ kind: 'timedOut', message: expect.stringContaining('the reply is about another task ("task_2")') });
	});

	test('is ignored even if it says that the task failed', async () => {
		const { outcome } = await wait([reply(200, { code: 200, data: { taskId: 'task_2', state: 'failed' } }), done]);
		expect(outcome.kind).toBe('succeeded');
	});

	test('a refusal of the key counts whatever task it names', async () => {
		const { outcome } = await wait([reply(401, { data: { taskId: 'task_2' } })]);
		expect(outcome).toMatchObject({ kind: 'failed', about: 'access' });
	});
});

test.each<[number, string]>([
	[401, 'authentication'],
	[403, 'authentication'],
	[402, 'insufficientCredits'],
])('HTTP %i during the wait ends it as %s, and no other provider is proposed', async (status, kind) => {
	const { outcome, checks } = await wait([pending, reply(status, {})]);
	expect(failureOf(outcome)).toMatchObject({ kind, tryElsewhere: false, mayBeCharged: true });
	expect(checks).toHaveLength(2);
});

describe('a status word outside the contract', () => {
	test('is neither success nor failure', async () => {
		const { outcome, checks } = await wait([stateIs('succeeded_maybe'), stateIs('failing'), done]);
		expect(outcome.kind).toBe('succeeded');
		expect(checks).toHaveLength(3);
	});

	test('is named at the deadline', async () => {
		const { outcome } = await wait([stateIs('reviewing'), pending], { seconds: 30 });
		expect(failureOf(outcome).message).toBe('last status "processing"; "reviewing" is not a documented status');
	});
});

describe("the provider's words beside its status", () => {
	const says = (body: object) => reply(200, { code: 200, ...body });

	test.each<[string, object, string]>([
		['without a status', { message: 'The model is down for the day' }, 'the last reply names no status and says "The model is down for the day"'],
		['without a status, in an error', { error: { message: 'Boom' } }, 'the last reply names no status and says "Boom"'],
		['without a status, below an unknown key', { data: { failure_reason: 'No GPU' } }, 'the last reply names no status and says "No GPU"'],
		['without a status or words', { data: { step: 7 } }, 'the last reply names no status: {"code":200,"data":{"step":7}}'],
		['with an unknown status', { data: { state: 'paused' }, message: 'In review' }, 'last status "paused" ("In review"); "paused" is not a documented status'],
		['with a known status', { data: { state: 'processing' }, message: 'Queue position 5' }, 'last status "processing" ("Queue position 5")'],
		['with a known status and no words', { data: { state: 'processing' }, message: 'success' }, 'last status "processing"'],
		['that repeat the status', { data: { state: 'processing' }, message: 'Processing' }, 'last status "processing"'],
	])('%s are named at the deadline', async (_, body, message) => {
		const { outcome } = await wait([says(body)], { seconds: 30 });
		expect(failureOf(outcome)).toMatchObject({ kind: 'timedOut', message });
	});

	test('are the last ones, and end no wait', async () => {
		const { outcome } = await wait([says({ message: 'One' }), pending, says({ message: 'Two' })], { seconds: 40 });
		expect(failureOf(outcome).message).toBe('the last reply names no status and says "Two"');
		const { outcome: after } = await wait([says({ message: 'The model is down for the day' }), says({ error: 'Boom' }), done]);
		expect(after.kind).toBe('succeeded');
	});

	test('are short, on one line and without tokens', async () => {
		const { outcome } = await wait([says({ message: `see\nhttps://x.example/?token=abc ${'x'.repeat(9000)}` })], { seconds: 30 });
		expect(failureOf(outcome).message).toMatch(/^the last reply names no status and says "see https:\/\/x\.example\/\?token=\*\*\* x+…"$/);
		expect(failureOf(outcome).message.length).toBeLessThan(400);
	});

	test('of a failed task are found in any field for errors', async () => {
		const { outcome } = await wait([says({ data: { state: 'failed', detail: { cause: 'The lens is dirty' } }, message: 'success' })]);
		expect(failureOf(outcome)).toMatchObject({ kind: 'generationFailed', message: 'The lens is dirty' });
	});
});

describe('the deadline', () => {
	test('ends the wait after a last check, with the last status word in the message', async () => {
		const { outcome, checks, clock } = await wait([pending], { seconds: 33 });
		expect(failureOf(outcome)).toMatchObject({
			kind: 'timedOut',
			message: 'last status "processing"',
			retryable: true,
			mayBeCharged: true,
			tryElsewhere: false,
		});
		expect(checks).toEqual([20, 25, 30, 33]);
		expect(clock.elapsed()).toBe(33_000);
	});

	test('before the first check still allows one', async () => {
		const { outcome, checks } = await wait([done], { seconds: 5 });
		expect(outcome.kind).toBe('succeeded');
		expect(checks).toEqual([5]);
	});

	test('that has passed still allows one check', async () => {
		const { outcome, checks } = await wait([pending], { seconds: 0 });
		expect(checks).toEqual([0]);
		expect(failureOf(outcome).kind).toBe('timedOut');
	});

	test('names the last trouble, and forgets it after a good reply', async () => {
		const bad = await wait([pending, reply(502, '<html>Bad gateway</html>')], { seconds: 30 });
		expect(failureOf(bad.outcome).message).toBe('last status "processing"; last reply: Bad gateway (HTTP 502), 3 times');
		const good = await wait([reply(502, '<html>Bad gateway</html>'), pending], { seconds: 30 });
		expect(failureOf(good.outcome).message).toBe('last status "processing"');
	});

	test('names the most informative trouble, not the last one', async () => {
		const timeOut: SendOutcome = { kind: 'lost', code: 'ETIMEDOUT', message: 'no reply came in time' };
		const { outcome } = await wait([...Array.from({ length: 12 }, () => reply(500, { message: 'Database is down' })), timeOut], { seconds: 250 });
		expect(failureOf(outcome)).toMatchObject({ kind: 'timedOut', message: 'last reply: Database is down (HTTP 500), 12 times' });
	});

	test('names a status word of a megabyte in short', async () => {
		const { outcome } = await wait([stateIs(`brew\u0000ing\n${'x'.repeat(1_000_000)}`)], { seconds: 30 });
		expect(failureOf(outcome).message.length).toBeLessThan(300);
		expect(failureOf(outcome).message).toMatch(/^last status "brew ing x+…"; .*is not a documented status$/);
	});

	test('says so if no status was ever received', async () => {
		const { outcome } = await wait([lostConnection], { seconds: 20 });
		expect(failureOf(outcome).message).toBe('the connection was closed before a reply arrived (ECONNRESET)');
	});

	test('shortens the time-out of the last check, but to no less than a second', async () => {
		const { sent } = await wait([pending], { seconds: 33 });
		expect(sent.timeouts).toEqual([13_000, 8000, 3000, 1000]);
		expect((await wait([done], { seconds: 3600 })).sent.timeouts).toEqual([30_000]);
	});
});

describe('many tasks', () => {
	test('are waited for in parallel', async () => {
		const clock = createFakeClock();
		const waited = await Promise.all(Array.from({ length: 20 }, async (_, index) => await wait((now) => (now >= 20 + index ? done : pending), { clock })));
		expect(waited.every(({ outcome }) => outcome.kind === 'succeeded')).toBe(true);
		expect(clock.elapsed()).toBe(40_000);
	});
});

test.each([1000, 21_000])('Stop after %i ms ends the waiting at once', async (milliseconds) => {
	const clock = createFakeClock();
	clock.at(milliseconds, () => clock.abort());
	await expect(wait([pending], { clock })).rejects.toBeInstanceOf(Aborted);
	expect(clock.elapsed()).toBe(milliseconds);
});
