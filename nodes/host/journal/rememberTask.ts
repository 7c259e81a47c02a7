import type { IExecuteFunctions } from 'n8n-workflow';

import type { TaskRef } from '../../core/task/taskRef';

/** The package uses one of the ten keys that an execution has. */
const key = 'seedreamTasks';
/** n8n keeps 512 characters, but logs an error for each value that is longer than this. */
const longest = 255;

/** The latest tasks, as many as fit. */
export function appendTask(earlier: string, { provider, taskId }: Pick<TaskRef, 'provider' | 'taskId'>): string {
	const tasks = [...earlier.split(' ').filter((one) => one !== ''), `${provider}:${taskId}`.replace(/\s+/g, '_')];
	while (tasks.join(' ').length > longest && tasks.length > 1) tasks.shift();
	const text = tasks.join(' ');
	return text.length > longest ? '' : text;
}

/**
 * Records a task in the execution's custom data, which n8n saves even if the execution is stopped before this node has an
 * output or an error. n8n before 1.88 has no custom data, and a failure to save it must not lose the task.
 */
export function rememberTask(context: IExecuteFunctions, task: Pick<TaskRef, 'provider' | 'taskId'>): void {
	try {
		const { customData }: Partial<Pick<IExecuteFunctions, 'customData'>> = context;
		if (customData === undefined) return;
		const earlier: unknown = customData.get(key);
		customData.set(key, appendTask(typeof earlier === 'string' ? earlier : '', task));
	} catch {
		// The log names the task as well.
	}
}
