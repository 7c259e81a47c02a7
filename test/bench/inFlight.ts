import { setTimeout as sleep } from 'node:timers/promises';

import axios from 'axios';

import type { TaskRecord } from '../simulator/world';
import { runWorkflow } from '../workflows/support/engine';
import { collectOwnGarbage } from './garbage';
import type { Figure } from './main';
import { startSimulatorProcess } from './simulatorProcess';

const megabyte = 1_048_576;

async function liveMegabytes(): Promise<number> {
	await sleep(500);
	collectOwnGarbage();
	return process.memoryUsage().heapUsed / megabyte;
}

async function waitForTasks(origin: string, count: number): Promise<void> {
	for (;;) {
		const { data } = await axios.get<TaskRecord[]>(`${origin}/__tasks`, { proxy: false });
		if (data.length >= count) return;
		await sleep(100);
	}
}

/** What is alive in the heap while so many tasks are accepted and waited for, and once they are stopped. */
async function heapWith(origin: string, count: number): Promise<{ during: number; after: number }> {
	await axios.post(`${origin}/__reset`, undefined, { proxy: false });
	let stop: () => void = () => undefined;
	const running = runWorkflow({
		nodes: [
			{ name: 'Items', type: 'itemSource', parameters: { items: Array.from({ length: count }, (_, n) => ({ n })) } },
			{ name: 'Generate', type: 'n8n-nodes-seedream.seedreamGenerate', parameters: { provider: 'apixo', prompt: '=[[never]] fox {{ $json.n }}' } },
		],
		connect: [['Items', 'Generate']],
		credentials: { apixoApi: { apiKey: 'demo-apixo', baseUrl: `${origin}/apixo/api/v1` } },
		onStart: (cancel) => {
			stop = cancel;
		},
	});
	await waitForTasks(origin, count);
	const during = await liveMegabytes();
	stop();
	await running;
	return { during, after: await liveMegabytes() };
}

/** The live heap while tasks are waited for. The process's own size says little: V8 decides when n8n's garbage is collected. */
export async function measureInFlight(): Promise<Figure[]> {
	const simulator = await startSimulatorProcess('--seed', '7');
	try {
		await heapWith(simulator.origin, 10);
		const few = await heapWith(simulator.origin, 100);
		const many = await heapWith(simulator.origin, 500);
		const ratio = many.during / few.during;
		const perTask = ((many.during - many.after) * 1024) / 500;
		return [
			{ what: 'live heap with 500 tasks in flight ÷ with 100', value: ratio.toFixed(2), bar: '≤ 1.30', isMet: ratio <= 1.3 },
			{ what: 'of that, for each task', value: `${perTask.toFixed(1)} kB`, bar: '-', isMet: true },
		];
	} finally {
		simulator.end();
	}
}
