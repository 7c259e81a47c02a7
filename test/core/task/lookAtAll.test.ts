import type { Look } from '../../../nodes/core/task/lookAgain';
import { settleAll } from '../../../nodes/core/task/lookAtAll';
import { type TaskOutcome } from '../../../nodes/core/task/waitForTask';
import { createFakeClock, fakeStart } from '../../support/fakeClock';

interface Task {
	taskId: string;
	submittedAt?: number;
}

const nothing: ReadonlySet<string> = new Set();
const outcome: TaskOutcome = { kind: 'succeeded', urls: ['https://example.com/1.png'], completedAt: '2026-11-20T12:00:10.000Z', statusRequests: 1 };

const tasksOf = (count: number, milliseconds: number): Task[] => Array.from({ length: count }, (_, index) => ({ taskId: `t${index}`, submittedAt: fakeStart + index * milliseconds }));

/** Looks at tasks of which some are final, and notes whom it was asked about. */
function watch(final: (taskId: string, look: number) => boolean) {
	const looked: string[] = [];
	const look = async ({ taskId }: Task): Promise<TaskOutcome | undefined> => {
		looked.push(taskId);
		return await Promise.resolve(final(taskId, looked.length) ? outcome : undefined);
	};
	return { looked, look };
}

test('the last submitted is looked at first, and the first unfinished one ends it', async () => {
	const { looked, look } = watch((taskId) => taskId !== 't1');
	await expect(settleAll(tasksOf(4, 20_000), nothing, createFakeClock(), look)).resolves.toBeUndefined();
	expect(looked).toEqual(['t3', 't2', 't1']);
});

test('all final: an outcome for each', async () => {
	const tasks = tasksOf(3, 20_000);
	const { look } = watch(() => true);
	const outcomes = await settleAll(tasks, new Set(['t0']), createFakeClock(), look);
	expect(tasks.map((task) => outcomes?.get(task))).toEqual([outcome, outcome, outcome]);
});

test('tasks without a time are looked at too', async () => {
	const { looked, look } = watch(() => true);
	await settleAll([{ taskId: 'a' }, { taskId: 'b' }], nothing, createFakeClock(), look);
	expect(looked).toEqual(['b', 'a']);
});

test('the announced one comes last: the others are likelier to be unfinished', async () => {
	const { looked, look } = watch((taskId) => taskId === 't2');
	await settleAll(tasksOf(3, 20_000), new Set(['t2']), createFakeClock(), look);
	expect(looked).toEqual(['t1']);
});

test('tasks of the same few seconds are drawn by lot', async () => {
	let next = 0;
	const clock = createFakeClock(() => [0.9, 0.1, 0.5][next++] ?? 0);
	const { looked, look } = watch(() => true);
	await settleAll(tasksOf(3, 3_000), nothing, clock, look);
	expect(looked).toEqual(['t2', 't0', 't1']);
});

test('a callback that runs ahead of its own status is asked again for a few seconds', async () => {
	const clock = createFakeClock();
	const { looked, look } = watch((_, count) => count === 3);
	const outcomes = await settleAll([{ taskId: 'ahead' }], new Set(['ahead']), clock, look);
	expect(outcomes?.size).toBe(1);
	expect(looked).toHaveLength(3);
	expect(clock.elapsed()).toBe(2_000);
});

test('a lie about a running task costs six looks and five seconds', async () => {
	const clock = createFakeClock();
	const { looked, look } = watch(() => false);
	await expect(settleAll([{ taskId: 'running' }], new Set(['running']), clock, look)).resolves.toBeUndefined();
	expect(looked).toHaveLength(6);
	expect(clock.elapsed()).toBe(5_000);
});

test('one that was not announced is asked once', async () => {
	const clock = createFakeClock();
	const { looked, look } = watch(() => false);
	await settleAll([{ taskId: 'running' }], new Set(['another']), clock, look);
	expect(looked).toHaveLength(1);
	expect(clock.sleeps).toEqual([]);
});

test('at the last call, a task whose reply says nothing is asked again like the announced one', async () => {
	const clock = createFakeClock();
	const looked: string[] = [];
	const look = async ({ taskId }: Task): Promise<Look> => {
		looked.push(taskId);
		return await Promise.resolve(taskId === 'hiccup' && looked.length < 3 ? { kind: 'unclear', notBefore: 0 } : outcome);
	};
	const outcomes = await settleAll([{ taskId: 'hiccup' }, { taskId: 'announced' }], new Set(['announced']), clock, look);
	expect(outcomes?.size).toBe(2);
	expect(looked).toEqual(['hiccup', 'hiccup', 'hiccup', 'announced']);
	expect(clock.elapsed()).toBe(2_000);
});

test('fifty tasks that end in random order cost at most five looks each, on average, and few more in a bad draw', async () => {
	let state = 7;
	const random = (): number => {
		state = (state * 48_271) % 2_147_483_647;
		return state / 2_147_483_647;
	};
	const count = 50;
	const runs = 60;
	const clock = createFakeClock(random);
	const tasks = tasksOf(count, 20);
	const looksPerTask: number[] = [];
	for (let run = 0; run < runs; run++) {
		const order = tasks.map(({ taskId }) => ({ taskId, lot: random() })).sort((one, other) => one.lot - other.lot);
		const final = new Set<string>();
		let looks = 0;
		for (const { taskId } of order) {
			final.add(taskId);
			const { looked, look } = watch((id) => final.has(id));
			await settleAll(tasks, new Set([taskId]), clock, look);
			looks += looked.length;
		}
		looksPerTask.push(looks / count);
	}
	// The harmonic number of 50 is 4.5.
	expect(looksPerTask.reduce((sum, one) => sum + one, 0) / runs).toBeLessThan(5);
	// In an order that stays the same the mean is no other, but the worst of sixty runs takes eight or nine.
	expect(Math.max(...looksPerTask)).toBeLessThan(6.6);
});
