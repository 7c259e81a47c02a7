/** Executions that park in n8n's database until the providers call back. */
import { setTimeout as sleep } from 'node:timers/promises';

import { callbacksOf, parkNode, post, startWorkflow, submitNode, taskOf } from './support/callbacks';
import { type Execution } from './support/restClient';
import { openSession } from './support/session';
import { assertSucceeded, errorOf, itemsNodes, itemsOf, runWorkflow, workflowOf, type Link, type NodeToCreate } from './support/workflow';

const session = openSession();
const { client, simulator } = session;

const callbackProviders = ['apixo', 'apiInOne', 'pixelDojo', 'apiframe'] as const;
const behind: NodeToCreate = { name: 'Behind', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} };
/** Long enough that the execution is parked before its task is ready, also on a busy machine. */
const parkedFirst = '[[duration=8]]';

const timesRun = (execution: Execution, node: string): number => execution.data.resultData.runData[node]?.length ?? 0;

async function statusOf(id: string): Promise<Execution['status']> {
	return (await client.getExecution(id)).status;
}

describe('a callback resumes a parked execution with the images', () => {
	test.concurrent.each(callbackProviders)('%s', async (provider) => {
		const prompt = `a parked lighthouse, ${provider} ${parkedFirst}`;
		const id = await startWorkflow(
			session,
			workflowOf(prompt, [...itemsNodes([{ prompt }]), submitNode(session, provider), parkNode(session, [provider]), behind]),
		);
		await client.waitForExecution(id, { status: 'waiting', limitSeconds: 30 });
		const execution = await client.waitForExecution(id);
		assertSucceeded(execution);
		expect(itemsOf(execution, 'Generate').map(({ json }) => json.callback)).toEqual(['resumeWorkflow']);
		const [image, ...others] = itemsOf(execution, 'Behind');
		expect(others).toHaveLength(0);
		expect(image?.json).toMatchObject({ provider, status: 'succeeded', imageIndex: 0, imageCount: 1, imagesRequested: 1, mimeType: 'image/png' });
		expect(image?.pairedItem).toEqual({ item: 0 });
		if (image?.binary?.data === undefined) throw new Error('No file in the field data');
		await expect(client.getBinary(image.binary.data)).resolves.toHaveLength(Number(image.json.fileSize));
		const task = await taskOf(session, prompt);
		expect((await callbacksOf(session, task.id)).map(({ status }) => status)).toEqual([200]);
	});

	test.concurrent('five tasks of four providers, one item each', async () => {
		const submits = [...callbackProviders, 'apixo' as const].map((provider, index) =>
			submitNode(
				session,
				provider,
				{ prompt: `five parked, ${index} [[duration=${8 - index}]]`, ...(index === 4 ? { imageCount: 3 } : {}) },
				{ name: `Submit ${index}` },
			),
		);
		const merge: NodeToCreate = { name: 'All', type: 'n8n-nodes-base.merge', typeVersion: 3.2, parameters: { numberInputs: submits.length } };
		const execution = await runWorkflow(
			session,
			workflowOf(
				'five parked',
				[...itemsNodes([{}]), ...submits, merge, parkNode(session, [...callbackProviders], { options: { outputMode: 'itemPerTask' } })],
				[
					['Start', 'List'],
					['List', 'Items'],
					...submits.flatMap(({ name }, index): Link[] => [
						['Items', name],
						[name, 'All', 0, index],
					]),
					['All', 'Wait'],
				],
			),
		);
		assertSucceeded(execution);
		const tasks = itemsOf(execution, 'Wait');
		expect(tasks.map(({ json }) => json.taskId)).toEqual(itemsOf(execution, 'All').map(({ json }) => json.taskId));
		expect(tasks.map(({ json }) => [json.provider, json.status])).toEqual([...callbackProviders, 'apixo'].map((provider) => [provider, 'succeeded']));
		expect(tasks.map(({ json }) => (json.images as unknown[]).length)).toEqual([1, 1, 1, 1, 3]);
		expect(Object.keys(tasks[4]?.binary ?? {})).toEqual(['data', 'data_1', 'data_2']);
		expect(tasks.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2, 3, 4].map((item) => ({ item })));
	});

	test.concurrent.each([undefined, 'continueErrorOutput'] as const)(
		'each image has the file name and the binary field of its own item (%s)',
		async (onError) => {
			const items = ['A1', 'B2'].map((sku) => ({ prompt: `parked and named ${sku}, ${onError} ${parkedFirst}`, sku }));
			const options = { fileName: "={{ $('Items').item.json.sku }}-hero", outputBinaryField: "={{ $('Items').item.json.sku === 'B2' ? 'photo' : 'data' }}" };
			const nodes = [
				...itemsNodes(items),
				submitNode(session, 'apixo'),
				parkNode(session, ['apixo'], { options }, onError === undefined ? {} : { onError }),
				behind,
			];
			const execution = await runWorkflow(session, workflowOf('parked and named', nodes));
			assertSucceeded(execution);
			const images = itemsOf(execution, 'Behind');
			expect(images.map(({ json }) => json.fileName)).toEqual(['A1-hero.png', 'B2-hero.png']);
			expect(images.map(({ binary }) => [binary?.data?.fileName, binary?.photo?.fileName])).toEqual([
				['A1-hero.png', undefined],
				[undefined, 'B2-hero.png'],
			]);
			expect(JSON.stringify(images.map(({ json: { prompt: _prompt, ...json } }) => json))).not.toContain('parked');
		},
	);

	test.concurrent.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const)(
		'Retry On Fail does not lose its images (%s)',
		async (onError) => {
			const prompt = `parked and retried, ${onError} [[duration=6]]`;
			const retrying = { onError, retryOnFail: true, maxTries: 3, waitBetweenTries: 2000 };
			const nodes = [...itemsNodes([{ prompt }]), submitNode(session, 'apixo'), parkNode(session, ['apixo'], {}, retrying), behind];
			const execution = await runWorkflow(session, workflowOf(prompt, nodes));
			assertSucceeded(execution);
			expect(itemsOf(execution, 'Behind').map(({ json }) => [json.status, json.mimeType, json.error])).toEqual([['succeeded', 'image/png', undefined]]);
			const task = await taskOf(session, prompt);
			// One before parking, one for the callback.
			await expect(simulator.statusChecks(task.id)).resolves.toHaveLength(2);
		},
	);

	test.concurrent('a task that fails is returned as an item in its place', async () => {
		const items = [
			{ prompt: `parked, good ${parkedFirst}`, sku: 'P1' },
			{ prompt: `parked, bad [[fail=SensitiveContent]] ${parkedFirst}`, sku: 'P2' },
		];
		const nodes = [...itemsNodes(items), submitNode(session, 'apixo'), parkNode(session, ['apixo']), behind];
		const execution = await runWorkflow(session, workflowOf('parked failure', nodes));
		assertSucceeded(execution);
		const [good, bad, ...others] = itemsOf(execution, 'Behind');
		expect(others).toHaveLength(0);
		expect(good?.json).toMatchObject({ status: 'succeeded' });
		expect(bad?.json).toMatchObject({
			error: expect.stringContaining('SensitiveContent'),
			details: { status: 'failed', failure: { kind: 'contentRejected' } },
		});
		expect(bad?.json.details).not.toHaveProperty('parked');
	});

	test.concurrent.each(['stopWorkflow', 'continueErrorOutput'] as const)(
		'files are named after their items and never share a name, whichever is ready first (%s)',
		async (onError) => {
			const skus = ['hero', 'hero', 'lamp', 'Hero'];
			const items = skus.map((sku, index) => ({
				sku,
				prompt: `named, ${onError} ${index} ${index % 2 === 0 ? '[[duration=8]]' : '[[duration=0.1]] [[callback=none]]'}`,
			}));
			const pause: NodeToCreate = { name: 'Pause', type: 'n8n-nodes-base.wait', typeVersion: 1.1, parameters: { amount: 2 } };
			const park = parkNode(session, ['apixo'], { options: { fileName: "={{ $('Items').item.json.sku.trim() }}" } }, { onError });
			const execution = await runWorkflow(session, workflowOf(`named ${onError}`, [...itemsNodes(items), submitNode(session, 'apixo'), pause, park, behind]));
			assertSucceeded(execution);
			const images = itemsOf(execution, 'Behind');
			expect(images.map(({ json }) => json.fileName)).toEqual(['hero.png', 'hero-2.png', 'lamp.png', 'Hero-3.png']);
			expect(images.map(({ binary }) => binary?.data?.fileName)).toEqual(images.map(({ json }) => json.fileName));
			expect(images.map(({ json }) => json.taskId)).toEqual(itemsOf(execution, 'Generate').map(({ json }) => json.taskId));
		},
	);

	test.concurrent('a task that fails leaves by the error output with the fields of its item', async () => {
		const items = [{ prompt: `parted, good ${parkedFirst}` }, { prompt: `parted, bad [[fail=SensitiveContent]] ${parkedFirst}` }];
		const failed: NodeToCreate = { ...behind, name: 'Failed' };
		const execution = await runWorkflow(
			session,
			workflowOf(
				'parted failure',
				[...itemsNodes(items), submitNode(session, 'apixo'), parkNode(session, ['apixo'], {}, { onError: 'continueErrorOutput' }), behind, failed],
				[
					['Start', 'List'],
					['List', 'Items'],
					['Items', 'Generate'],
					['Generate', 'Wait'],
					['Wait', 'Behind', 0],
					['Wait', 'Failed', 1],
				],
			),
		);
		assertSucceeded(execution);
		expect(itemsOf(execution, 'Behind').map(({ json }) => json.status)).toEqual(['succeeded']);
		const taskId = itemsOf(execution, 'Generate')[1]?.json.taskId;
		expect(itemsOf(execution, 'Failed').map(({ json }) => json)).toEqual([
			expect.objectContaining({ taskId, details: expect.objectContaining({ taskId, status: 'failed' }) }),
		]);
	});
});

describe('nothing parks needlessly', () => {
	const pause: NodeToCreate = { name: 'Pause', type: 'n8n-nodes-base.wait', typeVersion: 1.1, parameters: { amount: 2 } };

	test.concurrent('a task that is ready at the first check is returned at once', async () => {
		const prompt = 'ready at once [[duration=0.1]] [[callback=none]]';
		const startedAt = Date.now();
		const execution = await runWorkflow(
			session,
			workflowOf('ready at once', [...itemsNodes([{ prompt }]), submitNode(session, 'apixo'), pause, parkNode(session, ['apixo'])]),
		);
		assertSucceeded(execution);
		// Nobody would have woken it.
		expect(Date.now() - startedAt).toBeLessThan(100_000);
		expect(itemsOf(execution, 'Wait').map(({ json }) => json.status)).toEqual(['succeeded']);
		await expect(simulator.statusChecks(itemsOf(execution, 'Wait')[0]?.json.taskId as string)).resolves.toHaveLength(1);
	});

	test.concurrent('tasks of a provider without callbacks are polled instead', async () => {
		const nodes = [
			...itemsNodes([{ prompt: 'nobody calls [[duration=3]]' }]),
			submitNode(session, 'pixwith'),
			parkNode(session, ['pixwith'], { options: { pollInterval: 0.5 } }),
		];
		const id = await startWorkflow(session, workflowOf('nobody calls', nodes));
		const execution = await client.waitForExecution(id, { limitSeconds: 30 });
		assertSucceeded(execution);
		expect(itemsOf(execution, 'Wait').map(({ json }) => [json.provider, json.status])).toEqual([['pixwith', 'succeeded']]);
	});

	test.concurrent('a callback URL that only this machine reaches is refused before paying', async () => {
		const prompt = 'an unreachable instance';
		const nodes = [...itemsNodes([{ prompt }]), submitNode(session, 'apixo', { options: { allowPrivateCallbackUrl: false } }), parkNode(session, ['apixo'])];
		const execution = await runWorkflow(session, workflowOf(prompt, nodes));
		expect(execution.status).toBe('error');
		expect(errorOf(execution)).toMatch(/APIXO cannot reach the callback URL at 127\.0\.0\.1.*N8N_WEBHOOK_URL/);
		await expect(simulator.submits(prompt)).resolves.toHaveLength(0);
	});
});

describe('a callback only causes a status check', () => {
	async function runOne(
		provider: (typeof callbackProviders)[number],
		directive: string,
		duration = parkedFirst,
	): Promise<{ execution: Execution; statuses: number[] }> {
		const prompt = `nudged ${provider} ${directive} ${duration}`.trim();
		const execution = await runWorkflow(
			session,
			workflowOf(prompt, [...itemsNodes([{ prompt }]), submitNode(session, provider), parkNode(session, [provider]), behind]),
		);
		const task = await taskOf(session, prompt);
		// The answer to a second call may come after the end.
		await sleep(1_000);
		return { execution, statuses: (await callbacksOf(session, task.id)).map(({ status }) => status) };
	}

	function expectOneImage(execution: Execution): void {
		assertSucceeded(execution);
		expect(timesRun(execution, 'Behind')).toBe(1);
		const images = itemsOf(execution, 'Behind');
		expect(images.map(({ json }) => json.status)).toEqual(['succeeded']);
		expect(images[0]?.json.url).not.toContain('attacker');
		expect(images[0]?.binary?.data?.mimeType).toBe('image/png');
	}

	test.concurrent.each([
		['apixo', 'forged'],
		['pixelDojo', 'forged'],
		['apiInOne', 'garbage'],
		['apixo', 'wrong-task'],
		['apiframe', 'wrong-task'],
		['pixelDojo', 'twice'],
		['apiframe', 'at-once'],
		['apiInOne', 'at-once'],
		['apixo', 'late:3'],
		['apixo', 'before-status'],
		['apiframe', 'before-status'],
	] as const)('%s, %s: one image, one run', async (provider, how) => {
		const { execution, statuses } = await runOne(provider, `[[callback=${how}]]`);
		expectOneImage(execution);
		expect(statuses.length).toBeGreaterThan(0);
	});

	test.concurrent.each(['apixo', 'apiframe'] as const)('%s, early: the check before parking has the image', async (provider) => {
		const { execution, statuses } = await runOne(provider, '[[callback=early]]', '');
		expectOneImage(execution);
		// n8n's own answer while the execution runs: 409, or 500 as long as it has saved nothing of it.
		expect([409, 500]).toContain(statuses[0]);
	});

	test.concurrent('Apiframe: a wrong signature is refused and the execution stays parked', async () => {
		const { execution, statuses } = await runOne('apiframe', '[[callback=forged]]', '[[duration=10]]');
		expectOneImage(execution);
		expect(statuses).toEqual([401, 200]);
	});

	test.concurrent('Apiframe: a call without a signature causes a status check too', async () => {
		const prompt = `nudged without a signature ${parkedFirst} [[callback=none]]`;
		const id = await startWorkflow(
			session,
			workflowOf(prompt, [...itemsNodes([{ prompt }]), submitNode(session, 'apiframe'), parkNode(session, ['apiframe']), behind]),
		);
		await client.waitForExecution(id, { status: 'waiting', limitSeconds: 30 });
		const task = await taskOf(session, prompt);
		await sleep(Math.max(0, Date.parse(task.readyAt ?? '') + 500 - Date.now()));
		const checksBefore = (await simulator.statusChecks(task.id)).length;
		const body = { jobId: task.id, status: 'COMPLETED', result: 'https://attacker.example/forged.png' };
		await expect(post(task.callbackUrl, body)).resolves.toMatchObject({ status: 200 });
		expectOneImage(await client.waitForExecution(id));
		expect((await simulator.statusChecks(task.id)).length).toBe(checksBefore + 1);
	});

	test.concurrent('Apiframe: a signature keyed with the hex text is accepted', async () => {
		const { execution, statuses } = await runOne('apiframe', '[[callback=signed-hex]]');
		expectOneImage(execution);
		expect(statuses).toEqual([200]);
	});

	test.concurrent('the caller is answered while the download is still running', async () => {
		const prompt = 'slow download [[image=big:45]] [[duration=6]] [[callback=none]]';
		const id = await startWorkflow(
			session,
			workflowOf(prompt, [...itemsNodes([{ prompt }]), submitNode(session, 'apixo', { imageCount: 4 }), parkNode(session, ['apixo']), behind]),
		);
		await client.waitForExecution(id, { status: 'waiting', limitSeconds: 30 });
		const task = await taskOf(session, prompt);
		await sleep(Math.max(0, Date.parse(task.readyAt ?? '') + 500 - Date.now()));
		const answer = await post(task.callbackUrl, { code: 200, data: { taskId: task.id } });
		await expect(statusOf(id)).resolves.toBe('waiting');
		expect(answer).toMatchObject({ status: 200, text: '' });
		const execution = await client.waitForExecution(id);
		assertSucceeded(execution);
		expect(itemsOf(execution, 'Behind').map(({ json }) => Number(json.fileSize) > 45_000_000)).toEqual([true, true, true, true]);
	});
});

describe('which execution a callback resumes', () => {
	test.concurrent("callbacks for n8n's own Wait node and for ours do not resume each other", async () => {
		const prompt = 'two kinds of waiting [[duration=4]]';
		const others: NodeToCreate = {
			name: 'Approval',
			type: 'n8n-nodes-base.wait',
			typeVersion: 1.1,
			parameters: { resume: 'webhook', httpMethod: 'POST', options: {} },
			webhookId: 'b6a1dd5e-8a1f-4b5f-9d1c-0d6d2f3c1a11',
		};
		const restored: NodeToCreate = {
			name: 'Restore',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { mode: 'raw', jsonOutput: "={{ $('Generate').first().json }}", options: {} },
		};
		const second = submitNode(session, 'apixo', { prompt: `two kinds, again ${parkedFirst}` }, { name: 'Again' });
		const nodes = [
			...itemsNodes([{ prompt }]),
			submitNode(session, 'apixo'),
			others,
			restored,
			{ ...parkNode(session, ['apixo']), name: 'First' },
			second,
			parkNode(session, ['apixo']),
		];
		const id = await startWorkflow(session, workflowOf(prompt, nodes));
		await client.waitForExecution(id, { status: 'waiting', limitSeconds: 30 });
		const task = await taskOf(session, prompt);
		await expect(post(task.callbackUrl, { taskId: task.id })).resolves.toMatchObject({ status: 404 });
		await expect(statusOf(id)).resolves.toBe('waiting');
		const bare = new URL(task.callbackUrl);
		bare.pathname = bare.pathname.replace(/\/seedream$/, '');
		await sleep(Math.max(0, Date.parse(task.createdAt) + 4_500 - Date.now()));
		await expect(post(bare.href, {})).resolves.toMatchObject({ status: 200 });

		// Now ours is parked, and a call for the other one comes.
		await taskOf(session, 'two kinds, again');
		await client.waitForExecution(id, { status: 'waiting', limitSeconds: 30 });
		await expect(post(bare.href, {})).resolves.toMatchObject({ status: 404 });
		const execution = await client.waitForExecution(id);
		assertSucceeded(execution);
		expect(itemsOf(execution, 'First').map(({ json }) => json.taskId)).toEqual([task.id]);
		expect(itemsOf(execution, 'Wait').map(({ json }) => json.status)).toEqual(['succeeded']);
		expect(timesRun(execution, 'Approval')).toBe(1);
	});

	test.concurrent(
		'calls to a finished, running, unknown or deleted execution are harmless, and so are calls without the token or with a wrong one',
		async () => {
			const prompt = 'called too often [[duration=4]]';
			const slow: NodeToCreate = { name: 'Slow', type: 'n8n-nodes-base.wait', typeVersion: 1.1, parameters: { amount: 6 } };
			const id = await startWorkflow(
				session,
				workflowOf(prompt, [...itemsNodes([{ prompt }]), submitNode(session, 'apixo'), parkNode(session, ['apixo']), slow, behind]),
			);
			await client.waitForExecution(id, { status: 'waiting', limitSeconds: 30 });
			const { callbackUrl, id: taskId } = await taskOf(session, prompt);
			const checksBefore = (await simulator.statusChecks(taskId)).length;
			const token = new URL(callbackUrl).searchParams.get('signature') ?? '';
			expect(token.length).toBeGreaterThan(20);
			for (const wrong of [undefined, '', 'x'.repeat(token.length), `${token}x`, [...token].reverse().join('')]) {
				const url = new URL(callbackUrl);
				url.searchParams.delete('signature');
				if (wrong !== undefined) url.searchParams.set('signature', wrong);
				await expect(post(url.href, { taskId })).resolves.toMatchObject({ status: 401 });
			}
			await expect(statusOf(id)).resolves.toBe('waiting');
			expect(await simulator.statusChecks(taskId)).toHaveLength(checksBefore);
			await client.waitForExecution(id, { status: 'running', limitSeconds: 60 });
			await expect(post(callbackUrl, { taskId })).resolves.toMatchObject({ status: 409 });
			const execution = await client.waitForExecution(id);
			assertSucceeded(execution);
			expect(timesRun(execution, 'Behind')).toBe(1);
			await expect(post(callbackUrl, { taskId })).resolves.toMatchObject({ status: 409 });
			await expect(post(callbackUrl.replace(`/${id}/`, '/987654321/'), { taskId })).resolves.toMatchObject({ status: 404 });
			expect(timesRun(await client.getExecution(id), 'Behind')).toBe(1);

			await post(`${session.n8n.url}/rest/executions/delete`, { ids: [id] }, { Cookie: session.n8n.cookies.join('; '), 'browser-id': 'seedream-e2e' });
			await expect(client.getExecution(id)).rejects.toThrow();
			await expect(post(callbackUrl, { taskId })).resolves.toMatchObject({ status: 404 });
		},
	);
});
