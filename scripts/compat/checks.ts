import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import pLimit from 'p-limit';

import { imageHeader } from '../../nodes/core/image/imageHeader';
import { type ProviderId, providers } from '../../nodes/providers';
import { parkNode, startWorkflow, submitNode, taskOf } from '../../test/e2e/support/callbacks';
import { type Execution } from '../../test/e2e/support/restClient';
import { type Session } from '../../test/e2e/support/session';
import {
	credentialName,
	errorOf,
	generateNode,
	itemsNodes,
	itemsOf,
	runWorkflow,
	waitNode,
	workflowOf,
	type Link,
	type NodeToCreate,
} from '../../test/e2e/support/workflow';

/** Something that must work in every version of n8n that docs/compatibility.md names. */
export interface Check {
	readonly name: string;
	/** Returns what that version of n8n cannot do, if the package says so or works around it. Rejects with what happened if the check fails. */
	readonly run: (session: Session) => Promise<string | void>;
}

const promptOfItem = { prompt: '={{ $json.prompt }}' };
const behind = (name: string): NodeToCreate => ({ name, type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} });
const start: Link[] = [
	['Start', 'List'],
	['List', 'Items'],
];

async function runChain(session: Session, name: string, prompts: readonly string[], ...nodes: readonly NodeToCreate[]): Promise<Execution> {
	return await runWorkflow(session, workflowOf(name, [...itemsNodes(prompts.map((prompt) => ({ prompt }))), ...nodes]));
}

function assertSucceeded(execution: Execution): void {
	assert.equal(execution.status, 'success', errorOf(execution) ?? `the execution is "${execution.status}"`);
}

/** The items are images that n8n has stored. */
async function assertImages({ client }: Session, execution: Execution, node: string, count = 1): Promise<void> {
	assertSucceeded(execution);
	const items = itemsOf(execution, node);
	assert.deepEqual(
		items.map(({ json }) => json.status),
		Array(count).fill('succeeded'),
	);
	for (const { json, binary } of items) {
		assert.ok(binary?.data, `${node} returned no file in the field data`);
		const bytes = await client.getBinary(binary.data);
		assert.equal(bytes.length, json.fileSize);
		assert.deepEqual(imageHeader(bytes)?.size, { width: json.width, height: json.height });
	}
}

const waitsForImages = ({ id, displayName }: (typeof providers)[number]): Check => ({
	name: `Generate waits for the image: ${displayName}`,
	run: async (session) => {
		const prompt = `waited for, ${id}`;
		await assertImages(session, await runChain(session, prompt, [prompt], generateNode(session, id, promptOfItem)), 'Generate');
		assert.equal((await session.simulator.tasks(prompt)).length, 1);
	},
});

const editsFile = (provider: ProviderId, way: string): Check => ({
	name: `Image to Image from a file, ${way}`,
	run: async (session) => {
		const prompt = `edited, ${provider}`;
		const edit = { operation: 'imageToImage', imageSource: 'binary', prompt: `${prompt}, at night [[check-references]]` };
		const original = generateNode(session, 'apixo', promptOfItem, { name: 'Original' });
		const execution = await runChain(session, prompt, [prompt], original, generateNode(session, provider, edit));
		if (errorOf(execution)?.includes('this version of n8n cannot create links to files') === true) {
			assert.deepEqual(await session.simulator.submits(`${prompt}, at night`), []);
			return 'refused before anything is sent';
		}
		await assertImages(session, execution, 'Generate');
		const [task] = await session.simulator.tasks(`${prompt}, at night`);
		assert.equal(task?.references, 1);
		return undefined;
	},
});

/** n8n removes what it created for one credential test from another one that runs at the same time ("Node not found"). */
const credentialTestTurn = pLimit(1);

const testsCredential = ({ id, displayName }: (typeof providers)[number]): Check => ({
	name: `Credential test: ${displayName}`,
	run: async ({ client, credentialIds }) => {
		const saved = credentialIds[credentialName(id)] ?? '';
		await credentialTestTurn(async () => {
			const right = await client.testCredential(saved);
			assert.equal(right.status, 'OK', `a right key: ${right.message}`);
			const wrong = await client.testCredential(saved, { apiKey: 'wrong' });
			assert.equal(wrong.status, 'Error', `a wrong key: ${wrong.message}`);
		});
	},
});

const isListed: Check = {
	name: 'Nodes and icons are listed, Generate also as a tool',
	run: async ({ client }) => {
		const types = await client.getNodeTypes();
		for (const name of ['seedreamGenerate', 'seedreamAnyProvider', 'seedreamWaitForTask', 'seedreamGenerateTrigger', 'seedreamGenerateTool']) {
			const type = types.find((one) => one.name === `n8n-nodes-seedream.${name}`);
			assert.ok(type, `${name} is not listed`);
			const icons = typeof type.iconUrl === 'object' ? Object.values(type.iconUrl) : [type.iconUrl ?? ''];
			for (const icon of icons) assert.match((await client.getFile(`/${icon}`)).toString(), /<svg/);
		}
	},
};

const returnsTask: Check = {
	name: 'Generate returns tasks, Wait for Task polls',
	run: async (session) => {
		const prompts = ['returned, first', 'returned, second'];
		const submit = generateNode(session, 'apixo', { ...promptOfItem, completion: 'returnTask' });
		const execution = await runChain(session, 'returned', prompts, submit, waitNode(session, ['apixo']));
		await assertImages(session, execution, 'Wait', 2);
		assert.deepEqual(
			itemsOf(execution, 'Wait').map(({ json }) => json.taskId),
			itemsOf(execution, 'Generate').map(({ json }) => json.taskId),
		);
	},
};

const resumesOnCallback: Check = {
	name: 'Wait for Task parks until the callback',
	run: async (session) => {
		const prompt = 'parked [[duration=5]]';
		const id = await startWorkflow(
			session,
			workflowOf('parked', [...itemsNodes([{ prompt }]), submitNode(session, 'apixo'), parkNode(session, ['apixo']), behind('Behind')]),
		);
		await session.client.waitForExecution(id, { status: 'waiting', limitSeconds: 60 });
		// Comes before n8n's check for expired waits, which is once a minute.
		await assertImages(session, await session.client.waitForExecution(id, { limitSeconds: 30 }), 'Behind');
	},
};

const endsAtDeadline: Check = {
	name: 'A parked task without a callback leaves by the error output',
	run: async (session) => {
		const prompt = 'never called back [[never]]';
		const park = parkNode(session, ['apixo'], { timeout: 3 }, { onError: 'continueErrorOutput' });
		const nodes = [...itemsNodes([{ prompt, sku: 'A1' }]), submitNode(session, 'apixo'), park, behind('Behind'), behind('Late')];
		const links: Link[] = [...start, ['Items', 'Generate'], ['Generate', 'Wait'], ['Wait', 'Behind'], ['Wait', 'Late', 1]];
		const id = await startWorkflow(session, workflowOf('deadline', nodes, links));
		const execution = await session.client.waitForExecution(id, { limitSeconds: 150 });
		assertSucceeded(execution);
		const { id: taskId } = await taskOf(session, prompt);
		const [first, second] = [itemsOf(execution, 'Behind'), itemsOf(execution, 'Late')];
		const late = [...first, ...second].map(({ json }) => json.details as { taskId?: unknown; status?: unknown } | undefined);
		assert.deepEqual(
			late.map((details) => [details?.taskId, details?.status]),
			[[taskId, 'timedOut']],
		);
		// n8n reads the item back from its database and does not recognize it as a failure.
		return second.length === 1 ? undefined : 'leaves by the first output';
	},
};

const startsOnCallback: Check = {
	name: 'Seedream Generate Trigger starts a workflow',
	run: async (session) => {
		const { client, n8n, credentialIds } = session;
		const webhookId = randomUUID();
		const trigger: NodeToCreate = {
			name: 'Announced',
			type: 'n8n-nodes-seedream.seedreamGenerateTrigger',
			typeVersion: 1,
			parameters: { providers: ['apixo'] },
			webhookId,
			credentials: { apixoApi: { id: credentialIds[credentialName('apixo')] ?? null, name: credentialName('apixo') } },
		};
		const receiver = await client.createWorkflow(workflowOf('receiver', [trigger]));
		await client.activateWorkflow(receiver);
		const submit = submitNode(session, 'apixo', { callback: 'url', callbackUrl: `${n8n.url}/webhook/${webhookId}/seedream` });
		assertSucceeded(await runChain(session, 'announced', ['announced'], submit));
		for (const endsAt = Date.now() + 30_000; ; await sleep(300)) {
			const [started] = await client.listExecutions(receiver.id);
			if (started !== undefined) return await assertImages(session, await client.waitForExecution(started.id), 'Announced');
			assert.ok(Date.now() < endsAt, 'no workflow was started');
		}
	},
};

const refusesInvalidItem: Check = {
	name: 'An invalid item stops the run before anything is sent',
	run: async (session) => {
		const execution = await runChain(session, 'checked', ['checked', ''], generateNode(session, 'apixo', promptOfItem));
		assert.equal(execution.status, 'error');
		assert.match(errorOf(execution) ?? '', /prompt/i);
		assert.deepEqual(await session.simulator.submits('checked'), []);
	},
};

const usesErrorOutput: Check = {
	name: 'A refused item leaves by the error output',
	run: async (session) => {
		const prompts = ['parted, first', 'parted, second [[refuse]]', 'parted, third'];
		const nodes = [
			...itemsNodes(prompts.map((prompt) => ({ prompt, sku: prompt }))),
			generateNode(session, 'apixo', promptOfItem, { onError: 'continueErrorOutput' }),
			behind('Behind'),
			behind('Failed'),
		];
		const execution = await runWorkflow(
			session,
			workflowOf('parted', nodes, [...start, ['Items', 'Generate'], ['Generate', 'Behind'], ['Generate', 'Failed', 1]]),
		);
		await assertImages(session, execution, 'Behind', 2);
		const failed = itemsOf(execution, 'Failed').map(({ json }) => [json.sku, (json.details as { failure?: { kind?: unknown } } | undefined)?.failure?.kind]);
		assert.deepEqual(failed, [[prompts[1], 'contentRejected']]);
	},
};

const retriesNode: Check = {
	name: 'Retry On Fail submits only what was refused',
	run: async (session) => {
		const prompts = ['tried again, first', 'tried again, second [[submit=402;times=1]]'];
		const execution = await runChain(
			session,
			'tried again',
			prompts,
			generateNode(session, 'apixo', promptOfItem, { retryOnFail: true, maxTries: 2, waitBetweenTries: 100 }),
		);
		await assertImages(session, execution, 'Generate', 2);
		assert.equal((await session.simulator.submits('tried again')).length, 3);
	},
};

const retriesExecution: Check = {
	name: 'Retry execution reuses what was paid for',
	run: async (session) => {
		const prompts = ['run again, first', 'run again, second [[submit=402;times=1]]', 'run again, third'];
		const failed = await runChain(session, 'run again', prompts, generateNode(session, 'apixo', promptOfItem));
		assert.equal(failed.status, 'error');
		assert.equal((await session.simulator.tasks('run again')).length, 2);
		const retried = await session.client.retryExecution(failed.id, { loadWorkflow: false });
		assert.notEqual(retried.id, failed.id);
		await assertImages(session, retried, 'Generate', 3);
		assert.equal((await session.simulator.tasks('run again')).length, 3);
		assert.equal((await session.simulator.submits('run again')).length, 4);
	},
};

const stops: Check = {
	name: 'Stop ends a run that waits',
	run: async (session) => {
		const { client, simulator } = session;
		const prompt = 'endless [[never]]';
		const id = await startWorkflow(session, workflowOf('stop', [...itemsNodes([{ prompt }]), generateNode(session, 'apixo', promptOfItem)]));
		const checks = async () => {
			const [task] = await simulator.tasks(prompt);
			return task === undefined ? 0 : (await simulator.statusChecks(task.id)).length;
		};
		for (const endsAt = Date.now() + 30_000; (await checks()) < 2; await sleep(100)) assert.ok(Date.now() < endsAt, 'the task was not checked');
		await client.stopExecution(id);
		assert.equal((await client.waitForExecution(id, { limitSeconds: 10 })).status, 'canceled');
		await sleep(1_000);
		const before = await checks();
		await sleep(1_500);
		assert.equal(await checks(), before, 'the task is still checked');
	},
};

export const checks: readonly Check[] = [
	isListed,
	...providers.map(testsCredential),
	...providers.map(waitsForImages),
	returnsTask,
	resumesOnCallback,
	endsAtDeadline,
	startsOnCallback,
	editsFile('pixwith', 'uploaded to the provider (PixWith)'),
	editsFile('apiframe', 'uploaded to the provider (Apiframe)'),
	editsFile('apixo', 'by a signed link to this n8n (APIXO)'),
	refusesInvalidItem,
	usesErrorOutput,
	retriesNode,
	retriesExecution,
	stops,
];
