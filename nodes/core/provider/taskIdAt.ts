import { textAt } from '../json';

/** Where providers of this kind put the id of a task. */
const usualPaths = ['data.task_id', 'data.taskId', 'data.jobId', 'data.job_id', 'data.id', 'task_id', 'taskId', 'jobId', 'job_id'];

/**
 * The id of a task that may be paid by now: at the documented places first, then at the usual ones, because an id that
 * is overlooked is an image that is lost.
 */
export function taskIdAt(body: unknown, ...documentedPaths: readonly string[]): string | undefined {
	return textAt(body, ...documentedPaths, ...usualPaths);
}
