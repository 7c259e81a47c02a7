import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { startInstance } from '../../e2e/support/instance';
import { startSession } from '../../e2e/support/newSession';
import type { ExecutionSummary, RestClient } from '../../e2e/support/restClient';
import { getRuntime } from '../../e2e/support/runtime';
import type { Session } from '../../e2e/support/session';
import { installTarball } from '../../e2e/support/tarball';
import { collectableOption, collectGarbage } from '../garbage';
import { median, quantile } from '../quantile';
import { startSimulatorProcess } from '../simulatorProcess';
import { nodesOf, type Contender } from './contender';
import { observe } from './observed';
import { processorSeconds, watchMemory } from './process';
import { headerCredential } from './workflows';
import { standardWorkload, type Workload } from './workload';

/** What one contender needed for one workload. */
export interface Measured {
	readonly contender: string;
	readonly workload: string;
	readonly count: number;
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
	readonly looksPerTask: number;
	readonly processorSecondsPerTask: number;
	readonly peakMegabytes: number;
	readonly dataBytesPerTask?: number;
	readonly nodes?: number;
	readonly startSeconds?: number;
}

interface Cost {
	status: string;
	makespan: number;
	processorSeconds: number;
	peakMegabytes: number;
	dataBytes?: number;
	nodes?: number;
	startSeconds?: number;
}

const longestMinutes = 30;

/** Loads what is loaded at its first use and lets the compiler see the code at work: that is no part of a run. */
const rehearsalOf = ({ provider }: Workload): Workload => ({ ...standardWorkload(50), provider, directives: ' [[duration=3]]', firstLook: 3, interval: 1 });
const script = path.join(__dirname, 'bareScript.mjs');

async function runBare(origin: string, workload: Workload): Promise<Cost> {
	const { stdout } = await promisify(execFile)(getRuntime().node, ['--expose-gc', script, JSON.stringify({ origin, workload, rehearsal: rehearsalOf(workload) })]);
	return { status: 'success', ...(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Omit<Cost, 'status'>) };
}

const ended = new Set(['success', 'error', 'crashed', 'canceled']);

/** By the list without data, whose making costs n8n nothing that counts. */
async function waitForEnd(client: RestClient, workflowId: string): Promise<ExecutionSummary> {
	const endsAt = Date.now() + longestMinutes * 60_000;
	for (;;) {
		const [execution] = await client.listExecutions(workflowId);
		if (execution !== undefined && ended.has(execution.status)) return execution;
		if (Date.now() > endsAt) throw new Error(`Execution ${execution?.id} is "${execution?.status}" after ${longestMinutes} minutes`);
		await sleep(1000);
	}
}

async function addHeaderCredential(session: Session, { provider }: Workload): Promise<void> {
	const key = provider === 'apixo' ? 'demo-apixo' : 'demo-apiinone';
	const id = await session.client.createCredential({ name: headerCredential, type: 'httpHeaderAuth', data: { name: 'Authorization', value: `Bearer ${key}` } });
	Object.assign(session.credentialIds, { [headerCredential]: id });
}

/** The share of a core that n8n takes without the run, with the same questions as during it. After it, because a new n8n has much to do besides. */
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

/** An n8n of its own for every run: what one run leaves in memory is not counted against the next. */
async function runInN8n(origin: string, contender: Contender, workload: Workload, tarball: string, extra: NodeJS.ProcessEnv): Promise<Cost> {
	const { workflow } = contender;
	if (workflow === undefined) throw new Error(`${contender.id} does not run in n8n`);
	const userFolder = await mkdtemp(path.join(tmpdir(), 'seedream-contender-'));
	await installTarball(userFolder, tarball);
	const nodeOptions = [collectableOption, extra.NODE_OPTIONS].filter(Boolean).join(' ');
	const instance = await startInstance({ userFolder, environment: { N8N_LOG_LEVEL: 'warn', ...extra, NODE_OPTIONS: nodeOptions } });
	try {
		const session = await startSession(instance.url, origin);
		await addHeaderCredential(session, workload);
		const { client } = session;
		const rehearsal = await client.createWorkflow(workflow(session, rehearsalOf(workload)));
		await client.runWorkflow(rehearsal.id, 'Start');
		await waitForEnd(client, rehearsal.id);
		await fetch(`${origin}/__reset`, { method: 'POST' });
		const { id } = await client.createWorkflow(workflow(session, workload));
		await sleep(8_000);
		await collectGarbage(instance.processId);
		const processorBefore = processorSeconds(instance.processId);
		const memory = watchMemory(instance.processId);
		const begun = Date.now();
		const executionId = await client.runWorkflow(id, 'Start');
		const { status, stoppedAt } = await waitForEnd(client, id);
		const elapsed = (Date.now() - begun) / 1000;
		const used = processorSeconds(instance.processId) - processorBefore;
		const peakMegabytes = memory.stop() - memory.before;
		const idling = await idleShare(client, id, instance.processId);
		return {
			status,
			makespan: (Date.parse(stoppedAt ?? '') - begun) / 1000,
			processorSeconds: used - idling * elapsed,
			peakMegabytes,
			dataBytes: await client.getExecutionBytes(executionId),
			startSeconds: instance.startSeconds,
			nodes: nodesOf(contender, session, workload),
		};
	} finally {
		await instance.stop();
		// The last of n8n's children may still be writing.
		await rm(userFolder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
	}
}

export async function runContender(contender: Contender, workload: Workload, tarball: string, extra: NodeJS.ProcessEnv = {}): Promise<Measured> {
	const simulator = await startSimulatorProcess('--seed', '7', ...workload.flags);
	try {
		const cost = contender.workflow === undefined ? await runBare(simulator.origin, workload) : await runInN8n(simulator.origin, contender, workload, tarball, extra);
		const { tasks, submits, looks, images, slowest, lags } = await observe(simulator.origin);
		return {
			contender: contender.id,
			workload: workload.name,
			count: workload.count,
			status: cost.status,
			images,
			tasks,
			submits,
			makespan: cost.makespan,
			slowest,
			lagMedian: median(lags),
			lag95: quantile(lags, 0.95),
			looksPerTask: looks / tasks,
			processorSecondsPerTask: cost.processorSeconds / workload.count,
			peakMegabytes: cost.peakMegabytes,
			...(cost.dataBytes === undefined ? {} : { dataBytesPerTask: cost.dataBytes / workload.count }),
			...(cost.nodes === undefined ? {} : { nodes: cost.nodes }),
			...(cost.startSeconds === undefined ? {} : { startSeconds: cost.startSeconds }),
		};
	} finally {
		simulator.end();
	}
}
