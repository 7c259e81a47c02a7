import { isJsonObject, openedJson, textAt } from '../json';
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

/** Keys without case and separators: `taskId`, `task-id` and `TASK_ID` are the same. */
const plainKey = (key: string): string => key.toLowerCase().replace(/[^a-z]/g, '');
const namesAnId = /^(task|job)ids?$/;
const namesATask = /^(task|job)s?$/;
/** Below these keys, a reply repeats the request or names other tasks. */
const notTheTask = /^(request|requestbody|input|params?|parent|previous|original|callback|webhook)/;
const deepest = 4;
/** Far more values than any reply about a task has. */
const mostValues = 10_000;

/** Every id of a task that a reply names in some other way: in other spellings, in lists, or in other envelopes. */
function otherIds(body: unknown): string[] {
	const found = new Set<string>();
	const add = (value: unknown): void => {
		for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
			const id = textAt({ id: one }, 'id');
			if (id !== undefined && isTaskId(id) && !/\s/.test(id)) found.add(id);
		}
	};
	let visited = 0;
	const visit = (value: unknown, isTask: boolean, depth: number): void => {
		visited += 1;
		if (visited > mostValues || depth > deepest) return;
		const opened = openedJson(value);
		if (Array.isArray(opened)) for (const entry of opened as unknown[]) visit(entry, isTask, depth + 1);
		if (!isJsonObject(opened)) return;
		for (const [name, inner] of Object.entries(opened)) {
			const key = plainKey(name);
			if (notTheTask.test(key)) continue;
			if (namesAnId.test(key) || (isTask && key === 'id')) add(inner);
			visit(inner, namesATask.test(key), depth + 1);
		}
	};
	visit(body, false, 0);
	// What was not searched may name other tasks.
	return visited > mostValues ? [] : [...found];
}

/**
 * The id of a task that may be paid for: from the documented fields first, then from the usual ones, then from wherever exactly
 * one is named, because a missed id is a lost image.
 */
export function taskIdAt(body: unknown, ...documentedPaths: readonly string[]): string | undefined {
	const [known] = idsAt(body, [...documentedPaths, ...namingPaths, 'data.id']);
	if (known !== undefined) return known;
	const [other, ...more] = otherIds(body);
	return more.length === 0 ? other : undefined;
}

/** All ids by which a status reply may call its task. A plain `id` counts only if it is documented, because it may belong to something else. */
export function taskIdsAt(body: unknown, documentedPaths: readonly string[]): string[] {
	return idsAt(body, [...documentedPaths, ...namingPaths]);
}
