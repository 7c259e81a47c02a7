import type { Provider } from '../../../nodes/core/provider/provider';
import type { Cost } from '../../../nodes/core/cost';
import type { KnownTask } from '../../../nodes/core/task/taskRef';
import { deliver, type FinishedTask } from '../../../nodes/host/output/deliver';
import { defaultOptions, type Options } from '../../../nodes/host/panel/options';
import { fakeStart } from '../../support/fakeClock';
import { fakeChannel, fakeRun } from '../../support/fakeRun';
import { makeProvider, simpleProvider } from '../../support/madeUpProvider';

/** The items of a finished task whose images stay at their URLs. */
async function itemsOf(
	provider: Provider,
	known: Partial<KnownTask>,
	task: Partial<FinishedTask> = {},
	options: Partial<Options> = {},
	type = 'seedreamGenerate',
) {
	const finished: FinishedTask = {
		itemIndex: 0,
		known: { provider: provider.id, taskId: 'task_1', warnings: [], ...known },
		images: [1, 2].map((number) => ({ url: `https://example.com/${number}.png`, index: number - 1 })),
		count: 2,
		completedAt: new Date(fakeStart).toISOString(),
		expected: null,
		...task,
	};
	const { run, clock } = fakeRun({ type });
	const outcomes = await deliver(finished, fakeChannel(clock, [], provider), { ...defaultOptions, downloadImages: false, ...options }, run);
	return outcomes.map((outcome) => (outcome.kind === 'item' ? outcome.item.json : {}));
}

const inCredits = makeProvider({ cost: { perImage: 1, unit: 'credits' } });
const onlyDelivered = makeProvider({ cost: { onlyDelivered: true } });
const credits = (amount: number): Cost => ({ amount, unit: 'credits' });

test.each<[string, Provider, Partial<KnownTask>, Partial<FinishedTask>, Cost]>([
	['what the finished reply says', inCredits, { estimatedCost: credits(5) }, { cost: credits(3) }, credits(1.5)],
	['else what the submit said', inCredits, { imagesRequested: 3, estimatedCost: credits(5) }, {}, credits(2.5)],
	['else the price of all that was asked for', inCredits, { imagesRequested: 3 }, {}, credits(1.5)],
	[
		'where only delivered images cost, the price of these',
		onlyDelivered,
		{ imagesRequested: 3, estimatedCost: { amount: 0.105, unit: 'USD' } },
		{},
		{ amount: 0.035, unit: 'USD' },
	],
	['a foreign unit is not believed', inCredits, { imagesRequested: 2, estimatedCost: { amount: 5, unit: 'USD' } }, {}, credits(1)],
])("an image's share of the cost: %s", async (_name, provider, known, task, share) => {
	expect((await itemsOf(provider, known, task)).map(({ cost }) => cost)).toEqual([share, share]);
});

describe('the fields of an item', () => {
	const known: Partial<KnownTask> = { prompt: 'a teapot', model: 'seedream-4.5', submittedAt: fakeStart, imagesRequested: 2 };
	const behind = [
		'cost',
		'warnings',
		'imageIndex',
		'imageCount',
		'imagesRequested',
		'provider',
		'model',
		'taskId',
		'status',
		'submittedAt',
		'completedAt',
		'waitedSeconds',
	];

	test('begin with what users look for', async () => {
		const [item] = await itemsOf(simpleProvider, known);
		expect(Object.keys(item ?? {})).toEqual(['prompt', 'url', ...behind]);
		expect(item).toMatchObject({ prompt: 'a teapot', model: 'seedream-4.5' });
	});

	test('begin with it in one item per task too', async () => {
		const [item] = await itemsOf(simpleProvider, known, {}, { outputMode: 'itemPerTask' });
		expect(Object.keys(item ?? {})).toEqual(['prompt', 'images', ...behind.filter((name) => name !== 'imageIndex')]);
	});

	test('leave out the prompt if it is unknown or a language model wrote it', async () => {
		const [unknown] = await itemsOf(simpleProvider, { ...known, prompt: undefined, model: undefined });
		expect(Object.keys(unknown ?? {})).toEqual(['url', ...behind.filter((name) => name !== 'model')]);
		const [ofTool] = await itemsOf(simpleProvider, known, {}, {}, 'seedreamGenerateTool');
		expect(Object.keys(ofTool ?? {})).toEqual(['url', ...behind]);
	});
});

test('fewer images than requested, and URLs that expire, are warned of', async () => {
	const provider: Provider = { ...simpleProvider, resultLifetimeSeconds: 86_400 };
	const [item] = await itemsOf(provider, { imagesRequested: 3 });
	expect(item?.warnings).toEqual(['Only 2 of 3 images were returned.', 'The image URLs may expire 24 h after completion.']);
	const [whole] = await itemsOf(simpleProvider, { imagesRequested: 2 });
	expect(whole?.warnings).toEqual([]);
});

test.each([
	[1, 15],
	[20, 20],
	[1_000_000_000, 100],
])('of 1,000 URLs for %i images that an item claims to have requested, %i are downloaded and the others listed', async (imagesRequested, downloads) => {
	const images = Array.from({ length: 1000 }, (_, index) => ({ url: `https://example.com/${index}.png`, index }));
	const known: KnownTask = { provider: 'example', taskId: 'task_1', imagesRequested, warnings: [] };
	const { run, clock, node } = fakeRun({ answer: () => Object.assign(new Error('nobody is there'), { code: 'ENOTFOUND' }) });
	const finished: FinishedTask = { itemIndex: 0, known, images, count: images.length, completedAt: new Date(fakeStart).toISOString(), expected: null };
	const outcomes = await deliver(finished, fakeChannel(clock), { ...defaultOptions, outputMode: 'itemPerTask' }, run);
	expect(new Set(node.requests.map(({ url }) => url)).size).toBe(downloads);
	const [outcome] = outcomes;
	expect(outcome?.kind === 'item' ? outcome.item.json : {}).toMatchObject({
		images: { length: 1000 - downloads },
		missing: { length: downloads },
		warnings: expect.arrayContaining([expect.stringMatching(new RegExp(`^The reply names 1000 images, .*: ${downloads} were downloaded`))]),
	});
});
