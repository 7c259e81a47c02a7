import axios from 'axios';

import type { ProviderId } from '../../nodes/providers';
import type { LogEntry } from '../simulator/log';
import type { TaskRecord } from '../simulator/world';
import { runWorkflow } from '../workflows/support/engine';
import { quantile } from './quantile';
import { startSimulatorProcess } from './simulatorProcess';

/** What a run left behind at the simulator. Times in milliseconds. */
export interface Observed {
	/** From the start of the workflow to its end. */
	makespan: number;
	images: number;
	tasks: TaskRecord[];
	submits: LogEntry[];
	statusChecks: LogEntry[];
}

export interface ItemRun {
	count: number;
	node: 'seedreamGenerate' | 'seedreamAnyProvider';
	parameters: Readonly<Record<string, unknown>>;
	/** Of the simulator. */
	flags?: readonly string[];
}

const accounts: ReadonlyArray<readonly [credential: string, key: string, path: string]> = [
	['apixoApi', 'demo-apixo', '/apixo/api/v1'],
	['apiframeApi', 'afk_demo', '/apiframe'],
	['pixwithApi', 'demo-pixwith', '/pixwith'],
];

/** So many items at the providers' real pace, on n8n's own engine. */
export async function runItems({ count, node, parameters, flags = [] }: ItemRun): Promise<Observed> {
	const simulator = await startSimulatorProcess('--seed', '7', ...flags);
	const { origin } = simulator;
	const ask = async <Answer>(path: string): Promise<Answer> => (await axios.get<Answer>(`${origin}${path}`, { proxy: false })).data;
	try {
		const begun = Date.now();
		const finished = await runWorkflow({
			nodes: [
				{ name: 'Items', type: 'itemSource', parameters: { items: Array.from({ length: count }, (_, n) => ({ n })) } },
				{ name: 'Generate', type: `n8n-nodes-seedream.${node}`, parameters: { prompt: '=fox number {{ $json.n }}', ...parameters } },
			],
			connect: [['Items', 'Generate']],
			credentials: Object.fromEntries(accounts.map(([type, apiKey, path]) => [type, { apiKey, baseUrl: `${origin}${path}` }])),
		});
		return {
			makespan: Date.now() - begun,
			images: finished.items('Generate').filter((item) => item.binary?.data !== undefined).length,
			tasks: await ask('/__tasks'),
			submits: await ask('/__requests?kind=submit'),
			statusChecks: await ask('/__requests?kind=status'),
		};
	} finally {
		simulator.end();
	}
}

export const durationOf = (task: TaskRecord): number => Date.parse(task.readyAt ?? '') - Date.parse(task.createdAt);

export const slowestOf = ({ tasks }: Observed): number => Math.max(...tasks.map(durationOf));

export function checkTimes({ statusChecks }: Observed): ReadonlyMap<string, readonly number[]> {
	const times = new Map<string, number[]>();
	for (const { taskId = '', time } of statusChecks) times.set(taskId, [...(times.get(taskId) ?? []), Date.parse(time)]);
	return times;
}

/** From the end of each task to the status check that found it. */
export function lagsOf(observed: Observed): number[] {
	const times = checkTimes(observed);
	return observed.tasks.map((task) => Math.max(...(times.get(task.id) ?? [])) - Date.parse(task.readyAt ?? ''));
}

export const postsTo = ({ submits }: Observed, id: ProviderId): number => submits.filter(({ provider }) => provider === id).length;

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;

/** Makespan, lag and requests, in one line. */
export function inShort(observed: Observed): string {
	const lags = lagsOf(observed);
	const checks = observed.statusChecks.length / observed.tasks.length;
	return `${seconds(observed.makespan)} (slowest task ${seconds(slowestOf(observed))}), lag median ${seconds(quantile(lags, 0.5))} p95 ${seconds(quantile(lags, 0.95))}, ${checks.toFixed(2)} checks per task, ${observed.submits.length} POSTs`;
}
