import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

import pLimit from 'p-limit';

import { startSession } from '../e2e/support/newSession';
import { parkNode, submitNode } from '../e2e/support/callbacks';
import { type Execution } from '../e2e/support/restClient';
import { type Session } from '../e2e/support/session';
import { startSimulator } from '../e2e/support/simulator';
import { itemsOf } from '../e2e/support/workflow';
import { startCluster, type Cluster } from '../queue/support/cluster';
import { type LogEntry } from '../simulator/log';
import { type TaskRecord } from '../simulator/world';
import { collectGarbage, collectableOption } from './garbage';
import type { Figure } from './main';
import { createReceiver, type Receiver } from './receiver';

/** Executions that a worker runs at the same time. */
const concurrency = 5;
const startedTogether = 20;
/** All tasks end within these seconds, after the last execution has parked. */
const burstSeconds = 60;
/** n8n opens two by default; hundreds of calls at once then wait for the database until n8n gives up. */
const databaseConnections = 10;
/** How long an execution stays parked at most. */
const limitSeconds = 3600;
const patienceSeconds = 240;
const warmUpCount = 50;
const prompt = 'a parked fox';
const say = (line: string) => process.stdout.write(`${line}\n`);

const megabytesOf = (processId: number): number => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(processId)], { encoding: 'utf8' })) / 1024;

interface Memory {
	readonly worker: number;
	readonly main: number;
}

/** The memory of both processes at named moments, and the most in between. */
class Watch {
	private readonly seen: Memory[] = [];
	private readonly named = new Map<string, Memory>();
	private readonly timer = setInterval(() => this.look(), 1_000);

	constructor(private readonly cluster: Cluster) {}

	private look(): Memory {
		const [worker] = this.cluster.workers;
		const memory = { worker: megabytesOf(worker?.processId ?? 0), main: megabytesOf(this.cluster.main.processId) };
		this.seen.push(memory);
		return memory;
	}

	/** Memory after a garbage collection. */
	async note(moment: string): Promise<void> {
		const [worker] = this.cluster.workers;
		await collectGarbage(worker?.processId ?? 0, this.cluster.main.processId);
		const memory = this.look();
		this.named.set(moment, memory);
		say(`${moment}: worker ${memory.worker.toFixed(0)} MB, main ${memory.main.toFixed(0)} MB`);
	}

	/** What the worker holds at the end for each MB that it held before the first. */
	growth(): number {
		return (this.named.get('finished')?.worker ?? Number.NaN) / (this.named.get('warm')?.worker ?? Number.NaN);
	}

	/** e.g. `warm 310, parked 335, peak 340 MB`. */
	line(which: keyof Memory): string {
		const moments = [...this.named].map(([moment, memory]) => `${moment} ${memory[which].toFixed(0)}`);
		return `${moments.join(', ')}, peak ${Math.max(...this.seen.map((memory) => memory[which])).toFixed(0)} MB`;
	}

	end(): void {
		clearInterval(this.timer);
	}
}

/** Whether so many reached that status; gives up when nothing has changed for minutes. */
async function comeTo(session: Session, workflowId: string, status: Execution['status'], count: number): Promise<boolean> {
	let last = 0;
	let movedAt = Date.now();
	for (; ; await sleep(2_000)) {
		// A busy n8n may not answer this.
		const found = await session.client.countExecutions(workflowId, status).catch(() => last);
		if (found >= count) return true;
		if (Math.floor(found / 100) !== Math.floor(last / 100)) say(`${found} of ${count} ${status}`);
		if (found !== last) movedAt = Date.now();
		else if (Date.now() - movedAt > patienceSeconds * 1000) return false;
		last = found;
	}
}

async function createParker(session: Session): Promise<Receiver> {
	const submit = submitNode(session, 'apixo', { prompt: '={{ $json.body.prompt }} [[duration={{ (($json.body.readyAt - Date.now()) / 1000).toFixed(3) }}]]' });
	return await createReceiver(session, 'parked', [submit, parkNode(session, ['apixo'], { timeout: limitSeconds })]);
}

/** Gives the seconds that this machine takes to park one, once its processes are warm. */
async function warmUp(session: Session): Promise<number> {
	const { workflowId, start } = await createParker(session);
	const startedAt = Date.now();
	const limit = pLimit(startedTogether);
	await Promise.all(
		Array.from({ length: warmUpCount }, async () => await limit(async () => await start({ prompt: 'a warm fox', readyAt: startedAt + 40_000 }))),
	);
	while ((await session.simulator.tasks('a warm fox')).length < warmUpCount) await sleep(100);
	const seconds = (Date.now() - startedAt) / 1000 / warmUpCount;
	await comeTo(session, workflowId, 'success', warmUpCount);
	await session.client.deactivateWorkflow(workflowId);
	return seconds;
}

async function startAll(session: Session, count: number, secondsEach: number): Promise<{ workflowId: string; areAllParked: boolean }> {
	const { workflowId, start } = await createParker(session);
	const limit = pLimit(startedTogether);
	const startedAt = Date.now();
	const burstAt = startedAt + (30 + count * secondsEach * 1.3) * 1000;
	// The moment, not the seconds until then: the queue keeps some of them waiting.
	const startOne = async () => await start({ prompt, readyAt: burstAt + Math.random() * burstSeconds * 1000 });
	await Promise.all(Array.from({ length: count }, async () => await limit(startOne)));
	const areAllParked = (await comeTo(session, workflowId, 'waiting', count)) && Date.now() < burstAt;
	say(`${count} parked within ${((Date.now() - startedAt) / 1000).toFixed(1)} s; the callbacks begin in ${((burstAt - Date.now()) / 1000).toFixed(1)} s`);
	return { workflowId, areAllParked };
}

async function requestsOf({ simulator }: Session, kind: 'callback' | 'status', tasks: readonly TaskRecord[]): Promise<LogEntry[]> {
	const ids = new Set(tasks.map(({ id }) => id));
	const response = await fetch(`${simulator.url}/__requests?kind=${kind}`);
	return ((await response.json()) as LogEntry[]).filter(({ taskId = '' }) => ids.has(taskId));
}

/** Whether each image can be read back as long as its item says. */
async function countImages({ client }: Session, executions: readonly Execution[]): Promise<number> {
	const limit = pLimit(5);
	const items = executions.flatMap((execution) => itemsOf(execution, 'Wait'));
	const whole = items.map(async ({ json, binary }) => {
		const file = binary?.data;
		return json.status === 'succeeded' && file !== undefined && (await limit(async () => await client.getBinary(file))).length === json.fileSize;
	});
	return (await Promise.all(whole)).filter(Boolean).length;
}

async function park(session: Session, watch: Watch, count: number): Promise<Figure[]> {
	const secondsEach = await warmUp(session);
	await watch.note('warm');
	const { workflowId, areAllParked } = await startAll(session, count, secondsEach);
	await watch.note('parked');
	await comeTo(session, workflowId, 'success', count);
	await watch.note('finished');
	watch.end();

	const tasks = await session.simulator.tasks(prompt);
	const callbacks = await requestsOf(session, 'callback', tasks);
	const calledAt = callbacks.map(({ time }) => Date.parse(time));
	const limit = pLimit(5);
	const executionIds = new Set(tasks.map(({ callbackUrl = '' }) => /\/webhook-waiting\/(\d+)\//.exec(callbackUrl)?.[1] ?? ''));
	const executions = await Promise.all([...executionIds].map(async (id) => await limit(async () => await session.client.getExecution(id))));
	const finished = executions.filter(({ status }) => status === 'success').length;
	const lastEnd = Math.max(...executions.map(({ stoppedAt }) => Date.parse(stoppedAt ?? '')));
	const images = await countImages(session, executions);
	const posts = (await session.simulator.submits(prompt)).length;
	const checks = (await requestsOf(session, 'status', tasks)).length / count;
	const growth = watch.growth();
	const refused = callbacks.filter(({ status }) => status !== 200).length;
	return [
		{
			what: `executions parked at the same moment (one worker, concurrency ${concurrency}, ${databaseConnections} database connections)`,
			value: String(areAllParked ? count : 0),
			bar: `= ${count}`,
			isMet: areAllParked,
		},
		{ what: 'of these finished', value: String(finished), bar: `= ${count}`, isMet: finished === count },
		{ what: 'images, read back whole', value: String(images), bar: `= ${count}`, isMet: images === count },
		{ what: 'paid POSTs', value: String(posts), bar: `= ${count}`, isMet: posts === count },
		{ what: 'status requests per task, the check before parking included', value: checks.toFixed(2), bar: '≤ 2.50', isMet: checks <= 2.5 },
		{
			what: 'callbacks sent',
			value: `${callbacks.length} within ${((Math.max(...calledAt) - Math.min(...calledAt)) / 1000).toFixed(1)} s, ${refused} refused`,
			bar: '-',
			isMet: true,
		},
		{ what: 'from the last callback to the last finished run', value: `${((lastEnd - Math.max(...calledAt)) / 1000).toFixed(1)} s`, bar: '-', isMet: true },
		{ what: 'memory of the worker', value: watch.line('worker'), bar: '-', isMet: true },
		{ what: 'the same, finished ÷ warm', value: growth.toFixed(2), bar: '≤ 1.20', isMet: growth <= 1.2 },
		{ what: 'memory of the main process', value: watch.line('main'), bar: '-', isMet: true },
	];
}

/** Executions that park until their callbacks come in a burst, in n8n's queue mode: Redis, PostgreSQL, one main process, one worker. */
export async function measureParked(count = 1000): Promise<Figure[]> {
	const cluster = await startCluster({
		workers: 1,
		concurrency,
		environment: { DB_POSTGRESDB_POOL_SIZE: String(databaseConnections), NODE_OPTIONS: collectableOption },
	});
	const simulator = await startSimulator({ timeFactor: 1 });
	const watch = new Watch(cluster);
	try {
		return await park(await startSession(cluster.main.url, simulator.url), watch, count);
	} finally {
		watch.end();
		await cluster.stop();
		await simulator.stop();
	}
}
