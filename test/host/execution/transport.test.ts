/** One request with the credential: what is sent, its outcome, and its limits on time and memory. */
import { Readable } from 'node:stream';

import type { ApiRequest } from '../../../nodes/core/http/send';
import { createSend } from '../../../nodes/host/execution/transport';
import { createFakeClock } from '../../support/fakeClock';
import { fakeNode, type Answer, type FakeReply } from '../../support/fakeNode';
import { fakeChannel } from '../../support/fakeRun';
import { simpleProvider } from '../../support/madeUpProvider';

const key = 'the-key';
const get: ApiRequest = { method: 'GET', path: '/tasks/1' };
const post: ApiRequest = { method: 'POST', path: '/tasks', body: { prompt: 'a fox' } };
const megabyte = Buffer.alloc(1_048_576, 0x20);
const flood = () => Readable.from(Array.from({ length: 6 }, () => megabyte));

function ready(reply: FakeReply | Error | Answer) {
	const clock = createFakeClock();
	const node = fakeNode({ answer: typeof reply === 'function' ? reply : () => reply });
	const { account } = fakeChannel(clock);
	const send = createSend(node.context, simpleProvider, account, clock);
	return { clock, node, send };
}
const ok = (body: unknown, headers = {}): FakeReply => ({ statusCode: 200, headers, body });

describe('a request', () => {
	test('goes only to the provider, with its credential, and follows no redirect', async () => {
		const { node, send } = ready(ok({ code: 200 }));
		await send({ ...post, headers: { 'Idempotency-Key': 'k' } }, 5000);
		expect(node.requests).toEqual([
			{
				method: 'POST',
				url: 'https://api.example.com/tasks',
				headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'Idempotency-Key': 'k' },
				body: { prompt: 'a fox' },
				encoding: 'stream',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
				timeout: 5000,
				abortSignal: expect.any(AbortSignal),
				credential: 'exampleApi',
			},
		]);
	});

	test('without a body has no Content-Type, and an upload has its own', async () => {
		const { node, send } = ready(ok({}));
		await send(get, 5000);
		const bytes = new Uint8Array([9, 1, 2, 3]).subarray(1);
		await send({ method: 'POST', path: '/uploads', rawBody: { bytes, contentType: 'multipart/form-data; boundary=b' } }, 5000);
		expect(node.requests[0]).not.toHaveProperty('body');
		expect(node.requests[0]?.headers).toEqual({ Accept: 'application/json' });
		expect(node.requests[1]).toMatchObject({ body: Buffer.from([1, 2, 3]), headers: { 'Content-Type': 'multipart/form-data; boundary=b' } });
	});
});

describe('a reply', () => {
	test('is parsed, with header names in one case, and without the key anywhere', async () => {
		const { send, clock } = ready({ statusCode: 401, headers: { 'Retry-After': 5, 'X-Echo': key }, body: { message: `${key} is wrong`, list: [key] } });
		await expect(send(get, 5000)).resolves.toEqual({
			kind: 'reply',
			status: 401,
			headers: { 'retry-after': '5', 'x-echo': '[hidden]' },
			body: { message: '[hidden] is wrong', list: ['[hidden]'] },
		});
		expect(clock.alarms()).toBe(0);
	});

	test('keeps the digits of a long id', async () => {
		await expect(ready(ok('{"id":2064875200729235458}')).send(get, 5000)).resolves.toMatchObject({ body: { id: '2064875200729235458' } });
	});

	test('that is not JSON is text, without the key', async () => {
		await expect(ready({ statusCode: 502, body: `<b>${key}</b>` }).send(get, 5000)).resolves.toMatchObject({ status: 502, body: '<b>[hidden]</b>' });
	});

	test('of a success may have other text around its JSON; a refusal keeps its text', async () => {
		await expect(ready(ok('<b>Warning</b>: x\n{"data":{"taskId":"task_1"}}')).send(post, 5000)).resolves.toMatchObject({
			body: { data: { taskId: 'task_1' } },
		});
		await expect(ready({ statusCode: 500, body: 'Error in {"a":1}' }).send(get, 5000)).resolves.toMatchObject({ body: 'Error in {"a":1}' });
	});

	test('without headers has none; without a status it is not a reply', async () => {
		await expect(ready({ ...ok({}), headers: null } as never).send(get, 5000)).resolves.toMatchObject({ headers: {} });
		await expect(ready({ statusCode: undefined } as never).send(get, 5000)).resolves.toMatchObject({ kind: 'lost', message: 'the reply could not be read' });
	});

	test('that is too long is lost, and its request is ended', async () => {
		const { node, send } = ready(ok(flood()));
		await expect(send(post, 5000)).resolves.toMatchObject({ kind: 'lost', code: 'REPLY_TOO_LARGE', message: expect.stringMatching(/larger than 4 MB/) });
		expect((node.requests[0]?.abortSignal as AbortSignal).aborted).toBe(true);
		const whole = ready(ok({}));
		await whole.send(get, 5000);
		expect((whole.node.requests[0]?.abortSignal as AbortSignal).aborted).toBe(false);
	});

	test.each<[string, () => Readable]>([
		['too long', flood],
		[
			'broken off',
			() =>
				Readable.from(
					(async function* () {
						yield Buffer.from('{');
						throw new Error('reset');
					})(),
				),
		],
	])('whose body is %s is still a refusal if its status says so', async (_, body) => {
		await expect(ready({ statusCode: 402, body: body() }).send(get, 5000)).resolves.toMatchObject({ kind: 'reply', status: 402 });
		await expect(ready({ statusCode: 399, body: body() }).send(get, 5000)).resolves.toMatchObject({ kind: 'lost' });
	});

	const pieces = (...sent: Array<string | Buffer | Error>) =>
		Readable.from(
			(async function* () {
				for (const piece of sent) {
					if (piece instanceof Error) throw piece;
					yield Buffer.from(piece);
				}
			})(),
		);

	test.each<[string, () => Readable]>([
		['is broken off behind it', () => pieces('{"data":{"taskId"', ':"task_1"}}', new Error('reset'))],
		['goes on behind it for too long', () => pieces('{"data":{"taskId":"task_1"}}', ...Array.from({ length: 6 }, () => megabyte))],
	])('whose JSON is complete counts, although its body %s', async (_, body) => {
		await expect(ready(ok(body())).send(post, 5000)).resolves.toMatchObject({ kind: 'reply', status: 200, body: { data: { taskId: 'task_1' } } });
		await expect(ready({ statusCode: 402, body: body() }).send(post, 5000)).resolves.toMatchObject({ status: 402, body: { data: { taskId: 'task_1' } } });
	});

	test('whose JSON is broken off is lost', async () => {
		await expect(ready(ok(pieces('{"data":{"taskId":"task_1"', new Error('reset')))).send(post, 5000)).resolves.toMatchObject({ kind: 'lost' });
	});
});

describe('time', () => {
	test.each<[string, FakeReply | Promise<never>]>([
		['no reply comes', new Promise<never>(() => undefined)],
		['a reply never ends', ok(new Readable({ read: () => undefined }))],
	])('is limited if %s: the request is ended, and its outcome is not known', async (_, reply) => {
		const { clock, node, send } = ready(async () => await reply);
		const sending = send(post, 5000);
		clock.at(4999, () => expect((node.requests[0]?.abortSignal as AbortSignal).aborted).toBe(false));
		clock.at(5000, () => undefined);
		await expect(sending).resolves.toMatchObject({ kind: 'lost', code: 'ETIMEDOUT', message: 'no complete reply arrived in time' });
		expect((node.requests[0]?.abortSignal as AbortSignal).aborted).toBe(true);
		expect(clock.alarms()).toBe(0);
	});

	test.each([200, 402])('that ends behind a complete JSON text leaves it the reply: %i', async (statusCode) => {
		const body = new Readable({ read: () => undefined });
		body.push('{"message":"no credits"}');
		const { clock, node, send } = ready({ ...ok(body), statusCode });
		const sending = send(post, 5000);
		clock.at(5000, () => undefined);
		await expect(sending).resolves.toMatchObject({ kind: 'reply', status: statusCode, body: { message: 'no credits' } });
		expect((node.requests[0]?.abortSignal as AbortSignal).aborted).toBe(true);
		expect(clock.alarms()).toBe(0);
	});

	test('that ends while a refusal is read leaves it a refusal, without its text', async () => {
		const { clock, node, send } = ready({ ...ok(new Readable({ read: () => undefined })), statusCode: 402 });
		const sending = send(post, 5000);
		clock.at(5000, () => undefined);
		await expect(sending).resolves.toMatchObject({ kind: 'reply', status: 402, body: '' });
		expect((node.requests[0]?.abortSignal as AbortSignal).aborted).toBe(true);
		expect(clock.alarms()).toBe(0);
	});
});

describe('a request that fails', () => {
	const fault = (code: string) => Object.assign(new Error(`failed with ${key}`), { code });

	test.each([
		['ECONNREFUSED', 'neverSent'],
		['ENOTFOUND', 'neverSent'],
		['ECONNRESET', 'lost'],
		['EODD', 'lost'],
	])('with %s is %s', async (code, kind) => {
		const outcome = await ready(fault(code)).send(post, 5000);
		expect(outcome).toMatchObject({ kind, code });
		expect(JSON.stringify(outcome)).not.toContain(key);
	});
});

describe('Stop', () => {
	test('before a request sends nothing', async () => {
		const { clock, node, send } = ready(ok({}));
		clock.abort();
		await expect(send(post, 5000)).rejects.toMatchObject({ name: 'Aborted', sent: false });
		expect(node.requests).toEqual([]);
	});

	test('during a request says that it was sent', async () => {
		const { node, send, clock } = ready(() => new Promise(() => undefined));
		const sending = send(post, 5000);
		node.stop();
		await expect(sending).rejects.toMatchObject({ name: 'Aborted', sent: true });
		expect((node.requests[0]?.abortSignal as AbortSignal).aborted).toBe(true);
		expect(clock.alarms()).toBe(0);
	});

	test('while a refusal is read is still Stop', async () => {
		const { node, send } = ready({ ...ok(new Readable({ read: () => undefined })), statusCode: 402 });
		const sending = send(post, 5000);
		await Promise.resolve();
		node.stop();
		await expect(sending).rejects.toMatchObject({ name: 'Aborted', sent: true });
	});

	test.each<[string, FakeReply | Error, object]>([
		['is read', ok({ code: 200 }), { kind: 'reply', status: 200 }],
		['may be lost', new Error('reset'), { kind: 'lost' }],
	])('of only the clock ends no request in progress: its reply %s', async (_, answer, outcome) => {
		const { send, clock } = ready(() => {
			clock.abort();
			return answer;
		});
		await expect(send(post, 5000)).resolves.toMatchObject(outcome);
	});
});

describe("the user's own proxy", () => {
	test('that answers a paid request means that nothing was sent', async () => {
		await expect(ready({ statusCode: 407, body: 'who are you' }).send(post, 5000)).resolves.toMatchObject({
			kind: 'neverSent',
			message: expect.stringMatching(/^the proxy/),
		});
	});

	test('is not checked for if the reply is JSON or the request is a GET', async () => {
		const json = ready({ statusCode: 407, body: { message: 'no' } });
		await expect(json.send(post, 5000)).resolves.toMatchObject({ kind: 'reply', status: 407 });
		await expect(ready({ statusCode: 407, body: 'no' }).send(get, 5000)).resolves.toMatchObject({ kind: 'reply', status: 407 });
		expect(json.node.requests).toHaveLength(1);
	});
});
