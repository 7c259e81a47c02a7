import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

import axios from 'axios';

import type { TaskRecord } from '../simulator/world';
import { runWorkflow } from '../workflows/support/engine';
import { collectOwnGarbage } from './garbage';
import type { Figure } from './main';
import { median } from './quantile';
import { startSimulatorProcess } from './simulatorProcess';

const megabyte = 1_048_576;

function residentBytes(): number {
	collectOwnGarbage();
	return process.memoryUsage().rss;
}

/** The most memory this process holds while something runs, above a baseline, in MB. */
async function memoryOf(work: () => Promise<void>, baseline: number): Promise<number> {
	let most = residentBytes();
	const watch = setInterval(() => {
		most = Math.max(most, process.memoryUsage().rss);
	}, 10);
	await work();
	clearInterval(watch);
	return (most - baseline) / megabyte;
}

/** The most that is alive while something runs, in MB: V8 keeps used chunks as long as there is room. */
async function liveMemoryOf(work: () => Promise<void>): Promise<number> {
	let most = 0;
	const watch = setInterval(() => {
		collectOwnGarbage();
		const { heapUsed, external } = process.memoryUsage();
		most = Math.max(most, heapUsed + external);
		// A collection takes longer than a few of the stream's chunks.
	}, 100);
	await work();
	clearInterval(watch);
	return most / megabyte;
}

async function generate(origin: string, count: number, fileMegabytes: number): Promise<void> {
	const finished = await runWorkflow({
		nodes: [
			{ name: 'Items', type: 'itemSource', parameters: { items: Array.from({ length: count }, (_, n) => ({ n })) } },
			{
				name: 'Generate',
				type: 'n8n-nodes-seedream.seedreamGenerate',
				parameters: {
					provider: 'apixo',
					prompt: `=[[duration=0.2]] [[image=big:${fileMegabytes}]] number {{ $json.n }}`,
					options: { pollInterval: 0.5 },
				},
			},
		],
		connect: [['Items', 'Generate']],
		credentials: { apixoApi: { apiKey: 'demo-apixo', baseUrl: `${origin}/apixo/api/v1` } },
	});
	const images = finished.items('Generate').filter((item) => item.binary?.data !== undefined).length;
	if (images !== count) throw new Error(`Only ${images} of ${count} images came: ${finished.error('Generate')?.message ?? ''}`);
}

/** Milliseconds that curl needs to store the same files from the same server. */
async function curlMilliseconds(urls: readonly string[]): Promise<number> {
	const folder = mkdtempSync(join(tmpdir(), 'seedream-curl-'));
	const begun = Date.now();
	const outputs = urls.flatMap((url, index) => ['-o', join(folder, String(index)), url]);
	await promisify(execFile)('curl', ['--silent', '--parallel', '--parallel-max', '20', ...outputs]);
	const milliseconds = Date.now() - begun;
	rmSync(folder, { recursive: true });
	return milliseconds;
}

/** Milliseconds for what n8n's own binary store does with a stream, and nothing else: the minimum for any node. */
async function storeMilliseconds(urls: readonly string[]): Promise<number> {
	const folder = mkdtempSync(join(tmpdir(), 'seedream-store-'));
	const begun = Date.now();
	await Promise.all(
		urls.map(async (url, index) => {
			const { data } = await axios.get<Readable>(url, { responseType: 'stream' });
			await writeFile(join(folder, String(index)), data);
		}),
	);
	const milliseconds = Date.now() - begun;
	rmSync(folder, { recursive: true });
	return milliseconds;
}

/** Milliseconds that Wait for Task needs to fetch finished tasks whose items hold only URLs. */
async function nodeMilliseconds(origin: string, urls: readonly string[]): Promise<number> {
	const items = urls.map((url, index) => ({ provider: 'apixo', taskId: `task_${index}`, status: 'succeeded', url }));
	const finished = await runWorkflow({
		nodes: [
			{ name: 'Items', type: 'itemSource', parameters: { items } },
			{ name: 'Wait', type: 'n8n-nodes-seedream.seedreamWaitForTask', parameters: { providers: ['apixo'] } },
		],
		connect: [['Items', 'Wait']],
		credentials: { apixoApi: { apiKey: 'demo-apixo', baseUrl: `${origin}/apixo/api/v1` } },
	});
	return finished.run.data.resultData.runData.Wait?.[0]?.executionTime ?? Number.NaN;
}

const rounds = 9;
/** What the streams of one download may hold at a time: chunks on their way, and the store's own. */
const streamBuffersMegabytes = 2;

/** Memory while large files stream into the binary store, and its growth with their number. */
export async function measureMemory(): Promise<Figure[]> {
	const simulator = await startSimulatorProcess('--seed', '7');
	try {
		await generate(simulator.origin, 2, 20);
		// One baseline for all, so that a run cannot hide its memory behind what an earlier run left.
		const baseline = residentBytes();
		const more: number[] = [];
		for (let round = 0; round < 5; round++) {
			const small = await liveMemoryOf(async () => await generate(simulator.origin, 1, 1));
			more.push((await liveMemoryOf(async () => await generate(simulator.origin, 1, 30))) - small);
		}
		const single = median(more);
		const few = await memoryOf(async () => await generate(simulator.origin, 20, 20), baseline);
		const many = await memoryOf(async () => await generate(simulator.origin, 100, 20), baseline);
		return [
			{
				what: 'live memory of a PNG of 30 MB above one of 1 MB, median of 5',
				value: `${single.toFixed(0)} MB`,
				bar: `≤ ${streamBuffersMegabytes} MB`,
				isMet: single <= streamBuffersMegabytes,
			},
			{ what: 'memory above baseline, 20 files of 20 MB', value: `${few.toFixed(0)} MB`, bar: '≤ 80 MB', isMet: few <= 80 },
			{ what: 'memory above baseline, 100 files of 20 MB', value: `${many.toFixed(0)} MB`, bar: '≤ 80 MB', isMet: many <= 80 },
		];
	} finally {
		simulator.end();
	}
}

/** How fast ten large files are downloaded, compared with curl and with n8n's store alone. */
export async function measureDownload(): Promise<Figure[]> {
	const simulator = await startSimulatorProcess('--seed', '7');
	try {
		await generate(simulator.origin, 10, 20);
		const { data: tasks } = await axios.get<TaskRecord[]>(`${simulator.origin}/__tasks`);
		const urls = tasks.slice(-10).flatMap((task) => task.images);
		const curl: number[] = [];
		const store: number[] = [];
		const node: number[] = [];
		// Alternately, so that all run under the same conditions.
		for (let round = 0; round < rounds; round++) {
			curl.push(await curlMilliseconds(urls));
			store.push(await storeMilliseconds(urls));
			node.push(await nodeMilliseconds(simulator.origin, urls));
		}
		const ofStore = median(store) / median(node);
		const ofCurl = median(curl) / median(node);
		return [
			{ what: `rate of ${urls.length} downloads ÷ rate of n8n's store alone`, value: ofStore.toFixed(2), bar: '≥ 0.75', isMet: ofStore >= 0.75 },
			{ what: `rate of ${urls.length} downloads ÷ rate of curl --parallel`, value: ofCurl.toFixed(2), bar: '-', isMet: true },
			{ what: `rate of n8n's store alone ÷ rate of curl --parallel`, value: (median(curl) / median(store)).toFixed(2), bar: '-', isMet: true },
		];
	} finally {
		simulator.end();
	}
}
