import type { JsonValue } from '../../nodes/core/json';
import { faultOf, type Fault } from './faults';
import type { LogEntry } from './log';
import type { Account, Route, SimulatedProvider } from './simulatedProvider';
import { directives } from './scenario';
import type { World } from './world';

function otherCase(word: JsonValue): JsonValue {
	if (typeof word !== 'string') return JSON.stringify(word);
	return word === word.toUpperCase() ? word.toLowerCase() : word.toUpperCase();
}

/** A status check of a task. */
export function lookAt(world: World, provider: SimulatedProvider, account: Account, entry: LogEntry, { taskId, model }: Route): Fault {
	const task = world.tasks.get(taskId ?? '');
	const isOfModel = model === undefined || task?.job.model === model;
	if (task === undefined || task.account !== account || !isOfModel) return provider.refuse({ kind: 'notFound' });
	const view = world.view(task);
	const directive = world.strikes.take(`status ${task.id}`, directives(task.scenario, 'status'));
	if (directive === undefined) return provider.status(view);
	const { value } = directive;
	entry.note = `status=${value}`;
	if (value === 'uppercase') return provider.status({ ...view, word: otherCase(view.word) });
	if (value.startsWith('word:')) {
		const word = value.slice(5);
		return provider.status({ ...view, state: 'processing', word: /^\d+$/.test(word) ? Number(word) : word });
	}
	if (value === 'not-json') return { status: 200, body: 'still working on it' };
	return faultOf(directive, provider) ?? (value === 'stall' ? 'stall' : provider.status(view));
}
