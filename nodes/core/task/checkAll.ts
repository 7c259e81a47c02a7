import type { Clock } from '../clock';
import { checkAgain, type OpenReason, type StatusCheck } from './checkAgain';
import type { KnownTask } from './taskRef';
import type { TaskOutcome } from './waitForTask';

/** Tasks submitted within this time finish in no particular order. */
const unorderedMilliseconds = 10_000;

/**
 * Nothing can be saved between two callbacks, so the order of the checks must keep the number of requests low: the task most likely to be
 * unfinished comes first. That is the last submitted. Tasks submitted within a few seconds are shuffled, so that a task that
 * finished early does not cost every callback a wasted check. The task that a callback names comes last.
 */
function likeliestUnfinishedFirst<Task extends { known: KnownTask }>(tasks: readonly Task[], named: ReadonlySet<string>, clock: Clock): Task[] {
	const rank = ({ known }: Task): number => (named.has(known.taskId) ? -Infinity : (known.submittedAt ?? 0) + clock.random() * unorderedMilliseconds);
	return [...tasks]
		.reverse()
		.map((task) => ({ task, rank: rank(task) }))
		.sort((one, other) => (one.rank === other.rank ? 0 : other.rank - one.rank))
		.map(({ task }) => task);
}

/**
 * Checks whether all tasks are finished, and stops at the first that is not: one task, then two side by side, then four …, so
 * an unfinished task costs few requests and a hundred finished ones take few rounds. A task that a callback names is checked
 * again for a few seconds, because the callback may arrive before the status changes. So is a task whose reply says nothing,
 * because no other call may come.
 */
export async function checkAll<Task extends { known: KnownTask }>(
	tasks: readonly Task[],
	named: ReadonlySet<string>,
	clock: Clock,
	check: (task: Task) => Promise<StatusCheck>,
): Promise<Map<Task, TaskOutcome> | undefined> {
	const outcomes = new Map<Task, TaskOutcome>();
	const checkOne = async (task: Task): Promise<boolean> => {
		const isWorthIt = (seen: OpenReason): boolean => seen !== 'pending' || named.has(task.known.taskId);
		const outcome = await checkAgain(async () => await check(task), clock, isWorthIt);
		if (outcome !== undefined) outcomes.set(task, outcome);
		return outcome !== undefined;
	};
	const inOrder = likeliestUnfinishedFirst(tasks, named, clock);
	for (let from = 0, count = 1; from < inOrder.length; from += count, count *= 2) {
		const areFinal = await Promise.all(inOrder.slice(from, from + count).map(checkOne));
		if (areFinal.includes(false)) return undefined;
	}
	return outcomes;
}
