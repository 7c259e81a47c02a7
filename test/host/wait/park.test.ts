/** What is ready is delivered; for the rest the execution parks, with what its timer will pass on. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { CredentialFault } from '../../../nodes/host/execution/account';
import { defaultOptions, type Options } from '../../../nodes/host/panel/options';
import { parkedTasksIn, parkUnfinished } from '../../../nodes/host/wait/park';
import type { PlannedWait, WaitPlan } from '../../../nodes/host/wait/planWait';
import { fakeStart } from '../../support/fakeClock';
import type { FakeNodeRules } from '../../support/fakeNode';
import { fakeChannel, fakeRun } from '../../support/fakeRun';
import { reply } from '../../support/fakeSend';
import { simpleProvider } from '../../support/madeUpProvider';

jest.mock('../../../nodes/providers', () => jest.requireActual<object>('../../support/madeUpRegistry'));

type Plan = Partial<Omit<WaitPlan, 'options' | 'known'>> & { options?: Partial<Options>; known?: Partial<WaitPlan['known']> };

function waitFor(taskId: string, itemIndex = 0, more: Plan = {}): PlannedWait {
	const { options, known, ...others } = more;
	return {
		kind: 'wait',
		plan: {
			itemIndex,
			provider: simpleProvider,
			...others,
			known: { provider: 'example', taskId, callback: 'resumeWorkflow', submittedAt: fakeStart, warnings: [], ...known },
			options: { ...defaultOptions, downloadImages: false, timeout: 600, ...options },
		},
	};
}

interface Given {
	/** When a task is finished, in seconds; never where it is not here. */
	ready?: Readonly<Record<string, number>>;
	rules?: FakeNodeRules;
	locked?: boolean;
	before?: (fake: ReturnType<typeof fakeRun>) => void;
}

async function park(planned: readonly PlannedWait[], { ready = {}, rules = { onError: 'continueErrorOutput' }, locked = false, before }: Given = {}) {
	const checks: string[] = [];
	const items: INodeExecutionData[] = planned.map((_, sku) => ({ json: { sku } }));
	const fake = fakeRun({ items, ...rules }, (clock, provider) =>
		locked
			? new CredentialFault('no key')
			: fakeChannel(
					clock,
					(_, { path }) => {
						const taskId = path.split('/').at(-1) ?? '';
						checks.push(`${taskId} at ${clock.elapsed() / 1000}`);
						const isReady = clock.elapsed() / 1000 >= (ready[taskId] ?? Number.POSITIVE_INFINITY);
						const state = isReady ? { state: 'success', resultJson: { resultUrls: [`https://example.com/${taskId}.png`] } } : { state: 'processing' };
						return reply(200, { code: 200, data: { taskId, ...state } });
					},
					provider,
				),
	);
	before?.(fake);
	const [output = []] = await parkUnfinished(fake.node.context, planned, [], fake.run);
	const [prepared = []] = (fake.node.executeData.data.main ?? []) as INodeExecutionData[][];
	return { ...fake, output, prepared, checks, waits: fake.node.waits.map((until) => (until.getTime() - fakeStart) / 1000) };
}
const detailsOf = (item: INodeExecutionData | undefined) => item?.json.details as IDataObject;

test('tasks that are ready are delivered at once, and nothing parks', async () => {
	const { output, waits, prepared } = await park([waitFor('a'), waitFor('b', 1)], { ready: { a: 0, b: 0 } });
	expect(output.map(({ json }) => json.url)).toEqual(['https://example.com/a.png', 'https://example.com/b.png']);
	expect([waits, prepared]).toEqual([[], []]);
});

describe('an unfinished task', () => {
	test('parks the execution until the deadline, with all outputs prepared for its timer', async () => {
		const { waits, node, prepared, checks } = await park([waitFor('a'), waitFor('b', 1)], { ready: { a: 0 } });
		expect(waits).toEqual([600]);
		expect(node.metadata).toEqual([{ forwardAllOutputs: true }]);
		expect(node.executeData.data.main).toEqual([expect.any(Array), []]);
		expect(prepared).toMatchObject([
			{ json: { taskId: 'a', url: 'https://example.com/a.png' }, pairedItem: { item: 0 } },
			{
				json: { error: expect.stringMatching(/after 600 seconds: no callback/), details: { taskId: 'b', status: 'timedOut', failure: { kind: 'timedOut' } } },
				pairedItem: { item: 1 },
			},
		]);
		expect(checks.filter((check) => check.startsWith('b'))).toHaveLength(2);
	});

	test('is shown without an error, which would make n8n run the node again', async () => {
		const { output, prepared } = await park([waitFor('a')]);
		expect(output[0]?.json).not.toHaveProperty('error');
		expect(output[0]?.json).toHaveProperty('details');
		expect(prepared[0]?.json).toHaveProperty('error');
	});

	test('keeps for its callback the changed options, warnings and input fields, which a failure does not contain', async () => {
		const { prepared } = await park([
			waitFor('a', 0, { known: { warnings: ['Careful.'] }, options: { timeout: 60, includeInputFields: true, taskProvider: 'example' } }),
		]);
		expect(detailsOf(prepared[0]).parked).toEqual({
			options: { downloadImages: false, timeout: 60, includeInputFields: true },
			warnings: ['Careful.'],
			input: { sku: 0 },
		});
		expect(parkedTasksIn(prepared)).toEqual([
			{
				position: 0,
				itemIndex: 0,
				known: expect.objectContaining({ provider: 'example', taskId: 'a', warnings: ['Careful.'], submittedAt: fakeStart }),
				options: { ...defaultOptions, downloadImages: false, timeout: 60, includeInputFields: true },
				input: { sku: 0 },
			},
		]);
		const plain = await park([waitFor('a')]);
		expect(detailsOf(plain.prepared[0]).parked).toEqual({ options: { downloadImages: false }, warnings: [] });
	});

	test('whose Timeout is over by then is an ordinary failure', async () => {
		const { waits, output } = await park([waitFor('a', 0, { options: { timeout: 0 } })]);
		expect(waits).toEqual([]);
		expect(output).toMatchObject([{ json: { error: expect.any(String), details: { taskId: 'a', failure: { kind: 'timedOut' } } } }]);
		expect(detailsOf(output[0])).not.toHaveProperty('parked');
	});

	test('is checked once more at the end, because n8n refuses callbacks while the node runs', async () => {
		const { output, waits } = await park([waitFor('a'), waitFor('silent', 1, { known: { callback: 'none' } })], { ready: { a: 1, silent: 100 } });
		expect(waits).toEqual([]);
		expect(output.map(({ json }) => json.taskId)).toEqual(['a', 'silent']);
	});
});

test('the longest Timeout of the unfinished tasks counts, by the machine clock', async () => {
	const plans = [
		waitFor('a', 0, { options: { timeout: 100 } }),
		waitFor('b', 1, { options: { timeout: 300 } }),
		waitFor('c', 2, { options: { timeout: 900 } }),
	];
	expect((await park(plans, { ready: { c: 0 } })).waits).toEqual([300]);
	const { waits } = await park([waitFor('a')], { before: ({ clock }) => clock.setWallTime(fakeStart + 3_600_000) });
	expect(waits).toEqual([4200]);
	const [tooLong] = (await park([waitFor('a', 0, { options: { timeout: 1e12 } })])).waits;
	expect(tooLong).toBe(10 * 365 * 86_400);
});

test.each<[string, Plan, FakeNodeRules?]>([
	['it was submitted without a callback', { known: { callback: 'none' } }],
	['it has finished before and only images are missing', { known: { imageCount: 2 } }],
	['its provider sends no callbacks', { provider: { ...simpleProvider, submit: { ...simpleProvider.submit, callbackField: undefined } } }],
	['n8n would show the callback nothing', {}, { more: { getWorkflowSettings: () => ({ binaryMode: 'combined' }) } }],
])('a task that no callback would resume is waited for: %s', async (_, more, rules = {}) => {
	const { output, waits } = await park([waitFor('a', 0, more)], { ready: { a: 60 }, rules: { onError: 'continueErrorOutput', ...rules } });
	expect(waits).toEqual([]);
	expect(output).toMatchObject([{ json: { taskId: 'a', url: 'https://example.com/a.png' } }]);
});

test('an n8n that exposes no workflow settings has no such mode', async () => {
	expect((await park([waitFor('a')], { rules: { onError: 'continueErrorOutput', more: { getWorkflowSettings: () => ({}) } } })).waits).toEqual([600]);
});

test('a task that cannot be checked does not park, and its failure names it', async () => {
	const { output, waits } = await park([waitFor('a')], { locked: true });
	expect(waits).toEqual([]);
	expect(output).toMatchObject([{ json: { details: { taskId: 'a', failure: { kind: 'authentication' } } } }]);
});

test('a run that was stopped does not park', async () => {
	const { waits } = await park([waitFor('a'), waitFor('b', 1)], {
		before: ({ clock, run }) => {
			const { channel } = run;
			run.channel = async (provider) => {
				clock.abort();
				return await channel(provider);
			};
		},
	});
	expect(waits).toEqual([]);
});

describe('parked tasks are read back', () => {
	const item = (details: IDataObject, more: Partial<INodeExecutionData> = {}): INodeExecutionData => ({ json: { details }, pairedItem: { item: 4 }, ...more });
	const details = { provider: 'example', taskId: 'a', failure: {}, parked: {} };

	test('each with its position and its input item', () => {
		const prepared = [
			{ json: {} },
			item(details),
			item(details, { pairedItem: 2 }),
			item(details, { pairedItem: [{ item: 3 }] }),
			item(details, { pairedItem: undefined }),
		];
		expect(parkedTasksIn(prepared).map(({ position, itemIndex }) => [position, itemIndex])).toEqual([
			[1, 4],
			[2, 2],
			[3, 3],
			[4, 0],
		]);
	});

	test.each<[string, IDataObject]>([
		['was not parked', { ...details, parked: undefined }],
		['names no task', { ...details, taskId: undefined }],
		['names no provider of ours', { ...details, provider: 'gone' }],
	])('except an item that %s', (_, other) => {
		expect(parkedTasksIn([item(other)])).toEqual([]);
	});
});
