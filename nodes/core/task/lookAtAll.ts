import type { Clock } from '../clock';
import { lookAgain, type Look } from './lookAgain';
import type { TaskOutcome } from './waitForTask';

/** Tasks submitted within this time end in no particular order. */
const unorderedMilliseconds = 10_000;

/**
 * Nothing can be remembered between two callbacks, so the order of looking is what keeps the requests few: the likeliest
 * unfinished first. That is the last submitted; among tasks of the same few seconds it is drawn by lot, so that one early
 * finisher in front does not cost every callback the same vain looks. What was announced is the likeliest to be final.
 */
function likeliestUnfinishedFirst<Task extends { taskId: string; submittedAt?: number }>(
	tasks: readonly Task[],
	announced: ReadonlySet<string>,
	clock: Clock,
): Task[] {
	const rank = (task: Task): number =>
		announced.has(task.taskId) ? -Infinity : (task.submittedAt ?? 0) + clock.random() * unorderedMilliseconds;
	return [...tasks]
		.reverse()
		.map((task) => ({ task, rank: rank(task) }))
		.sort((one, other) => (one.rank === other.rank ? 0 : other.rank - one.rank))
		.map(({ task }) => task);
}

/**
 * Looks whether all tasks are final and stops at the first that is not. A task that was just announced may run ahead of its
 * own status reply and is asked again for a few seconds; so is one whose reply says nothing, for no other call may come.
 */
export async function settleAll<Task extends { taskId: string; submittedAt?: number }>(
	tasks: readonly Task[],
	announced: ReadonlySet<string>,
	clock: Clock,
	look: (task: Task) => Promise<Look>,
): Promise<Map<Task, TaskOutcome> | undefined> {
	const outcomes = new Map<Task, TaskOutcome>();
	for (const task of likeliestUnfinishedFirst(tasks, announced, clock)) {
		const isWorthIt = (seen: 'unclear' | undefined): boolean => seen === 'unclear' || announced.has(task.taskId);
		const outcome = await lookAgain(async () => await look(task), clock, isWorthIt);
		if (outcome === undefined) return undefined;
		outcomes.set(task, outcome);
	}
	return outcomes;
}
