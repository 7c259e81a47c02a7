/** Calls to a parked execution, several at a time: how signatures are checked, and how few requests the calls cost. */
import type { IDataObject, INodeExecutionData, IWebhookResponseData } from 'n8n-workflow';

import { resumeOnCallback } from '../../../nodes/host/callback/resumeOnCallback';
import { webhookCall, type WebhookCall, type WebhookCallOptions } from '../../support/webhookCall';

jest.mock('../../../nodes/providers', () => jest.requireActual<object>('../../support/madeUpRegistry'));

const apiKey = 'the-key';
const body: IDataObject = { jobId: 'job_1' };
const parked: INodeExecutionData[] = [
	{ json: { error: 'not yet', details: { provider: 'signing', taskId: 'job_1', parked: { options: { downloadImages: false } } } }, pairedItem: { item: 0 } },
];
const url = 'https://images.example.com/1.png';
const replyAbout = (taskId: string, more: IDataObject): IDataObject => ({ code: 200, data: { taskId, ...more } });
const finished = (taskId: string): IDataObject => replyAbout(taskId, { state: 'success', resultJson: { resultUrls: [url] } });
const unfinished = replyAbout('job_1', { state: 'processing' });

function signedWith(key: string): Record<string, string> {
	return { 'x-webhook-signature': `signed with ${key}` };
}
const right = signedWith(apiKey);
const wrong = signedWith('somebody else');

interface Call extends WebhookCall {
	response: Promise<IWebhookResponseData>;
}

let executions = 0;

function handleCallback(options: Partial<WebhookCallOptions> = {}): Call {
	const call = webhookCall({
		body,
		executionId: `execution ${executions}`,
		parameters: { providers: ['example', 'signing'], waitMode: 'callback', timeout: 600, options: { downloadImages: false } },
		credentials: { signingApi: { apiKey }, exampleApi: { apiKey: 'another' } },
		parked,
		// Each task under its own id.
		reply: (request) => finished(request.url.split('/').at(-1) ?? ''),
		...options,
	});
	return { ...call, response: resumeOnCallback(call.context) };
}

/** Resolves after all pending promises have run. */
const settle = async (): Promise<void> => await new Promise((resolve) => void setImmediate(resolve));

beforeEach(() => {
	executions += 1;
});

const stayParked: IWebhookResponseData = { noWebhookResponse: true };

describe.each([
	['a right signature', right],
	['no signature', {}],
])('a call with %s', (_, headers) => {
	test('makes the node check the task at the provider and resume the execution', async () => {
		const call = handleCallback({ headers });
		const { workflowData } = await call.response;
		expect(workflowData).toMatchObject([[{ json: { provider: 'signing', taskId: 'job_1', status: 'succeeded', url } }]]);
		expect(call.answers).toEqual([200]);
		expect(call.requests).toEqual(['https://api.signing.example/tasks/job_1']);
		expect(call.evaluated).toEqual(['{{ $input.all() }}']);
	});

	test('is not believed', async () => {
		const call = handleCallback({ headers, body, reply: () => replyAbout('job_1', { state: 'failed', failMsg: 'out of luck' }) });
		const { workflowData } = await call.response;
		expect(call.warnings).toEqual([]);
		expect(workflowData).toMatchObject([[{ json: { error: expect.stringContaining('out of luck'), details: { status: 'failed' } } }]]);
	});
});

test('each task has the options saved for its own item, not those of the first item', async () => {
	const task = (jobId: string, options: IDataObject): INodeExecutionData => ({
		json: {
			error: 'not yet',
			details: { provider: 'signing', taskId: jobId, parked: { options: { downloadImages: false, ...options }, warnings: [`of ${jobId}`] } },
		},
		pairedItem: { item: 0 },
	});
	const items = [task('job_1', {}), task('job_2', { outputMode: 'itemPerTask' })];
	const call = handleCallback({
		parked: items,
		parameters: { providers: ['signing'], waitMode: 'callback', options: '={{ an expression that fails here }}' },
	});
	const { workflowData } = await call.response;
	expect(call.warnings).toEqual([]);
	expect(workflowData?.[0]?.map(({ json }) => [json.taskId, json.url, Array.isArray(json.images), json.details])).toEqual([
		['job_1', url, false, undefined],
		['job_2', undefined, true, undefined],
	]);
	expect(workflowData?.[0]?.map(({ json }) => (json.warnings as string[])[0])).toEqual(['of job_1', 'of job_2']);
});

test('a call with a wrong signature is refused without reading items or asking a provider', async () => {
	const call = handleCallback({ headers: wrong });
	await expect(call.response).resolves.toEqual(stayParked);
	expect(call).toMatchObject({ answers: [401], evaluated: [], requests: [], warnings: [] });
});

test.each<[string, Partial<WebhookCallOptions>]>([
	['no credential is selected', { credentials: {} }],
	['the credential has no key', { credentials: { signingApi: { apiKey: '' } } }],
	['no provider is selected', { parameters: {}, credentials: {} }],
])('if %s, nothing can be checked, and the execution stays parked', async (_, without) => {
	const call = handleCallback({ headers: wrong, ...without });
	await expect(call.response).resolves.toEqual(stayParked);
	expect(call).toMatchObject({ answers: [200], requests: [], warnings: [] });
});

test('a signed call that cannot be handled does not end the wait, and is answered so that it is repeated', async () => {
	const unreadable = {
		get providers(): string[] {
			throw new Error('the database is away');
		},
	};
	const call = handleCallback({ headers: right, parameters: unreadable });
	await expect(call.response).resolves.toEqual(stayParked);
	expect(call).toMatchObject({ answers: [503], warnings: [expect.stringContaining('the database is away')] });
});

test('the signature of a provider that is not selected is not checked', async () => {
	const parameters = { providers: ['example'], options: { downloadImages: false } };
	const items = [{ json: { error: 'not yet', details: { provider: 'example', taskId: 'task_1', parked: {} } } }];
	const call = handleCallback({ headers: wrong, parameters, parked: items, reply: () => ({ code: 200, data: { state: 'failed', failMsg: 'out of luck' } }) });
	expect((await call.response).workflowData).toHaveLength(1);
	expect(call.answers).toEqual([200]);
});

describe('while one round runs and another one waits', () => {
	/** A round whose request to the provider has no reply until it is released, and one that waits for it. */
	async function twoRounds() {
		let letGo = (): void => undefined;
		const reply = new Promise<IDataObject>((resolve) => {
			letGo = () => resolve(unfinished);
		});
		// Its callback names another task, so the reply that this one is unfinished ends its round.
		const looking = handleCallback({ body: { jobId: 'job_2' }, reply: () => reply });
		await settle();
		expect(looking.requests).toHaveLength(1);
		const waiting = handleCallback({ headers: right });
		await settle();
		return { looking, waiting, letGo };
	}

	test('a signed call is answered at once, without reading the parked items', async () => {
		const { looking, waiting, letGo } = await twoRounds();
		expect(waiting).toMatchObject({ answers: [200], evaluated: [], requests: [] });
		const joining = handleCallback({ headers: right });
		await expect(joining.response).resolves.toEqual(stayParked);
		expect(joining).toMatchObject({ answers: [200], evaluated: [], requests: [] });
		letGo();
		await expect(looking.response).resolves.toEqual(stayParked);
		expect((await waiting.response).workflowData).toMatchObject([[{ json: { status: 'succeeded' } }]]);
		expect(waiting.evaluated).toHaveLength(1);
		expect(joining.evaluated).toEqual([]);
	});

	test('a forged call is refused and does not affect the rounds', async () => {
		const { looking, waiting, letGo } = await twoRounds();
		const forged = handleCallback({ headers: wrong });
		await expect(forged.response).resolves.toEqual(stayParked);
		expect(forged).toMatchObject({ answers: [401], evaluated: [], requests: [], warnings: [] });
		letGo();
		await expect(looking.response).resolves.toEqual(stayParked);
		expect((await waiting.response).workflowData).toHaveLength(1);
		expect([...looking.answers, ...waiting.answers]).toEqual([200, 200]);
	});
});
