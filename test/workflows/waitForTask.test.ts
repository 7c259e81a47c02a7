import type { INodeExecutionData } from 'n8n-workflow';

import { providers } from '../../nodes/providers';
import { contractOf } from '../support/contractOf';
import { bytesOf, runWorkflow, type Finished } from './support/engine';
import { detailsOf, failuresIn, imagesIn, leaksIn, requestsOf, submitsOf, taskOf, stopDetailsOf } from './support/observe';
import { encodePng } from './support/smallPng';
import { startSimulated, type Simulated } from './support/simulated';

let simulated: Simulated;

beforeAll(async () => {
	simulated = await startSimulated();
});
beforeEach(() => simulated.simulator.reset());
afterAll(async () => await simulated.simulator.close());

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

/** Items → Wait → Probe, for items that come from elsewhere. */
async function runWait(items: Array<Record<string, unknown>>, wait: Record<string, unknown> = {}, node: Record<string, unknown> = {}): Promise<Finished> {
	return await runWorkflow({
		nodes: [
			{ name: 'Items', type: 'itemSource', parameters: { items: items as never } },
			{ name: 'Wait', type: waitType, parameters: withOptions({ providers: ['apixo'] }, wait), ...node },
			{ name: 'Probe', type: 'probe' },
		],
		connect: [
			['Items', 'Wait'],
			['Wait', 'Probe'],
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

describe('several providers', () => {
	const all = { providers: ids };

	async function submitEach(): Promise<Array<Record<string, unknown>>> {
		const refs = [];
		for (const provider of ids) {
			const finished = await runWorkflow({
				nodes: [
					{ name: 'Items', type: 'itemSource', parameters: { items: [{}] as never } },
					{ name: 'Generate', type: generateType, parameters: { provider, prompt: 'a fox', completion: 'returnTask' } },
				],
				connect: [['Items', 'Generate']],
				credentials: simulated.credentials,
			});
			refs.push(finished.items('Generate')[0]?.json ?? {});
		}
		return refs;
	}

	test('each item goes to its own', async () => {
		const finished = await runWait(await submitEach(), all);
		expect(errorOf(finished)?.message).toBeUndefined();
		expect(imagesIn(finished.items('Wait')).map((item) => item.json.provider)).toEqual(ids);
		for (const provider of ids) {
			for (const { taskId } of requestsOf(simulated, 'status', provider)) expect(taskOf(simulated, taskId).provider).toBe(provider);
		}
	});

	test('the option Task Provider decides', async () => {
		const refs = await submitEach();
		const finished = await runWait(
			refs.map(({ provider, taskId }) => ({ from: provider, taskId })),
			{ ...all, options: { taskProvider: '={{ $json.from }}' } },
		);
		expect(imagesIn(finished.items('Wait')).map((item) => item.json.provider)).toEqual(ids);
	});

	test.each([
		['does not say whose task it is', { taskId: 'task_1' }, {}, /several providers are selected .*set the option Task Provider/],
		['names no provider that exists', { taskId: 'task_1' }, { taskProvider: 'dalle' }, /Provider must be one of .*"dalle"/],
	])('an item that %s is a clear error, and nothing is asked', async (_name, item, options, message) => {
		const finished = await runWait([item], { ...all, options });
		expect(errorOf(finished)?.message).toMatch(message);
		expect(simulated.simulator.requests).toEqual([]);
	});
});

describe('the wrong task', () => {
	test('one of a provider that is not selected', async () => {
		const finished = await runWait([{ provider: 'pixwith', taskId: 'a-1' }]);
		expect(errorOf(finished)?.message).toMatch(/belongs to PixWith, but only APIXO is selected: add PixWith under Providers/);
		expect(simulated.simulator.requests).toEqual([]);
	});

	test('one of a third provider where two are selected', async () => {
		const finished = await runWait([{ provider: 'pixwith', taskId: 'a-1' }], { providers: ['apixo', 'apiframe'] });
		expect(errorOf(finished)?.message).toMatch(/belongs to PixWith, but only APIXO, Apiframe is selected/);
		expect(simulated.simulator.requests).toEqual([]);
	});

	test('with one provider selected an item without a provider belongs to it', async () => {
		const submitted = await runChain({ wait: { timeout: 1 } });
		const [id] = submitted.items('Generate').map((item) => item.json.taskId);
		const finished = await runWait([{ taskId: id }]);
		expect(imagesIn(finished.items('Wait'))).toHaveLength(1);
	});

	test.each([
		['', /Task ID is empty/],
		['   ', /Task ID is empty/],
	])('an empty id (%j) is a clear error', async (taskId, message) => {
		const finished = await runWait([{ taskId }]);
		expect(errorOf(finished)?.message).toMatch(message);
		expect(simulated.simulator.requests).toEqual([]);
	});

	test.each([
		[['task_1', 'task_2'], 'is ["task_1","task_2"]'],
		[{ id: 'task_1' }, 'is {"id":"task_1"}'],
		[true, 'is true'],
	])('an id that is not text (%j) is quoted as it is', async (taskId, said) => {
		const finished = await runWait([{ taskId }]);
		expect(errorOf(finished)?.message).toContain(`Task ID must be the ID of one task, as text, but ${said}`);
		expect(simulated.simulator.requests).toEqual([]);
	});

	test.each([['.'], ['..'], ['x'.repeat(1_000_000)], ['a\u0000b'], ['a\nb'], ['a\u202eb']])(
		'a text that cannot be an id is refused, and quoted in short',
		async (taskId) => {
			const finished = await runWait([{ taskId }]);
			expect(errorOf(finished)?.message).toContain('Task ID must be the ID of one task, as text, but is "');
			expect(errorOf(finished)?.message.length).toBeLessThan(400);
			expect(JSON.stringify(stopDetailsOf(errorOf(finished))).length).toBeLessThan(2000);
			expect(simulated.simulator.requests).toEqual([]);
		},
	);

	test.each([{ error: null }, { error: '' }, { error: {} }, { details: { price: 3 } }, { details: null }])(
		'an item that only looks like a failure (%j) does not pass silently',
		async (item) => {
			const finished = await runWait([item]);
			expect(errorOf(finished)?.message).toMatch(/Task ID is empty/);
		},
	);

	test.each([{ error: 'it broke' }, { error: { message: 'it broke' } }, { details: { failure: { kind: 'invalidInput' } } }])(
		'a failure without a task (%j) passes',
		async (item) => {
			const finished = await runWait([item]);
			expect(errorOf(finished)?.message).toBeUndefined();
			expect(finished.items('Wait').map(({ json }) => json)).toEqual([item]);
		},
	);

	test('the failure of an invalid item keeps the facts of its task', async () => {
		const details = {
			provider: 'pixwith',
			taskId: 'a-1',
			submittedAt: '2026-11-20T12:00:00.000Z',
			imagesRequested: 2,
			urls: ['https://example.com/1.png'],
			failure: { kind: 'downloadFailed' },
		};
		const finished = await runWait([{ error: 'lost', details }], {}, { onError: 'continueRegularOutput' });
		expect(detailsOf(finished.items('Wait')[0])).toMatchObject({
			taskId: 'a-1',
			submittedAt: details.submittedAt,
			imagesRequested: 2,
			urls: details.urls,
			failure: { kind: 'invalidInput' },
		});
	});

	test('the failure of an item whose credential is missing keeps the facts of its task', async () => {
		const { provider, ...facts } = { provider: 'apixo', taskId: 'task_1', submittedAt: '2026-11-20T12:00:00.000Z', imagesRequested: 2 };
		const finished = await runWorkflow({
			nodes: [
				{ name: 'Items', type: 'itemSource', parameters: { items: [{ provider, ...facts }] } },
				{ name: 'Wait', type: waitType, parameters: { providers: ['apixo'] }, onError: 'continueRegularOutput' },
			],
			connect: [['Items', 'Wait']],
			credentials: {},
		});
		expect(detailsOf(finished.items('Wait')[0])).toMatchObject({ provider, ...facts, failure: { kind: 'authentication' } });
	});

	test("a failed task's provider is the one that its details name, not a column of the user's own", async () => {
		const submitted = await runChain({ wait: { timeout: 1 } });
		const [id] = submitted.items('Generate').map((item) => item.json.taskId as string);
		const details = { provider: 'apixo', taskId: id ?? '', submittedAt: '2026-01-01T00:00:00.000Z', failure: { kind: 'timedOut' } };
		for (const [providers, provider] of [
			[['apixo'], 'pixwith'],
			[['apixo', 'pixwith'], 'pixwith'],
			[['apixo', 'pixwith'], 'OpenAI'],
		] as const) {
			const finished = await runWait([{ provider, error: 'late', details }], { providers, options: { taskProvider: '={{ $json.provider }}' } });
			expect(errorOf(finished)?.message).toBeUndefined();
			expect(imagesIn(finished.items('Wait')).map((item) => item.json.taskId)).toEqual([id]);
		}
		const told = await runWait([{ error: 'late', vendor: 'pixwith', details }], {
			providers: ['apixo', 'pixwith'],
			timeout: 0.3,
			options: { taskProvider: '={{ $json.vendor }}' },
		});
		expect(errorOf(told)?.message).toMatch(/^PixWith/);
	});

	test('under Stop the error of one invalid item names the tasks of the others', async () => {
		const finished = await runWait([{ taskId: 'task_12345678' }, { taskId: '' }]);
		expect(errorOf(finished)?.message).toMatch(/Task ID is empty/);
		expect(errorOf(finished)?.description).toContain('task_12345678');
		expect(simulated.simulator.requests).toEqual([]);
	});

	test('under Continue the others are collected', async () => {
		const first = await runChain({ wait: { timeout: 1 } });
		const [id] = first.items('Generate').map((item) => item.json.taskId);
		const finished = await runWait([{ taskId: '' }, { taskId: id }, { provider: 'pixwith', taskId: 'a-1' }], {}, { onError: 'continueRegularOutput' });
		const output = finished.items('Wait');
		expect(output.map((item) => item.pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		expect(output.map((item) => (item.json.error === undefined ? item.json.status : detailsOf(item).failure.kind))).toEqual([
			'invalidInput',
			'succeeded',
			'invalidInput',
		]);
		expect(detailsOf(output[2]).taskId).toBe('a-1');
	});
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

	test('of two Wait for Task nodes in a row the second sends no request', async () => {
		const finished = await runChain({ items: [{}, {}], again: {} });
		expect(finished.items('Again').map(({ json, binary }) => ({ json, binary }))).toEqual(finished.items('Wait').map(({ json, binary }) => ({ json, binary })));
		const kinds = simulated.simulator.requests.map(({ kind, taskId }) => ({ kind, taskId }));
		for (const { id } of simulated.simulator.tasks) {
			const own = kinds.filter(({ taskId }) => taskId === id).map(({ kind }) => kind);
			expect(own.lastIndexOf('status')).toBeLessThan(own.indexOf('image'));
			expect(own.filter((kind) => kind === 'image')).toHaveLength(1);
		}
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
		const finished = await runWait(dead);
		expect(finished.items('Wait').map(({ json }) => [json.imageIndex, json.url])).toEqual(before.map(({ imageIndex, url }) => [imageIndex, url]));
		expect(imagesIn(finished.items('Wait'))).toHaveLength(3);
		expect(requestsOf(simulated, 'status')).toHaveLength(asked + 1);
		expect(submitsOf(simulated)).toHaveLength(1);
	});

	test('dead URLs of an item per task are replaced by new ones too', async () => {
		const generate = { ...urlsOnly, options: { ...urlsOnly.options, outputMode: 'itemPerTask' } };
		const [item] = (await runChain({ generate })).items('Generate');
		const images = (item?.json.images as Array<{ url: string }>).map(({ url }, index) => ({ url: index === 0 ? `${url}.gone` : url }));
		const finished = await runWait([{ ...item?.json, images }]);
		const [fetched] = finished.items('Wait');
		expect((fetched?.json.images as Array<{ url: string }>).map(({ url }) => url)).toEqual((item?.json.images as Array<{ url: string }>).map(({ url }) => url));
		expect(Object.keys(fetched?.binary ?? {})).toEqual(['data', 'data_1', 'data_2']);
	});

	test('if the provider names no other URL, the remedy does not propose this node again', async () => {
		const [item] = (await runChain({ generate: { ...urlsOnly, imageCount: 1, prompt: 'a fox [[image=404]]' } })).items('Generate');
		const finished = await runWait([item?.json ?? {}], {}, { onError: 'continueRegularOutput' });
		const { failure, urls } = detailsOf(finished.items('Wait')[0]);
		expect(failure.kind).toBe('downloadFailed');
		expect(urls).toEqual([item?.json.url]);
		expect(failure.remedy).toMatch(/^APIXO was asked once more and returned no URL that works\./);
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

	test('images that stay missing are still named', async () => {
		const generate = {
			completion: 'waitForImages',
			imageCount: 3,
			prompt: 'a fox [[image=404;only=2]]',
			options: { outputMode: 'itemPerTask', pollInterval: 0.04 },
		};
		const finished = await runChain({ generate });
		const [after] = finished.items('Wait');
		expect(after?.json.images).toHaveLength(2);
		expect(after?.json.missing).toEqual([{ url: expect.any(String), reason: expect.stringContaining('404') }]);
		expect(after?.json.warnings).toEqual(['1 of 3 images could not be downloaded; their URLs are in missing.']);
		expect(Object.keys(after?.binary ?? {})).toEqual(['data', 'data_1']);
	});

	test("a file that is not the task's own does not count as its image", async () => {
		const before = await runChain({ generate: { completion: 'waitForImages' }, wait: { options: { downloadImages: false } } });
		const [image] = before.items('Wait');
		const { fileName: _name, mimeType: _type, fileSize: _size, ...urlOnly } = image?.json ?? {};
		const logo = { base64: encodePng(8, 8, 200).toString('base64'), fileName: 'logo.png', mimeType: 'image/png' };
		const finished = await runWait([{ ...urlOnly, files: { logo } }]);
		const [fetched] = finished.items('Wait');
		expect(fetched?.json).toMatchObject({ taskId: image?.json.taskId, fileName: `seedream-apixo-${image?.json.taskId as string}-1.png` });
		expect(fetched?.binary?.data?.fileName).toBe(fetched?.json.fileName);
		expect(fetched?.binary?.logo?.fileName).toBe('logo.png');
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

	test('images that are downloaded later get different names too', async () => {
		const finished = await runChain({
			items: [{}, {}],
			generate: { completion: 'waitForImages', imageCount: 2, options: { downloadImages: false, pollInterval: 0.04 } },
			wait: { options: { fileName: 'hero' } },
		});
		const output = finished.items('Wait');
		expect(output.map(({ json }) => json.fileName)).toEqual(['hero-1.png', 'hero-2.png', 'hero-1-2.png', 'hero-2-2.png']);
		expect(output.map(({ binary }) => binary?.data?.fileName)).toEqual(output.map(({ json }) => json.fileName));
	});

	test('the same task given twice is returned twice, under two names', async () => {
		const first = await runChain({});
		const taskId = first.items('Generate')[0]?.json.taskId as string;
		const output = (await runWait([{ taskId }, { taskId }])).items('Wait');
		expect(output.map(({ json }) => json.fileName)).toEqual([`seedream-apixo-${taskId}-1.png`, `seedream-apixo-${taskId}-1-2.png`]);
		expect(output.map(({ binary }) => binary?.data?.fileName)).toEqual(output.map(({ json }) => json.fileName));
	});

	test('items with only URLs are unchanged if this node does not download', async () => {
		const finished = await runChain({
			generate: { completion: 'waitForImages', options: { downloadImages: false } },
			wait: { options: { downloadImages: false } },
		});
		expect(finished.items('Wait').map(({ json }) => json)).toEqual(finished.items('Generate').map(({ json }) => json));
		expect(requestsOf(simulated, 'image')).toEqual([]);
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

test('a task that times out here is returned with its id, and a second Wait for Task collects it', async () => {
	const finished = await runChain({
		generate: { prompt: 'a fox [[duration=0.7]]' },
		wait: { timeout: 0.15 },
		waitNode: { onError: 'continueRegularOutput' },
		again: {},
	});
	const [task] = simulated.simulator.tasks;
	const [late] = finished.items('Wait');
	expect(detailsOf(late)).toMatchObject({ taskId: task?.id, status: 'timedOut', failure: { kind: 'timedOut' } });
	expect(late?.json.error).toMatch(/^APIXO had not finished after 0.15 seconds: .*Task task_\d+/);
	expect(imagesIn(finished.items('Again')).map((item) => item.json.taskId)).toEqual([task?.id]);
});

test('a failed download can be fetched again at no cost', async () => {
	const finished = await runChain({
		generate: { completion: 'waitForImages', prompt: 'a fox [[image=403;times=1]]' },
		generateNode: { onError: 'continueRegularOutput' },
	});
	const [lost] = failuresIn(finished.items('Generate'));
	const [task] = simulated.simulator.tasks;
	expect(detailsOf(lost)).toMatchObject({ taskId: task?.id, urls: task?.images, failure: { kind: 'downloadFailed' } });
	expect(imagesIn(finished.items('Wait')).map((item) => item.json.taskId)).toEqual([task?.id]);
	expect(submitsOf(simulated)).toHaveLength(1);
});

describe('images that were lost while others of the task were delivered', () => {
	const amountOf = (items: readonly INodeExecutionData[]): number =>
		items.reduce((sum, { json }) => sum + ((json.cost as { amount?: number } | undefined)?.amount ?? 0), 0);
	const lose = (...numbers: number[]): string => `a fox ${numbers.map((number) => `[[image=404;only=${number};times=1]]`).join(' ')}`;

	/** Items → Generate, its error output → Wait. */
	async function runBehindError(prompt: string, wait: Record<string, unknown> = {}, generateOptions: Record<string, unknown> = {}): Promise<Finished> {
		return await runWorkflow({
			nodes: [
				{ name: 'Items', type: 'itemSource', parameters: { items: [{ imageIndex: 7, imageCount: 9 }] as never } },
				{
					name: 'Generate',
					type: generateType,
					parameters: { provider: 'apixo', prompt, imageCount: 3, options: { pollInterval: 0.04, ...generateOptions } },
					onError: 'continueErrorOutput',
				},
				{ name: 'Wait', type: waitType, parameters: withOptions({ providers: ['apixo'] }, wait), onError: 'continueErrorOutput' },
			],
			connect: [
				['Items', 'Generate'],
				['Generate', 'Wait', 1],
			],
			credentials: simulated.credentials,
		});
	}

	test.each([[[2]], [[1, 3]], [[1, 2, 3]]])('of three images only the lost ones (%j) are returned', async (numbers) => {
		const finished = await runBehindError(lose(...numbers));
		const [task] = simulated.simulator.tasks;
		const before = imagesIn(finished.items('Generate'));
		const after = imagesIn(finished.items('Wait'));
		expect(before.map(({ json }) => json.imageIndex)).toEqual([0, 1, 2].filter((index) => !numbers.includes(index + 1)));
		expect(after.map(({ json }) => [json.imageIndex, json.imageCount, json.url])).toEqual(numbers.map((number) => [number - 1, 3, task?.images[number - 1]]));
		expect(after.map(({ json }) => json.fileName)).toEqual(numbers.map((number) => `seedream-apixo-${task?.id}-${number}.png`));
		expect(after.every(({ binary }) => binary?.data !== undefined)).toBe(true);
		expect(amountOf([...before, ...after])).toBeCloseTo(task?.charged ?? 0, 6);
		expect(requestsOf(simulated, 'image')).toHaveLength(3 + numbers.length);
	});

	test('one item per task: only the lost image, with its share of the cost', async () => {
		const finished = await runBehindError(lose(2), { options: { outputMode: 'itemPerTask' } });
		const [task] = simulated.simulator.tasks;
		const [item, ...others] = finished.items('Wait');
		expect(others).toHaveLength(0);
		expect(item?.json).toMatchObject({ imageCount: 3, images: [{ url: task?.images[1] }], cost: { amount: 0.035, unit: 'USD' } });
		expect(item?.json).not.toHaveProperty('missing');
	});

	test('an item of several images passes unchanged, with its list of missing images', async () => {
		const finished = await runChain({
			generate: { completion: 'waitForImages', prompt: 'a fox [[image=404;only=2]]', imageCount: 3, options: { outputMode: 'itemPerTask' } },
		});
		expect(errorOf(finished)?.message).toBeUndefined();
		expect(finished.items('Wait')[0]?.json.missing).toHaveLength(1);
		expect(finished.items('Wait').map(({ json, binary }) => ({ json, binary }))).toEqual(
			finished.items('Generate').map(({ json, binary }) => ({ json, binary })),
		);
	});

	test('an expression that fails does not lose the facts of the task', async () => {
		const details = {
			provider: 'apixo',
			taskId: 'task_1',
			submittedAt: '2026-11-20T12:00:00.000Z',
			urls: ['https://example.com/1.png'],
			imageIndex: 1,
			imageCount: 3,
			failure: { kind: 'downloadFailed' },
		};
		const finished = await runWait(
			[{ error: 'lost', details }],
			{ options: { fileName: '={{ $("Nowhere").item.json.sku }}' } },
			{ onError: 'continueRegularOutput' },
		);
		expect(detailsOf(finished.items('Wait')[0])).toMatchObject({ ...details, failure: { kind: 'invalidInput' } });
	});

	test('if all images of one item per task are lost, all of them are returned', async () => {
		const finished = await runBehindError(lose(1, 2, 3), { options: { outputMode: 'itemPerTask' } }, { outputMode: 'itemPerTask' });
		const [item] = finished.items('Wait');
		expect(Object.keys(item?.binary ?? {})).toEqual(['data', 'data_1', 'data_2']);
		expect(item?.json.cost).toEqual({ amount: 0.105, unit: 'USD' });
	});

	test('an image that is lost again fails alone again, and a third node collects it', async () => {
		const finished = await runBehindError('a fox [[image=404;only=2;times=2]]');
		const [lost, ...others] = finished.items('Wait', 1);
		expect(others).toHaveLength(0);
		expect(detailsOf(lost)).toMatchObject({ imageIndex: 1, imageCount: 3, failure: { kind: 'downloadFailed' } });
		const third = await runWait([{ ...lost?.json }]);
		expect(imagesIn(third.items('Wait')).map(({ json }) => json.imageIndex)).toEqual([1]);
	});

	test('an item whose only URL fails here is downloaded by the next node, and is no longer a failure', async () => {
		const finished = await runChain({
			generate: { completion: 'waitForImages', prompt: lose(2), imageCount: 3, options: { downloadImages: false } },
			waitNode: { onError: 'continueRegularOutput' },
			again: {},
		});
		expect(failuresIn(finished.items('Wait'))).toHaveLength(1);
		const again = imagesIn(finished.items('Again'));
		expect(again.map(({ json }) => json.imageIndex)).toEqual([0, 1, 2]);
		expect(again.every(({ binary, json }) => binary?.data !== undefined && json.details === undefined)).toBe(true);
	});

	test('if the provider no longer knows the task, the image is downloaded from its earlier URL', async () => {
		const finished = await runBehindError(lose(2));
		const { json } = finished.items('Generate', 1)[0] ?? {};
		const details = { ...(json?.details as object), taskId: 'gone-1', submittedAt: '2026-01-01T00:00:00.000Z' };
		const old = await runWait([{ ...json, details }], { timeout: 0.3 });
		expect(errorOf(old)?.message).toBeUndefined();
		const [image, ...others] = old.items('Wait');
		expect(others).toHaveLength(0);
		expect(image?.json).toMatchObject({
			taskId: 'gone-1',
			imageIndex: 1,
			imageCount: 3,
			fileName: 'seedream-apixo-gone-1-2.png',
			cost: { amount: 0.035, unit: 'USD' },
		});
		expect(image?.binary?.data).toBeDefined();
	});

	test('if that fails too, the failure keeps the facts of the task', async () => {
		const details = {
			provider: 'apixo',
			taskId: 'gone-1',
			submittedAt: '2026-01-01T00:00:00.000Z',
			imageIndex: 1,
			imageCount: 3,
			urls: [`${simulated.simulator.origin}/none.png`],
			failure: { kind: 'downloadFailed' },
		};
		const finished = await runWait([{ error: 'lost', details }], { timeout: 0.3 }, { onError: 'continueRegularOutput' });
		expect(detailsOf(finished.items('Wait')[0])).toMatchObject({ ...details, failure: { kind: 'timedOut' } });
	});

	test('on callback, nothing is waited for', async () => {
		const finished = await runBehindError(lose(2), { waitMode: 'callback' });
		expect(finished.run.waitTill).toBeUndefined();
		expect(imagesIn(finished.items('Wait')).map(({ json }) => json.imageIndex)).toEqual([1]);
	});

	test('a failure of an earlier version, which does not say which image was lost, returns all images', async () => {
		const finished = await runBehindError(lose(2));
		const { json } = finished.items('Generate', 1)[0] ?? {};
		const { imageIndex: _index, imageCount: _count, ...details } = json?.details as Record<string, unknown>;
		const old = await runWait([{ error: 'lost', details }]);
		expect(imagesIn(old.items('Wait'))).toHaveLength(3);
	});
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
