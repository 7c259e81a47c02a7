import { setTimeout as sleep } from 'node:timers/promises';

import pLimit from 'p-limit';

import { startSession } from '../e2e/support/newSession';
import { startSimulator } from '../e2e/support/simulator';
import { generateNode } from '../e2e/support/workflow';
import { startCluster, type Cluster } from '../queue/support/cluster';
import type { Figure } from './main';
import { createReceiver } from './receiver';

/** Executions that a worker runs at the same time: n8n's queue hands out no more. */
const concurrency = 5;
const executions = 100;
const limitSeconds = 600;

/** Executions per minute, each of one task of about eight seconds that Generate waits for. */
async function rateOf(cluster: Cluster, simulatorUrl: string): Promise<number> {
	const session = await startSession(cluster.main.url, simulatorUrl);
	const generate = generateNode(session, 'apixo', { prompt: '={{ $json.body.prompt }} [[duration=8]]', options: { pollInterval: 1 } });
	const warm = await createReceiver(session, 'warm', [generate]);
	const { workflowId, start } = await createReceiver(session, 'measured', [generate]);
	const ended = async (id: string, count: number): Promise<void> => {
		const endsAt = Date.now() + limitSeconds * 1000;
		while ((await session.client.countExecutions(id, 'success')) < count) {
			if (Date.now() > endsAt) throw new Error(`Not all ${count} executions succeeded within ${limitSeconds} s`);
			await sleep(200);
		}
	};
	await Promise.all(Array.from({ length: 2 * concurrency * cluster.workers.length }, async () => await warm.start({ prompt: 'a warm fox' })));
	await ended(warm.workflowId, 2 * concurrency * cluster.workers.length);
	const limit = pLimit(10);
	const begun = Date.now();
	await Promise.all(Array.from({ length: executions }, async () => await limit(async () => await start({ prompt: 'a queued fox' }))));
	await ended(workflowId, executions);
	return (executions * 60_000) / (Date.now() - begun);
}

/** How much faster n8n's queue mode gets with a second worker. */
export async function measureScaling(): Promise<Figure[]> {
	const rates: number[] = [];
	for (const workers of [1, 2]) {
		const cluster = await startCluster({ workers, concurrency });
		const simulator = await startSimulator({ timeFactor: 1 });
		try {
			rates.push(await rateOf(cluster, simulator.url));
		} finally {
			await cluster.stop();
			await simulator.stop();
		}
	}
	const [one = Number.NaN, two = Number.NaN] = rates;
	return [
		{ what: `executions per minute, one worker with concurrency ${concurrency}, tasks of 8 s`, value: one.toFixed(1), bar: '-', isMet: true },
		{ what: 'the same with two workers', value: two.toFixed(1), bar: '-', isMet: true },
		{ what: 'two workers ÷ one', value: (two / one).toFixed(2), bar: '≥ 1.80', isMet: two / one >= 1.8 },
	];
}
