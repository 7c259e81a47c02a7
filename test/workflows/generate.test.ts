import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import get from 'lodash/get';

import { type ProviderId, providers } from '../../nodes/providers';
import { contractOf } from '../support/contractOf';
import { providerOf } from '../support/provider';
import { bytesOf } from './support/engine';
import { detailsOf, failuresIn, imagesIn, leaksIn, requestsOf, stopDetailsOf, submitsOf, taskOf } from './support/observe';
import { runGenerate, startSimulated, type Simulated } from './support/simulated';

let simulated: Simulated;

beforeAll(async () => {
	simulated = await startSimulated();
});
beforeEach(() => simulated.simulator.reset());
afterAll(async () => await simulated.simulator.close());

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

/** How the prompt must begin with each preset, in words of its own. */
const styles = [
	['productHeroShot', /^a red teapot, as a product hero shot: centered on a seamless studio background,/],
	['foodFromAbove', /^a red teapot, as food photography from straight above: rustic table,/],
	['none', /^a red teapot\.$/],
] as const;
const promptIn = (provider: ProviderId, body: unknown): unknown => get(body, providerOf(provider).submit.promptField);

describe.each(['apixo'] as const)('a style preset for %s', (provider) => {
	test.each(styles)('%s is in the prompt that a dry run shows and a run sends', async (stylePreset, words) => {
		const run = async (options: object) =>
			await runGenerate(simulated, { parameters: { provider, prompt: 'a red teapot.', options: { stylePreset, ...options } } });
		const [shown] = (await run({ dryRun: true })).items('Generate');
		const { body } = shown?.json.request as { body: object };
		expect(promptIn(provider, body)).toMatch(words);
		expect(submitsOf(simulated)).toEqual([]);
		expect(imagesIn((await run({})).items('Generate'))).toHaveLength(1);
		expect(submitsOf(simulated).map((sent) => sent.body)).toEqual([body]);
		expect(simulated.simulator.tasks.map((task) => task.prompt)).toEqual([promptIn(provider, body)]);
	});

	test('each item has its own', async () => {
		const finished = await runGenerate(simulated, {
			items: styles.map(([preset]) => ({ preset })),
			parameters: { provider, prompt: 'a red teapot.', options: { dryRun: true, stylePreset: '={{ $json.preset }}' } },
		});
		const prompts = finished.items('Generate').map(({ json }) => promptIn(provider, (json.request as { body: object }).body));
		expect(prompts).toEqual(styles.map(([, words]) => expect.stringMatching(words)));
	});
});

test.each<[ProviderId, Record<string, unknown>, unknown, boolean]>([
	['apixo', { resolution: '4K', aspectRatio: '16:9' }, { width: 5504, height: 3040 }, true],
	['pixwith', { resolution: '4K', aspectRatio: '16:9' }, { width: 5504, height: 3040 }, false],
	['apiInOne', { quality: 'high', aspectRatio: '21:9' }, { width: 6240, height: 2656 }, false],
	['apiInOne', { quality: 'basic', aspectRatio: '21:9' }, { width: 3136, height: 1344 }, false],
	['apiframe', { resolution: '2K', aspectRatio: '9:16' }, { width: 1600, height: 2848 }, false],
	['apiframe', { sizing: 'custom', width: 3000, height: 2000 }, { width: 3000, height: 2000 }, true],
	['apiframe', { operation: 'imageToImage', imageUrls: references[0], aspectRatio: 'match_input_image' }, null, true],
	['pixelDojo', { imageSize: 'auto_4K', aspectRatio: '3:2' }, { width: 4992, height: 3328 }, false],
	['pixelDojo', { imageSize: 'square_hd', aspectRatio: '1:1' }, null, true],
	['pixelDojo', { imageSize: 'custom', width: 3000, height: 2000 }, { width: 3000, height: 2000 }, true],
])('a dry run for %s of %j shows %j', async (provider, parameters, pixels, isItsOwn) => {
	const [item] = (await runGenerate(simulated, { parameters: { provider, ...parameters, options: { dryRun: true } } })).items('Generate');
	expect(item?.json.pixels).toEqual(pixels);
	const warnings = (item?.json.warnings as string[]).filter((warning) => warning.includes('does not publish its own'));
	expect(warnings).toHaveLength(isItsOwn ? 0 : 1);
});

test('PixelDojo asks for the name of its undocumented image field before anything is paid', async () => {
	const finished = await runGenerate(simulated, {
		parameters: { provider: 'pixelDojo', operation: 'imageToImage', imageUrls: references[0], imageFieldName: '={{ $json.nothing }}' },
	});
	expect(finished.error('Generate')?.message).toMatch(/PixelDojo does not document its field for reference images/);
	expect(simulated.simulator.requests).toEqual([]);
});

test('a field that PixelDojo does not know is refused in its own words', async () => {
	const finished = await runGenerate(simulated, {
		parameters: { provider: 'pixelDojo', operation: 'imageToImage', imageUrls: references[0], imageFieldName: 'pictures' },
	});
	expect(finished.error('Generate')?.message).toMatch(/PixelDojo refused the request: .*pictures is not a known field/);
	expect(simulated.simulator.tasks).toEqual([]);
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

	test('a lost image is listed in missing, next to the others', async () => {
		const finished = await runGenerate(simulated, {
			parameters: { ...parameters, prompt: 'a fox [[image=404;only=2]]', options: { outputMode: 'itemPerTask' } },
		});
		const [item, ...others] = finished.items('Generate');
		expect(others).toEqual([]);
		const { images } = taskOf(simulated, item?.json.taskId);
		expect(item?.json.missing).toEqual([{ url: images[1], reason: expect.stringContaining('404') }]);
		expect((item?.json.images as Array<{ url: string }>).map((image) => image.url)).toEqual([images[0], images[2]]);
		expect(Object.keys(item?.binary ?? {})).toEqual(['data', 'data_1']);
		expect(item?.json.warnings).toContainEqual(expect.stringMatching(/1 of 3 images could not be downloaded/));
	});

	test('with one item per image a lost image is a failure item next to the others', async () => {
		const finished = await runGenerate(simulated, {
			parameters: { ...parameters, prompt: 'a fox [[image=404;only=2]]' },
			node: { onError: 'continueRegularOutput' },
		});
		const output = finished.items('Generate');
		expect(output.map((item) => item.json.imageIndex)).toEqual([0, undefined, 2]);
		const [task] = simulated.simulator.tasks;
		expect(detailsOf(output[1])).toMatchObject({ taskId: task?.id, urls: [task?.images[1]], failure: { kind: 'downloadFailed' } });
		expect(output[1]?.json.error).toMatch(new RegExp(`PixWith.*Task ${task?.id}`));
	});

	test('fewer images than asked for are delivered with a warning', async () => {
		const finished = await runGenerate(simulated, { parameters: { ...parameters, prompt: 'a fox [[fewer=1]]' } });
		const output = finished.items('Generate');
		expect(output).toHaveLength(2);
		for (const item of output) expect(item.json.warnings).toContain('Only 2 of 3 images were returned.');
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

	test('one name for all items is numbered in their order, whichever image comes first', async () => {
		const finished = await runGenerate(simulated, {
			items: [{ prompt: 'a fox [[duration=0.4]]' }, { prompt: 'a fox [[image=jpeg]]' }, { prompt: 'a fox [[duration=0.2]]' }, { prompt: 'a fox' }],
			parameters: { prompt: '={{ $json.prompt }}', options: { fileName: 'hero' } },
		});
		const output = finished.items('Generate');
		expect(output.map((item) => item.json.fileName)).toEqual(['hero.png', 'hero.jpg', 'hero-2.png', 'hero-3.png']);
		expect(output.map((item) => item.binary?.data?.fileName)).toEqual(output.map((item) => item.json.fileName));
		expect(finished.items('Probe').map((item) => item.json.fileName)).toEqual(output.map((item) => item.json.fileName));
	});

	test('names differ across tasks if one item holds all images of its task, even in upper case', async () => {
		const finished = await runGenerate(simulated, {
			items: [{ name: 'hero' }, { name: 'HERO' }, { name: 'hero-2' }],
			parameters: { imageCount: 2, options: { fileName: '={{ $json.name }}', outputMode: 'itemPerTask' } },
		});
		const output = finished.items('Generate');
		const inJson = output.map((item) => (item.json.images as Array<{ fileName: string }>).map(({ fileName }) => fileName));
		expect(inJson).toEqual([
			['hero-1.png', 'hero-2.png'],
			['HERO-1-2.png', 'HERO-2-3.png'],
			['hero-2-1.png', 'hero-2-2.png'],
		]);
		expect(output.map((item) => Object.values(item.binary ?? {}).map(({ fileName }) => fileName))).toEqual(inJson);
	});

	test('without download only URLs are returned, with a warning about their expiry', async () => {
		const finished = await runGenerate(simulated, { parameters: { provider: 'pixelDojo', options: { downloadImages: false } } });
		const [item] = finished.items('Generate');
		expect(item?.binary).toBeUndefined();
		expect(item?.json.url).toBe(simulated.simulator.tasks[0]?.images[0]);
		expect(item?.json).not.toHaveProperty('fileName');
		expect(item?.json.warnings).toContainEqual(expect.stringMatching(/expire/));
		expect(requestsOf(simulated, 'image')).toEqual([]);
	});

	test('a file above the size limit is not stored, its URL is kept', async () => {
		const finished = await runGenerate(simulated, {
			parameters: { prompt: 'a fox [[image=big:3]]', options: { maxFileSize: 2 } },
		});
		const [task] = simulated.simulator.tasks;
		expect(finished.error('Generate')?.message).toMatch(/APIXO generated the image, but .*larger than the 2 MB/);
		expect(finished.error('Generate')?.description).toContain(task?.images[0]);
		expect(stopDetailsOf(finished.error('Generate')).failures).toMatchObject([{ taskId: task?.id, urls: task?.images, failure: { kind: 'downloadFailed' } }]);
		const under = await runGenerate(simulated, { parameters: { prompt: 'a fox [[image=big:3]]', options: { maxFileSize: 4 } } });
		expect(under.items('Generate')[0]?.json.fileSize).toBeGreaterThan(3_000_000);
	});

	test('an image is downloaded up to three times, and only once if another try cannot help', async () => {
		const gets: Array<[directive: string, gets: number, isDelivered: boolean]> = [
			['[[image=500]]', 3, false],
			['[[image=429]]', 3, false],
			['[[image=reset]]', 3, false],
			['[[image=truncated]]', 3, false],
			['[[image=500;times=2]]', 3, true],
			['[[image=reset;times=1]]', 2, true],
			['[[image=403]]', 1, false],
			['[[image=404]]', 1, false],
			['[[image=html]]', 1, false],
		];
		const finished = await runGenerate(simulated, {
			items: gets.map(([directive]) => ({ prompt: `a fox ${directive}` })),
			parameters: { prompt: '={{ $json.prompt }}' },
			node: { onError: 'continueRegularOutput' },
		});
		const fetched = requestsOf(simulated, 'image').map(({ taskId }) => taskId);
		const found = finished.items('Generate').map(({ json }, index) => {
			const task = simulated.simulator.tasks.find(({ prompt }) => prompt === `a fox ${gets[index]?.[0]}`);
			return [gets[index]?.[0], fetched.filter((id) => id === task?.id).length, json.status === 'succeeded'];
		});
		expect(found).toEqual(gets);
	});

	test('no more tasks are in flight than allowed', async () => {
		const finished = await runGenerate(simulated, {
			items: Array.from({ length: 7 }, () => ({})),
			parameters: { prompt: 'a fox [[duration=0.5]]', options: { maxTasksInFlight: 2, pollInterval: 0.03 } },
		});
		expect(imagesIn(finished.items('Generate'))).toHaveLength(7);
		const spans = simulated.simulator.tasks.map((task) => [Date.parse(task.createdAt), Date.parse(task.readyAt ?? '')] as const);
		const together = spans.map(([at]) => spans.filter(([start, end]) => start <= at && at < end).length);
		expect(Math.max(...together)).toBe(2);
	});

	test('a limit of one runs one task after the other', async () => {
		await runGenerate(simulated, {
			items: [{}, {}, {}],
			parameters: { prompt: 'a fox [[duration=0.06]]', options: { maxTasksInFlight: 1, pollInterval: 0.03 } },
		});
		const { tasks } = simulated.simulator;
		for (const [index, task] of tasks.slice(1).entries()) {
			expect(Date.parse(task.createdAt)).toBeGreaterThanOrEqual(Date.parse(tasks[index]?.readyAt ?? ''));
		}
	});

	// The panel does not offer it with Return Task, unless an expression chooses that.
	test('with Return Task nothing waits, and each task says that the limit did not count', async () => {
		const run = { items: [{}, {}, {}], parameters: { prompt: 'a fox [[duration=0.1]]', completion: "={{ 'returnTask' }}" } };
		const limited = await runGenerate(simulated, { ...run, parameters: { ...run.parameters, options: { maxTasksInFlight: 2 } } });
		expect(limited.items('Generate').map((item) => item.json.warnings)).toEqual(
			Array.from({ length: 3 }, () => [expect.stringContaining('all of them are submitted at once')]),
		);
		const unlimited = await runGenerate(simulated, run);
		expect(unlimited.items('Generate').map((item) => item.json.warnings)).toEqual([[], [], []]);
	});

	test('the input fields are added after those of the images and of the task', async () => {
		const items = [{ sku: 'chair', provider: 'theirs', taskId: 'theirs', prompt: 'a fox' }];
		const parameters = { prompt: '={{ $json.prompt }}', options: { includeInputFields: true } };
		const [image] = (await runGenerate(simulated, { items, parameters })).items('Generate');
		expect(image?.json).toMatchObject({ sku: 'chair', provider: 'apixo', status: 'succeeded', prompt: 'a fox' });
		expect(image?.json.taskId).not.toBe('theirs');
		expect(Object.keys(image?.json ?? {}).slice(0, 2)).toEqual(['prompt', 'url']);
		const [task] = (await runGenerate(simulated, { items, parameters: { ...parameters, completion: 'returnTask' } })).items('Generate');
		expect(task?.json).toMatchObject({ sku: 'chair', provider: 'apixo', status: 'submitted' });
		const [plain] = (await runGenerate(simulated, { items, parameters: { prompt: '={{ $json.prompt }}' } })).items('Generate');
		expect(plain?.json).not.toHaveProperty('sku');
	});

	test('additional fields come last, and the request they make is judged by the provider', async () => {
		const finished = await runGenerate(simulated, {
			parameters: { provider: 'apiframe', options: { additionalFields: '{"seedreamParams": {"seed": 7}}' } },
		});
		expect(imagesIn(finished.items('Generate'))).toHaveLength(1);
		expect(submitsOf(simulated)[0]?.body).toMatchObject({ seedreamParams: { seed: 7, size: '2K' } });
	});

	test('a bad option in one item stops everything before anything is sent', async () => {
		const finished = await runGenerate(simulated, {
			items: [{ json: '{}' }, { json: '{"seed": ' }],
			parameters: { options: { additionalFields: '={{ $json.json }}' } },
		});
		expect(finished.error('Generate')?.message).toMatch(/Additional Fields is not valid JSON/);
		expect(simulated.simulator.requests).toEqual([]);
	});
});

describe('concurrency', () => {
	let server: Server;
	let now = 0;
	let most = 0;

	beforeAll(async () => {
		// A slow APIXO that only counts: the simulator answers too fast for requests to pile up.
		server = createServer((request, response) => {
			most = Math.max(most, ++now);
			setTimeout(() => {
				now -= 1;
				const { pathname } = new URL(request.url ?? '/', 'http://localhost');
				const data = pathname.startsWith('/generateTask')
					? { taskId: 'task_1' }
					: { taskId: 'task_1', state: 'success', resultJson: JSON.stringify({ resultUrls: ['http://127.0.0.1/1.png'] }) };
				response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ code: 200, message: 'success', data }));
			}, 100);
			request.resume();
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	});
	afterAll(() => void server.close());

	test.each([1, 3, 20])('%i simultaneous requests at the most', async (concurrency) => {
		most = 0;
		const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
		const finished = await runGenerate(
			{ ...simulated, credentials: { apixoApi: { apiKey: 'any', baseUrl } } },
			{
				items: Array.from({ length: concurrency + 10 }, () => ({})),
				parameters: { options: { concurrency, downloadImages: false, pollInterval: 0.01 } },
			},
		);
		expect(imagesIn(finished.items('Generate'))).toHaveLength(concurrency + 10);
		expect(most).toBe(concurrency);
	});
});

describe('spending limit', () => {
	test('under Stop a run that would exceed it submits nothing', async () => {
		const finished = await runGenerate(simulated, {
			items: Array.from({ length: 5 }, () => ({})),
			parameters: { options: { spendingLimit: 0.1 } },
		});
		expect(finished.error('Generate')?.message).toMatch(/Spending Limit is 0.1 USD/);
		expect(stopDetailsOf(finished.error('Generate')).failures.map(({ failure }) => failure.kind)).toEqual(['spendingLimit', 'spendingLimit', 'spendingLimit']);
		expect(simulated.simulator.requests).toEqual([]);
	});

	test('a limit may be reached exactly', async () => {
		const finished = await runGenerate(simulated, { items: [{}, {}], parameters: { options: { spendingLimit: 0.07 } } });
		expect(imagesIn(finished.items('Generate'))).toHaveLength(2);
	});

	test('under Continue the items that fit are sent, in order', async () => {
		const finished = await runGenerate(simulated, {
			items: [{ count: 2 }, { count: 2 }, { count: 1 }],
			parameters: { imageCount: '={{ $json.count }}', options: { spendingLimit: 0.11 } },
			node: { onError: 'continueRegularOutput' },
		});
		const output = finished.items('Generate');
		expect(output.map((item) => [item.pairedItem, item.json.status ?? detailsOf(item).failure.kind])).toEqual([
			[{ item: 0 }, 'succeeded'],
			[{ item: 0 }, 'succeeded'],
			[{ item: 1 }, 'spendingLimit'],
			[{ item: 2 }, 'succeeded'],
		]);
		expect(submitsOf(simulated)).toHaveLength(2);
	});

	test('an unknown price refuses unless it is allowed', async () => {
		const run = async (options: object) =>
			await runGenerate(simulated, {
				parameters: { provider: 'pixelDojo', options: { spendingLimit: 5, ...options } },
				node: { onError: 'continueRegularOutput' },
			});
		const refused = await run({});
		expect(detailsOf(failuresIn(refused.items('Generate'))[0]).failure.kind).toBe('spendingLimit');
		expect(simulated.simulator.requests).toEqual([]);
		const allowed = await run({ allowUnknownCost: true });
		expect(imagesIn(allowed.items('Generate'))).toHaveLength(1);
	});
});

describe('validation', () => {
	test.each([
		['an empty prompt', { prompt: '  ' }, /Prompt is empty/],
		[
			'15 references',
			{ operation: 'imageToImage', imageUrls: Array.from({ length: 15 }, (_, n) => `https://example.com/${n}.png`) },
			/at most 14 reference images, but there are 15/,
		],
		['a size too small', { sizing: 'custom', width: 1024, height: 1024 }, /3,686,400/],
		['a prompt one character too long', { prompt: 'x'.repeat(5001) }, /at most 5,000 characters/],
		['a URL without http(s)', { operation: 'imageToImage', imageUrls: 'example.com/a.png' }, /Image URL 1 must begin with https/],
		['an unknown provider', { provider: 'midjourney' }, /Provider must be one of apiInOne/],
	])('%s is refused before paying', async (_name, parameters, message) => {
		const finished = await runGenerate(simulated, { parameters });
		expect(finished.error('Generate')?.message).toMatch(message);
		expect(simulated.simulator.requests).toEqual([]);
	});

	test('names all faults of an item at once', async () => {
		const finished = await runGenerate(simulated, {
			parameters: { prompt: '={{ "" }}', imageCount: 11, aspectRatio: '5:4', options: { concurrency: 0 } },
		});
		const named = finished.error('Generate')?.message.match(/\(\d\) (Aspect Ratio|Concurrency|Image Count|Prompt)/g);
		expect(named).toHaveLength(4);
		expect(new Set(named?.map((one) => one.slice(4)))).toEqual(new Set(['Aspect Ratio', 'Concurrency', 'Image Count', 'Prompt']));
	});

	test('a fault neither hides nor causes another one', async () => {
		const finished = await runGenerate(simulated, {
			parameters: {
				sizing: 'custom',
				width: 100,
				height: 100,
				imageCount: 50,
				completion: 'returnTask',
				callback: 'url',
				callbackUrl: 'https://localhost/hook',
				options: { allowPrivateCallbackUrl: true, concurrency: 0, additionalFields: '{bad', stylePreset: 'nope' },
			},
		});
		const message = finished.error('Generate')?.message ?? '';
		for (const named of ['Image Count must', 'Size 100×100', 'Concurrency must', 'Additional Fields is not valid JSON', 'Style Preset must'])
			expect(message).toContain(named);
		expect(message).toContain('(5)');
		expect(message).not.toContain('(6)');
		expect(simulated.simulator.requests).toEqual([]);
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

	test('a dry run does not show the token of a Telegram bot', async () => {
		const finished = await runGenerate(simulated, {
			parameters: { operation: 'imageToImage', imageUrls: 'https://api.telegram.org/file/bot123456:AAE-x_y/photos/file_1.jpg', options: { dryRun: true } },
		});
		const [item] = finished.items('Generate');
		expect(item?.json).toMatchObject({ request: { body: { input: { image_urls: ['https://api.telegram.org/file/bot123456:***/photos/file_1.jpg'] } } } });
		expect(JSON.stringify(item)).not.toContain('AAE');
	});

	test('a Status Path that cannot name the task is refused before it is paid', async () => {
		const finished = await runGenerate(simulated, { parameters: { provider: 'apiInOne', options: { statusPath: '/tasks' } } });
		expect(finished.error('Generate')?.message).toMatch(/Status Path must contain \{taskId\}/);
		expect(simulated.simulator.requests).toEqual([]);
	});

	test('names all faults of an item in one text under Continue', async () => {
		const finished = await runGenerate(simulated, {
			parameters: { prompt: '={{ "" }}', imageCount: 11 },
			node: { onError: 'continueRegularOutput' },
		});
		expect(finished.items('Generate')[0]?.json.error).toMatch(/^Nothing was sent to APIXO: \(1\) Prompt is empty.*; \(2\) Image Count must be .*\.$/);
	});

	test('under Continue the valid items are sent', async () => {
		const finished = await runGenerate(simulated, {
			items: [{ prompt: 'a fox' }, { prompt: '' }, { prompt: 'a fox' }],
			parameters: { prompt: '={{ $json.prompt }}' },
			node: { onError: 'continueRegularOutput' },
		});
		expect(finished.items('Generate').map((item) => item.json.status ?? detailsOf(item).failure.kind)).toEqual(['succeeded', 'invalidInput', 'succeeded']);
		expect(submitsOf(simulated)).toHaveLength(2);
	});

	test('under Stop one invalid item prevents the others from being sent', async () => {
		const finished = await runGenerate(simulated, {
			items: [{ prompt: 'a fox' }, { prompt: '' }],
			parameters: { prompt: '={{ $json.prompt }}' },
		});
		expect(finished.error('Generate')?.message).toMatch(/^Nothing was sent to APIXO: Prompt is empty/);
		expect(simulated.simulator.requests).toEqual([]);
	});
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
