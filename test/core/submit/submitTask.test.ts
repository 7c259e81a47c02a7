import type { Provider } from '../../../nodes/core/provider/provider';
import { Aborted } from '../../../nodes/core/clock';
import type { ApiRequest, SendOutcome } from '../../../nodes/core/http/send';
import { RateGate } from '../../../nodes/core/http/rateGate';
import { submitTask, submitTimeoutMilliseconds, type SubmitResult } from '../../../nodes/core/submit/submitTask';
import { createFakeClock, fakeStart, type FakeClock } from '../../support/fakeClock';
import { fakeSend, lostConnection, refusedConnection, reply, type FakeSend } from '../../support/fakeSend';
import { fullProvider, plainProvider, yesOrNoProvider } from '../../support/madeUpProvider';

const accepted = reply(200, { code: 200, message: 'success', data: { taskId: 'task_1' } });
const tooMany = (headers: Record<string, string> = {}) => reply(429, { code: 429, message: 'Too many requests' }, headers);

interface Submitted {
	result: SubmitResult;
	clock: FakeClock;
	sent: FakeSend;
}

interface Rules {
	provider?: Provider;
	headers?: Record<string, string>;
	seconds?: number;
	clock?: FakeClock;
}

async function submit(answers: Parameters<typeof fakeSend>[0], rules: Rules = {}): Promise<Submitted> {
	const clock = rules.clock ?? createFakeClock();
	const sent = fakeSend(answers);
	const request: ApiRequest = { method: 'POST', path: '/generate', body: { prompt: 'a fox' } };
	if (rules.headers !== undefined) request.headers = rules.headers;
	const result = await submitTask(request, {
		provider: rules.provider ?? fullProvider,
		clock,
		gate: new RateGate(clock),
		send: sent.send,
		deadline: fakeStart + (rules.seconds ?? 600) * 1000,
	});
	return { result, clock, sent };
}

function failureOf(result: SubmitResult) {
	if (result.kind !== 'failed') throw new Error('The submit was meant to fail');
	return result.failure;
}

test('sends once, without delay, and returns the task', async () => {
	const { result, clock, sent } = await submit([accepted]);
	expect(result).toEqual({ kind: 'accepted', accepted: { taskId: 'task_1' } });
	expect(sent.requests).toEqual([{ method: 'POST', path: '/generate', body: { prompt: 'a fox' } }]);
	expect(sent.timeouts).toEqual([submitTimeoutMilliseconds]);
	expect(clock.elapsed()).toBe(0);
});

describe('too many requests', () => {
	test('are waited out with growing pauses, the same request each time', async () => {
		const { result, clock, sent } = await submit([tooMany(), tooMany(), tooMany(), accepted]);
		expect(result.kind).toBe('accepted');
		expect(clock.elapsed()).toBe(7000);
		expect(new Set(sent.requests).size).toBe(1);
		expect(sent.requests).toHaveLength(4);
	});

	test.each<[string, Record<string, string>, number]>([
		['seconds', { 'retry-after': '7' }, 7000],
		['a date', { 'retry-after': new Date(fakeStart + 42_000).toUTCString() }, 42_000],
		['the longest that a run waits', { 'retry-after': '300' }, 300_000],
		['now, which is taken for no time', { 'retry-after': '0' }, 1000],
		['garbage, which is taken for no time', { 'retry-after': 'soon' }, 1000],
	])('are waited out as long as asked: %s', async (_, headers, milliseconds) => {
		const { result, clock } = await submit([tooMany(headers), accepted]);
		expect(result.kind).toBe('accepted');
		expect(clock.elapsed()).toBe(milliseconds);
	});

	test('fail at once if the provider asks for a longer pause than a run waits', async () => {
		const { result, clock, sent } = await submit([tooMany({ 'retry-after': '301' }), accepted], { seconds: 3600 });
		expect(failureOf(result)).toMatchObject({ kind: 'rateLimited', tryElsewhere: true, mayBeCharged: false });
		expect(failureOf(result).message).toContain('it asks to wait 301 seconds');
		// A longer Timeout would not help.
		expect(failureOf(result).remedy).toContain('whatever its Timeout');
		expect(sent.requests).toHaveLength(1);
		expect(clock.elapsed()).toBe(0);
	});

	test('fail at once if the pause ends after the deadline', async () => {
		const { result, clock } = await submit([tooMany({ 'retry-after': '60' })], { seconds: 30 });
		expect(failureOf(result).kind).toBe('rateLimited');
		expect(clock.elapsed()).toBe(0);
	});

	test('fail at the deadline', async () => {
		const { result, clock, sent } = await submit([tooMany()], { seconds: 10 });
		expect(failureOf(result)).toMatchObject({ kind: 'rateLimited', mayBeCharged: false, retryable: true });
		expect(clock.elapsed()).toBe(10_000);
		// after 0, 1, 3 and 7 seconds: at the deadline it is too late
		expect(sent.requests).toHaveLength(4);
	});

	test('may be reported only in the body', async () => {
		const { result, sent } = await submit([reply(200, { code: 0, message: 'Too many requests' }), reply(200, { code: 1, data: { taskId: 'cf0d' } })], {
			provider: yesOrNoProvider,
		});
		expect(result).toEqual({ kind: 'accepted', accepted: { taskId: 'cf0d' } });
		expect(sent.requests).toHaveLength(2);
	});

	test('make all submits of an account wait together', async () => {
		const clock = createFakeClock();
		const gate = new RateGate(clock);
		const times: number[] = [];
		const sent = fakeSend((index) => {
			times.push(clock.elapsed());
			return index === 0 ? tooMany({ 'retry-after': '5' }) : accepted;
		});
		const one = async () =>
			await submitTask({ method: 'POST', path: '/generate' }, { provider: fullProvider, clock, gate, send: sent.send, deadline: fakeStart + 600_000 });
		const first = one();
		await clock.sleep(100);
		await Promise.all([first, one(), one()]);
		expect(times).toEqual([0, 5000, 5000, 5000]);
	});
});

describe('a provider that cannot be reached', () => {
	test('is tried three times, with growing pauses', async () => {
		const { result, clock, sent } = await submit([refusedConnection]);
		expect(failureOf(result)).toMatchObject({ kind: 'providerUnavailable', code: 'ECONNREFUSED', tryElsewhere: true, mayBeCharged: false });
		expect(sent.requests).toHaveLength(3);
		expect(clock.sleeps).toEqual([1000, 2000]);
	});

	test('may recover', async () => {
		const { result, sent } = await submit([refusedConnection, refusedConnection, accepted]);
		expect(result.kind).toBe('accepted');
		expect(sent.requests).toHaveLength(3);
	});

	test('is tried again at spread times', async () => {
		const { clock } = await submit([refusedConnection], { clock: createFakeClock(() => 0.8) });
		expect(clock.sleeps).toEqual([1200, 2400]);
	});

	test('is not tried again after the deadline', async () => {
		const { sent, result, clock } = await submit([refusedConnection], { seconds: 2 });
		expect(sent.requests).toHaveLength(2);
		expect(failureOf(result).kind).toBe('providerUnavailable');
		expect(clock.elapsed()).toBe(1000);
	});
});

describe('is never sent a second time', () => {
	test.each<[string, SendOutcome, string]>([
		['a lost connection', lostConnection, 'ECONNRESET'],
		['a time-out', { kind: 'lost', code: 'ETIMEDOUT', message: 'no reply came in time' }, 'ETIMEDOUT'],
		['500', reply(500, { code: 500, message: 'Internal error' }), '500'],
		['502 with a page', reply(502, '<html>Bad gateway</html>'), '502'],
		['503', reply(503, ''), '503'],
		['504', reply(504, ''), '504'],
		['408', reply(408, ''), '408'],
		['500 in the body', reply(200, { code: 500, message: 'Internal error' }), '500'],
	])('after %s', async (_, outcome, code) => {
		const { result, sent } = await submit([outcome, accepted]);
		expect(sent.requests).toHaveLength(1);
		expect(failureOf(result)).toMatchObject({ kind: 'outcomeUnknown', code, mayBeCharged: true, tryElsewhere: false, retryable: false });
	});

	test.each<[string, SendOutcome]>([
		['a page', reply(200, '<html>One moment …</html>')],
		['an acceptance without an id', reply(200, { code: 200, message: 'success', data: {} })],
		['an acceptance with an empty id', reply(200, { code: 200, message: 'success', data: { taskId: '  ' } })],
		['an acceptance without anything', reply(202, {})],
	])('after %s', async (_, outcome) => {
		const { result, sent } = await submit([outcome, accepted]);
		expect(sent.requests).toHaveLength(1);
		expect(failureOf(result)).toMatchObject({ kind: 'outcomeUnknown', mayBeCharged: true });
	});

	test.each([
		[{ code: 200, message: 'success', data: {} }, 'the reply contains no task ID'],
		[{ code: 200, message: 'Your task is in review', data: null }, 'the reply contains no task ID: "Your task is in review"'],
	])('is described in the words of a reply that names no task: %j', async (body, message) => {
		expect(failureOf((await submit([reply(200, body)])).result)).toMatchObject({ kind: 'outcomeUnknown', message });
	});

	test.each([400, 401, 402, 403, 404, 422, 302])('after %i', async (status) => {
		const { result, sent } = await submit([reply(status, {}), accepted]);
		expect(sent.requests).toHaveLength(1);
		expect(failureOf(result).mayBeCharged).toBe(false);
	});
});

describe('with an idempotency key', () => {
	const rules: Rules = { headers: { 'Idempotency-Key': 'k' } };

	test.each<[string, SendOutcome]>([
		['a lost connection', lostConnection],
		['502', reply(502, '<html>Bad gateway</html>')],
		['503', reply(503, { error: 'Unavailable' })],
	])('is sent again after %s, with the same key', async (_, outcome) => {
		const { result, sent, clock } = await submit([outcome, outcome, accepted], rules);
		expect(result).toEqual({ kind: 'accepted', accepted: { taskId: 'task_1' } });
		expect(sent.requests.map((request) => request.headers)).toEqual(Array(3).fill({ 'Idempotency-Key': 'k' }));
		expect(clock.sleeps).toEqual([1000, 2000]);
	});

	test('fails after three tries, its outcome unknown', async () => {
		const { result, sent } = await submit([lostConnection], rules);
		expect(sent.requests).toHaveLength(3);
		expect(failureOf(result).kind).toBe('outcomeUnknown');
	});

	test('is not sent again after a conflict, because it would repeat', async () => {
		const { result, sent } = await submit([reply(409, { error: 'Key was used with another body' }), accepted], rules);
		expect(sent.requests).toHaveLength(1);
		expect(failureOf(result)).toMatchObject({ kind: 'outcomeUnknown', code: '409' });
	});

	test.each<[string, SendOutcome]>([
		['no credits', reply(402, { error: 'Insufficient credits' })],
		['a wrong key', reply(401, { error: 'Invalid API key' })],
		['too many requests', tooMany({ 'retry-after': '301' })],
		['no connection', refusedConnection],
	])('is still unknown if its repeat meets %s, so that no other provider may take the job', async (_, outcome) => {
		const { result } = await submit([lostConnection, outcome], rules);
		expect(failureOf(result)).toMatchObject({ kind: 'outcomeUnknown', code: 'ECONNRESET', mayBeCharged: true, tryElsewhere: false });
		expect(failureOf(result).message).toMatch(/closed before a reply arrived; another try failed: \S/);
	});

	test('may have arrived if Stop comes before its repeat', async () => {
		const clock = createFakeClock();
		clock.at(500, () => clock.abort());
		await expect(submit([lostConnection, accepted], { ...rules, clock })).rejects.toMatchObject({ name: 'Aborted', sent: true });
	});

	test('is not sent again by the same provider without the key', async () => {
		const { sent } = await submit([lostConnection, accepted]);
		expect(sent.requests).toHaveLength(1);
	});

	test('is not sent again to a provider without such a header', async () => {
		const { sent } = await submit([lostConnection, accepted], { ...rules, provider: plainProvider });
		expect(sent.requests).toHaveLength(1);
	});
});

test('Stop ends the waiting between two tries', async () => {
	const clock = createFakeClock();
	clock.at(30_000, () => clock.abort());
	await expect(submit([tooMany({ 'retry-after': '60' })], { clock })).rejects.toBeInstanceOf(Aborted);
	expect(clock.elapsed()).toBe(30_000);
});
