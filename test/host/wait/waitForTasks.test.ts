/** A whole run of Wait for Task, from its items to its output or to the error that stops the workflow. */
import type * as FakeRealClock from '../../support/fakeRealClock';
import { waitForTasks } from '../../../nodes/host/wait/waitForTasks';
import { fakeNode, type Answer, type FakeNode, type FakeNodeRules } from '../../support/fakeNode';
import { newTime } from '../../support/fakeRealClock';

jest.mock('../../../nodes/providers', () => jest.requireActual<object>('../../support/madeUpRegistry'));

jest.mock('../../../nodes/host/execution/realClock', () => jest.requireActual<typeof FakeRealClock>('../../support/fakeRealClock'));

let clock = newTime();
beforeEach(() => {
	clock = newTime();
});

/** A task is called after the second at which it is finished. */
const answer: Answer = ({ url }) => {
	const taskId = url.split('/').at(-1) ?? '';
	const isReady = clock.elapsed() / 1000 >= Number(taskId.split('_')[1]);
	const state = isReady ? { state: 'success', resultJson: { resultUrls: [`https://example.com/${taskId}.png`] } } : { state: 'processing' };
	return { statusCode: 200, body: { code: 200, data: { taskId, ...state } } };
};
const nodeWith = (ids: readonly string[], rules: FakeNodeRules = {}): FakeNode =>
	fakeNode({
		type: 'seedreamWaitForTask',
		items: ids.map((taskId) => ({ json: { taskId } })),
		credentials: { exampleApi: { apiKey: 'the-key' } },
		answer,
		...rules,
		parameters: { providers: ['example'], taskId: (item: number) => ids[item], timeout: 100, options: { downloadImages: false }, ...rules.parameters },
	});
const stopOf = async ({ context }: FakeNode) =>
	await waitForTasks(context).then(
		() => undefined,
		(error: Error & { description?: string }) => error,
	);

test('all tasks are polled together and returned in the order of the items', async () => {
	const node = nodeWith(['task_90', 'task_1', 'task_60']);
	const [output] = await waitForTasks(node.context);
	expect(output?.map(({ json, pairedItem }) => [json.taskId, pairedItem])).toEqual([
		['task_90', { item: 0 }],
		['task_1', { item: 1 }],
		['task_60', { item: 2 }],
	]);
	expect(clock.elapsed()).toBeLessThan(100_000);
});

test('under Stop no task is checked if an item is invalid, and the tasks of the others are named', async () => {
	const node = nodeWith(['task_1', '']);
	const error = await stopOf(node);
	expect(error?.message).toMatch(/Task ID is empty/);
	expect(error?.description).toMatch(/item 0: Example task_1/);
	expect(node.requests).toEqual([]);
});

test('under Stop a late task is an error that names it', async () => {
	const error = await stopOf(nodeWith(['task_1', 'task_9999']));
	expect(error?.message).toMatch(/task_9999/);
});

test('under Continue an invalid item does not affect the others', async () => {
	const [output] = await waitForTasks(nodeWith(['', 'task_1'], { onError: 'continueRegularOutput' }).context);
	expect(output).toMatchObject([{ json: { error: expect.stringMatching(/Task ID is empty/) } }, { json: { taskId: 'task_1', status: 'succeeded' } }]);
});

describe('On Callback', () => {
	const parameters = { waitMode: 'callback' };

	test('parks unfinished tasks', async () => {
		const node = nodeWith(['task_900'], { onError: 'continueErrorOutput', parameters });
		await waitForTasks(node.context);
		expect(node.waits).toHaveLength(1);
	});

	test('is refused for an agent, because it would park the agent’s execution', async () => {
		const node = nodeWith(['task_900'], { type: 'seedreamWaitForTaskTool', onError: 'continueRegularOutput', parameters });
		expect(await waitForTasks(node.context)).toMatchObject([[{ json: { error: expect.stringMatching(/Poll/) } }]]);
		expect([node.waits, node.requests]).toEqual([[], []]);
	});
});

test('an agent that polls gets JSON', async () => {
	const node = nodeWith(['task_1'], { type: 'seedreamWaitForTaskTool', parameters: { options: {} } });
	expect(await waitForTasks(node.context)).toMatchObject([[{ json: { taskId: 'task_1', url: 'https://example.com/task_1.png' } }]]);
	expect(node.stored).toEqual([]);
});

test.each<[string, FakeNodeRules['onError'], string]>([
	['under Continue a failure of each item', 'continueRegularOutput', 'items'],
	['under Stop an error', undefined, 'error'],
])('a parameter of all items that cannot be read is %s', async (_, onError, kind) => {
	const waitMode = () => {
		throw new Error('no such field');
	};
	const node = nodeWith(['task_1'], { ...(onError === undefined ? {} : { onError }), parameters: { waitMode } });
	const result = await waitForTasks(node.context).catch((error: Error) => error.message);
	if (kind === 'items') expect(result).toMatchObject([[{ json: { taskId: 'task_1', error: expect.stringMatching(/no such field/) } }]]);
	else expect(result).toMatch(/no such field/);
});

test('a parameter that cannot be read loses no task: the error lists those that the items name', async () => {
	const waitMode = () => {
		throw new Error('no such field');
	};
	const items = [
		{ json: { taskId: 'task_1', provider: 'plain' } },
		{ json: {} },
		{ json: { error: 'late', details: { taskId: 'task_3', provider: 'example' } } },
	];
	const error = await stopOf(nodeWith([], { items, parameters: { waitMode } }));
	expect(error?.message).toMatch(/no such field.*task_1/);
	expect(error?.description).toMatch(/item 0: Plain task_1, item 2: Example task_3/);
});
