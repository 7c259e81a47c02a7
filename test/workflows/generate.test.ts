import { providers } from '../../nodes/providers';
import { contractOf } from '../support/contractOf';
import { bytesOf } from './support/engine';
import { imagesIn, leaksIn, requestsOf, submitsOf, taskOf } from './support/observe';
import { runGenerate, useSimulated } from './support/simulated';

const simulated = useSimulated();

const ids = providers.map((provider) => provider.id);
const references = ['https://example.com/cup.png', 'https://example.com/table.jpg'];

describe.each(ids)('%s', (provider) => {
	const { price, defaultSize, request, walkthrough } = contractOf(provider);

	test('turns a prompt into an image that the next node reads', async () => {
		const finished = await runGenerate(simulated, { parameters: { provider } });
		expect(finished.error('Generate')?.message).toBeUndefined();
		const [item, ...others] = finished.items('Generate');
		expect(others).toEqual([]);
		const [task] = simulated.simulator.tasks;
		expect(item?.json).toEqual({
			prompt: 'a fox',
			provider,
			model: 'seedream-4.5',
			taskId: task?.id,
			status: 'succeeded',
			imageIndex: 0,
			imageCount: 1,
			imagesRequested: 1,
			url: task?.images[0],
			fileName: `seedream-${provider}-${task?.id}-1.png`,
			mimeType: 'image/png',
			fileSize: expect.any(Number),
			width: 2048,
			height: 2048,
			submittedAt: expect.stringMatching(/^\d{4}-.*Z$/),
			completedAt: expect.stringMatching(/^\d{4}-.*Z$/),
			waitedSeconds: expect.any(Number),
			cost: { amount: task?.charged, unit: price.unit },
			warnings: [],
		});
		const bytes = await bytesOf(item?.binary?.data);
		expect(bytes.subarray(1, 4).toString()).toBe('PNG');
		expect(bytes.length).toBe(item?.json.fileSize);
		expect(finished.items('Probe')[0]?.json).toEqual({
			bytes: bytes.length,
			mimeType: 'image/png',
			fileName: item?.json.fileName,
		});
		expect(submitsOf(simulated).map(({ body }) => body)).toEqual([request.text]);
		expect(leaksIn(finished.run, simulated)).toEqual([]);
	});

	test('sends reference images by URL, one per line or as a list', async () => {
		const finished = await runGenerate(simulated, {
			items: [{ urls: references.join('\n') }, { urls: references }],
			parameters: { provider, operation: 'imageToImage', imageUrls: '={{ $json.urls }}', ...contractOf(provider).imageParameters },
		});
		expect(finished.error('Generate')?.message).toBeUndefined();
		expect(imagesIn(finished.items('Generate'))).toHaveLength(2);
		expect(simulated.simulator.tasks.map((task) => task.references)).toEqual([2, 2]);
		for (const { body } of submitsOf(simulated)) expect(body).toMatchObject(request.image(references));
	});

	test('returns the task at once, exactly as promised', async () => {
		const finished = await runGenerate(simulated, {
			parameters: { provider, prompt: 'a fox [[never]]', completion: 'returnTask' },
		});
		const [item] = finished.items('Generate');
		const [task] = simulated.simulator.tasks;
		expect(item?.json).toEqual({
			provider,
			taskId: task?.id,
			status: 'submitted',
			prompt: 'a fox [[never]]',
			model: 'seedream-4.5',
			submittedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
			imagesRequested: 1,
			estimatedCost: price,
			callback: 'none',
			warnings: [],
			...walkthrough.told?.(simulated.simulator.balance(provider)),
		});
		expect(item?.pairedItem).toEqual({ item: 0 });
		expect(item?.binary).toBeUndefined();
		expect(requestsOf(simulated, 'status')).toEqual([]);
		expect(leaksIn(finished.run, simulated)).toEqual([]);
	});

	test('sends nothing in a dry run, and shows the exact request', async () => {
		const parameters = { provider, options: { dryRun: true } };
		const [item] = (await runGenerate(simulated, { parameters })).items('Generate');
		expect(simulated.simulator.requests.filter(({ kind }) => kind !== 'balance')).toEqual([]);
		expect(Object.keys(item?.json ?? {}).filter((key) => key !== 'balance')).toEqual([
			'dryRun',
			'estimatedCost',
			'warnings',
			'provider',
			'model',
			'pixels',
			'imagesRequested',
			'request',
		]);
		expect(item?.json).toMatchObject({ dryRun: true, provider, imagesRequested: 1, request: { method: 'POST', body: request.text } });
		expect(item?.json.pixels).toEqual(defaultSize);
		await runGenerate(simulated, { parameters: { provider } });
		const [sent] = submitsOf(simulated);
		expect(sent?.body).toEqual((item?.json.request as { body: object }).body);
		expect(new URL((item?.json.request as { url: string }).url).pathname.endsWith(sent?.path.replace(/^\/\w+/, '') ?? '-')).toBe(true);
	});
});

test.each([1, 3, 20])('keeps order and pairing of %i items with expressions per item', async (count) => {
	const ratios = ['1:1', '16:9', '9:16', '21:9'];
	const items = Array.from({ length: count }, (_, index) => ({
		// Later items finish first.
		prompt: `a fox [[duration=${(0.02 * (count - index)).toFixed(2)}]]`,
		ratio: ratios[index % ratios.length],
	}));
	const finished = await runGenerate(simulated, {
		items,
		parameters: { provider: 'apixo', prompt: '={{ $json.prompt }}', aspectRatio: '={{ $json.ratio }}', options: { pollInterval: 0.03 } },
	});
	expect(finished.error('Generate')?.message).toBeUndefined();
	const output = finished.items('Generate');
	expect(output.map((item) => taskOf(simulated, item.json.taskId).prompt)).toEqual(items.map((item) => item.prompt));
	expect(output.map((item) => taskOf(simulated, item.json.taskId).size)).toEqual(
		output.map((item) => `${item.json.width as number}x${item.json.height as number}`),
	);
	expect(output.map((item) => (item.json.width as number) > (item.json.height as number))).toEqual(
		items.map(({ ratio }) => ratio === '16:9' || ratio === '21:9'),
	);
	expect(output.map((item) => item.pairedItem)).toEqual(items.map((_, item) => ({ item })));
	expect(finished.items('Probe').map((item) => item.json.fileName)).toEqual(output.map((item) => item.json.fileName));
	expect(submitsOf(simulated)).toHaveLength(count);
});

test('has all items in flight: 20 items take hardly longer than the slowest of them', async () => {
	const prompts = Array.from({ length: 20 }, (_, index) => ({ prompt: `a fox [[duration=${(4 + index / 20).toFixed(2)}]]` }));
	const finished = await runGenerate(simulated, {
		items: prompts,
		parameters: { prompt: '={{ $json.prompt }}', options: { pollInterval: 0.05 } },
	});
	const ended = Date.now();
	expect(imagesIn(finished.items('Generate'))).toHaveLength(20);
	const { tasks } = simulated.simulator;
	const firstSubmit = Math.min(...tasks.map((task) => Date.parse(task.createdAt)));
	const lastSubmit = Math.max(...tasks.map((task) => Date.parse(task.createdAt)));
	const firstReady = Math.min(...tasks.map((task) => Date.parse(task.readyAt ?? '')));
	expect(lastSubmit).toBeLessThan(firstReady);
	// One after the other they would take 89.5 seconds.
	expect((ended - firstSubmit) / 1000).toBeLessThan(4.95 + 0.05 + 5);
});

describe('several images per item', () => {
	const parameters = { provider: 'pixwith', imageCount: 3 };

	test('one item per image, costs adding up to the task’s', async () => {
		const finished = await runGenerate(simulated, { items: [{}, {}], parameters });
		const output = finished.items('Generate');
		expect(output.map((item) => [item.pairedItem, item.json.imageIndex, item.json.imageCount, item.json.imagesRequested])).toEqual(
			[0, 1].flatMap((item) => [0, 1, 2].map((index) => [{ item }, index, 3, 3])),
		);
		for (const [index, item] of output.entries()) {
			expect(item.json.fileName).toBe(`seedream-pixwith-${item.json.taskId as string}-${(index % 3) + 1}.png`);
			expect(item.json.url).toBe(taskOf(simulated, item.json.taskId).images[index % 3]);
			expect(item.json.cost).toEqual({ amount: 6, unit: 'credits' });
		}
		expect(new Set(output.map((item) => item.json.taskId)).size).toBe(2);
		expect(finished.items('Probe').map((item) => item.json.bytes)).toEqual(output.map((item) => item.json.fileSize));
	});

	test('one item per task: data, data_1, data_2', async () => {
		const finished = await runGenerate(simulated, { parameters: { ...parameters, options: { outputMode: 'itemPerTask' } } });
		const [item, ...others] = finished.items('Generate');
		expect(others).toEqual([]);
		const task = taskOf(simulated, item?.json.taskId);
		expect(item?.json).toMatchObject({ provider: 'pixwith', status: 'succeeded', imageCount: 3, imagesRequested: 3, cost: { amount: 18, unit: 'credits' } });
		expect((item?.json.images as Array<{ url: string }>).map((image) => image.url)).toEqual(task.images);
		expect(item?.json).not.toHaveProperty('missing');
		expect(item?.json).not.toHaveProperty('imageIndex');
		expect(Object.keys(item?.binary ?? {})).toEqual(['data', 'data_1', 'data_2']);
		expect(Object.values(item?.binary ?? {}).map((binary) => binary.fileName)).toEqual([1, 2, 3].map((number) => `seedream-pixwith-${task.id}-${number}.png`));
		for (const binary of Object.values(item?.binary ?? {})) expect((await bytesOf(binary)).length).toBeGreaterThan(1000);
	});
});

describe('options', () => {
	test('the file goes into the field that is named', async () => {
		const finished = await runGenerate(simulated, { parameters: { options: { outputBinaryField: 'picture' } } });
		expect(Object.keys(finished.items('Generate')[0]?.binary ?? {})).toEqual(['picture']);
	});

	test('a name template is read per item, numbered per image, and gets the extension of the real type', async () => {
		const finished = await runGenerate(simulated, {
			items: [
				{ sku: 'chair', prompt: 'a fox [[image=jpeg]]' },
				{ sku: 'lamp/7', prompt: 'a fox' },
			],
			parameters: { imageCount: 2, prompt: '={{ $json.prompt }}', options: { fileName: '={{ $json.sku }}-hero.gif' } },
		});
		const output = finished.items('Generate');
		expect(output.map((item) => item.binary?.data?.fileName)).toEqual(['chair-hero-1.jpg', 'chair-hero-2.jpg', 'lamp-7-hero-1.png', 'lamp-7-hero-2.png']);
		expect(output.map((item) => item.json.fileName)).toEqual(output.map((item) => item.binary?.data?.fileName));
		expect(output.map((item) => item.json.mimeType)).toEqual(['image/jpeg', 'image/jpeg', 'image/png', 'image/png']);
	});
});

test('an expression that returns nothing is a fault, an empty entry in a list of images is not', async () => {
	const finished = await runGenerate(simulated, {
		items: [
			{ count: 1, front: 'https://example.com/1.png' },
			{ front: 'https://example.com/1.png', back: '' },
			{ count: null, back: null },
		],
		parameters: { operation: 'imageToImage', imageCount: '={{ $json.count }}', imageUrls: '={{ [$json.front, $json.back] }}', options: { dryRun: true } },
		node: { onError: 'continueRegularOutput' },
	});
	const [first, second, third] = finished.items('Generate');
	expect(first?.json).toMatchObject({ dryRun: true, imagesRequested: 1, request: { body: { input: { image_urls: ['https://example.com/1.png'] } } } });
	expect(second?.json.error).toBe('Nothing was sent to APIXO: Image Count must be a whole number from 1 to 10, but is nothing.');
	expect(third?.json.error).toContain('Image to Image needs at least one reference image; (2) Image Count must');
});

test('reads the credential once for all requests of a run', async () => {
	let reads = 0;
	const credentials = {
		...simulated.credentials,
		get apixoApi() {
			reads += 1;
			return simulated.credentials.apixoApi ?? {};
		},
	};
	const finished = await runGenerate(simulated, { items: [{}, {}, {}], workflow: { credentials } });
	expect(imagesIn(finished.items('Generate'))).toHaveLength(3);
	expect(simulated.simulator.requests.filter((one) => one.hasCredential).length).toBeGreaterThan(5);
	expect(reads).toBe(1);
});
