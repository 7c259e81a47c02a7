/** n8n's own ways to run a node again, and to stop it: each task is paid once. */
import { setTimeout as sleep } from 'node:timers/promises';

import { openSession } from './support/session';
import { assertSucceeded, errorOf, generateNode, itemsNodes, itemsOf, runChain, workflowOf } from './support/workflow';

const session = openSession();
const { client, simulator } = session;

const items = (name: string) => [{ prompt: `${name}, first` }, { prompt: `${name}, second [[submit=402;times=1]]` }, { prompt: `${name}, third` }];
const parameters = { prompt: '={{ $json.prompt }}' };

test('Retry On Fail submits only what was refused', async () => {
	const execution = await runChain(
		session,
		items('a retried node'),
		generateNode(session, 'apixo', parameters, { retryOnFail: true, maxTries: 2, waitBetweenTries: 100 }),
	);
	assertSucceeded(execution);
	expect(itemsOf(execution, 'Generate').map(({ json }) => json.status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
	await expect(simulator.tasks('a retried node')).resolves.toHaveLength(3);
	// The one more is the refused one.
	await expect(simulator.submits('a retried node')).resolves.toHaveLength(4);
});

test('Retry execution reuses what was paid for', async () => {
	const failed = await runChain(session, items('a retried run'), generateNode(session, 'apiframe', parameters));
	expect(failed.status).toBe('error');
	expect(errorOf(failed)).toContain('Apiframe');
	const paid = await simulator.tasks('a retried run');
	expect(paid).toHaveLength(2);

	const retried = await client.retryExecution(failed.id, { loadWorkflow: false });
	expect(retried.id).not.toBe(failed.id);
	assertSucceeded(retried);
	const delivered = itemsOf(retried, 'Generate').map(({ json }) => json.taskId);
	expect(delivered).toHaveLength(3);
	expect(delivered).toEqual(expect.arrayContaining(paid.map(({ id }) => id)));
	await expect(simulator.tasks('a retried run')).resolves.toHaveLength(3);
	await expect(simulator.submits('a retried run')).resolves.toHaveLength(4);
});

test('a submit whose reply is lost is never sent again', async () => {
	const prompt = 'a lost reply [[submit=reset-after]]';
	const execution = await runChain(
		session,
		[{ prompt }],
		generateNode(session, 'apixo', parameters, { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 }),
	);
	expect(execution.status).toBe('error');
	await expect(simulator.submits('a lost reply')).resolves.toHaveLength(1);
});

test('Stop ends a waiting run and its status checks', async () => {
	const workflow = workflowOf('stop', [...itemsNodes([{ prompt: 'an endless task [[never]]' }]), generateNode(session, 'apixo', parameters)]);
	const { id } = await client.createWorkflow(workflow);
	const executionId = await client.runWorkflow(id, 'Start');
	const isLookedAt = async () => {
		const [task] = await simulator.tasks('an endless task');
		return task !== undefined && (await simulator.statusChecks(task.id)).length > 1;
	};
	while (!(await isLookedAt())) await sleep(100);

	await client.stopExecution(executionId);
	const execution = await client.waitForExecution(executionId);
	expect(execution.status).toBe('canceled');

	const [task] = await simulator.tasks('an endless task');
	const checks = await simulator.statusChecks(task?.id ?? '');
	await sleep(1_500);
	await expect(simulator.statusChecks(task?.id ?? '')).resolves.toHaveLength(checks.length);
});
