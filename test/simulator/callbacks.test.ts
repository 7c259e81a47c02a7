import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { type ProviderId, providerIds } from '../../nodes/providers';
import { contractOf } from '../support/contractOf';
import { readBody } from './exchange';
import { startSimulator, type Simulator } from './server';
import { clientOf, until, validBody } from './testClient';

let simulator: Simulator;
let receiver: Server;
let received: { text: string; headers: IncomingHttpHeaders; seenByTask: string | undefined }[] = [];
let answers: number[] = [];

beforeAll(async () => {
	simulator = await startSimulator({ timeFactor: 0.001, seed: 7 });
	receiver = createServer((request, response) => {
		void readBody(request).then((body) => {
			const state = simulator.tasks[0]?.state;
			received.push({ text: body.toString('utf8'), headers: request.headers, seenByTask: state });
			response.writeHead(answers.shift() ?? 200).end('thanks');
		});
	});
	await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
	simulator.reset();
	received = [];
	answers = [];
});
afterAll(async () => {
	await simulator.close();
	await new Promise((resolve) => receiver.close(resolve));
});

const callbackUrl = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook?token=1`;

function withCallback(provider: ProviderId, prompt: string): Record<string, unknown> {
	return { ...validBody(provider, prompt), ...contractOf(provider).callback?.request(callbackUrl()) };
}

const submit = (provider: ProviderId, prompt: string) => clientOf(simulator, provider).submit(withCallback(provider, prompt));

const settled = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const calling = providerIds.flatMap((id) => {
	const { callback } = contractOf(id);
	return callback === undefined ? [] : [[id, callback.completed] as const];
});

test.each(calling)('%s posts once when a task is final', async (provider, body) => {
	await submit(provider, 'a fox');
	await until(() => received.length > 0);
	expect(JSON.parse(received[0]?.text ?? '')).toMatchObject(body);
	expect(received[0]?.text).toContain(simulator.tasks[0]?.id);
	await until(() => simulator.requests.some(({ kind, status }) => kind === 'callback' && status === 200));
	expect(received).toHaveLength(1);
});

test.each([
	['', (digest: Buffer) => digest],
	['[[callback=signed-hex]]', (digest: Buffer) => digest.toString('hex')],
])('Apiframe signs the raw body %s', async (directive, keyOf) => {
	await submit('apiframe', `a fox ${directive}`);
	await until(() => received.length > 0);
	const key = keyOf(createHash('sha256').update('afk_demo').digest());
	const expected = createHmac('sha256', key)
		.update(received[0]?.text ?? '')
		.digest('hex');
	expect(received[0]?.headers['x-webhook-signature']).toBe(`sha256=${expected}`);
	expect(received[0]?.headers['x-webhook-event']).toBe('completed');
});

test('a failed task is announced as failed', async () => {
	await submit('apiframe', 'a fox [[fail=NSFW]]');
	await until(() => received.length > 0);
	expect(JSON.parse(received[0]?.text ?? '')).toMatchObject({ event: 'failed', error: expect.stringContaining('NSFW') });
});

test('APIXO tries again until it gets exactly 200', async () => {
	answers = [204, 500, 200];
	await submit('apixo', 'a fox');
	await until(() => received.length === 3);
	await settled(200);
	expect(simulator.requests.filter(({ kind }) => kind === 'callback').map(({ status }) => status)).toEqual([204, 500, 200]);
});

test('APIXO gives up after three more tries', async () => {
	answers = Array<number>(9).fill(204);
	await submit('apixo', 'a fox');
	await until(() => received.length === 4);
	await settled(400);
	expect(received).toHaveLength(4);
});

test('none, and no callback for an async task', async () => {
	await submit('apixo', 'a fox [[callback=none]]');
	await clientOf(simulator, 'apixo').submit({ ...withCallback('apixo', 'a hen'), request_type: 'async' });
	await until(() => simulator.tasks.every(({ state }) => state === 'succeeded'));
	await settled(50);
	expect(received).toHaveLength(0);
});

test.each(['twice', 'at-once'])('%s', async (word) => {
	await submit('apixo', `a fox [[callback=${word}]]`);
	await until(() => received.length === 2);
	expect(received[0]?.text).toBe(received[1]?.text);
});

test('early: it overtakes the reply to the submit', async () => {
	await submit('apixo', 'a fox [[callback=early]]');
	expect(received).toHaveLength(1);
	await settled(50);
	expect(received).toHaveLength(1);
});

test('before-status: the callback is there and the status is not', async () => {
	await submit('apixo', 'a fox [[callback=before-status]]');
	await until(() => received.length === 1);
	expect(received[0]?.seenByTask).toBe('processing');
	expect(received[0]?.text).toContain('success');
	await until(() => simulator.tasks[0]?.state === 'succeeded');
});

test('late', async () => {
	await submit('apixo', 'a fox [[callback=late:0.2]]');
	await until(() => simulator.tasks[0]?.state === 'succeeded');
	expect(received).toHaveLength(0);
	await until(() => received.length === 1);
});

test('forged: a lie while the task runs, with a wrong signature, and the truth later', async () => {
	await submit('apiframe', 'a fox [[callback=forged]] [[duration=0.3]]');
	await until(() => received.length === 1);
	expect(received[0]?.seenByTask).toBe('processing');
	expect(received[0]?.text).toContain('attacker.example');
	const key = createHash('sha256').update('afk_demo').digest();
	const right = createHmac('sha256', key)
		.update(received[0]?.text ?? '')
		.digest('hex');
	expect(received[0]?.headers['x-webhook-signature']).not.toContain(right);
	await until(() => received.length === 2);
});

test('garbage and wrong-task', async () => {
	await submit('apixo', 'a fox [[callback=garbage]]');
	await until(() => received.length === 1);
	expect(() => JSON.parse(received[0]?.text ?? '') as unknown).toThrow();
	await submit('apixo', 'a hen [[callback=wrong-task]]');
	await until(() => received.length === 2);
	expect(simulator.tasks.map(({ id }) => id)).not.toContain(JSON.parse(received[1]?.text ?? '').data.taskId);
});
