/** What Seedream Generate Trigger remembers of delivered tasks, within one process and across processes. */
import { join } from 'node:path';

import { range } from 'lodash';
import * as n8nWorkflow from 'n8n-workflow';
import type { IDataObject, IHttpRequestOptions, INodeExecutionData } from 'n8n-workflow';

import type * as Announce from '../../../nodes/host/callback/startOnCallback';
import type * as Clock from '../../../nodes/host/execution/realClock';
import type * as FakeTime from '../../support/fakeClock';
import { webhookCall, type WebhookCall } from '../../support/webhookCall';

jest.mock('../../../nodes/providers', () => jest.requireActual<object>('../../support/madeUpRegistry'));

const mockClocks: FakeTime.FakeClock[] = [];
jest.mock('../../../nodes/host/execution/realClock', (): Pick<typeof Clock, 'createClock'> => ({
	createClock: () => {
		const clock = jest.requireActual<typeof FakeTime>('../../support/fakeClock').createFakeClock();
		mockClocks.push(clock);
		return { ...clock, stop: () => clock.abort() };
	},
}));

type Handle = typeof Announce.startOnCallback;

/** What keeps nothing between calls and would take long to load anew for every process; n8n-workflow's import is lazy. */
const sharedModules: ReadonlyArray<readonly [string, unknown]> = [
	['n8n-workflow', n8nWorkflow],
	...['core/failure/describeFailure', 'core/task/checkAgain', 'core/task/checkAll', 'core/task/findTask', 'core/task/waitForTask'].map(shared),
	...['execution/account', 'execution/run', 'output/failureItem', 'output/outputItems', 'panel/options', 'wait/park', 'wait/waitAndDeliver']
		.map((name) => `host/${name}`)
		.map(shared),
	[join(__dirname, '../../../nodes/providers/index'), jest.requireMock('../../../nodes/providers')],
];

function shared(name: string): [string, unknown] {
	const path = join(__dirname, '../../../nodes', name);
	return [path, jest.requireActual(path)];
}

/** A process of its own: what the modules keep in memory begins anew. */
function startProcess(): Handle {
	const handles: Handle[] = [];
	for (const [name, loaded] of sharedModules) jest.doMock(name, () => loaded);
	jest.isolateModules(() => handles.push(jest.requireActual<typeof Announce>('../../../nodes/host/callback/startOnCallback').startOnCallback));
	const [handle] = handles;
	if (handle === undefined) throw new Error('The module was not loaded');
	return handle;
}

const finished = (taskId: string): IDataObject => ({
	code: 200,
	data: { taskId, state: 'success', resultJson: JSON.stringify({ resultUrls: [`https://images.example.com/${taskId}.png`] }) },
});
const running = (taskId: string): IDataObject => ({ code: 200, data: { taskId, state: 'processing' } });

/** What n8n's database holds of the node's static data. */
let saved: IDataObject;

beforeEach(() => {
	saved = {};
	mockClocks.length = 0;
});

interface Announced extends WebhookCall {
	/** The task ids that a run was started with; undefined where none was. */
	started: unknown[] | undefined;
}

interface How {
	reply?(taskId: string, request: IHttpRequestOptions): IDataObject | Promise<IDataObject>;
	replyHeaders?: Record<string, string>;
	downloadImages?: boolean;
	options?: IDataObject;
	/** Undefined: either of them may have sent the call. */
	provider?: 'example' | 'credits' | undefined;
}

/** Example announces a task. n8n reads the static data before the call and saves it after, where it was touched. */
async function announce(handle: Handle, taskId: string, how: How = {}): Promise<Announced> {
	const { reply = finished, replyHeaders = {}, downloadImages = false, options = {} } = how;
	const provider = 'provider' in how ? how.provider : 'example';
	const providers = provider === undefined ? ['example', 'credits'] : [provider];
	const staticData = n8nWorkflow.ObservableObject.create(structuredClone(saved));
	const call = webhookCall({
		body: { code: 200, data: { taskId } },
		query: provider === undefined ? {} : { provider },
		parameters: { providers, options: { downloadImages, ...options } },
		credentials: Object.fromEntries(providers.map((id) => [`${id}Api`, { apiKey: 'key', baseUrl: '' }])),
		staticData,
		replyHeaders,
		reply: (request) => reply(taskId, request),
	});
	const { workflowData } = await handle(call.context);
	if (staticData.__dataChanged === true) saved = JSON.parse(JSON.stringify(staticData)) as IDataObject;
	return { ...call, started: workflowData?.[0]?.map(({ json }: INodeExecutionData) => json.taskId) };
}

const idsOf = (numbers: readonly number[]): string[] => numbers.map((number) => `task_${number}`);
const keysOf = (numbers: readonly number[]): string[] => idsOf(numbers).map((taskId) => `example ${taskId}`);

test('a repeated callback starts no second run and causes no status check', async () => {
	const handle = startProcess();
	await expect(announce(handle, 'task_1')).resolves.toMatchObject({ started: ['task_1'], answers: [200], requests: [expect.stringContaining('task_1')] });
	await expect(announce(handle, 'task_1')).resolves.toMatchObject({ started: undefined, answers: [200], requests: [] });
	await expect(announce(handle, 'task_2')).resolves.toMatchObject({ started: ['task_2'] });
});

test('a callback repeated after a restart or in another process starts no second run', async () => {
	await announce(startProcess(), 'task_1');
	expect(saved).toEqual({ handedOn: ['example task_1'] });
	await expect(announce(startProcess(), 'task_1')).resolves.toMatchObject({ started: undefined, answers: [200], requests: [] });
	await expect(announce(startProcess(), 'task_2')).resolves.toMatchObject({ started: ['task_2'] });
	expect(saved).toEqual({ handedOn: keysOf([1, 2]) });
});

test('the last of several simultaneous calls saves the tasks of all', async () => {
	const handle = startProcess();
	const answers = await Promise.all([announce(handle, 'task_1'), announce(handle, 'task_2'), announce(handle, 'task_2')]);
	expect(answers.map(({ started }) => started)).toEqual([['task_1'], ['task_2'], undefined]);
	for (const taskId of idsOf([1, 2])) await expect(announce(startProcess(), taskId)).resolves.toMatchObject({ started: undefined });
});

test.each<[string, How['reply']]>([
	['is not finished', running],
	['is not known', () => ({ code: 404, message: 'not found' })],
	['cannot be asked after', () => ({ code: 500, message: 'away' })],
])('a task that %s is not remembered, and starts a run once it is finished', async (_, reply) => {
	const handle = startProcess();
	await expect(announce(handle, 'task_1', { reply })).resolves.toMatchObject({ started: undefined, answers: [200] });
	expect(saved).toEqual({});
	await expect(announce(handle, 'task_1')).resolves.toMatchObject({ started: ['task_1'] });
	expect(saved).toEqual({ handedOn: ['example task_1'] });
});

describe('calls from unknown senders', () => {
	const everyone = ['example', 'credits', 'first', 'second', 'signing'];
	const unknown = (): IDataObject => ({ code: 404, message: 'Task not found' });
	/** A call that may be of any of these providers. */
	const ofAll = (taskId: string, reply: () => IDataObject = unknown): WebhookCall =>
		webhookCall({
			body: { jobId: taskId, data: { taskId } },
			parameters: { providers: everyone, options: {} },
			credentials: Object.fromEntries(everyone.map((id) => [`${id}Api`, { apiKey: 'key', baseUrl: '' }])),
			reply,
		});

	test('a call in the format of all providers costs only a few checks', async () => {
		const call = ofAll('task_1');
		await startProcess()(call.context);
		expect(call).toMatchObject({ answers: [200], warnings: [] });
		expect(call.requests).toHaveLength(5);
	});

	test('of two hundred calls at once those beyond the limit are refused, and a real one after them is handled', async () => {
		const handle = startProcess();
		const calls = idsOf(range(200)).map((taskId) => ofAll(taskId));
		await Promise.all(calls.map(async ({ context }) => await handle(context)));
		const failedAfter = calls.filter(({ answers }) => answers[0] === 503);
		expect(failedAfter).toHaveLength(150);
		expect(failedAfter.flatMap(({ requests }) => requests)).toEqual([]);
		expect(calls.flatMap(({ requests }) => requests)).toHaveLength(250);
		expect(calls.flatMap(({ warnings }) => warnings)).toEqual([expect.stringContaining('too many callbacks at the same time')]);
		await expect(announce(handle, 'task_1')).resolves.toMatchObject({ started: ['task_1'] });
	});

	test('a call with a right signature is handled while fifty of them are in progress', async () => {
		const handle = startProcess();
		const ends: Array<() => void> = [];
		const held = new Promise<void>((resolve) => ends.push(resolve));
		const silent = async (): Promise<IDataObject> => {
			await held;
			return unknown();
		};
		const apiKey = 'the-key';
		const call = (jobId: string, headers: Record<string, string>, reply: () => IDataObject | Promise<IDataObject>): WebhookCall =>
			webhookCall({
				body: { jobId },
				headers,
				parameters: { providers: ['signing'], options: { downloadImages: false } },
				credentials: { signingApi: { apiKey } },
				reply,
			});
		const forged = range(50).map((index) => call(`forged_${index}`, {}, silent));
		const handled = Promise.all(forged.map(async ({ context }) => await handle(context)));
		const signedWith = (key: string): Record<string, string> => ({ 'X-Webhook-Signature': `signed with ${key}` });
		const ofJob1 = (): IDataObject => finished('job_1');
		const signed = call('job_1', signedWith(apiKey), ofJob1);
		await expect(handle(signed.context)).resolves.toMatchObject({ workflowData: [[{ json: { taskId: 'job_1' } }]] });
		const unsigned = call('job_1', {}, ofJob1);
		await handle(unsigned.context);
		const wrong = call('job_2', signedWith('another'), ofJob1);
		await handle(wrong.context);
		expect([signed, unsigned, wrong].map(({ answers }) => answers)).toEqual([[200], [503], [503]]);
		ends[0]?.();
		await handled;
	});

	test('after a hundred checks, further calls cost no more than four checks a second', async () => {
		const handle = startProcess();
		for (const taskId of idsOf(range(40))) await handle(ofAll(taskId).context);
		const call = ofAll('task_100');
		await handle(call.context);
		expect(call.requests).toHaveLength(5);
		// Every call has a new clock, so it waits only because of the calls before it.
		expect(mockClocks.at(-1)?.elapsed()).toBeGreaterThan(12_500);
	});

	test.each([
		['by its header', { 'content-length': '300000' }, {}],
		['by its length', {}, { text: 'x'.repeat(300_000) }],
	])('a body that is too large is refused (%s)', async (_, headers, more) => {
		const call = webhookCall({
			body: { data: { taskId: 'task_1' }, ...more },
			headers,
			parameters: { providers: ['example'] },
			credentials: { exampleApi: { apiKey: 'key' } },
			reply: unknown,
		});
		await startProcess()(call.context);
		expect(call).toMatchObject({ answers: [413], requests: [] });
	});

	test.each(['.', '..', 'a\u0000b', 'x'.repeat(1000), 'a\u202eb'])('an invalid task id is not checked: %j', async (taskId) => {
		const call = await announce(startProcess(), taskId);
		expect(call).toMatchObject({ answers: [200], requests: [], started: undefined });
	});
});

describe('a credential that the provider refuses', () => {
	test.each<[string, IDataObject]>([
		['401', { code: 401, message: 'Invalid API key' }],
		['402', { code: 402, message: 'Insufficient credits' }],
		['403', { code: 403, message: 'Forbidden' }],
	])('starts no run (%s), is logged, and lets a later call start it', async (_, refusal) => {
		const handle = startProcess();
		const call = await announce(handle, 'task_1', { reply: () => refusal });
		expect(call).toMatchObject({ started: undefined, answers: [200] });
		expect(call.requests).toHaveLength(1);
		expect(call.warnings).toEqual([
			expect.stringMatching(/^A callback came for a task that could not be checked, so no workflow was started: (Your )?Example .*task_1/),
		]);
		expect(saved).toEqual({});
		await expect(announce(handle, 'task_1')).resolves.toMatchObject({ started: ['task_1'] });
	});

	test('starts no run while the task is watched either', async () => {
		const handle = startProcess();
		let checks = 0;
		const reply = (taskId: string): IDataObject => (++checks < 10 ? running(taskId) : { code: 401, message: 'Invalid API key' });
		const call = await announce(handle, 'task_1', { reply });
		expect(call).toMatchObject({ started: undefined, answers: [200], warnings: [expect.stringContaining('could not be checked')] });
		await expect(announce(handle, 'task_1')).resolves.toMatchObject({ started: ['task_1'] });
	});

	test('is named in the log if it is missing', async () => {
		const call = webhookCall({
			body: { data: { taskId: 'task_1' } },
			query: { provider: 'example' },
			parameters: { providers: ['example'] },
			credentials: {},
			reply: finished.bind(undefined, '1'),
		});
		await startProcess()(call.context);
		expect(call).toMatchObject({ answers: [200], requests: [], warnings: [expect.stringContaining('no Example API credential is chosen in the node')] });
	});
});

test('a task that could not be delivered is not remembered, the others are', async () => {
	const handle = startProcess();
	await announce(handle, 'task_1');
	const stopped = (taskId: string): IDataObject => {
		mockClocks.at(-1)?.abort();
		return finished(taskId);
	};
	const broken = await announce(handle, 'task_2', { reply: stopped, downloadImages: true });
	expect(broken).toMatchObject({ started: undefined, warnings: [expect.stringContaining('Task task_2 could not be delivered')] });
	expect(saved).toEqual({ handedOn: ['example task_1'] });
	await expect(announce(handle, 'task_2')).resolves.toMatchObject({ started: ['task_2'] });
	await expect(announce(handle, 'task_1')).resolves.toMatchObject({ started: undefined });
});

describe('a task named by a callback is checked until it is final', () => {
	const away = (): IDataObject => ({ code: 503, message: 'Service unavailable' });
	/** Replies in turn; the last one repeats. */
	const inTurn = (...replies: Array<(taskId: string) => IDataObject>) => {
		let next = 0;
		return (taskId: string): IDataObject => (replies[Math.min(next++, replies.length - 1)] ?? finished)(taskId);
	};
	const times = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value);
	const seconds = (): number => (mockClocks.at(-1)?.elapsed() ?? 0) / 1000;

	test.each<[string, Array<(taskId: string) => IDataObject>, number]>([
		['is away eight times', [...times(8, away), finished], 60],
		['is away for minutes', [...times(20, away), finished], 300],
		['still says that it runs', [...times(30, running), finished], 200],
		['runs ahead of its status', [...times(2, running), finished], 3],
	])('if the provider %s', async (_, replies, most) => {
		const call = await announce(startProcess(), 'task_1', { reply: inTurn(...replies) });
		expect(call).toMatchObject({ started: ['task_1'], answers: [200], warnings: [] });
		expect(call.requests).toHaveLength(replies.length);
		expect(seconds()).toBeLessThanOrEqual(most);
	});

	test('several callbacks for a task cause one watch and one run', async () => {
		const handle = startProcess();
		const reply = inTurn(...times(9, away), finished);
		const calls = await Promise.all(times(3, undefined).map(async () => await announce(handle, 'task_1', { reply })));
		expect(calls.map(({ started }) => started)).toEqual([['task_1'], undefined, undefined]);
		expect(calls.map(({ answers }) => answers)).toEqual([[200], [200], [200]]);
		expect(calls.map(({ requests }) => requests.length)).toEqual([10, 0, 0]);
	});

	test('for ten minutes; then the log names the task, and a later callback starts its run', async () => {
		const handle = startProcess();
		const call = await announce(handle, 'task_1', { reply: away });
		expect(call.started).toBeUndefined();
		expect(call.warnings).toEqual([
			expect.stringMatching(
				/A callback came for Example task task_1, but it is not finished after 600 seconds \(.*Service unavailable.*Seedream Wait for Task/,
			),
		]);
		expect(seconds()).toBe(600);
		await expect(announce(handle, 'task_1')).resolves.toMatchObject({ started: ['task_1'] });
	});

	test('a callback that arrives during an unsuccessful watch gets a full watch of its own', async () => {
		const handle = startProcess();
		let isAway = true;
		const reply = (taskId: string): IDataObject => (isAway ? away() : finished(taskId));
		const first = announce(handle, 'task_1', { reply });
		await new Promise(setImmediate);
		const second = announce(handle, 'task_1', { reply });
		await expect(first).resolves.toMatchObject({ started: undefined });
		isAway = false;
		await expect(second).resolves.toMatchObject({ started: ['task_1'] });
	});

	test('an id that the provider does not know is dropped after some seconds, without a log line', async () => {
		const call = await announce(startProcess(), 'task_1', { reply: () => ({ code: 404, message: 'Task not found' }) });
		expect(call).toMatchObject({ started: undefined, answers: [200], warnings: [] });
		expect(call.requests.length).toBeLessThanOrEqual(10);
		expect(seconds()).toBeLessThanOrEqual(20);
	});

	test('a task that failed is returned', async () => {
		const failed = (taskId: string): IDataObject => ({ code: 200, data: { taskId, state: 'failed', failCode: 'NSFW' } });
		await expect(announce(startProcess(), 'task_1', { reply: inTurn(...times(7, away), failed) })).resolves.toMatchObject({ started: ['task_1'] });
	});

	test('a watch of minutes does not overwrite static data that was changed meanwhile', async () => {
		const handle = startProcess();
		const reply = inTurn(...times(20, away), finished);
		const watched = announce(handle, 'task_1', { reply });
		await announce(handle, 'task_2');
		expect(saved).toEqual({ handedOn: ['example task_2'] });
		saved = { ...saved, cursor: 7 };
		await expect(watched).resolves.toMatchObject({ started: ['task_1'] });
		expect(saved).toEqual({ handedOn: ['example task_2'], cursor: 7 });
		await expect(announce(handle, 'task_1')).resolves.toMatchObject({ started: undefined, requests: [] });
		await announce(handle, 'task_3');
		expect(saved).toEqual({ handedOn: keysOf([2, 1, 3]), cursor: 7 });
	});

	test('a watch whose task could not be delivered does not overwrite it either', async () => {
		const handle = startProcess();
		const stopped = (taskId: string): IDataObject => {
			mockClocks.at(-1)?.abort();
			return finished(taskId);
		};
		const watched = await announce(handle, 'task_1', { reply: inTurn(...times(20, away), stopped), downloadImages: true });
		expect(watched).toMatchObject({ started: undefined, warnings: [expect.stringContaining('could not be delivered')] });
		expect(saved).toEqual({});
		await expect(announce(handle, 'task_1')).resolves.toMatchObject({ started: ['task_1'] });
	});

	test('twenty tasks are watched at a time, and the log names those beyond', async () => {
		const handle = startProcess();
		const calls = await Promise.all(idsOf(range(23)).map(async (taskId) => await announce(handle, taskId, { reply: away })));
		const warnings = calls.flatMap((call) => call.warnings);
		expect(calls.map((call) => [call.answers, call.warnings.length])).toEqual(times(23, [[200], 1]));
		expect(warnings.filter((text) => text.includes('not finished after 600 seconds'))).toHaveLength(20);
		const above = warnings.filter((text) =>
			/^A callback came for Example task task_\d+, but it is not finished, and 20 others are being waited for. A Seedream Wait for Task node can collect it.$/.test(
				text,
			),
		);
		expect(above).toHaveLength(3);
		await expect(announce(handle, 'task_22', { reply: inTurn(...times(9, away), finished) })).resolves.toMatchObject({ started: ['task_22'] });
	});

	test('a provider that does not answer does not delay another possible sender', async () => {
		const checks = inTurn(...times(8, running), finished);
		const reply = (taskId: string, { url }: IHttpRequestOptions): IDataObject => (url.includes('api.example.com') ? checks(taskId) : away());
		const call = await announce(startProcess(), 'task_1', { provider: undefined, reply });
		expect(call).toMatchObject({ started: ['task_1'], warnings: [] });
		expect(seconds()).toBeLessThanOrEqual(20);
		const { length } = call.requests;
		for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
		expect(call.requests).toHaveLength(length);
		expect(call.warnings).toEqual([]);
	});

	test('a task is not checked before the time that the provider asked for', async () => {
		const call = await announce(startProcess(), 'task_1', { reply: inTurn(away, finished), replyHeaders: { 'retry-after': '30' } });
		expect(call).toMatchObject({ started: ['task_1'], answers: [200] });
		expect(call.requests).toHaveLength(2);
		expect(seconds()).toBe(30);
	});

	test('invalid options are named in the log', async () => {
		const call = await announce(startProcess(), 'n1', {
			provider: 'credits',
			options: { region: 'moon', concurrency: 0 },
			reply: () => ({ code: 404, message: 'Not found' }),
		});
		expect(call.warnings).toEqual([expect.stringMatching(/^Node: Concurrency must be .*; Region must be on Earth/)]);
	});
});
