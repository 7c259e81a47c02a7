import { checkTask, type CheckedTask, type RawTask } from '../../nodes/core/parameters/checkTask';
import type { GenerateTask, Provider } from '../../nodes/core/provider/provider';

/** Checks a task with a good prompt and the fields' defaults unless something else is said. */
export function checkedTaskOf(provider: Provider, raw: Partial<RawTask> = {}): CheckedTask {
	return checkTask(provider, { operation: 'textToImage', prompt: 'a red fox in the snow', fields: {}, ...raw });
}

/** A task that must be free of faults. */
export function validTaskOf(provider: Provider, raw: Partial<RawTask> = {}): GenerateTask {
	const { task, faults } = checkedTaskOf(provider, raw);
	if (faults.length > 0) throw new Error(`The task was meant to be valid: ${faults.join('; ')}`);
	return task;
}
