import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import axios from 'axios';

import { startInstance } from '../../e2e/support/instance';
import { startSession } from '../../e2e/support/newSession';
import type { ExecutionSummary, RestClient } from '../../e2e/support/restClient';
import { getRuntime } from '../../e2e/support/runtime';
import type { Session } from '../../e2e/support/session';
import { installTarball } from '../../e2e/support/tarball';
import { collectableOption, collectGarbage } from '../garbage';
import { median, quantile } from '../quantile';
import { startSimulatorProcess } from '../simulatorProcess';
import { fewestForProcess, nodesOf, type Contender } from './contender';
import { observe, type Observed } from './observed';
import { processorSeconds, watchMemory } from './process';
import { headerCredential } from './workflows';
import { standardWorkload, type Workload } from './workload';

/** What one contender needed for one workload. */
export interface Measured {
	readonly contender: string;
	readonly workload: string;
	readonly count: number;
	readonly rounds: number;
	readonly status: string;
	readonly images: number;
	/** Tasks that were charged, and POSTs that asked for them. */
	readonly tasks: number;
	readonly submits: number;
	/** In seconds. */
	readonly makespan: number;
	readonly slowest: number;
	readonly lagMedian: number;
	readonly lag95: number;
	readonly checksPerTask: number;
	readonly processorSecondsPerTask: number;
	/** Above what was held before, and the whole process. */
	readonly peakMegabytes: number;
	readonly wholeMegabytes: number;
	readonly dataBytesPerTask?: number;
	readonly nodes?: number;
	readonly startSeconds?: number;
}

interface Cost {
	status: string;
	makespan: number;
	processorSeconds: number;
	peakMegabytes: number;
	wholeMegabytes: number;
	dataBytes?: number;
}

/** A contender that is ready to run. */
interface Runner {
	rehearse(): Promise<void>;
	run(): Promise<Cost>;
	readonly nodes?: number;
	readonly startSeconds?: number;
	end(): Promise<void>;
}

const longestMinutes = 30;
const script = path.join(__dirname, 'bareScript.mjs');

/** Warms up lazy loading and the compiler, which are not part of a run. */
const rehearsalOf = ({ provider, count, flags }: Workload): Workload => ({
	...standardWorkload(flags.length > 0 ? 1 : Math.min(count, 50)),
	provider,
	directives: ' [[duration=3]]',
	firstLook: 3,
	interval: 1,
});

function startBare(origin: string, workload: Workload): Runner {
	const child = spawn(getRuntime().node, ['--expose-gc', script, JSON.stringify({ origin, workload })], { stdio: ['pipe', 'pipe', 'inherit'] });
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const run = async (job: Workload): Promise<Cost> => {
		child.stdin.write(`${JSON.stringify(job)}\n`);
		const { value, done } = await lines.next();
		if (done === true) throw new Error('The bare script has ended');
		return { status: 'success', ...(JSON.parse(value) as Omit<Cost, 'status'>) };
	};
	return {
		rehearse: async () => void (await run(rehearsalOf(workload))),
		run: async () => await run(workload),
		async end() {
			child.stdin.end();
			await once(child, 'exit');
		},
	};
}

const ended = new Set(['success', 'error', 'crashed', 'canceled']);

/** By the list without data, whose making costs n8n nothing that counts. */
async function waitForEnd(client: RestClient, workflowId: string, executionId: string): Promise<ExecutionSummary> {
	const endsAt = Date.now() + longestMinutes * 60_000;
	for (;;) {
		const execution = (await client.listExecutions(workflowId)).find(({ id }) => id === executionId);
		if (execution !== undefined && ended.has(execution.status)) return execution;
		if (Date.now() > endsAt) throw new Error(`Execution ${executionId} is "${execution?.status}" after ${longestMinutes} minutes`);
		await sleep(1000);
	}
}

async function addHeaderCredential(session: Session, { provider }: Workload): Promise<void> {
	const key = provider === 'apixo' ? 'demo-apixo' : 'demo-apiinone';
	const id = await session.client.createCredential({ name: headerCredential, type: 'httpHeaderAuth', data: { name: 'Authorization', value: `Bearer ${key}` } });
	Object.assign(session.credentialIds, { [headerCredential]: id });
}

/** The share of a core that n8n takes without the run, with the same questions as during it. After it, because a new n8n is busy with other work at first. */
async function idleShare(client: RestClient, workflowId: string, processId: number): Promise<number> {
	await sleep(3000);
	const before = processorSeconds(processId);
	const since = Date.now();
	for (let asked = 0; asked < 12; asked++) {
		await client.listExecutions(workflowId);
		await sleep(1000);
	}
	return ((processorSeconds(processId) - before) * 1000) / (Date.now() - since);
}

/** An n8n of its own for every workload: memory left by one does not count against the next. */
async function startInN8n(origin: string, contender: Contender, workload: Workload, tarball: string, extra: NodeJS.ProcessEnv): Promise<Runner> {
	const { workflow } = contender;
	if (workflow === undefined) throw new Error(`${contender.id} does not run in n8n`);
	const userFolder = await mkdtemp(path.join(tmpdir(), 'seedream-contender-'));
	await installTarball(userFolder, tarball);
	const nodeOptions = [collectableOption, extra.NODE_OPTIONS].filter(Boolean).join(' ');
	const instance = await startInstance({
		userFolder,
		environment: { NODE_COMPILE_CACHE: undefined, N8N_LOG_LEVEL: 'warn', ...extra, NODE_OPTIONS: nodeOptions },
	});
	const { processId } = instance;
	const session = await startSession(instance.url, origin);
	await addHeaderCredential(session, workload);
	const { client } = session;
	return {
		startSeconds: instance.startSeconds,
		nodes: nodesOf(workflow(session, workload)),
		async rehearse() {
			const { id } = await client.createWorkflow(workflow(session, rehearsalOf(workload)));
			await waitForEnd(client, id, await client.runWorkflow(id, 'Start'));
		},
		async run() {
			const { id } = await client.createWorkflow(workflow(session, workload));
			await sleep(3000);
			await collectGarbage(processId);
			const processorBefore = processorSeconds(processId);
			const memory = watchMemory(processId);
			const begun = Date.now();
			const executionId = await client.runWorkflow(id, 'Start');
			const { status, stoppedAt } = await waitForEnd(client, id, executionId);
			const used = processorSeconds(processId) - processorBefore;
			const elapsed = (Date.now() - begun) / 1000;
			const wholeMegabytes = memory.stop();
			const idling = await idleShare(client, id, processId);
			return {
				status,
				makespan: (Date.parse(stoppedAt ?? '') - begun) / 1000,
				processorSeconds: used - idling * elapsed,
				peakMegabytes: wholeMegabytes - memory.before,
				wholeMegabytes,
				dataBytes: await client.getExecutionBytes(executionId),
			};
		},
		async end() {
			await instance.stop();
			// The last of n8n's children may still be writing.
			await rm(userFolder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
		},
	};
}

type Round = Cost & Observed;

export async function runContender(contender: Contender, workload: Workload, tarball: string, extra: NodeJS.ProcessEnv = {}): Promise<Measured> {
	const simulator = await startSimulatorProcess('--seed', '7', ...workload.flags);
	const { origin } = simulator;
	const runner = contender.workflow === undefined ? startBare(origin, workload) : await startInN8n(origin, contender, workload, tarball, extra);
	try {
		await runner.rehearse();
		const rounds: Round[] = [];
		do {
			await axios.post(`${origin}/__reset`, undefined, { proxy: false });
			rounds.push({ ...(await runner.run()), ...(await observe(origin)) });
		} while (workload.count >= fewestForProcess && rounds.length < contender.rounds);
		const middle = (read: (round: Round) => number): number => median(rounds.map(read));
		return {
			contender: contender.id,
			workload: workload.name,
			count: workload.count,
			rounds: rounds.length,
			status: rounds.find(({ status }) => status !== 'success')?.status ?? 'success',
			images: middle(({ images }) => images),
			tasks: middle(({ tasks }) => tasks),
			submits: middle(({ submits }) => submits),
			makespan: middle(({ makespan }) => makespan),
			slowest: middle(({ slowest }) => slowest),
			lagMedian: middle(({ lags }) => median(lags)),
			lag95: middle(({ lags }) => quantile(lags, 0.95)),
			checksPerTask: middle(({ checks, tasks }) => checks / tasks),
			processorSecondsPerTask: middle(({ processorSeconds: seconds }) => seconds) / workload.count,
			peakMegabytes: middle(({ peakMegabytes }) => peakMegabytes),
			wholeMegabytes: middle(({ wholeMegabytes }) => wholeMegabytes),
			...(rounds[0]?.dataBytes === undefined ? {} : { dataBytesPerTask: middle(({ dataBytes = 0 }) => dataBytes) / workload.count }),
			...(runner.nodes === undefined ? {} : { nodes: runner.nodes }),
			...(runner.startSeconds === undefined ? {} : { startSeconds: runner.startSeconds }),
		};
	} finally {
		await runner.end();
		simulator.end();
	}
}
