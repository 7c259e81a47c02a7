/** Parked executions whose callbacks never come. n8n looks for waits that have ended once a minute, so these tests take one. */
import { parkNode, startWorkflow, submitNode, taskOf } from './support/callbacks';
import { openSession } from './support/session';
import { assertSucceeded, itemsNodes, itemsOf, waitNode, workflowOf, type NodeToCreate } from './support/workflow';

const session = openSession();
const { client, simulator } = session;
const limit = { limitSeconds: 150 };
const behind: NodeToCreate = { name: 'Behind', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} };
const silent = '[[callback=none]]';

test.concurrent(
	'the deadline returns the finished images and every unfinished task with its id',
	async () => {
		const items = [
			{ prompt: `a deadline, unfinished [[never]] ${silent}`, sku: 'D1' },
			{ prompt: `a deadline, ready [[duration=0.1]] ${silent}`, sku: 'D2' },
			{ prompt: `a deadline, late [[duration=6]] ${silent}`, sku: 'D3' },
		];
		const pause: NodeToCreate = { name: 'Pause', type: 'n8n-nodes-base.wait', typeVersion: 1.1, parameters: { amount: 1 } };
		const nodes = [...itemsNodes(items), submitNode(session, 'apixo'), pause, parkNode(session, ['apixo'], { timeout: 5 }), behind];
		const id = await startWorkflow(session, workflowOf('deadline', nodes));
		const execution = await client.waitForExecution(id, limit);
		assertSucceeded(execution);
		const tasks = itemsOf(execution, 'Generate').map(({ json }) => json.taskId);
		const [first, second, third, ...others] = itemsOf(execution, 'Behind');
		expect(others).toHaveLength(0);
		expect([first, second, third].map((item) => item?.pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		expect(second?.json).toMatchObject({ taskId: tasks[1], status: 'succeeded' });
		expect(second?.binary?.data?.mimeType).toBe('image/png');
		for (const [item, taskId] of [
			[first, tasks[0]],
			[third, tasks[2]],
		] as const) {
			expect(item?.json).toMatchObject({
				taskId,
				error: expect.stringContaining(taskId as string),
				details: { provider: 'apixo', taskId, status: 'timedOut', submittedAt: expect.any(String), failure: { kind: 'timedOut', mayBeCharged: true } },
			});
			expect(item?.binary).toBeUndefined();
		}
	},
	180_000,
);

test.concurrent(
	'a second Wait for Task at the error output collects exactly those images',
	async () => {
		const items = [
			{ prompt: `collected, first [[duration=8]] ${silent}`, sku: 'C1' },
			{ prompt: `collected, second [[fail=SensitiveContent]] [[duration=8]] ${silent}`, sku: 'C2' },
			{ prompt: `collected, third [[duration=8]] ${silent}`, sku: 'C3' },
		];
		const late = waitNode(session, ['apixo'], {}, { name: 'Late', onError: 'continueErrorOutput' });
		const workflow = workflowOf(
			'collected behind',
			[
				...itemsNodes(items),
				submitNode(session, 'apixo'),
				parkNode(session, ['apixo'], { timeout: 5 }, { onError: 'continueErrorOutput' }),
				behind,
				late,
				{ ...behind, name: 'Images' },
				{ ...behind, name: 'Failed' },
			],
			[
				['Start', 'List'],
				['List', 'Items'],
				['Items', 'Generate'],
				['Generate', 'Wait'],
				['Wait', 'Behind', 0],
				['Wait', 'Late', 1],
				['Late', 'Images', 0],
				['Late', 'Failed', 1],
			],
		);
		const id = await startWorkflow(session, workflow);
		const execution = await client.waitForExecution(id, limit);
		assertSucceeded(execution);
		const tasks = itemsOf(execution, 'Generate').map(({ json }) => json.taskId);
		expect(itemsOf(execution, 'Behind')).toHaveLength(0);
		// n8n merges the fields of the item that went in.
		const unfinished = itemsOf(execution, 'Wait', 1);
		expect(unfinished.map(({ json }) => [json.taskId, json.callback])).toEqual(tasks.map((taskId) => [taskId, 'resumeWorkflow']));
		expect(unfinished.map(({ json }) => (json.details as { status: string }).status)).toEqual(['timedOut', 'timedOut', 'timedOut']);
		expect(itemsOf(execution, 'Images').map(({ json }) => [json.taskId, json.status])).toEqual([
			[tasks[0], 'succeeded'],
			[tasks[2], 'succeeded'],
		]);
		expect(itemsOf(execution, 'Images').map(({ binary }) => binary?.data?.mimeType)).toEqual(['image/png', 'image/png']);
		expect(itemsOf(execution, 'Failed').map(({ json }) => [json.taskId, (json.details as { failure: { kind: string } }).failure.kind])).toEqual([
			[tasks[1], 'contentRejected'],
		]);
		await expect(simulator.tasks('collected, ')).resolves.toHaveLength(3);
	},
	180_000,
);

test.concurrent(
	'a callback after the deadline changes nothing',
	async () => {
		const prompt = 'an overdue callback [[never]]';
		const id = await startWorkflow(
			session,
			workflowOf('overdue', [...itemsNodes([{ prompt }]), submitNode(session, 'apiframe'), parkNode(session, ['apiframe'], { timeout: 2 }), behind]),
		);
		const execution = await client.waitForExecution(id, limit);
		assertSucceeded(execution);
		const { callbackUrl } = await taskOf(session, prompt);
		const answer = await fetch(callbackUrl, { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } });
		expect(answer.status).toBe(409);
		expect(execution.data.resultData.runData.Behind).toHaveLength(1);
	},
	180_000,
);
