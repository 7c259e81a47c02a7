/** The package in n8n's queue mode: what a task costs is paid once, whoever dies. */
import { setTimeout as sleep } from 'node:timers/promises';

import { parkNode, startWorkflow, submitNode, taskOf } from '../e2e/support/callbacks';
import { createDemoCredentials } from '../e2e/support/demoCredentials';
import { RestClient } from '../e2e/support/restClient';
import { type Session } from '../e2e/support/session';
import { startSimulator, type RunningSimulator } from '../e2e/support/simulator';
import { SimulatorClient } from '../e2e/support/simulatorClient';
import { assertSucceeded, generateNode, itemsNodes, itemsOf, workflowOf } from '../e2e/support/workflow';
import { startCluster, type Cluster, type Worker } from './support/cluster';

const account = { email: 'queue@example.com', password: 'Seedream-queue-1' };
let cluster: Cluster;
let simulator: RunningSimulator;
let session: Session;

async function signIn(): Promise<RestClient> {
	const client = new RestClient(cluster.main.url);
	await client.signIn(account);
	return client;
}

beforeAll(async () => {
	cluster = await startCluster();
	simulator = await startSimulator({ timeFactor: 0.02 });
	const client = await signIn();
	const credentialIds: Record<string, string> = {};
	for (const credential of createDemoCredentials(simulator.url)) credentialIds[credential.name] = await client.createCredential(credential);
	session = { client, simulator: new SimulatorClient(simulator.url), n8n: client.session(), simulatorUrl: simulator.url, credentialIds, tarball: { bytes: 0, entries: [] }, packageFolder: '', startSeconds: 0 };
}, 600_000);

afterAll(async () => {
	await cluster?.stop();
	await simulator?.stop();
}, 120_000);

/** The workers' logs name the executions that they run. */
const workerOf = (executionId: string): Worker | undefined => cluster.workers.find((worker) => new RegExp(`execution ${executionId}\\b`).test(worker.log()));

const generate = (parameters = {}) => generateNode(session, 'apixo', { prompt: '={{ $json.prompt }}', ...parameters });

async function waitUntil(what: string, isSo: () => Promise<boolean>): Promise<void> {
	const endsAt = Date.now() + 60_000;
	while (!(await isSo())) {
		if (Date.now() > endsAt) throw new Error(`Not within a minute: ${what}`);
		await sleep(100);
	}
}

test('a poll run: a worker generates, the main process serves the images', async () => {
	const id = await startWorkflow(session, workflowOf('queue, poll', [...itemsNodes([{ prompt: 'queued, one' }, { prompt: 'queued, two' }]), generate()]));
	const execution = await session.client.waitForExecution(id);
	assertSucceeded(execution);
	expect(workerOf(id)).toBeDefined();
	const images = itemsOf(execution, 'Generate');
	expect(images.map(({ json }) => json.status)).toEqual(['succeeded', 'succeeded']);
	for (const { json, binary } of images) {
		if (binary?.data === undefined) throw new Error('No file in the field data');
		await expect(session.client.getBinary(binary.data)).resolves.toHaveLength(Number(json.fileSize));
	}
	await expect(session.simulator.tasks('queued, ')).resolves.toHaveLength(2);
});

test('Stop reaches the worker within a second, and its log names what was accepted', async () => {
	const name = 'stopped in the queue';
	const items = [{ prompt: `${name}, one [[never]]` }, { prompt: `${name}, two [[never]]` }];
	const id = await startWorkflow(session, workflowOf(name, [...itemsNodes(items), generate({ options: { pollInterval: 0.2 } })]));
	const looks = async (): Promise<number> => {
		const tasks = await session.simulator.tasks(name);
		const counts = await Promise.all(tasks.map(async (task) => (await session.simulator.looks(task.id)).length));
		return tasks.length < 2 ? 0 : counts.reduce((sum, count) => sum + count, 0);
	};
	await waitUntil('both tasks are looked at', async () => (await looks()) > 3);
	await session.client.stopExecution(id);
	await sleep(1_000);
	const afterOneSecond = await looks();
	await sleep(2_000);
	await expect(looks()).resolves.toBe(afterOneSecond);
	const { status } = await session.client.waitForExecution(id, { limitSeconds: 10 });
	expect(status).toBe('canceled');
	const log = workerOf(id)?.log() ?? '';
	for (const task of await session.simulator.tasks(name)) expect(log).toContain(task.id);
}, 120_000);

test('a callback run: parked without a worker, woken through the main process', async () => {
	const prompt = 'queued and parked [[duration=5]]';
	const nodes = [...itemsNodes([{ prompt }, { prompt: `${prompt}, two` }]), submitNode(session, 'apixo'), parkNode(session, ['apixo'])];
	const id = await startWorkflow(session, workflowOf('queue, callback', nodes));
	await session.client.waitForExecution(id, { status: 'waiting', limitSeconds: 30 });
	const execution = await session.client.waitForExecution(id);
	assertSucceeded(execution);
	const images = itemsOf(execution, 'Wait');
	expect(images.map(({ json }) => json.taskId)).toEqual(itemsOf(execution, 'Generate').map(({ json }) => json.taskId));
	for (const { json, binary } of images) {
		if (binary?.data === undefined) throw new Error('No file in the field data');
		await expect(session.client.getBinary(binary.data)).resolves.toHaveLength(Number(json.fileSize));
	}
});

test.each(['main', 'redis'] as const)('a parked execution survives a restart of %s', async (what) => {
	const prompt = `queued, parked, ${what} restarts [[duration=40]]`;
	const id = await startWorkflow(session, workflowOf(prompt, [...itemsNodes([{ prompt }]), submitNode(session, 'apixo'), parkNode(session, ['apixo'])]));
	await session.client.waitForExecution(id, { status: 'waiting', limitSeconds: 30 });
	if (what === 'main') {
		await cluster.restartMain();
		session = { ...session, client: await signIn() };
	} else {
		await cluster.restartRedis();
	}
	const execution = await session.client.waitForExecution(id);
	assertSucceeded(execution);
	expect(itemsOf(execution, 'Wait').map(({ json }) => json.status)).toEqual(['succeeded']);
	await expect(session.simulator.tasks(prompt.slice(0, 30))).resolves.toHaveLength(1);
}, 180_000);

describe('a worker is killed', () => {
	async function killWhile(name: string, prompts: readonly string[], isAtIt: () => Promise<boolean>): Promise<{ id: string; status: string; log: string }> {
		const items = prompts.map((prompt) => ({ prompt }));
		const id = await startWorkflow(session, workflowOf(name, [...itemsNodes(items), generate()]));
		await waitUntil(`${name} is under way`, isAtIt);
		const worker = workerOf(id);
		if (worker === undefined) throw new Error(`No worker runs execution ${id}`);
		await worker.kill();
		const log = worker.log();
		// n8n finds the job stalled and ends the execution; it gives it to nobody else.
		const { status } = await session.client.waitForExecution(id, { limitSeconds: 90 });
		await sleep(3_000);
		(cluster.workers as Worker[]).splice(cluster.workers.indexOf(worker), 1);
		await cluster.startWorker();
		return { id, status, log };
	}

	test('while it polls: the execution ends as crashed or failed, and nothing is submitted again', async () => {
		const name = 'killed while polling';
		const { id: executionId, status, log } = await killWhile(name, [`${name}, one [[never]]`, `${name}, two [[never]]`], async () => {
			const tasks = await session.simulator.tasks(name);
			return tasks.length === 2 && (await session.simulator.looks(tasks[0]?.id ?? '')).length > 1;
		});
		expect(['crashed', 'error']).toContain(status);
		const tasks = await session.simulator.tasks(name);
		expect(tasks).toHaveLength(2);
		await expect(session.simulator.submits(name)).resolves.toHaveLength(2);
		// The journal died with the worker; its log names what was paid.
		for (const { id } of tasks) expect(log).toContain(`accepted task ${id} (execution ${executionId}, item `);
	}, 240_000);

	test('while it submits: nothing is submitted again', async () => {
		const name = 'killed while submitting';
		const { status } = await killWhile(name, [`${name}, one`, `${name}, two [[submit=stall]]`], async () => (await session.simulator.submits(name)).length === 2);
		expect(['crashed', 'error']).toContain(status);
		await expect(session.simulator.submits(name)).resolves.toHaveLength(2);
	}, 240_000);
});

test('the parked task of a killed worker comes in all the same', async () => {
	const prompt = 'parked before the kill [[duration=20]]';
	const id = await startWorkflow(session, workflowOf(prompt, [...itemsNodes([{ prompt }]), submitNode(session, 'apixo'), parkNode(session, ['apixo'])]));
	await session.client.waitForExecution(id, { status: 'waiting', limitSeconds: 30 });
	const { id: taskId } = await taskOf(session, 'parked before the kill');
	const worker = workerOf(id);
	await worker?.kill();
	if (worker !== undefined) (cluster.workers as Worker[]).splice(cluster.workers.indexOf(worker), 1);
	const execution = await session.client.waitForExecution(id);
	assertSucceeded(execution);
	expect(itemsOf(execution, 'Wait').map(({ json }) => [json.taskId, json.status])).toEqual([[taskId, 'succeeded']]);
}, 180_000);
