import axios from 'axios';

import type { Provider } from '../../nodes/core/provider/provider';
import { findProvider } from '../../nodes/providers';
import type { LogEntry } from '../simulator/log';
import type { TaskRecord } from '../simulator/world';
import { runWorkflow } from '../workflows/support/engine';
import type { Figure } from './main';
import { startSimulatorProcess } from './simulatorProcess';

const itemCount = 100;

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;

/** 100 items at APIXO's real pace: how close the run is to its slowest task, how often it asks, how late it notices. */
export async function measureParallel(): Promise<Figure[]> {
	const provider = findProvider('apixo');
	if (provider === undefined) throw new Error('APIXO is gone');
	const simulator = await startSimulatorProcess('--seed', '7');
	try {
		const begun = Date.now();
		const finished = await runWorkflow({
			nodes: [
				{ name: 'Items', type: 'itemSource', parameters: { items: Array.from({ length: itemCount }, (_, n) => ({ n })) } },
				{
					name: 'Generate',
					type: 'n8n-nodes-seedream.seedreamGenerate',
					parameters: { provider: 'apixo', prompt: '=fox number {{ $json.n }}' },
				},
			],
			connect: [['Items', 'Generate']],
			credentials: { apixoApi: { apiKey: 'demo-apixo', baseUrl: `${simulator.origin}/apixo/api/v1` } },
		});
		const makespan = Date.now() - begun;
		const images = finished.items('Generate').filter((item) => item.binary?.data !== undefined).length;
		const { data: tasks } = await axios.get<TaskRecord[]>(`${simulator.origin}/__tasks`);
		const { data: looks } = await axios.get<LogEntry[]>(`${simulator.origin}/__requests?kind=status`);
		return figuresOf(provider, { makespan, images, tasks, looks });
	} finally {
		simulator.end();
	}
}

interface Observed {
	/** Milliseconds from the start of the workflow to its end. */
	makespan: number;
	images: number;
	tasks: TaskRecord[];
	looks: LogEntry[];
}

function figuresOf(provider: Pick<Provider, 'intervalSeconds' | 'firstCheckSeconds'>, observed: Observed): Figure[] {
	const { makespan, images, tasks, looks } = observed;
	const interval = provider.intervalSeconds(20, false) * 1000;
	const firstLook = provider.firstCheckSeconds(20) * 1000;
	const durationOf = (task: TaskRecord): number => Date.parse(task.readyAt ?? '') - Date.parse(task.createdAt);
	const slowest = Math.max(...tasks.map(durationOf));
	const looksOf = new Map<string, number[]>();
	for (const look of looks) looksOf.set(look.taskId ?? '', [...(looksOf.get(look.taskId ?? '') ?? []), new Date(look.time).getTime()]);
	const lags = tasks.map((task) => Math.max(...(looksOf.get(task.id) ?? [])) - Date.parse(task.readyAt ?? ''));
	const meanLag = lags.reduce((sum, lag) => sum + lag, 0) / lags.length;
	const overAsked = tasks.filter((task) => {
		const allowed = Math.max(0, Math.ceil((durationOf(task) - firstLook) / interval)) + 2;
		return (looksOf.get(task.id)?.length ?? 0) > allowed;
	}).length;
	const most = (slowest + interval) * 1.05;
	return [
		{ what: `images of ${itemCount} items`, value: String(images), bar: `= ${itemCount}`, isMet: images === itemCount },
		{ what: `makespan of ${itemCount} items (slowest task ${seconds(slowest)})`, value: seconds(makespan), bar: `≤ ${seconds(most)}`, isMet: makespan <= most },
		{ what: 'mean lag after ready ÷ interval', value: (meanLag / interval).toFixed(2), bar: '≤ 0.60', isMet: meanLag <= 0.6 * interval },
		{ what: 'status requests per task, mean', value: (looks.length / tasks.length).toFixed(2), bar: '-', isMet: true },
		{ what: 'tasks asked more than ⌈(duration − first look) ÷ interval⌉ + 2 times', value: String(overAsked), bar: '= 0', isMet: overAsked === 0 },
	];
}
