/** Seedream Generate Trigger: finished tasks start a workflow of their own. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { type ProviderId, findProvider } from '../../nodes/providers';
import { contractOf } from '../support/contractOf';
import { callbacksOf, post, submitNode } from './support/callbacks';
import { type Execution, type Workflow } from './support/restClient';
import { openSession } from './support/session';
import { assertSucceeded, credentialName, itemsOf, runChain, workflowOf, type NodeToCreate } from './support/workflow';

const session = openSession();
const { client, simulator } = session;
const callbackProviders = ['apixo', 'apiInOne', 'pixelDojo', 'apiframe'] as const satisfies readonly ProviderId[];

const webhookId = randomUUID();
const url = `${session.n8n.url}/webhook/${webhookId}/seedream`;
let receiver: Workflow;

function triggerNode(id = webhookId): NodeToCreate {
	const credentials = Object.fromEntries(
		callbackProviders.map((id) => [
			findProvider(id)?.credentialType ?? '',
			{ id: session.credentialIds[credentialName(id)] ?? null, name: credentialName(id) },
		]),
	);
	return {
		name: 'Announced',
		type: 'n8n-nodes-seedream.seedreamGenerateTrigger',
		typeVersion: 1,
		parameters: { providers: [...callbackProviders] },
		webhookId: id,
		credentials,
	};
}

const behind: NodeToCreate = { name: 'Behind', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} };

beforeAll(async () => {
	receiver = await client.createWorkflow(workflowOf('receiver', [triggerNode(), behind]));
	await client.activateWorkflow(receiver);
});

afterAll(async () => {
	await client.deactivateWorkflow(receiver.id);
});

/** By execution: each is read from n8n once. */
const endedRuns = new Map<string, Promise<Execution>>();

/** The runs that a task has started so far. */
async function runsFor(taskId: string, { id: workflowId } = receiver): Promise<Execution[]> {
	const listed = await client.listExecutions(workflowId);
	for (const { id } of listed) endedRuns.set(id, endedRuns.get(id) ?? client.waitForExecution(id));
	const executions = await Promise.all(listed.flatMap(({ id }) => endedRuns.get(id) ?? []));
	return executions.filter((execution) => itemsOf(execution, 'Behind').some(({ json }) => json.taskId === taskId));
}

async function firstRunFor(taskId: string, workflow = receiver): Promise<Execution> {
	const endsAt = Date.now() + 60_000;
	for (;;) {
		const [run] = await runsFor(taskId, workflow);
		if (run !== undefined) return run;
		if (Date.now() > endsAt) throw new Error(`No run for ${taskId}`);
		await sleep(300);
	}
}

/** Submits from another workflow, which ends at once. */
async function submit(provider: ProviderId, prompts: readonly string[], more = {}): Promise<string[]> {
	const execution = await runChain(
		session,
		prompts.map((prompt) => ({ prompt })),
		submitNode(session, provider, { callback: 'url', callbackUrl: url, ...more }),
	);
	assertSucceeded(execution);
	return itemsOf(execution, 'Generate').map(({ json }) => json.taskId as string);
}

test.each(callbackProviders)('%s: one run per finished task, with its images', async (provider) => {
	const taskIds = await submit(provider, [`announced by ${provider}, one [[duration=1]]`, `announced by ${provider}, two [[duration=1.5]]`]);
	expect(taskIds).toHaveLength(2);
	const [task] = await simulator.tasks(`announced by ${provider}`);
	expect(new URL(task?.callbackUrl ?? '').searchParams.get('provider')).toBe(provider);
	for (const taskId of taskIds) {
		const run = await firstRunFor(taskId);
		assertSucceeded(run);
		expect(run.mode).toBe('webhook');
		const [image, ...others] = itemsOf(run, 'Behind');
		expect(others).toHaveLength(0);
		expect(image?.json).toMatchObject({ provider, taskId, status: 'succeeded', imageIndex: 0, imageCount: 1, mimeType: 'image/png' });
		if (image?.binary?.data === undefined) throw new Error('No file in the field data');
		await expect(client.getBinary(image.binary.data)).resolves.toHaveLength(Number(image.json.fileSize));
		expect((await runsFor(taskId)).map(({ status }) => status)).toEqual(['success']);
		expect((await callbacksOf(session, taskId)).map(({ status }) => status)).toEqual([200]);
	}
});

test('several images of one task are returned together', async () => {
	const [taskId = ''] = await submit('apixo', ['announced, three images [[duration=1]]'], { imageCount: 3 });
	const run = await firstRunFor(taskId);
	expect(itemsOf(run, 'Behind').map(({ json }) => [json.imageIndex, json.imageCount])).toEqual([
		[0, 3],
		[1, 3],
		[2, 3],
	]);
});

test('a failed task is returned with its status', async () => {
	const [taskId = ''] = await submit('apixo', ['announced failure [[fail=SensitiveContent]] [[duration=1]]']);
	const run = await firstRunFor(taskId);
	assertSucceeded(run);
	expect(itemsOf(run, 'Behind').map(({ json }) => json)).toEqual([
		expect.objectContaining({
			provider: 'apixo',
			taskId,
			status: 'failed',
			error: expect.stringContaining('SensitiveContent'),
			details: expect.objectContaining({ failure: expect.objectContaining({ kind: 'contentRejected' }) }),
		}),
	]);
});

test.each([
	['apixo', 'twice'],
	['pixelDojo', 'at-once'],
	['apiframe', 'forged'],
	['apiInOne', 'forged'],
	['apixo', 'before-status'],
] as const)('%s, %s: one run', async (provider, how) => {
	const [taskId = ''] = await submit(provider, [`announced ${provider} ${how} [[callback=${how}]] [[duration=2]]`]);
	const run = await firstRunFor(taskId);
	assertSucceeded(run);
	expect(itemsOf(run, 'Behind').map(({ json }) => json.status)).toEqual(['succeeded']);
	expect(itemsOf(run, 'Behind')[0]?.json.url).not.toContain('attacker');
	await sleep(1_500);
	expect((await runsFor(taskId)).map(({ status }) => status)).toEqual(['success']);
	const [first] = await callbacksOf(session, taskId);
	expect(first?.status).toBe(how === 'forged' && contractOf(provider).callback?.isSigned === true ? 401 : 200);
});

test('unknown ids, garbage and unknown formats are answered and start nothing', async () => {
	const before = (await client.listExecutions(receiver.id)).length;
	const answers = await Promise.all([
		post(`${url}?provider=apixo`, { code: 200, data: { taskId: 'task_00000000', state: 'success' } }),
		post(`${url}?provider=pixelDojo`, { jobId: 'job_unknown', status: 'completed' }),
		post(url, { jobId: 'unknown', status: 'COMPLETED', event: 'completed' }),
		post(url, { hello: 'world' }),
		post(url, []),
		post(`${url}?provider=nobody`, { taskId: 'task_1' }),
		post(`${url}?provider=pixwith`, { task_id: 'task_1' }),
	]);
	expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
	for (const { text } of answers) expect(text).toBe('');
	await sleep(7_000);
	await expect(client.listExecutions(receiver.id)).resolves.toHaveLength(before);
});

test('a callback repeated after the run starts no second one', async () => {
	const [taskId = ''] = await submit('apiInOne', ['announced again [[duration=1]]']);
	await firstRunFor(taskId);
	await expect(post(`${url}?provider=apiInOne`, { data: { task_id: taskId, status: 'completed' } })).resolves.toMatchObject({ status: 200 });
	await sleep(1_500);
	expect((await runsFor(taskId)).map(({ status }) => status)).toEqual(['success']);
});

test('a task whose status cannot be checked for a while starts its run later', async () => {
	const [taskId = ''] = await submit('apixo', ['announced while its status is away [[status=503;times=8]] [[duration=1]]']);
	const run = await firstRunFor(taskId);
	expect(itemsOf(run, 'Behind').map(({ json }) => json.status)).toEqual(['succeeded']);
	expect((await callbacksOf(session, taskId)).map(({ status }) => status)).toEqual([200]);
});

test('the caller is answered while the images download', async () => {
	const [taskId = ''] = await submit('apixo', ['announced slowly [[image=big:45]] [[duration=1]] [[callback=none]]'], { imageCount: 4 });
	await sleep(2_000);
	const answer = await post(`${url}?provider=apixo`, { code: 200, data: { taskId } });
	const answeredAt = Date.now();
	expect(answer).toMatchObject({ status: 200, text: '' });
	const run = await firstRunFor(taskId);
	// A run starts with its images.
	expect(Date.parse(run.startedAt)).toBeGreaterThan(answeredAt);
	expect(itemsOf(run, 'Behind')).toHaveLength(4);
});

describe('the test URL', () => {
	const testId = randomUUID();
	const testUrl = `${session.n8n.url}/webhook-test/${testId}/seedream`;
	let draft: Workflow;

	beforeAll(async () => {
		draft = await client.createWorkflow(workflowOf('receiver, not published', [triggerNode(testId), behind]));
	});

	test('"Execute workflow" listens until the callback of a finished task, ignoring unknown ones and garbage', async () => {
		await expect(post(testUrl, {})).resolves.toMatchObject({ status: 404 });
		await client.listenForTest(draft.id, 'Announced');
		for (const body of [{ data: { taskId: 'task_00000000' } }, { hello: 'world' }]) {
			await expect(post(`${testUrl}?provider=apixo`, body)).resolves.toMatchObject({ status: 200, text: '' });
		}
		const [taskId = ''] = await submit('apixo', ['announced to the test URL [[duration=1]]'], { callbackUrl: testUrl });
		const [task] = await simulator.tasks('announced to the test URL');
		expect(new URL(task?.callbackUrl ?? '').searchParams.get('provider')).toBe('apixo');
		const run = await firstRunFor(taskId, draft);
		assertSucceeded(run);
		expect(run.mode).toBe('manual');
		const [image, ...others] = itemsOf(run, 'Behind');
		expect(others).toHaveLength(0);
		expect(image?.json).toMatchObject({ provider: 'apixo', taskId, status: 'succeeded', mimeType: 'image/png' });
		if (image?.binary?.data === undefined) throw new Error('No file in the field data');
		await expect(client.getBinary(image.binary.data)).resolves.toHaveLength(Number(image.json.fileSize));
		expect((await callbacksOf(session, taskId)).map(({ status }) => status)).toEqual([200]);
		// One event, one run: n8n listens no longer.
		await expect(post(`${testUrl}?provider=apixo`, { data: { taskId } })).resolves.toMatchObject({ status: 404 });
	});

	test('the same callback can be tried again, unlike in a published workflow', async () => {
		const [taskId = ''] = await submit('apiInOne', ['tried again and again [[duration=1]] [[callback=none]]'], { callbackUrl: testUrl });
		await sleep(1_500);
		for (const runs of [1, 2]) {
			await client.listenForTest(draft.id, 'Announced');
			await expect(post(`${testUrl}?provider=apiInOne`, { data: { task_id: taskId, status: 'completed' } })).resolves.toMatchObject({ status: 200 });
			await waitForRuns(taskId, runs);
		}
	});

	async function waitForRuns(taskId: string, count: number): Promise<void> {
		const endsAt = Date.now() + 30_000;
		for (;;) {
			const statuses = (await runsFor(taskId, draft)).map(({ status }) => status);
			if (statuses.length >= count) return expect(statuses).toEqual(Array.from({ length: count }, () => 'success'));
			if (Date.now() > endsAt) throw new Error(`${statuses.length} runs instead of ${count}`);
			await sleep(300);
		}
	}
});
