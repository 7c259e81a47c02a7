import type { Clock } from './clock';
import type { TaskOutcome } from './waitForTask';

const lagSeconds = 5;

/**
 * Looks whether all tasks are final, the likeliest unfinished (the last submitted) first, and stops at the first that is
 * not: nothing can be remembered between two callbacks, and this order keeps the requests few. The task that was just
 * announced may run ahead of its own status reply and is asked again for a few seconds.
 */
export async function settleAll<Task extends { taskId: string; submittedAt?: number }>(
	tasks: readonly Task[],
	announcedId: string | undefined,
	clock: Clock,
	look: (task: Task) => Promise<TaskOutcome | undefined>,
): Promise<Map<Task, TaskOutcome> | undefined> {
	const lastFirst = [...tasks].reverse().sort((one, other) => (other.submittedAt ?? 0) - (one.submittedAt ?? 0));
	const outcomes = new Map<Task, TaskOutcome>();
	for (const task of lastFirst) {
		let outcome = await look(task);
		for (let second = 0; outcome === undefined && task.taskId === announcedId && second < lagSeconds; second++) {
			await clock.sleep(1000);
			outcome = await look(task);
		}
		if (outcome === undefined) return undefined;
		outcomes.set(task, outcome);
	}
	return outcomes;
}
