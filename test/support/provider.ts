import type { CheckedTask, RawTask } from '../../nodes/core/parameters/checkTask';
import type { GenerateTask, Provider } from '../../nodes/core/provider/provider';
import { type ProviderId, findProvider } from '../../nodes/providers';
import { checkedTaskOf, validTaskOf } from './taskOf';

/** A registered provider; throws an error that names it if it is missing. */
export function providerOf(id: ProviderId): Provider {
	const provider = findProvider(id);
	if (provider === undefined) throw new Error(`nodes/providers/index.ts does not register ${id}`);
	return provider;
}

/** Checks a task with a good prompt and the fields' defaults unless something else is said. */
export function check(id: ProviderId, raw: Partial<RawTask> = {}): CheckedTask {
	return checkedTaskOf(providerOf(id), raw);
}

/** A task that must be free of faults. */
export function validTask(id: ProviderId, raw: Partial<RawTask> = {}): GenerateTask {
	return validTaskOf(providerOf(id), raw);
}
