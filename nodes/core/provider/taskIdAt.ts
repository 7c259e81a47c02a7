import { textAt } from '../json';
import { isTaskId } from './taskId';

const namesOfTask = ['task_id', 'taskId', 'jobId', 'job_id'];
/** Objects that can only be the task itself, so that their plain `id` is the task ID. */
const tasks = ['task', 'job'];
const inTask = tasks.flatMap((task) => [...namesOfTask, 'id'].map((name) => `${task}.${name}`));
/** The usual places for a task ID. */
const namingPaths = [...namesOfTask, ...inTask].flatMap((path) => [`data.${path}`, path]);

function idsAt(body: unknown, paths: readonly string[]): string[] {
	const found = paths.map((path) => textAt(body, path)).filter((id) => id !== undefined);
	return [...new Set(found)].filter(isTaskId);
}

/**
 * The id of a task that may be paid for: from the documented fields first, then from the usual ones, because a missed id
 * is a lost image.
 */
export function taskIdAt(body: unknown, ...documentedPaths: readonly string[]): string | undefined {
	return idsAt(body, [...documentedPaths, ...namingPaths, 'data.id'])[0];
}

/** All ids by which a status reply may call its task. A plain `id` counts only if it is documented, because it may belong to something else. */
export function taskIdsAt(body: unknown, documentedPaths: readonly string[]): string[] {
	return idsAt(body, [...documentedPaths, ...namingPaths]);
}
