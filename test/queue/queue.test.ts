/** The package in n8n's queue mode: each task is paid once, whichever process is killed. */
import { setTimeout as sleep } from 'node:timers/promises';

import { type TaskRecord } from '../simulator/world';
import { parkNode, post, startProduction, startWorkflow, submitNode, taskOf } from '../e2e/support/callbacks';
import { resumeSession, startSession } from '../e2e/support/newSession';
import type { Execution } from '../e2e/support/restClient';
import { type Session } from '../e2e/support/session';
import { startSimulator, type RunningSimulator } from '../e2e/support/simulator';
import { assertSucceeded, errorOf, generateNode, itemsNodes, itemsOf, waitNode, workflowOf, type NodeToCreate } from '../e2e/support/workflow';
import { startCluster, type Cluster, type Worker } from './support/cluster';

let cluster: Cluster;
let simulator: RunningSimulator;
let session: Session;

beforeAll(async () => {
	[cluster, simulator] = await Promise.all([startCluster(), startSimulator({ timeFactor: 0.02 })]);
	session = await startSession(cluster.main.url, simulator.url);
	await killWorkers();
}, 600_000);

afterAll(async () => {
	await Promise.all([cluster?.stop(), simulator?.stop()]);
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

async function expectFiles(execution: Execution, node: string, count: number): Promise<void> {
	const images = itemsOf(execution, node);
	expect(images.map(({ json }) => json.status)).toEqual(Array.from({ length: count }, () => 'succeeded'));
	for (const { json, binary } of images) {
		if (binary?.data === undefined) throw new Error('No file in the field data');
		await expect(session.client.getBinary(binary.data)).resolves.toHaveLength(Number(json.fileSize));
	}
}

async function checks(tasks: readonly TaskRecord[]): Promise<number> {
	const counts = await Promise.all(tasks.map(async (task) => (await session.simulator.statusChecks(task.id)).length));
	return counts.reduce((sum, count) => sum + count, 0);
}

interface Parked {
	readonly id: string;
	/** Calls as the provider would, and expects the images of the one task that was paid. */
	announceEnd(): Promise<void>;
}

/** Parks an execution whose task ends by itself and whose provider never calls: the test does. */
async function park(name: string): Promise<Parked> {
	const prompt = `${name} [[duration=6]] [[callback=none]]`;
	const id = await startWorkflow(session, workflowOf(name, [...itemsNodes([{ prompt }]), submitNode(session, 'apixo'), parkNode(session, ['apixo'])]));
	await session.client.waitForExecution(id, { status: 'waiting', limitSeconds: 30 });
	const { id: taskId, callbackUrl, readyAt } = await taskOf(session, name);
	return {
		id,
		async announceEnd() {
			await sleep(Math.max(0, Date.parse(readyAt ?? '') - Date.now()));
			await expect(session.client.getExecution(id)).resolves.toMatchObject({ status: 'waiting' });
			await expect(post(callbackUrl, { code: 200, data: { taskId } })).resolves.toMatchObject({ status: 200 });
			const execution = await session.client.waitForExecution(id);
			assertSucceeded(execution);
			expect(itemsOf(execution, 'Wait').map(({ json }) => json.taskId)).toEqual([taskId]);
			await expectFiles(execution, 'Wait', 1);
			await expect(session.simulator.tasks(name)).resolves.toHaveLength(1);
		},
	};
}

/** What runs on the workers that are killed, each in its own state. */
const polled = { name: 'killed while polling', prompts: ['one [[never]]', 'two [[never]]'] };
const submitted = { name: 'killed while submitting', prompts: ['one', 'two [[submit=stall]]'] };
const downloaded = { name: 'killed while downloading', prompts: ['one [[duration=0.5]]', 'two [[duration=0.5]] [[image=stall]]'] };
/** Written down on the way, as far as n8n can do that. */
const handedOut = { name: 'killed behind Return Task', prompts: ['one [[never]]', 'two [[never]]'] };
const killedRuns = [polled, submitted, downloaded, handedOut];
type KilledRun = (typeof killedRuns)[number];

/** Their executions, and the logs that the dead workers leave. */
const killed = new Map<KilledRun, { executionId: string; log: string }>();
let outlived: Parked;

function traceOf(one: KilledRun): { executionId: string; log: string } {
	const trace = killed.get(one);
	if (trace === undefined) throw new Error(`${one.name} was never killed`);
	return trace;
}

const tasksOf = async ({ name }: KilledRun) => await session.simulator.tasks(name);

async function startKilledRun(one: KilledRun): Promise<string> {
	const items = itemsNodes(one.prompts.map((prompt) => ({ prompt: `${one.name}, ${prompt}` })));
	const behind: NodeToCreate[] = one === handedOut ? [generate({ completion: 'returnTask' }), waitNode(session, ['apixo'])] : [generate()];
	return await startProduction(session, workflowOf(one.name, [...items, ...behind]), { saveExecutionProgress: one === handedOut });
}

async function isUnderWay(one: KilledRun): Promise<boolean> {
	const tasks = await tasksOf(one);
	if (one === submitted) return (await session.simulator.submits(one.name)).length === 2;
	if (tasks.length < 2) return false;
	const stalled = tasks.find(({ prompt }) => prompt.includes('image=stall'));
	return one === downloaded ? (await session.simulator.downloads(stalled?.id ?? '')).length > 0 : (await checks(tasks)) > 2;
}

/** First of all, because n8n takes half a minute until it gives an execution up: the other tests run meanwhile. */
async function killWorkers(): Promise<void> {
	outlived = await park('parked before the kill');
	const ids = await Promise.all(killedRuns.map(startKilledRun));
	for (const one of killedRuns) await waitUntil(`${one.name} is under way`, async () => await isUnderWay(one));
	const dying = new Set<Worker>();
	for (const [index, one] of killedRuns.entries()) {
		const executionId = ids[index] ?? '';
		const worker = workerOf(executionId);
		if (worker === undefined) throw new Error(`No worker runs execution ${executionId}`);
		dying.add(worker);
		killed.set(one, { executionId, log: worker.log() });
	}
	const parkedBy = workerOf(outlived.id);
	if (parkedBy !== undefined) dying.add(parkedBy);
	for (const worker of dying) await cluster.killWorker(worker);
	await Promise.all([...dying].map(async () => await cluster.startWorker()));
}

test('a poll run: a worker generates, the main process serves the images', async () => {
	const id = await startWorkflow(session, workflowOf('queue, poll', [...itemsNodes([{ prompt: 'queued, one' }, { prompt: 'queued, two' }]), generate()]));
	const execution = await session.client.waitForExecution(id);
	assertSucceeded(execution);
	expect(workerOf(id)).toBeDefined();
	await expectFiles(execution, 'Generate', 2);
	await expect(session.simulator.tasks('queued, ')).resolves.toHaveLength(2);
});

test('Stop reaches the worker within a second, and its log names what was accepted', async () => {
	const name = 'stopped in the queue';
	const items = [{ prompt: `${name}, one [[never]]` }, { prompt: `${name}, two [[never]]` }];
	const id = await startWorkflow(session, workflowOf(name, [...itemsNodes(items), generate({ options: { pollInterval: 0.2 } })]));
	const tasks = async () => await session.simulator.tasks(name);
	await waitUntil('both tasks are looked at', async () => (await tasks()).length === 2 && (await checks(await tasks())) > 3);
	await session.client.stopExecution(id);
	await sleep(1_000);
	const afterOneSecond = await checks(await tasks());
	await sleep(1_500);
	await expect(checks(await tasks())).resolves.toBe(afterOneSecond);
	const { status } = await session.client.waitForExecution(id, { limitSeconds: 10 });
	expect(status).toBe('canceled');
	const log = workerOf(id)?.log() ?? '';
	for (const task of await tasks()) expect(log).toContain(task.id);
});

test('a callback run: parked without a worker, resumed through the main process', async () => {
	const prompt = 'queued and parked [[duration=5]]';
	const nodes = [...itemsNodes([{ prompt }, { prompt: `${prompt}, two` }]), submitNode(session, 'apixo'), parkNode(session, ['apixo'])];
	const id = await startWorkflow(session, workflowOf('queue, callback', nodes));
	await session.client.waitForExecution(id, { status: 'waiting', limitSeconds: 30 });
	const execution = await session.client.waitForExecution(id);
	assertSucceeded(execution);
	expect(itemsOf(execution, 'Wait').map(({ json }) => json.taskId)).toEqual(itemsOf(execution, 'Generate').map(({ json }) => json.taskId));
	await expectFiles(execution, 'Wait', 2);
});

describe('workers are killed', () => {
	beforeAll(async () => {
		for (const { executionId } of killed.values()) await session.client.waitForExecution(executionId, { limitSeconds: 90 });
		// By then another worker would have taken over.
		await sleep(2_000);
	}, 240_000);

	test.each(killedRuns)('$name: n8n ends the execution and gives it to no other worker, so that nothing is paid twice', async (one) => {
		const crashed = await session.client.getExecution(traceOf(one).executionId);
		expect(crashed.status).toBe('error');
		expect(errorOf(crashed)).toContain('failed to be processed too many times');
		await expect(session.simulator.submits(one.name)).resolves.toHaveLength(2);
	});

	test.each(killedRuns)('$name: the log of the dead worker names what was paid', async (one) => {
		const { executionId, log } = traceOf(one);
		const tasks = await tasksOf(one);
		// A submit without a reply is not known to be accepted.
		const named = one === submitted ? tasks.filter(({ prompt }) => !prompt.includes('stall')) : tasks;
		expect(named.length).toBeGreaterThan(0);
		for (const { id } of named) expect(log).toContain(`accepted task ${id} (execution ${executionId}, item `);
	});

	test.each(killedRuns)('$name: Retry execution runs no node, and pays nothing', async (one) => {
		for (const loadWorkflow of [false, true]) {
			const retried = await session.client.retryExecution(traceOf(one).executionId, { loadWorkflow });
			expect(retried.status).toBe('error');
			expect(retried.data.resultData.runData).toEqual({});
		}
		await expect(session.simulator.submits(one.name)).resolves.toHaveLength(2);
	});

	test('the images are collected by the ids from the log, at no further cost', async () => {
		const { executionId, log } = traceOf(downloaded);
		const named = [...log.matchAll(new RegExp(`accepted task (\\S+) \\(execution ${executionId}, item 0\\)`, 'g'))].map(([, taskId]) => ({ taskId }));
		expect(named).toHaveLength(1);
		const id = await startWorkflow(session, workflowOf('collected', [...itemsNodes(named), waitNode(session, ['apixo'])]));
		const execution = await session.client.waitForExecution(id);
		assertSucceeded(execution);
		await expectFiles(execution, 'Wait', 1);
		await expect(session.simulator.submits(downloaded.name)).resolves.toHaveLength(2);
	});

	test('their parked execution is resumed by another worker', async () => {
		await outlived.announceEnd();
	});
});

test.each(['main', 'redis'] as const)(
	'a parked execution survives a restart of %s',
	async (what) => {
		const parked = await park(`queued, parked, ${what} restarts`);
		if (what === 'main') {
			await cluster.restartMain();
			session = await resumeSession(session, cluster.main.url);
		} else {
			await cluster.restartRedis();
		}
		await parked.announceEnd();
	},
	180_000,
);
