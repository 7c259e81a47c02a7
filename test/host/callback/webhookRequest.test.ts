/** What is read of a call from outside: a task id at the most. */
import type { IWebhookFunctions } from 'n8n-workflow';

import {
	answerNow,
	isSigned,
	isTooLarge,
	namedTaskId,
	possibleSenders,
	readCallbackRequest,
	type CallbackRequest,
} from '../../../nodes/host/callback/webhookRequest';

jest.mock('../../../nodes/providers', () => jest.requireActual<object>('../../support/madeUpRegistry'));

interface Given {
	raw?: unknown;
	/** What n8n parsed. */
	body?: unknown;
	headers?: object;
	query?: object;
	readRawBody?: () => Promise<void>;
}
const largest = 262_144;

async function read({ raw, body = {}, headers = {}, query = {}, readRawBody }: Given) {
	const request = { rawBody: raw, ...(readRawBody === undefined ? {} : { readRawBody }) };
	const context = { getRequestObject: () => request, getHeaderData: () => headers, getBodyData: () => body, getQueryData: () => query };
	return await readCallbackRequest(context as unknown as IWebhookFunctions);
}
async function requestOf(given: Given): Promise<CallbackRequest> {
	const request = await read(given);
	if (isTooLarge(request)) throw new Error('The request was meant to be small');
	return request;
}

describe('a body', () => {
	test('is read from the raw bytes, not from what n8n parsed', async () => {
		const raw = Buffer.from('{"taskId":2064875200729235458}');
		expect(await requestOf({ raw, body: { taskId: 2064875200729235500 } })).toMatchObject({ body: { taskId: '2064875200729235458' }, rawBody: raw });
	});

	test.each<[string, Given, object]>([
		['as n8n parsed it if nothing else is there', { body: { taskId: 'a' } }, { taskId: 'a' }],
		['as n8n parsed it if it is no JSON (a form)', { raw: Buffer.from('taskId=a'), body: { taskId: 'a' } }, { taskId: 'a' }],
		['as the only object of a list', { raw: Buffer.from('[{"taskId":"a"}]'), body: [] }, { taskId: 'a' }],
		['as nothing if it is a list of several', { raw: Buffer.from('[{"taskId":"a"},{}]'), body: [] }, {}],
		['as nothing if it is a list', { raw: Buffer.from('[1]'), body: [1] }, {}],
		['as nothing if it is text', { body: 'taskId' }, {}],
	])('is read %s', async (_, given, body) => {
		expect((await requestOf(given)).body).toEqual(body);
	});

	test('is requested from n8n, which reads it only on request', async () => {
		const given: Given = {};
		const readRawBody = jest.fn(async () => await Promise.resolve());
		await read({ ...given, readRawBody });
		expect(readRawBody).toHaveBeenCalledTimes(1);
	});

	test('that is larger than any callback is not read', async () => {
		const readRawBody = jest.fn(async () => await Promise.resolve());
		expect(await read({ headers: { 'Content-Length': String(largest + 1) }, readRawBody })).toBe('tooLarge');
		expect(readRawBody).not.toHaveBeenCalled();
		expect(await read({ raw: Buffer.alloc(largest + 1, 0x20) })).toBe('tooLarge');
		expect(isTooLarge(await read({ headers: { 'content-length': String(largest) }, raw: Buffer.alloc(largest, 0x20) }))).toBe(false);
	});
});

test('headers are found in any case', async () => {
	const request = await requestOf({ headers: { 'X-Webhook-Signature': 's' } });
	expect([request.headers, isSigned(request)]).toEqual([{ 'x-webhook-signature': 's' }, true]);
	expect(isSigned(await requestOf({}))).toBe(false);
});

describe('the sender', () => {
	const sendersOf = async (given: Given) => possibleSenders(await requestOf(given)).map(({ id }) => id);
	const body = { jobId: 'job_1' };

	test('is the one that the URL names', async () => {
		expect(await sendersOf({ query: { provider: 'example' }, body })).toEqual(['example']);
	});

	test.each([[{ provider: 'openai' }], [{ provider: ['example'] }], [{}]])('is recognized by the format of the body if the URL says %j', async (query) => {
		expect(await sendersOf({ query, body })).toContain('signing');
	});

	test('of a signed call is a provider that signs', async () => {
		const everything = { ...body, data: { taskId: 'task_1' } };
		const unsigned = await sendersOf({ body: everything });
		expect(unsigned.length).toBeGreaterThan(1);
		expect(await sendersOf({ body: everything, headers: { 'x-webhook-signature': 's' } })).toEqual(['signing']);
	});

	test.each<[string, unknown]>([
		['in another envelope', { event: 'task.completed', payload: { task: { id: 'task_1' } } }],
		['in another spelling', { TaskID: 'task_1', status: 'done' }],
		['in a form field that holds JSON', { payload: '{"data":{"taskId":"task_1"}}' }],
	])('that the URL names may name the task %s', async (_, other) => {
		expect(namedTaskId(await requestOf({ query: { provider: 'example' }, body: other }))).toBe('task_1');
		expect(namedTaskId(await requestOf({ body: other }))).toBeUndefined();
		expect(namedTaskId(await requestOf({ query: { provider: 'plain' }, body: other }))).toBeUndefined();
	});

	test('gives the id of the task', async () => {
		expect(namedTaskId(await requestOf({ body }))).toBe('job_1');
		expect(namedTaskId(await requestOf({ body: { hello: 'world' } }))).toBeUndefined();
		expect(namedTaskId(await requestOf({ query: { provider: 'example' }, body: { hello: 'world' } }))).toBeUndefined();
	});
});

test('a caller is answered only once', () => {
	const answers: number[] = [];
	const response = {
		headersSent: false,
		status: (code: number) => ({
			end: () => {
				answers.push(code);
				response.headersSent = true;
			},
		}),
	};
	const context = { getResponseObject: () => response } as unknown as IWebhookFunctions;
	answerNow(context, 200);
	answerNow(context, 503);
	expect(answers).toEqual([200]);
});
