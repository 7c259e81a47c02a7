/** A whole run of a generating node, from the items to the output or to the error that stops the workflow. */
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import type * as FakeRealClock from '../../support/fakeRealClock';
import { textAt } from '../../../nodes/core/json';
import type { Outcome } from '../../../nodes/host/output/outcome';
import type { AbleItem, ReadItem } from '../../../nodes/host/plan/generatePlan';
import { runJobs, type JobKind } from '../../../nodes/host/generate/runJobs';
import { invalidInput } from '../../../nodes/host/output/failureItem';
import { defaultOptions, type Options } from '../../../nodes/host/panel/options';
import { fakeNode, type Answer, type FakeNode, type FakeNodeRules, type FakeReply, type FakeRequest } from '../../support/fakeNode';
import { newTime } from '../../support/fakeRealClock';
import { emptyJournal, planFor } from '../../support/fakeRun';
import { simpleProvider } from '../../support/madeUpProvider';

jest.mock('../../../nodes/providers', () => jest.requireActual<object>('../../support/madeUpRegistry'));

jest.mock('../../../nodes/host/execution/realClock', () => jest.requireActual<typeof FakeRealClock>('../../support/fakeRealClock'));

let clock = newTime();
beforeEach(() => {
	clock = newTime();
});

/** Each item has its prompt in its JSON: `wrong` is refused before it is sent, `bad` fails at no cost, `late` is never finished. */
function itemsOf(prompts: readonly string[]) {
	return prompts.map((prompt) => ({ json: { prompt } }));
}

const options = (more: Partial<Options> = {}): Options => ({ ...defaultOptions, downloadImages: false, timeout: 60, ...more });

function kindOf(more: Partial<JobKind> = {}, chosen: Partial<Options> = {}): JobKind {
	return {
		async read(context, { itemIndex }): Promise<ReadItem> {
			const prompt = textAt(context.getInputData()[itemIndex]?.json, 'prompt') ?? '';
			const settings = { itemIndex, options: options(chosen), completion: 'waitForImages' as const, files: [] };
			if (prompt === 'wrong') return { ...settings, plans: [], fault: invalidInput(itemIndex, simpleProvider, ['Prompt is wrong']) };
			const plan = planFor({ itemIndex, options: options(chosen) }, simpleProvider);
			const task = { ...plan.checked.task, prompt, values: { sizing: 'preset', resolution: '2K', aspectRatio: '1:1', imageCount: 1 } };
			return { ...settings, plans: [{ ...plan, images: { requested: 1 }, checked: { ...plan.checked, task } }], request: { prompt } };
		},
		rawParameters: () => ({ prompt: '={{ $json.prompt }}' }),
		credentialOf: () => 'c',
		count: () => ({ amount: 0.035, unit: 'USD' }),
		limit: () => ({ cost: { amount: 0.035, unit: 'USD' }, limit: 0, allowUnknownCost: false }),
		dryRun: async (items) => items.map(({ itemIndex }): Outcome => ({ kind: 'item', item: { json: { dryRun: true }, pairedItem: { item: itemIndex } } })),
		...more,
	};
}

const promptOf = ({ body }: FakeRequest): string => textAt(body, 'prompt', 'input.prompt') ?? '';

/** A provider whose tasks are called like their prompts. */
const answer: Answer = (request): FakeReply => {
	if (request.method === 'POST') return { statusCode: 200, body: { code: 200, data: { taskId: promptOf(request) } } };
	const taskId = request.url.split('/').at(-1) ?? '';
	if (taskId === 'late') return { statusCode: 200, body: { code: 200, data: { taskId, state: 'processing' } } };
	const state =
		taskId === 'bad' ? { state: 'failed', failMsg: 'out of luck' } : { state: 'success', resultJson: { resultUrls: [`https://example.com/${taskId}.png`] } };
	return { statusCode: 200, body: { code: 200, data: { taskId, ...state } } };
};
const credentials = { exampleApi: { apiKey: 'the-key' } };
const nodeWith = (prompts: readonly string[], more: FakeNodeRules = {}) => fakeNode({ items: itemsOf(prompts), credentials, answer, ...more });
const posts = ({ requests }: FakeNode) => requests.filter(({ method }) => method === 'POST').map(promptOf);
const entriesOf = ({ kept }: FakeNode) => (kept.seedreamJournal as { entries: Record<string, { state: string; delivered?: string }> }).entries;
const stopOf = async (node: FakeNode, kind = kindOf()) => {
	const error: unknown = await runJobs(node.context, kind).then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	if (!(error instanceof NodeApiError) && !(error instanceof NodeOperationError)) throw new Error("The run was meant to end with an error of n8n's");
	return error;
};
const continued: FakeNodeRules = { onError: 'continueRegularOutput' };

describe('a run without failures', () => {
	test('delivers in the order of the items, and keeps only the sums in the journal', async () => {
		const node = nodeWith(['a', 'b']);
		const [output] = await runJobs(node.context, kindOf());
		expect(output).toMatchObject([
			{ json: { taskId: 'a', status: 'succeeded' }, pairedItem: { item: 0 } },
			{ json: { taskId: 'b' }, pairedItem: { item: 1 } },
		]);
		expect(node.kept.seedreamJournal).toEqual({ ...emptyJournal(), spent: { USD: 0.07 } });
		expect(node.warnings).toEqual([]);
		expect(clock.alarms()).toBe(0);
	});

	test('forgets that an earlier task of a job was free', async () => {
		const kept = { seedreamJournal: { ...emptyJournal(), freed: { '0.0': 1, '0.7': 1 } } };
		await runJobs(nodeWith(['a'], { kept }).context, kindOf());
		expect(kept.seedreamJournal.freed).toEqual({ '0.7': 1 });
	});

	test('adds the input fields after those of the images if that is chosen', async () => {
		const node = fakeNode({ items: [{ json: { prompt: 'a', sku: 7 } }], credentials, answer });
		const [output] = await runJobs(node.context, kindOf({}, { includeInputFields: true }));
		expect(output).toMatchObject([{ json: { taskId: 'a', sku: 7 } }]);
	});
});

test('a dry run of some items sends nothing for them, while the other items are sent', async () => {
	const rehearsed: number[] = [];
	const kind = kindOf({
		dryRun: async (items) => {
			rehearsed.push(...items.map(({ itemIndex }) => itemIndex));
			return items.map((_, index): Outcome => ({ kind: 'item', item: { json: { dry: index } } }));
		},
	});
	const read: JobKind['read'] = async (context, at) => {
		const item = (await kindOf().read(context, at)) as AbleItem;
		return { ...item, options: options({ dryRun: at.itemIndex !== 1 }) };
	};
	const node = nodeWith(['a', 'b', 'wrong', 'd'], continued);
	const [output] = await runJobs(node.context, { ...kind, read });
	expect(rehearsed).toEqual([0, 3]);
	expect(posts(node)).toEqual(['b']);
	expect(output?.map(({ json }) => json.dry ?? json.taskId ?? json.error)).toEqual([0, 'b', expect.stringMatching(/Prompt is wrong/), 1]);
});

describe('under Stop', () => {
	test('nothing is sent while any item is wrong, and all wrong items are named', async () => {
		const node = nodeWith(['a', 'wrong', 'wrong']);
		const error = await stopOf(node);
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error.message).toMatch(/Prompt is wrong.*\(2 items are affected\)$/);
		expect(node.requests).toEqual([]);
	});

	test('nothing is sent while a limit or an account refuses any of them', async () => {
		const node = nodeWith(['a', 'b']);
		const limit: JobKind['limit'] = () => ({ cost: { amount: 0.035, unit: 'USD' }, limit: 0.05, allowUnknownCost: false });
		expect((await stopOf(node, kindOf({ limit }))).message).toMatch(/Spending Limit is 0.05 USD/);
		expect(node.requests).toEqual([]);
		const locked = nodeWith(['a'], { credentials: {} });
		expect((await stopOf(locked)).message).toMatch(/credential/);
	});

	test('a failure lists the tasks that were accepted, which stay in the journal', async () => {
		const node = nodeWith(['bad', 'b']);
		const error = await stopOf(node);
		expect(error.message).toMatch(/out of luck/);
		expect(error.description).toMatch(/item 1: Example b/);
		expect(Object.values(entriesOf(node)).map(({ state }) => state)).toContain('accepted');
	});

	test('an item that is invalid in the second try does not hide what the first one paid', async () => {
		const node = nodeWith(['bad', 'b', 'c']);
		await stopOf(node);
		const again = nodeWith(['bad', 'b', 'wrong'], { kept: node.kept, credentials: {} });
		const error = await stopOf(again);
		expect(error.description).toMatch(/Example b/);
	});
});

describe('under Continue', () => {
	test('an invalid and a failed item do not affect the others, and paid tasks stay in the journal', async () => {
		const node = nodeWith(['wrong', 'b', 'bad'], continued);
		const [output] = await runJobs(node.context, kindOf());
		expect(output).toMatchObject([
			{ json: { error: expect.stringMatching(/Prompt is wrong/) }, pairedItem: { item: 0 } },
			{ json: { taskId: 'b' } },
			{ json: { error: expect.stringMatching(/out of luck/), details: { taskId: 'bad' } }, pairedItem: { item: 2 } },
		]);
		expect(Object.keys(entriesOf(node))).toContain('0.1');
	});

	test('a bug after the dry run of an item does not lose its output', async () => {
		const read: JobKind['read'] = async (context, at) => {
			const item = (await kindOf().read(context, at)) as AbleItem;
			return { ...item, options: options({ dryRun: at.itemIndex === 0 }) };
		};
		const limit: JobKind['limit'] = () => {
			throw new Error('boom');
		};
		const [output] = await runJobs(nodeWith(['a', 'b'], continued).context, kindOf({ read, limit }));
		expect(output).toMatchObject([{ json: { dryRun: true } }, { json: { error: expect.stringMatching(/boom/) } }]);
	});

	test('a second try reuses the tasks of the first and sends nothing', async () => {
		const node = nodeWith(['a', 'wrong'], continued);
		await runJobs(node.context, kindOf());
		const again = nodeWith(['a', 'wrong'], { ...continued, kept: node.kept });
		const [output] = await runJobs(again.context, kindOf());
		expect(output?.[0]).toMatchObject({ json: { taskId: 'a' } });
		expect([posts(node), posts(again)]).toEqual([['a'], []]);
	});

	test.each<[string, Partial<JobKind>]>([
		['reads an item', { read: async () => await Promise.reject(new Error('boom')) }],
		[
			'counts the cost',
			{
				limit: () => {
					throw new Error('boom');
				},
			},
		],
	])('a bug that %s is a failure of each item and never an error', async (_, more) => {
		const node = nodeWith(['a', 'b'], continued);
		const [output] = await runJobs(node.context, kindOf(more));
		expect(output).toMatchObject([
			{ json: { prompt: 'a', error: expect.stringMatching(/boom/) } },
			{ json: { prompt: 'b', error: expect.stringMatching(/boom/) } },
		]);
		expect(posts(node)).toEqual([]);
	});
});

test('under Stop a bug is an n8n error that lists the accepted tasks', async () => {
	const kept = {};
	await stopOf(nodeWith(['bad', 'b'], { kept }));
	const limit: JobKind['limit'] = () => {
		throw new Error('boom');
	};
	const error = await stopOf(nodeWith(['bad', 'b'], { kept }), kindOf({ limit }));
	expect(error.message).toMatch(/boom/);
	expect(error.description).toMatch(/Example b/);
});

test("the user's Stop logs the ids of accepted tasks", async () => {
	const node: FakeNode = nodeWith(['a', 'b'], {
		...continued,
		answer: (request, number) => {
			if (number === 2) clock.at(3000, () => node.stop());
			return answer(request, number);
		},
	});
	const [output] = await runJobs(node.context, kindOf());
	expect(output).toMatchObject([{ json: { details: { taskId: 'a', failure: { kind: 'cancelled' } } } }, { json: { details: { taskId: 'b' } } }]);
	expect(node.warnings).toEqual(['Stopped with accepted tasks: item 0: Example a, item 1: Example b']);
});

describe("an agent's call", () => {
	const tool: FakeNodeRules = { type: 'seedreamGenerateTool' };

	test('keeps the delivered task for an agent that is retried, and releases its entry', async () => {
		const node = nodeWith(['a'], tool);
		await runJobs(node.context, kindOf());
		const entries = Object.values(entriesOf(node));
		expect(entries).toMatchObject([{ state: 'accepted', delivered: '1' }]);
		const retried = nodeWith(['a'], { ...tool, kept: node.kept, executionId: '2' });
		await runJobs(retried.context, kindOf());
		expect(posts(retried)).toEqual([]);
		const anew = nodeWith(['a'], { ...tool, kept: node.kept, executionId: '2' });
		await runJobs(anew.context, kindOf());
		expect(posts(anew)).toEqual(['a']);
	});

	test('that failed is continued by the next call', async () => {
		const node = nodeWith(['late'], tool);
		await stopOf(node);
		const again = nodeWith(['late'], { ...tool, kept: node.kept });
		await stopOf(again);
		expect([posts(node), posts(again)]).toEqual([['late'], []]);
	});
});

test('each pass of a loop has jobs of its own', async () => {
	const node = nodeWith(['late'], continued);
	await runJobs(node.context, kindOf());
	const second = nodeWith(['late'], { ...continued, kept: node.kept, runIndex: 1 });
	await runJobs(second.context, kindOf());
	expect(posts(second)).toEqual(['late']);
});
