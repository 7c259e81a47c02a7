/** n8n ends and starts again while executions are parked or run. An instance of its own, because the others go on using theirs. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { TaskRecord } from '../simulator/world';
import { callbacksOf, parkNode, post, startProduction, startWorkflow, submitNode, taskOf } from './support/callbacks';
import { startInstance, type Instance } from './support/instance';
import { resumeSession, startSession } from './support/newSession';
import type { Execution, RestClient } from './support/restClient';
import { openSession, type Session } from './support/session';
import { assertSucceeded, generateNode, itemsNodes, itemsOf, waitNode, workflowOf, type NodeToCreate } from './support/workflow';

const shared = openSession();
let userFolder: string;
let instance: Instance;
let session: Session;

beforeAll(async () => {
	userFolder = await mkdtemp(path.join(tmpdir(), 'seedream-restart-'));
	await cp(path.resolve(shared.packageFolder, '..', '..'), path.join(userFolder, '.n8n', 'nodes'), { recursive: true });
	instance = await startInstance({ userFolder });
	session = await startSession(instance.url, shared.simulatorUrl);
}, 240_000);

afterAll(async () => {
	await instance.stop();
	await rm(userFolder, { recursive: true, force: true });
}, 60_000);

async function restart(end: (running: Instance) => Promise<void>): Promise<RestClient> {
	const { port } = instance;
	await end(instance);
	// The provider knows only the old address.
	instance = await startInstance({ userFolder, port });
	expect(instance.port).toBe(port);
	session = await resumeSession(session, instance.url);
	return session.client;
}

/**
 * Its end, whatever it is called until then: starting, n8n takes what was parked for a crash, because its event log
 * knows of no end. It writes "crashed", and "waiting" again a moment later.
 */
async function waitForSuccess(client: RestClient, id: string): Promise<Execution> {
	const endsAt = Date.now() + 90_000;
	for (;;) {
		const execution = await client.getExecution(id);
		if (execution.status === 'success') return execution;
		if (Date.now() > endsAt) throw new Error(`After the restart execution ${id} stayed "${execution.status}"`);
		await sleep(200);
	}
}

/** As a provider that repeats a call which is refused. */
async function callUntilTaken({ id: taskId, callbackUrl }: { id: string; callbackUrl: string }): Promise<void> {
	const endsAt = Date.now() + 15_000;
	for (;;) {
		const { status } = await post(callbackUrl, { code: 200, data: { taskId } });
		if (status === 200) return;
		if (Date.now() > endsAt) throw new Error(`The call was answered with HTTP ${status}`);
		await sleep(500);
	}
}

interface Parked {
	readonly prompt: string;
	/** The execution's id. */
	readonly id: string;
	/** Its provider calls while n8n is down. */
	readonly missed: TaskRecord;
	/** Its provider calls after the restart. */
	readonly announced: TaskRecord & { callbackUrl: string };
}

/** An execution that waits for the callbacks of two tasks. */
async function park(how: string): Promise<Parked> {
	const prompt = `n8n ${how} [[duration=6]] [[callback=none]]`;
	const ended = `n8n ${how}, meanwhile [[duration=3]]`;
	const id = await startWorkflow(
		session,
		workflowOf(prompt, [...itemsNodes([{ prompt }, { prompt: ended }]), submitNode(session, 'apixo'), parkNode(session, ['apixo'])]),
	);
	await session.client.waitForExecution(id, { status: 'waiting', limitSeconds: 30 });
	return { prompt: `n8n ${how}`, id, missed: await taskOf(session, ended), announced: await taskOf(session, prompt) };
}

async function expectResumed({ prompt, id, missed, announced }: Parked): Promise<void> {
	await sleep(Math.max(0, Date.parse(announced.readyAt ?? '') - Date.now()));
	await callUntilTaken(announced);
	const execution = await waitForSuccess(session.client, id);
	assertSucceeded(execution);
	const tasks = itemsOf(execution, 'Generate').map(({ json }) => json.taskId);
	expect(itemsOf(execution, 'Wait').map(({ json, binary }) => [json.taskId, json.status, binary?.data?.mimeType])).toEqual(
		tasks.map((taskId) => [taskId, 'succeeded', 'image/png']),
	);
	// The call that came while n8n was down or starting was lost, and the last one resumed the execution.
	expect((await callbacksOf(session, missed.id)).length).toBeGreaterThan(0);
	await expect(shared.simulator.tasks(prompt)).resolves.toHaveLength(2);
}

test('n8n ends in order while parked: the same URL resumes the execution afterwards', async () => {
	const parked = await park('ends in order');
	await restart(async (running) => await running.stop());
	await expectResumed(parked);
}, 240_000);

test('n8n is killed: what is parked is resumed, what polls is not paid twice automatically, and what Retry execution then does', async () => {
	const { simulator } = session;
	const parked = await park('is killed');
	const items = (name: string) => itemsNodes([{ prompt: `${name}, one [[duration=20]]` }, { prompt: `${name}, two [[duration=20]]` }]);
	const generate = (parameters = {}) => generateNode(session, 'apixo', { prompt: '={{ $json.prompt }}', ...parameters });
	const handOut: NodeToCreate[] = [generate({ completion: 'returnTask' }), waitNode(session, ['apixo'])];
	const runs = {
		manual: await startWorkflow(session, workflowOf('crashed by hand', [...items('crashed by hand'), generate()])),
		waiting: await startProduction(session, workflowOf('crashed in Generate', [...items('crashed in Generate'), generate()]), { saveExecutionProgress: true }),
		handedOut: await startProduction(session, workflowOf('crashed behind Return Task', [...items('crashed behind Return Task'), ...handOut])),
		saved: await startProduction(session, workflowOf('crashed with progress', [...items('crashed with progress'), ...handOut]), {
			saveExecutionProgress: true,
		}),
	};
	const paidBefore = await (async () => {
		for (;;) {
			const tasks = await simulator.tasks('crashed ');
			const checks = await Promise.all(tasks.map(async ({ id }) => (await simulator.statusChecks(id)).length));
			if (tasks.length === 8 && checks.every((count) => count > 0)) return tasks;
			await sleep(100);
		}
	})();

	let log = '';
	const after = await restart(async (running) => {
		await running.kill();
		log = running.log();
	});
	await expectResumed(parked);
	for (const { id } of paidBefore) expect(log).toContain(`accepted task ${id} (execution `);
	for (const id of Object.values(runs)) expect((await after.waitForExecution(id)).status).toBe('crashed');
	await sleep(1_000);
	await expect(simulator.submits('crashed ')).resolves.toHaveLength(8);

	const taskIds = async (name: string) => (await simulator.tasks(name)).map(({ id }) => id);
	// What the editor's button started is not kept in a form that n8n could begin again.
	await expect(after.retryExecution(runs.manual, { loadWorkflow: false })).rejects.toThrow('cannot be retried');
	await expect(taskIds('crashed by hand')).resolves.toHaveLength(2);
	const retried = await Promise.all([runs.waiting, runs.handedOut, runs.saved].map(async (id) => await after.retryExecution(id, { loadWorkflow: false })));
	for (const execution of retried) assertSucceeded(execution);
	// From the beginning, or from the node that was running: either way Generate knows nothing of what it had paid.
	await expect(taskIds('crashed in Generate')).resolves.toHaveLength(4);
	await expect(taskIds('crashed behind Return Task')).resolves.toHaveLength(4);
	// With *Save execution progress* it goes on behind Generate, with the tasks that were paid.
	const paid = await taskIds('crashed with progress');
	expect(paid).toHaveLength(2);
	const [, , saved] = retried;
	if (saved === undefined) throw new Error('No third retry');
	expect(
		itemsOf(saved, 'Wait')
			.map(({ json }) => json.taskId)
			.sort(),
	).toEqual([...paid].sort());
}, 240_000);
