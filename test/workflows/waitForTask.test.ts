import { providers } from '../../nodes/providers';
import { contractOf } from '../support/contractOf';
import { bytesOf, runWorkflow, type Finished } from './support/engine';
import { detailsOf, imagesIn, leaksIn, requestsOf, submitsOf, taskOf } from './support/observe';
import { runGenerate, runWait, useSimulated } from './support/simulated';

const simulated = useSimulated();

const ids = providers.map((provider) => provider.id);
const generateType = 'n8n-nodes-seedream.seedreamGenerate';
const waitType = 'n8n-nodes-seedream.seedreamWaitForTask';

interface Chain {
	items?: Array<Record<string, unknown>>;
	generate?: Record<string, unknown>;
	generateNode?: Record<string, unknown>;
	wait?: Record<string, unknown>;
	waitNode?: Record<string, unknown>;
	/** A second Wait for Task after the first. */
	again?: Record<string, unknown>;
}

const withOptions = (defaults: Record<string, unknown>, given: Record<string, unknown> = {}) => ({
	...defaults,
	...given,
	options: { pollInterval: 0.04, ...(given.options as object | undefined) },
});

/** Items → Generate (returning tasks) → Wait → Again → Probe. */
async function runChain(chain: Chain): Promise<Finished> {
	return await runWorkflow({
		nodes: [
			{ name: 'Items', type: 'itemSource', parameters: { items: (chain.items ?? [{}]) as never } },
			{
				name: 'Generate',
				type: generateType,
				parameters: withOptions({ provider: 'apixo', prompt: 'a fox', completion: 'returnTask' }, chain.generate),
				...chain.generateNode,
			},
			{ name: 'Wait', type: waitType, parameters: withOptions({ providers: ['apixo'] }, chain.wait), ...chain.waitNode },
			...(chain.again === undefined ? [] : [{ name: 'Again', type: waitType, parameters: withOptions({ providers: ['apixo'] }, chain.again) as never }]),
			{ name: 'Probe', type: 'probe' },
		],
		connect: [
			['Items', 'Generate'],
			['Generate', 'Wait'],
			...(chain.again === undefined ? [] : [['Wait', 'Again'] as [string, string]]),
			[chain.again === undefined ? 'Wait' : 'Again', 'Probe'],
		],
		credentials: simulated.credentials,
	});
}

const errorOf = (finished: Finished) => finished.error('Wait');

describe.each(ids)('%s', (provider) => {
	test('collects the tasks that Generate returned, in order', async () => {
		const items = [0.3, 0.1, 0.2].map((duration) => ({ prompt: `a fox [[duration=${duration}]]` }));
		const finished = await runChain({
			items,
			generate: { provider, prompt: '={{ $json.prompt }}' },
			wait: { providers: [provider] },
		});
		expect(errorOf(finished)?.message).toBeUndefined();
		const output = finished.items('Wait');
		const tasks = finished.items('Generate').map((item) => item.json.taskId);
		expect(output.map((item) => item.json.taskId)).toEqual(tasks);
		expect(output.map((item) => item.pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		for (const item of output) {
			const task = taskOf(simulated, item.json.taskId);
			expect(item.json).toEqual({
				prompt: task.prompt,
				provider,
				model: 'seedream-4.5',
				taskId: task.id,
				status: 'succeeded',
				imageIndex: 0,
				imageCount: 1,
				imagesRequested: 1,
				url: task.images[0],
				fileName: `seedream-${provider}-${task.id}-1.png`,
				mimeType: 'image/png',
				fileSize: expect.any(Number),
				width: 2048,
				height: 2048,
				submittedAt: expect.any(String),
				completedAt: expect.any(String),
				waitedSeconds: expect.any(Number),
				cost: { amount: task.charged, unit: contractOf(provider).price.unit },
				warnings: [],
			});
			expect((await bytesOf(item.binary?.data)).length).toBe(item.json.fileSize);
		}
		expect(finished.items('Probe').map((item) => item.json.bytes)).toEqual(output.map((item) => item.json.fileSize));
		expect(submitsOf(simulated)).toHaveLength(3);
		expect(leaksIn(finished.run, simulated)).toEqual([]);
	});
});

test('with several providers each item goes to its own', async () => {
	const refs = [];
	for (const provider of ids) {
		const finished = await runGenerate(simulated, { parameters: { provider, completion: 'returnTask' } });
		refs.push(finished.items('Generate')[0]?.json ?? {});
	}
	const finished = await runWait(simulated, { items: refs, parameters: { providers: ids } });
	expect(errorOf(finished)?.message).toBeUndefined();
	expect(imagesIn(finished.items('Wait')).map((item) => item.json.provider)).toEqual(ids);
	for (const provider of ids) {
		for (const { taskId } of requestsOf(simulated, 'status', provider)) expect(taskOf(simulated, taskId).provider).toBe(provider);
	}
});

describe('what needs no waiting', () => {
	test('a finished item passes unchanged, without a status check', async () => {
		const finished = await runChain({
			items: [{}, {}],
			generate: { completion: 'waitForImages', imageCount: 2 },
			again: {},
		});
		const [generated, waited, again] = ['Generate', 'Wait', 'Again'].map((name) => finished.items(name));
		expect(generated).toHaveLength(4);
		expect(waited?.map(({ json, binary }) => ({ json, binary }))).toEqual(generated?.map(({ json, binary }) => ({ json, binary })));
		expect(again?.map(({ json, binary }) => ({ json, binary }))).toEqual(generated?.map(({ json, binary }) => ({ json, binary })));
		expect(waited?.map((item) => item.pairedItem)).toEqual([0, 1, 2, 3].map((item) => ({ item })));
		expect(requestsOf(simulated, 'image')).toHaveLength(4);
		expect(finished.items('Probe').map((item) => item.json.bytes)).toEqual(generated?.map((item) => item.json.fileSize));
	});

	test.each(['itemPerImage', 'itemPerTask'])('a finished item with URLs only (%s) is downloaded without asking the provider', async (outputMode) => {
		const finished = await runChain({
			generate: { completion: 'waitForImages', imageCount: 2, options: { downloadImages: false, outputMode, pollInterval: 0.04 } },
		});
		const before = finished.items('Generate');
		const checks = requestsOf(simulated, 'status').length;
		const output = finished.items('Wait');
		expect(before.every((item) => item.binary === undefined)).toBe(true);
		expect(output).toHaveLength(outputMode === 'itemPerImage' ? 2 : 1);
		expect(output.flatMap((item) => Object.keys(item.binary ?? {}))).toEqual(outputMode === 'itemPerImage' ? ['data', 'data'] : ['data', 'data_1']);
		expect(output[0]?.json).toMatchObject({ taskId: before[0]?.json.taskId, status: 'succeeded', cost: before[0]?.json.cost as object });
		expect(requestsOf(simulated, 'image')).toHaveLength(2);
		expect(requestsOf(simulated, 'status')).toHaveLength(checks);
		const names = output.flatMap((item) => Object.values(item.binary ?? {}).map((binary) => binary.fileName));
		expect(names).toEqual([1, 2].map((number) => `seedream-apixo-${before[0]?.json.taskId as string}-${number}.png`));
	});

	const urlsOnly = { completion: 'waitForImages', imageCount: 3, options: { downloadImages: false, pollInterval: 0.04 } };

	test('for a finished item with a dead URL the provider is asked once, and the image is downloaded from its new URL', async () => {
		const before = (await runChain({ generate: urlsOnly })).items('Generate').map(({ json }) => json);
		const asked = requestsOf(simulated, 'status').length;
		const dead = before.map((json, index) => (index === 1 ? { ...json, url: `${json.url as string}.gone` } : json));
		const finished = await runWait(simulated, { items: dead });
		expect(finished.items('Wait').map(({ json }) => [json.imageIndex, json.url])).toEqual(before.map(({ imageIndex, url }) => [imageIndex, url]));
		expect(imagesIn(finished.items('Wait'))).toHaveLength(3);
		expect(requestsOf(simulated, 'status')).toHaveLength(asked + 1);
		expect(submitsOf(simulated)).toHaveLength(1);
	});

	test.each([1, 2, 3])('the missing image (%i of 3) of an item per task is downloaded into its place', async (number) => {
		const generate = {
			completion: 'waitForImages',
			imageCount: 3,
			prompt: `a fox [[image=404;only=${number};times=1]]`,
			options: { outputMode: 'itemPerTask', pollInterval: 0.04 },
		};
		const finished = await runChain({ generate, again: {} });
		const [before] = finished.items('Generate');
		expect(before?.json.missing).toHaveLength(1);
		const [after] = finished.items('Wait');
		const names = [1, 2, 3].map((one) => `seedream-apixo-${before?.json.taskId as string}-${one}.png`);
		expect((after?.json.images as Array<{ fileName: string }>).map(({ fileName }) => fileName)).toEqual(names);
		expect(after?.json).not.toHaveProperty('missing');
		expect(after?.json.warnings).toEqual([]);
		expect(Object.entries(after?.binary ?? {}).map(([field, { fileName }]) => [field, fileName])).toEqual([
			['data', names[0]],
			['data_1', names[1]],
			['data_2', names[2]],
		]);
		expect(finished.items('Again')).toEqual(finished.items('Wait'));
	});

	test('one name for all tasks is numbered in the order of the items, and items that pass through keep theirs', async () => {
		const items = [{ prompt: 'a fox [[duration=0.3]]' }, { prompt: 'a fox' }, { prompt: 'a fox' }];
		const wait = { options: { fileName: 'hero' } };
		const finished = await runChain({ items, generate: { prompt: '={{ $json.prompt }}' }, wait, again: wait });
		const output = finished.items('Wait');
		expect(output.map(({ json }) => json.fileName)).toEqual(['hero.png', 'hero-2.png', 'hero-3.png']);
		expect(output.map(({ binary }) => binary?.data?.fileName)).toEqual(output.map(({ json }) => json.fileName));
		expect(output.map(({ json }) => json.taskId)).toEqual(finished.items('Generate').map(({ json }) => json.taskId));
		expect(finished.items('Again')).toEqual(output);
	});

	test('a failure without a task id passes through', async () => {
		const finished = await runChain({
			items: [{ prompt: 'a fox [[refuse]]' }, { prompt: 'a fox' }],
			generate: { prompt: '={{ $json.prompt }}' },
			generateNode: { onError: 'continueRegularOutput' },
		});
		expect(errorOf(finished)?.message).toBeUndefined();
		const [failed, image] = finished.items('Wait');
		expect(failed?.json).toEqual(finished.items('Generate')[0]?.json);
		expect(detailsOf(failed).failure.kind).toBe('contentRejected');
		expect(image?.json.status).toBe('succeeded');
		for (const { taskId } of requestsOf(simulated, 'status')) expect(taskId).toBe(image?.json.taskId);
	});
});

test.each(['continueRegularOutput', 'continueErrorOutput'])(
	'a task that timed out in Generate (%s) is collected by a following Wait for Task',
	async (onError) => {
		const finished = await runWorkflow({
			nodes: [
				{ name: 'Items', type: 'itemSource', parameters: { items: [{ prompt: 'a fox [[duration=1.5]]', sku: 'chair' }] as never } },
				{
					name: 'Generate',
					type: generateType,
					parameters: { provider: 'apixo', prompt: '={{ $json.prompt }}', options: { pollInterval: 0.05, timeout: 1 } },
					onError: onError as never,
				},
				{ name: 'Wait', type: waitType, parameters: { providers: ['apixo'], options: { pollInterval: 0.05 } } },
				{ name: 'Probe', type: 'probe' },
			],
			connect: [
				['Items', 'Generate'],
				['Generate', 'Wait', onError === 'continueErrorOutput' ? 1 : 0],
				['Wait', 'Probe'],
			],
			credentials: simulated.credentials,
		});
		const [late] = finished.items('Generate', onError === 'continueErrorOutput' ? 1 : 0);
		const [task] = simulated.simulator.tasks;
		expect(detailsOf(late)).toMatchObject({ taskId: task?.id, status: 'timedOut', imagesRequested: 1, failure: { kind: 'timedOut' } });
		expect(late?.json.sku).toBe('chair');
		const [image] = finished.items('Wait');
		expect(image?.json).toMatchObject({ taskId: task?.id, status: 'succeeded', submittedAt: detailsOf(late).submittedAt });
		expect(image?.json.waitedSeconds).toBeGreaterThanOrEqual(1.5);
		expect(finished.items('Probe')[0]?.json.bytes).toBe(image?.json.fileSize);
		expect(submitsOf(simulated)).toHaveLength(1);
	},
);

test('an expression in Wait Mode that fails makes failure items, and does not pass the tasks on as results', async () => {
	const finished = await runChain({
		items: [{ sku: 'chair' }, { sku: 'lamp' }],
		wait: { waitMode: "={{ $('Nobody').first().json.mode }}" },
		waitNode: { onError: 'continueRegularOutput' },
	});
	const items = finished.items('Wait');
	expect(items.map(({ json, pairedItem }) => [json.taskId, pairedItem])).toEqual(finished.items('Generate').map(({ json }, item) => [json.taskId, { item }]));
	for (const item of items)
		expect(detailsOf(item).failure).toMatchObject({
			kind: 'invalidInput',
			message: "The expression in the parameter waitMode cannot be resolved: Referenced node doesn't exist",
		});
});

test.each([[[2]], [[1, 3]], [[1, 2, 3]]])('of three images only those that were lost (%j) are returned', async (numbers) => {
	const prompt = `a fox ${numbers.map((number) => `[[image=404;only=${number};times=1]]`).join(' ')}`;
	const finished = await runWorkflow({
		nodes: [
			{ name: 'Items', type: 'itemSource', parameters: { items: [{ imageIndex: 7, imageCount: 9 }] as never } },
			{
				name: 'Generate',
				type: generateType,
				parameters: { provider: 'apixo', prompt, imageCount: 3, options: { pollInterval: 0.04 } },
				onError: 'continueErrorOutput',
			},
			{ name: 'Wait', type: waitType, parameters: withOptions({ providers: ['apixo'] }) },
		],
		connect: [
			['Items', 'Generate'],
			['Generate', 'Wait', 1],
		],
		credentials: simulated.credentials,
	});
	const [task] = simulated.simulator.tasks;
	const before = imagesIn(finished.items('Generate'));
	const after = imagesIn(finished.items('Wait'));
	expect(before.map(({ json }) => json.imageIndex)).toEqual([0, 1, 2].filter((index) => !numbers.includes(index + 1)));
	expect(after.map(({ json }) => [json.imageIndex, json.imageCount, json.url])).toEqual(numbers.map((number) => [number - 1, 3, task?.images[number - 1]]));
	expect(after.map(({ json }) => json.fileName)).toEqual(numbers.map((number) => `seedream-apixo-${task?.id}-${number}.png`));
	expect(after.every(({ binary }) => binary?.data !== undefined)).toBe(true);
	const paid = [...before, ...after].reduce((sum, { json }) => sum + (json.cost as { amount: number }).amount, 0);
	expect(paid).toBeCloseTo(task?.charged ?? 0, 6);
	expect(requestsOf(simulated, 'image')).toHaveLength(3 + numbers.length);
});

test('one failed task does not lose the others, whatever the mode', async () => {
	const items = [{ prompt: 'a fox' }, { prompt: 'a fox [[fail=SensitiveContent]]' }, { prompt: 'a fox [[duration=0.2]]' }];
	const continued = await runChain({ items, generate: { prompt: '={{ $json.prompt }}' }, waitNode: { onError: 'continueErrorOutput' } });
	expect(imagesIn(continued.items('Wait')).map((item) => item.pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
	const [failed] = continued.items('Wait', 1);
	expect(detailsOf(failed)).toMatchObject({ status: 'failed', failure: { kind: 'contentRejected', code: 'SensitiveContent' } });
	const stopped = await runChain({ items, generate: { prompt: '={{ $json.prompt }}' } });
	const said = `${errorOf(stopped)?.message} ${errorOf(stopped)?.description}`;
	for (const item of stopped.items('Generate')) expect(said).toContain(item.json.taskId);
});
