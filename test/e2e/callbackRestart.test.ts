/** n8n ends and starts again while an execution is parked. An instance of its own, because the others go on using theirs. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { callbacksOf, parkNode, startWorkflow, submitNode, taskOf } from './support/callbacks';
import { createDemoCredentials } from './support/demoCredentials';
import { startInstance, type Instance } from './support/instance';
import { RestClient } from './support/restClient';
import { openSession, type Session } from './support/session';
import { assertSucceeded, itemsNodes, itemsOf, workflowOf } from './support/workflow';

const shared = openSession();
const account = { email: 'restart@example.com', password: 'Seedream-restart-1' };
let userFolder: string;
let instance: Instance;

beforeAll(async () => {
	userFolder = await mkdtemp(path.join(tmpdir(), 'seedream-restart-'));
	await cp(path.resolve(shared.packageFolder, '..', '..'), path.join(userFolder, '.n8n', 'nodes'), { recursive: true });
	instance = await startInstance({ userFolder });
}, 240_000);

afterAll(async () => {
	await instance.stop();
	await rm(userFolder, { recursive: true, force: true });
}, 60_000);

async function signedIn(): Promise<RestClient> {
	const client = new RestClient(instance.url);
	await client.signIn(account);
	return client;
}

async function restart(end: (running: Instance) => Promise<void>): Promise<RestClient> {
	const { port } = instance;
	await end(instance);
	// The provider knows only the old address.
	instance = await startInstance({ userFolder, port });
	expect(instance.port).toBe(port);
	return await signedIn();
}

test.each([
	['ends in order', async (running: Instance) => await running.stop()],
	['is killed', async (running: Instance) => await running.kill()],
] as const)('n8n %s while parked: the same address wakes the execution afterwards', async (how, end) => {
	const client = await signedIn();
	const credentialIds: Record<string, string> = {};
	for (const credential of createDemoCredentials(shared.simulator.url)) credentialIds[credential.name] = await client.createCredential(credential);
	const session: Session = { ...shared, client, credentialIds, n8n: client.session() };
	const prompt = `n8n ${how} [[duration=45]]`;
	const ended = `n8n ${how}, meanwhile [[duration=3]]`;
	const id = await startWorkflow(session, workflowOf(prompt, [...itemsNodes([{ prompt }, { prompt: ended }]), submitNode(session, 'apixo'), parkNode(session, ['apixo'])]));
	await client.waitForExecution(id, { status: 'waiting', limitSeconds: 30 });
	const missed = await taskOf(session, ended);
	await sleep(500);

	const after = await restart(end);
	expect((await after.getExecution(id)).status).toBe('waiting');
	const execution = await after.waitForExecution(id);
	assertSucceeded(execution);
	const tasks = itemsOf(execution, 'Generate').map(({ json }) => json.taskId);
	expect(itemsOf(execution, 'Wait').map(({ json, binary }) => [json.taskId, json.status, binary?.data?.mimeType])).toEqual(tasks.map((taskId) => [taskId, 'succeeded', 'image/png']));
	// The call that came while n8n was down or starting was in vain, and the last one made up for it.
	expect((await callbacksOf(session, missed.id)).length).toBeGreaterThan(0);
	await expect(shared.simulator.tasks(`n8n ${how}`)).resolves.toHaveLength(2);
}, 240_000);
