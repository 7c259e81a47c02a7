/** What all items of a run share: one account, one gate and one queue for each provider. */
import type * as FakeRealClock from '../../support/fakeRealClock';
import { CredentialFault } from '../../../nodes/host/execution/account';
import { createRun } from '../../../nodes/host/execution/run';
import { fakeNode, type Answer } from '../../support/fakeNode';
import { newTime } from '../../support/fakeRealClock';
import { simpleProvider } from '../../support/madeUpProvider';

jest.mock('../../../nodes/host/execution/realClock', () => jest.requireActual<typeof FakeRealClock>('../../support/fakeRealClock'));

let clock = newTime();
beforeEach(() => {
	clock = newTime();
});

const request = { method: 'GET' as const, path: '/tasks/1' };
const ok: Answer = async () => {
	await clock.sleep(1000);
	return { statusCode: 200, body: {} };
};

async function open(answer: Answer = ok, concurrency = 20) {
	const node = fakeNode({ answer, credentials: { exampleApi: { apiKey: 'the-key' } } });
	const run = createRun(node.context, concurrency);
	const channel = await run.channel(simpleProvider);
	if (channel instanceof CredentialFault) throw new Error('The account was meant to be open');
	return { node, run, channel };
}
const times = async (count: number, work: () => Promise<unknown>) => await Promise.all(Array.from({ length: count }, work));
const deadlineIn = (seconds: number) => clock.now() + seconds * 1000;
const tooMany =
	(headers: Record<string, unknown>): Answer =>
	(_, number) => ({ statusCode: number === 1 ? 429 : 200, headers, body: {} });

test('a provider is opened once for all items, another one has a channel of its own', async () => {
	const { run, channel } = await open();
	expect(await run.channel(simpleProvider)).toBe(channel);
	expect(await run.channel({ ...simpleProvider, id: 'other' })).not.toBe(channel);
	expect(run.startedAt).toBe(clock.now());
});

test('a faulty credential is reported to each item', async () => {
	const run = createRun(fakeNode().context, 20);
	expect(await run.channel(simpleProvider)).toBeInstanceOf(CredentialFault);
});

test.each([
	[20, 1],
	[3, 4],
])('with Concurrency %i ten requests take %i seconds', async (concurrency, seconds) => {
	const { channel } = await open(ok, concurrency);
	await times(10, async () => await channel.send(request, 5000));
	expect(clock.elapsed()).toBe(seconds * 1000);
});

test.each([
	['downloads', 'download', 20, 1],
	['downloads', 'download', 5, 2],
	['uploads, which hold whole files,', 'upload', 20, 3],
	['uploads', 'upload', 2, 5],
] as const)('ten %s (%s) with Concurrency %i take %i seconds', async (_, kind, concurrency, seconds) => {
	const { run } = await open(ok, concurrency);
	await times(10, async () => await run[kind](async () => await clock.sleep(1000)));
	expect(clock.elapsed()).toBe(seconds * 1000);
});

describe('a refusal for too many requests', () => {
	test('closes the gate before the next in the queue is sent', async () => {
		const { channel, node } = await open(tooMany({ 'retry-after': '4' }), 1);
		const deadline = deadlineIn(60);
		const outcomes = await Promise.all([channel.send(request, 5000, deadline), channel.send(request, 5000, deadline)]);
		expect(outcomes).toMatchObject([{ status: 429 }, { status: 200 }]);
		expect(clock.elapsed()).toBe(4000);
		expect(node.requests).toHaveLength(2);
	});

	test('with a pause longer than a run waits does not close it', async () => {
		const { channel } = await open(tooMany({ 'retry-after': '90000' }));
		await channel.send(request, 5000, deadlineIn(60));
		expect(channel.gate.isClosed()).toBe(false);
	});

	test('without a time closes it for a second', async () => {
		const { channel } = await open(tooMany({}));
		await channel.send(request, 5000, deadlineIn(60));
		expect(channel.gate.opensAt - clock.now()).toBe(1000);
	});
});

describe('a closed gate', () => {
	test('holds a request back until its deadline at the latest', async () => {
		const { channel, node } = await open();
		channel.gate.refused(100);
		await expect(channel.send(request, 5000, deadlineIn(10))).resolves.toMatchObject({ kind: 'neverSent', code: 'RATE_LIMITED' });
		expect(clock.elapsed()).toBe(10_000);
		expect(node.requests).toEqual([]);
	});

	test('does not hold back a request without a deadline', async () => {
		const { channel } = await open();
		channel.gate.refused(100);
		await expect(channel.send(request, 5000)).resolves.toMatchObject({ status: 200 });
		expect(clock.elapsed()).toBe(1000);
	});
});

test('just before sending, after all waiting, a request may be held back', async () => {
	const { channel, node } = await open(ok, 1);
	const held = { kind: 'neverSent', code: 'CALLED_OFF', message: 'the run had ended' } as const;
	const times: number[] = [];
	const beforeSending = () => {
		times.push(clock.elapsed());
		return held;
	};
	const [, outcome] = await Promise.all([channel.send(request, 5000), channel.send(request, 5000, deadlineIn(60), beforeSending)]);
	expect([outcome, times, node.requests.length]).toEqual([held, [1000], 1]);
});
