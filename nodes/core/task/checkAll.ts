import type { Clock } from '../clock';
import { checkAgain, type OpenReason, type StatusCheck } from './checkAgain';
import type { KnownTask } from './taskRef';
import type { TaskOutcome } from './waitForTask';

/** Tasks submitted within this time end in no particular order. */
const unorderedMilliseconds = 10_000;

/**
 * Nothing can be remembered between two callbacks, so the order of the checks is what keeps the requests few: the likeliest
 * unfinished task first. That is the last submitted; among tasks of the same few seconds it is drawn by lot, so that one early
 * finisher in front does not cost every callback the same vain checks. What a callback named is the likeliest to be final.
 */
function likeliestUnfinishedFirst<Task extends { known: KnownTask }>(tasks: readonly Task[], named: ReadonlySet<string>, clock: Clock): Task[] {
	const rank = ({ known }: Task): number =>
		named.has(known.taskId) ? -Infinity : (known.submittedAt ?? 0) + clock.random() * unorderedMilliseconds;
	return [...tasks]
		.reverse()
		.map((task) => ({ task, rank: rank(task) }))
		.sort((one, other) => (one.rank === other.rank ? 0 : other.rank - one.rank))
		.map(({ task }) => task);
}

/**
 * Checks whether all tasks are final, and ends where one is not: one task first, then twice as many side by side each time, so
 * that an unfinished one costs few requests and a hundred finished ones take no longer than a few. A task that a callback
 * named may run ahead of its own status and is checked again for a few seconds; so is one whose reply says nothing, for no
 * other call may come.
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
