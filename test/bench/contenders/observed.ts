import axios from 'axios';

import type { LogEntry } from '../../simulator/log';
import type { TaskRecord } from '../../simulator/world';

/** What the simulator saw of a contender, measured the same way for all. */
export interface Observed {
	readonly tasks: number;
	readonly submits: number;
	readonly checks: number;
	/** Tasks whose image was fetched to the end. */
	readonly images: number;
	/** Seconds that the slowest task took at the provider. */
	readonly slowest: number;
	/** Seconds from a task's end to the status check that finds it finished. */
	readonly lags: readonly number[];
}

export async function observe(origin: string): Promise<Observed> {
	const get = async <Result>(path: string): Promise<Result> => (await axios.get<Result>(`${origin}${path}`, { proxy: false })).data;
	const tasks = await get<TaskRecord[]>('/__tasks');
	const requests = await get<LogEntry[]>('/__requests');
	const count = (kind: LogEntry['kind']) => requests.filter((one) => one.kind === kind).length;
	const fetched = new Set(requests.filter(({ kind, status }) => kind === 'image' && status === 200).map(({ taskId }) => taskId));
	const readyAt = (task: TaskRecord) => Date.parse(task.readyAt ?? '');
	const seenAt = new Map<string, number>();
	for (const { kind, status, taskId, time } of requests) {
		const task = kind === 'status' && status === 200 ? tasks.find(({ id }) => id === taskId) : undefined;
		if (task === undefined || seenAt.has(task.id) || Date.parse(time) < readyAt(task)) continue;
		seenAt.set(task.id, Date.parse(time));
	}
	return {
		tasks: tasks.length,
		submits: count('submit'),
		checks: count('status'),
		images: fetched.size,
		slowest: Math.max(...tasks.map((task) => (readyAt(task) - Date.parse(task.createdAt)) / 1000)),
		lags: tasks.flatMap((task) => (seenAt.has(task.id) ? [((seenAt.get(task.id) ?? 0) - readyAt(task)) / 1000] : [])),
	};
}
