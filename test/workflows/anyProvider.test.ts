/** Seedream Any Provider on n8n's own engine: the first of the chosen providers that can takes the job, paid once. */
import type { ProviderId } from '../../nodes/providers';
import { runWorkflow, type Finished } from './support/engine';
import { detailsOf, failuresIn, imagesIn, leaksIn, requestsOf, stopDetailsOf, submitsOf } from './support/observe';
import { retryDataOf } from './support/retryExecution';
import { startSimulated, type Simulated } from './support/simulated';

let simulated: Simulated;

beforeAll(async () => {
	simulated = await startSimulated();
});
beforeEach(() => simulated.simulator.reset());
afterAll(async () => await simulated.simulator.close());

const goesOn = { onError: 'continueRegularOutput' };

interface AnyRun {
	providers?: ProviderId[];
	items?: Array<Record<string, unknown>>;
	parameters?: Record<string, unknown>;
	options?: object;
	node?: Record<string, unknown>;
	/** Providers whose key is wrong, missing, or whose account is empty. */
	credentials?: Partial<Record<ProviderId, object | (() => object)>>;
	resume?: Finished;
	simulated?: Simulated;
}

async function run({
	providers,
	items = [{}],
	parameters = {},
	options = {},
	node = {},
	credentials = {},
	resume,
	simulated: world = simulated,
}: AnyRun): Promise<Finished> {
	const changed = Object.entries(credentials).map(([id, given]) => [
		`${id}Api`,
		{ ...world.credentials[`${id}Api`], ...(typeof given === 'function' ? given() : given) },
	]);
	return await runWorkflow({
		nodes: [
			{ name: 'Items', type: 'itemSource', parameters: { items: items as never } },
			{
				name: 'Any',
				type: 'n8n-nodes-seedream.seedreamAnyProvider',
				parameters: {
					...(providers === undefined ? {} : { providers }),
					prompt: '={{ $json.prompt ?? "a fox" }}',
					options: { pollInterval: 0.04, ...options },
					...parameters,
				},
				...node,
			},
		],
		connect: [['Items', 'Any']],
		credentials: { ...world.credentials, ...Object.fromEntries(changed) },
		...(resume === undefined ? {} : { resume: retryDataOf(resume), executionId: '2' }),
	});
}

const output = (finished: Finished) => finished.items('Any');
const wrongKey = { apiKey: 'wrong' };
const broke = (id: ProviderId) => () => ({ apiKey: `${simulated.simulator.demoKeys[id]}-broke` });
const unreachable = { baseUrl: 'http://127.0.0.1:1' };

describe('the first provider', () => {
	test('takes the job if it can, and no other provider is asked', async () => {
		const [item] = output(await run({}));
		expect(item?.json).toMatchObject({ provider: 'apixo', status: 'succeeded', attempts: [] });
		expect(submitsOf(simulated).map(({ provider }) => provider)).toEqual(['apixo']);
	});

	test.each<[string, AnyRun, string, number]>([
		['has no credits', { credentials: { apixo: broke('apixo') } }, 'insufficientCredits', 1],
		['does not accept the key', { credentials: { apixo: wrongKey } }, 'authentication', 1],
		['has no key', { credentials: { apixo: { apiKey: '' } } }, 'authentication', 0],
		['cannot be reached', { credentials: { apixo: unreachable } }, 'providerUnavailable', 0],
		['cannot express it', { providers: ['apiInOne', 'pixwith'], parameters: { imageCount: 3 } }, 'invalidInput', 0],
		[
			'cannot take the references',
			{ providers: ['pixelDojo', 'pixwith'], parameters: { operation: 'imageToImage', imageUrls: 'http://127.0.0.1/a.png' } },
			'invalidInput',
			0,
		],
	])(
		'%s: the second takes it, paid once, and the item says why',
		async (_, given, kind, posts) => {
			const finished = await run(given);
			expect(finished.error('Any')?.message).toBeUndefined();
			const [first = 'apixo'] = given.providers ?? [];
			expect(output(finished)[0]?.json).toMatchObject({ provider: 'pixwith', attempts: [{ provider: first, kind, message: expect.any(String) }] });
			expect(submitsOf(simulated, first)).toHaveLength(posts);
			expect(submitsOf(simulated, 'pixwith')).toHaveLength(1);
			expect(simulated.simulator.tasks).toHaveLength(1);
			expect(leaksIn(finished.run, simulated)).toEqual([]);
		},
		60_000,
	);

	test.each([
		['its outcome is unknown', '[[submit=reset-after]]', 'outcomeUnknown'],
		['it refuses the content', '[[refuse]]', 'contentRejected'],
		['the task fails after it was accepted', '[[fail=GENERATION_FAILED]]', 'generationFailed'],
		['the image cannot be fetched', '[[image=404]]', 'downloadFailed'],
	])('%s: no other provider is asked', async (_, directive, kind) => {
		const finished = await run({ items: [{ prompt: `a fox ${directive}` }], node: goesOn });
		expect(detailsOf(output(finished)[0]).failure.kind).toBe(kind);
		expect(submitsOf(simulated).map(({ provider }) => provider)).toEqual(['apixo']);
		expect(detailsOf(output(finished)[0])).toHaveProperty('attempts');
	});
});

test('if all are rate-limited, the first that accepts requests again is waited for', async () => {
	const finished = await run({ items: [{ prompt: 'a fox [[submit=429;times=1;retry-after=1]]' }] });
	expect(output(finished)[0]?.json).toMatchObject({ provider: 'apixo', attempts: [] });
	expect(submitsOf(simulated).map(({ provider, status }) => [provider, status])).toEqual([
		['apixo', 429],
		['pixwith', 429],
		['apixo', 200],
	]);
});

describe('an item that no provider takes', () => {
	test('names every attempt', async () => {
		const finished = await run({ credentials: { apixo: broke('apixo'), pixwith: wrongKey }, node: goesOn });
		const details = detailsOf(output(finished)[0]) as ReturnType<typeof detailsOf> & { attempts: Array<{ provider: string; kind: string }> };
		expect(details.attempts.map(({ provider, kind }) => [provider, kind])).toEqual([
			['apixo', 'insufficientCredits'],
			['pixwith', 'authentication'],
		]);
		expect(details.failure).toMatchObject({ kind: 'authentication', tryElsewhere: true, mayBeCharged: false });
		expect(output(finished)[0]?.json.error).toMatch(/APIXO: /);
	});

	test('is invalidInput with every reason, before anything is sent', async () => {
		const finished = await run({ providers: ['apiInOne', 'apiframe'], parameters: { imageCount: 4 }, items: [{}, {}] });
		expect(stopDetailsOf(finished.error('Any')).failures[0]?.failure.kind).toBe('invalidInput');
		expect(finished.error('Any')?.message).toMatch(/API in One makes at most 1 image.*Apiframe makes at most 1 image/);
		expect(simulated.simulator.requests).toEqual([]);
	});

	test('names a fault common to every provider once', async () => {
		const message = (await run({ items: [{ prompt: ' ' }] })).error('Any')?.message ?? '';
		expect(message.match(/Prompt is empty/g)).toHaveLength(1);
	});

	test('names an unknown provider', async () => {
		const providers = ['apixo', 'midjourney'];
		expect((await run({ providers: providers as never })).error('Any')?.message).toMatch(/Providers must be some of .*midjourney/);
	});
});

test('200 items of which the first provider pays for 120: 200 images, each paid once, hardly a refused request', async () => {
	const world = await startSimulated({ credits: { apixo: 120 * 0.035 } });
	const finished = await run({ items: Array.from({ length: 200 }, () => ({})), options: { downloadImages: false }, simulated: world });
	expect(imagesIn(output(finished))).toHaveLength(200);
	expect(output(finished).map(({ pairedItem }) => pairedItem)).toEqual(Array.from({ length: 200 }, (_, item) => ({ item })));
	expect(world.simulator.tasks).toHaveLength(200);
	const refused = submitsOf(world, 'apixo').length - 120;
	console.log(
		`200 items, first provider out of credits after 120: ${imagesIn(output(finished)).length} images, ${world.simulator.tasks.length} paid, ${refused} refused POSTs of 20 in flight`,
	);
	expect(refused).toBeLessThanOrEqual(21);
	await world.simulator.close();
}, 120_000);

test('under Stop nothing is sent to another provider after a failure', async () => {
	const items = Array.from({ length: 6 }, (_, index) => ({ prompt: `a fox ${index === 0 ? '[[refuse]]' : '[[submit=429;times=1;retry-after=1]]'}` }));
	const finished = await run({ items, options: { maxTasksInFlight: 1 } });
	expect(stopDetailsOf(finished.error('Any')).failures.map(({ failure }) => failure.kind)).toEqual(['contentRejected']);
	expect(submitsOf(simulated)).toHaveLength(1);
});

describe('a retry', () => {
	test.each([
		['the other way round', ['pixwith', 'apixo']],
		['without the one that was passed over', ['pixwith']],
		['with one more', ['apiframe', 'apixo', 'pixwith']],
	] as const)('reuses the task whoever took it: providers %s', async (_, providers) => {
		const failed = await run({ items: [{ prompt: 'a fox [[image=404;times=1]]' }], credentials: { apixo: broke('apixo') } });
		const finished = await run({ providers: [...providers], resume: failed });
		expect(output(finished)[0]?.json).toMatchObject({ provider: 'pixwith', status: 'succeeded' });
		expect(simulated.simulator.tasks).toHaveLength(1);
	});

	test('names the task of a provider that is no longer selected, and sends nothing', async () => {
		const failed = await run({ items: [{ prompt: 'a fox [[image=404;times=1]]' }] });
		const again = await run({ providers: ['pixwith', 'apiframe'], resume: failed, node: goesOn });
		expect(detailsOf(output(again)[0])).toMatchObject({
			provider: 'apixo',
			taskId: simulated.simulator.tasks[0]?.id,
			failure: { kind: 'invalidInput', mayBeCharged: true },
		});
		expect(submitsOf(simulated)).toHaveLength(1);
	});

	test('asks only the provider whose outcome is unknown', async () => {
		const failed = await run({ items: [{ prompt: 'a fox [[submit=reset-after]]' }] });
		const cautious = await run({ providers: ['pixwith', 'apixo'], resume: failed, node: goesOn });
		expect(detailsOf(output(cautious)[0]).failure.kind).toBe('outcomeUnknown');
		expect(submitsOf(simulated)).toHaveLength(1);
		const bold = await run({ providers: ['pixwith', 'apixo'], resume: failed, options: { submitAgainIfUnknown: true } });
		expect(output(bold)[0]?.json.provider).toBe('apixo');
		expect(submitsOf(simulated).map(({ provider }) => provider)).toEqual(['apixo', 'apixo']);
	});
});

describe('Max Images per Execution', () => {
	test('counts images of any price, and refuses as the spending limit does', async () => {
		const given = { items: [{}, {}, {}], parameters: { imageCount: 2 }, options: { maxImages: 5 } };
		const refused = await run(given);
		expect(refused.error('Any')?.message).toMatch(/Max Images per Execution is 5: 4 are made or planned in this execution and this job would make 2 more/);
		expect(simulated.simulator.requests).toEqual([]);
		const finished = await run({ ...given, node: goesOn });
		expect(imagesIn(output(finished))).toHaveLength(4);
		expect(failuresIn(output(finished)).map((item) => detailsOf(item).failure.kind)).toEqual(['spendingLimit']);
	});
});

test('a dry run shows the request to the first that can, and what the others would be asked', async () => {
	const finished = await run({
		providers: ['apiInOne', 'pixwith', 'apixo'],
		parameters: { imageCount: 2, aspectRatio: '16:9', resolution: '4K' },
		options: { dryRun: true },
	});
	const json = output(finished)[0]?.json;
	expect(json).toMatchObject({ dryRun: true, provider: 'pixwith', imagesRequested: 2, estimatedCost: { amount: 12, unit: 'credits' } });
	expect(json?.alternatives).toEqual([
		{ provider: 'apiInOne', reason: expect.stringContaining('at most 1 image') },
		{
			provider: 'apixo',
			estimatedCost: { amount: 0.07, unit: 'USD' },
			request: { method: 'POST', url: expect.stringContaining('generateTask'), body: expect.objectContaining({ request_type: 'async' }) },
		},
	]);
	expect(submitsOf(simulated)).toEqual([]);
});

test('with Return Task the provider that has no callbacks is asked without one', async () => {
	const parameters = { completion: 'returnTask', callback: 'url', callbackUrl: 'https://example.com/hook' };
	const taken = await run({ parameters, credentials: { apixo: broke('apixo') } });
	expect(output(taken)[0]?.json).toMatchObject({
		provider: 'pixwith',
		status: 'submitted',
		callback: 'none',
		warnings: ['PixWith sends no callbacks, so nothing calls the Callback URL for this task: collect it with a Seedream Wait for Task node.'],
		attempts: [{ provider: 'apixo', kind: 'insufficientCredits' }],
	});
	const called = await run({ parameters });
	expect(output(called)[0]?.json).toMatchObject({ provider: 'apixo', callback: 'url', warnings: [], attempts: [] });
	expect(JSON.stringify(submitsOf(simulated, 'apixo').at(-1)?.body)).toContain('https://example.com/hook?provider=apixo');
	expect(requestsOf(simulated, 'status')).toEqual([]);
});
