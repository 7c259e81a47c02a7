/** From the task of an item to its images, or to a failure that names the task. */
import type { Provider } from '../../../nodes/core/provider/provider';
import { taskFailure } from '../../../nodes/core/reply/providerFailure';
import type { KnownTask } from '../../../nodes/core/task/taskRef';
import type { TaskOutcome } from '../../../nodes/core/task/waitForTask';
import { defaultOptions, type Options } from '../../../nodes/host/panel/options';
import { deliverOutcome, stoppedTask, waitAndDeliver, waitContextOf, type WaitingTask } from '../../../nodes/host/wait/waitAndDeliver';
import { fakeStart } from '../../support/fakeClock';
import type { Answer } from '../../support/fakeNode';
import { fakeChannel, fakeRun } from '../../support/fakeRun';
import { simpleProvider } from '../../support/madeUpProvider';
import { reply } from '../../support/fakeSend';
import { encodePng } from '../../workflows/support/smallPng';

const urlAt = (number: number) => `https://files.example.com/${number}.png`;
const three = [1, 2, 3].map(urlAt);
const png: Answer = () => ({ statusCode: 200, body: [encodePng(7, 5, 200)] });
const gone: Answer = () => ({ statusCode: 404 });

const knownAs = (more: Partial<KnownTask> = {}): KnownTask => ({ provider: 'example', taskId: 'task_1', submittedAt: fakeStart, warnings: [], ...more });
const optionsWith = (more: Partial<Options> = {}): Options => ({ ...defaultOptions, ...more });

function ready(answer: Answer = png, replies: Parameters<typeof fakeChannel>[1] = [], provider: Provider = simpleProvider) {
	const fake = fakeRun({ answer });
	return { ...fake, channel: fakeChannel(fake.clock, replies, provider) };
}

async function deliver(outcome: TaskOutcome, task: Partial<WaitingTask> & { known?: KnownTask } = {}, { options = optionsWith(), answer = png } = {}) {
	const { run, channel, node } = ready(answer);
	const outcomes = await deliverOutcome({ itemIndex: 4, known: knownAs(), ...task }, outcome, channel, options, run);
	return { outcomes, json: outcomes.map((one) => (one.kind === 'item' ? one.item.json : one.failed)), asked: node.requests.map(({ url }) => url) };
}

const succeeded = (more: Partial<Extract<TaskOutcome, { kind: 'succeeded' }>> = {}): TaskOutcome => ({
	kind: 'succeeded',
	urls: three,
	completedAt: new Date(fakeStart + 30_000).toISOString(),
	statusRequests: 1,
	...more,
});
const unknownTask: TaskOutcome = {
	kind: 'failed',
	failure: taskFailure(simpleProvider, 'notFound', { message: 'no such task' }),
	statusRequests: 3,
	about: 'unknownTask',
};

describe('a task is checked', () => {
	const contextOf = (options: Partial<Options>) => {
		const { run, channel } = ready();
		return { waiting: waitContextOf(channel, optionsWith(options), run), channel, run };
	};

	test('until Timeout, counted from the beginning of the run, with the account of its channel', () => {
		const { waiting, channel, run } = contextOf({ timeout: 30 });
		expect(waiting).toMatchObject({ deadline: fakeStart + 30_000, overrides: {} });
		expect([waiting.provider, waiting.gate, waiting.inFlight, waiting.send, waiting.clock]).toEqual([
			channel.provider,
			channel.gate,
			channel.inFlight,
			channel.send,
			run.clock,
		]);
	});

	test("at the provider's own pace, unless Poll Interval is set", () => {
		expect(contextOf({ pollInterval: 0 }).waiting).not.toHaveProperty('pollIntervalSeconds');
		expect(contextOf({ pollInterval: 0.5 }).waiting).toMatchObject({ pollIntervalSeconds: 0.5 });
	});

	test('at the Status Path and the Result Path of the options', async () => {
		const told = { statusPath: '/jobs/{taskId}', resultPath: 'output.links' };
		const status = jest.fn((taskId: string) => ({ method: 'GET' as const, path: `/jobs/${taskId}` }));
		const readStatus = jest.fn(() => ({ state: 'succeeded' as const, urls: three }));
		const provider = { ...simpleProvider, status, readStatus };
		const { run, channel } = ready(png, [reply(200, {})], { ...provider, models: [provider] });
		const outcomes = await waitAndDeliver({ itemIndex: 0, known: knownAs() }, channel, optionsWith({ downloadImages: false, ofProvider: told }), run);
		expect(outcomes).toHaveLength(3);
		expect(status).toHaveBeenCalledWith('task_1', told);
		expect(readStatus).toHaveBeenCalledWith({}, told);
	});
});

describe('a finished task', () => {
	test('is delivered with all its images, its own model, its cost and its times', async () => {
		const { json, asked } = await deliver(succeeded({ cost: { amount: 0.3, unit: 'USD' }, model: 'model-2' }), {
			known: knownAs({ model: 'model-1', prompt: 'a fox' }),
		});
		expect(asked).toEqual(three);
		expect(json).toMatchObject(
			three.map((url, imageIndex) => ({
				url,
				imageIndex,
				imageCount: 3,
				model: 'model-2',
				prompt: 'a fox',
				cost: { amount: 0.1, unit: 'USD' },
				waitedSeconds: 30,
			})),
		);
	});

	test('keeps the model, and warns when its URLs expire if they are not downloaded', async () => {
		const { json, asked } = await deliver(
			succeeded({ expiresAt: '2026-12-01' }),
			{ known: knownAs({ model: 'model-1' }), expected: { width: 9, height: 9 } },
			{ options: optionsWith({ downloadImages: false }) },
		);
		expect(asked).toEqual([]);
		expect(json[0]).toMatchObject({ model: 'model-1', pixels: { width: 9, height: 9 }, warnings: ['The image URLs expire at 2026-12-01.'] });
	});

	test('returns only the image that is still missing', async () => {
		const { json, asked } = await deliver(succeeded(), { known: knownAs({ imageCount: 3, imageIndex: 1 }) });
		expect([asked, json]).toMatchObject([[urlAt(2)], [{ imageIndex: 1, imageCount: 3 }]]);
	});

	test.each<[string, Partial<KnownTask>]>([
		['it has another number of images than was said', { imageCount: 2, imageIndex: 1 }],
		['all of them are missing', { imageCount: 3 }],
		['nobody said how many there are', { imageIndex: 1 }],
	])('returns all images if %s', async (_, more) => {
		expect((await deliver(succeeded(), { known: knownAs(more) })).asked).toEqual(three);
	});
});

describe('a finished task of which an image is lost', () => {
	const cost = { amount: 0.3, unit: 'USD' } as const;
	const lose: Answer = (request, number) => (request.url === urlAt(2) ? gone(request, number) : png(request, number));
	const perTask = optionsWith({ outputMode: 'itemPerTask' });

	test('returns the others, and a failure that says which one it is', async () => {
		const { json } = await deliver(succeeded({ cost }), {}, { answer: lose });
		const failed = { taskId: 'task_1', imageIndex: 1, imageCount: 3, urls: [urlAt(2)], estimatedCost: cost, failure: { kind: 'downloadFailed' } };
		expect(json).toMatchObject([{ imageIndex: 0 }, failed, { imageIndex: 2 }]);
	});

	test('because it is larger than Max File Size keeps its URL', async () => {
		const { json } = await deliver(succeeded({ urls: [urlAt(1)] }), {}, { options: optionsWith({ maxFileSize: 0.00005 }) });
		expect(json).toMatchObject([{ urls: [urlAt(1)], failure: { kind: 'downloadFailed', message: expect.stringMatching(/larger than/) } }]);
	});

	test('lists it beside the others in one item per task', async () => {
		const { json } = await deliver(succeeded({ cost }), {}, { options: perTask, answer: lose });
		expect(json).toMatchObject([
			{
				images: [{ url: urlAt(1) }, { url: urlAt(3) }],
				missing: [{ url: urlAt(2), reason: expect.stringMatching(/404/) }],
				cost,
				warnings: ['1 of 3 images could not be downloaded; their URLs are in missing.'],
			},
		]);
	});

	test('has its share of the cost once it is fetched, in one item per task too', async () => {
		const { json } = await deliver(succeeded({ cost }), { known: knownAs({ imageCount: 3, imageIndex: 1 }) }, { options: perTask });
		expect(json).toMatchObject([{ images: [{ url: urlAt(2) }], imageCount: 3, cost: { amount: 0.1, unit: 'USD' } }]);
	});
});

describe('a task that cannot be delivered', () => {
	test('is a failure of its item that names the task and the time waited', async () => {
		const { outcomes } = await deliver(unknownTask, { known: knownAs({ imagesRequested: 2 }) }, { options: optionsWith({ timeout: 30 }) });
		expect(outcomes).toMatchObject([
			{
				kind: 'failure',
				failed: { itemIndex: 4, provider: { id: 'example' }, taskId: 'task_1', imagesRequested: 2, timeoutSeconds: 30, failure: { kind: 'notFound' } },
			},
		]);
	});

	test('is downloaded from the earlier URL if the item has it', async () => {
		const { json, asked } = await deliver(unknownTask, { known: knownAs({ urls: [urlAt(2)], imageCount: 3, imageIndex: 1 }) });
		expect([asked, json]).toMatchObject([[urlAt(2)], [{ url: urlAt(2), imageIndex: 1, imageCount: 3, fileName: expect.stringMatching(/-2\.png$/) }]]);
		expect((await deliver(unknownTask, { known: knownAs({ urls: three, imageCount: 3 }) })).json).toMatchObject(
			[0, 1, 2].map((imageIndex) => ({ imageIndex })),
		);
	});

	test.each<[string, Partial<KnownTask>, { options?: Options; answer?: Answer }]>([
		['not all its URLs are known', { urls: [urlAt(1)], imageCount: 3 }, {}],
		['only URLs are wanted', { urls: three, imageCount: 3 }, { options: optionsWith({ downloadImages: false }) }],
		['one of them is gone too', { urls: three, imageCount: 3 }, { answer: (request, number) => (number === 2 ? gone(request, number) : png(request, number)) }],
	])('stays a failure in the words of its provider if %s', async (_, more, how) => {
		const { json } = await deliver(unknownTask, { known: knownAs(more) }, { options: how.options ?? optionsWith(), answer: how.answer ?? png });
		expect(json).toMatchObject([{ taskId: 'task_1', ...more, failure: { message: 'no such task' } }]);
	});
});

test('the failure of a stopped task says that it continues at the provider', () => {
	const { channel } = ready();
	expect(stoppedTask({ itemIndex: 2, known: knownAs() }, channel)).toMatchObject({
		itemIndex: 2,
		taskId: 'task_1',
		failure: { kind: 'cancelled', mayBeCharged: true },
	});
});
