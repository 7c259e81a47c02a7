import type { StatusCheck } from '../../../nodes/core/task/checkAgain';
import { checkAll } from '../../../nodes/core/task/checkAll';
import type { KnownTask } from '../../../nodes/core/task/taskRef';
import { type TaskOutcome } from '../../../nodes/core/task/waitForTask';
import { createFakeClock, fakeStart } from '../../support/fakeClock';

interface Task {
	known: KnownTask;
}

const nothing: ReadonlySet<string> = new Set();
const outcome: TaskOutcome = { kind: 'succeeded', urls: ['https://example.com/1.png'], completedAt: '2026-11-20T12:00:10.000Z', statusRequests: 1 };

const taskOf = (taskId: string, more: Partial<KnownTask> = {}): Task => ({ known: { provider: 'example', taskId, warnings: [], ...more } });
const tasksOf = (count: number, milliseconds: number): Task[] =>
	Array.from({ length: count }, (_, index) => taskOf(`t${index}`, { submittedAt: fakeStart + index * milliseconds }));

/** Checks tasks of which some are final, and notes which. */
function watch(final: (taskId: string, check: number) => boolean) {
	const checked: string[] = [];
	const check = async ({ known: { taskId } }: Task): Promise<StatusCheck> => {
		checked.push(taskId);
		return await Promise.resolve(final(taskId, checked.length) ? outcome : { kind: 'pending' });
	};
	return { checked, check };
}

test('the last submitted task is checked first, and the first unfinished one ends the round', async () => {
	const { checked, check } = watch((taskId) => taskId !== 't1');
	await expect(checkAll(tasksOf(4, 20_000), nothing, createFakeClock(), check)).resolves.toBeUndefined();
	expect(checked).toEqual(['t3', 't2', 't1']);
});

test('if all are final, each has an outcome', async () => {
	const tasks = tasksOf(3, 20_000);
	const { check } = watch(() => true);
	const outcomes = await checkAll(tasks, new Set(['t0']), createFakeClock(), check);
	expect(tasks.map((task) => outcomes?.get(task))).toEqual([outcome, outcome, outcome]);
});

test('tasks without a submit time are checked too', async () => {
	const { checked, check } = watch(() => true);
	await checkAll([taskOf('a'), taskOf('b')], nothing, createFakeClock(), check);
	expect(checked).toEqual(['b', 'a']);
});

test('the task that the callback names is checked last, because the others are likelier to be unfinished', async () => {
	const { checked, check } = watch((taskId) => taskId === 't2');
	await checkAll(tasksOf(3, 20_000), new Set(['t2']), createFakeClock(), check);
	expect(checked).toEqual(['t1']);
});

test('tasks submitted within a few seconds are checked in random order', async () => {
	let next = 0;
	const clock = createFakeClock(() => [0.9, 0.1, 0.5][next++] ?? 0);
	const { checked, check } = watch(() => true);
	await checkAll(tasksOf(3, 3_000), nothing, clock, check);
	expect(checked).toEqual(['t2', 't0', 't1']);
});

test('a task whose callback arrives before its status changes is checked again for a few seconds', async () => {
	const clock = createFakeClock();
	const { checked, check } = watch((_, count) => count === 3);
	const outcomes = await checkAll([taskOf('ahead')], new Set(['ahead']), clock, check);
	expect(outcomes?.size).toBe(1);
	expect(checked).toHaveLength(3);
	expect(clock.elapsed()).toBe(2_000);
});

test('a false callback for a running task costs six checks and five seconds', async () => {
	const clock = createFakeClock();
	const { checked, check } = watch(() => false);
	await expect(checkAll([taskOf('running')], new Set(['running']), clock, check)).resolves.toBeUndefined();
	expect(checked).toHaveLength(6);
	expect(clock.elapsed()).toBe(5_000);
});

test('a task without a callback is checked once', async () => {
	const clock = createFakeClock();
	const { checked, check } = watch(() => false);
	await checkAll([taskOf('running')], new Set(['another']), clock, check);
	expect(checked).toHaveLength(1);
	expect(clock.sleeps).toEqual([]);
});

test('a task whose reply says nothing is checked again like the one that the callback names', async () => {
	const clock = createFakeClock();
	const checked: string[] = [];
	const check = async ({ known: { taskId } }: Task): Promise<StatusCheck> => {
		checked.push(taskId);
		return await Promise.resolve(taskId === 'hiccup' && checked.length < 3 ? { kind: 'unclear', notBefore: 0 } : outcome);
	};
	const outcomes = await checkAll([taskOf('hiccup'), taskOf('announced')], new Set(['announced']), clock, check);
	expect(outcomes?.size).toBe(2);
	expect(checked).toEqual(['hiccup', 'hiccup', 'hiccup', 'announced']);
	expect(clock.elapsed()).toBe(2_000);
});

test('sixty finished tasks are checked side by side', async () => {
	const clock = createFakeClock();
	const check = async (): Promise<StatusCheck> => {
		await clock.sleep(100);
		return outcome;
	};
	const outcomes = await checkAll(tasksOf(60, 20), nothing, clock, check);
	expect(outcomes?.size).toBe(60);
	expect(clock.elapsed()).toBeLessThanOrEqual(600);
});

test('fifty tasks that end in random order cost at most seven checks each, on average, and few more in a bad draw', async () => {
	let state = 7;
	const random = (): number => {
		state = (state * 48_271) % 2_147_483_647;
		return state / 2_147_483_647;
	};
	const count = 50;
	const runs = 15;
	const clock = createFakeClock(random);
	const tasks = tasksOf(count, 20);
	const checksPerTask: number[] = [];
	for (let run = 0; run < runs; run++) {
		const order = tasks.map(({ known: { taskId } }) => ({ taskId, lot: random() })).sort((one, other) => one.lot - other.lot);
		const final = new Set<string>();
		let checks = 0;
		for (const { taskId } of order) {
			final.add(taskId);
			const { checked, check } = watch((id) => final.has(id));
			await checkAll(tasks, new Set([taskId]), clock, check);
			checks += checked.length;
		}
		checksPerTask.push(checks / count);
	}
	// One after the other it would be 4.5, the harmonic number of 50; side by side some checks come too early.
	expect(checksPerTask.reduce((sum, one) => sum + one, 0) / runs).toBeLessThan(7);
	expect(Math.max(...checksPerTask)).toBeLessThan(9.5);
});
