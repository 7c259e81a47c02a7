/**
 * The minimum for the job, outside n8n: axios and p-limit, no checks, no journal, no readable errors.
 * Runs in its own process, to measure its time and memory. Prints what each run needed as a line of JSON.
 */
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import axios from 'axios';
import pLimit from 'p-limit';

const { origin, workload } = JSON.parse(process.argv[2]);
const http = axios.create({ proxy: false, validateStatus: () => true, timeout: 60_000 });
const limit = pLimit(20);
const folder = mkdtempSync(join(tmpdir(), 'seedream-bare-'));

const protocols = {
	apixo: {
		base: `${origin}/apixo/api/v1`,
		key: 'demo-apixo',
		submit: '/generateTask/seedream-4-5',
		body: (prompt, { resolution }) => ({ request_type: 'async', input: { mode: 'text-to-image', prompt, max_images: 1, resolution, aspect_ratio: '1:1' } }),
		idOf: (reply) => reply.data.taskId,
		status: (id) => `/statusTask/seedream-4-5?taskId=${id}`,
		urlOf: (reply) => (reply.data.state === 'success' ? JSON.parse(reply.data.resultJson).resultUrls[0] : undefined),
	},
	apiInOne: {
		base: `${origin}/apiinone/api/v1`,
		key: 'demo-apiinone',
		submit: '/images/generations',
		body: (prompt) => ({ model: 'seedream/4.5-text-to-image', prompt, quality: 'basic', aspect_ratio: '1:1' }),
		idOf: (reply) => reply.data.task_id,
		status: (id) => `/tasks/${id}`,
		urlOf: (reply) => (reply.data.status === 'completed' ? reply.data.output.image_urls[0] : undefined),
	},
};
const protocol = protocols[workload.provider];
const headers = { Authorization: `Bearer ${protocol.key}` };

/** 429 and 503 are retried; everything else is accepted as is. */
async function ask(request) {
	for (;;) {
		const reply = await limit(() => http.request({ ...request, headers }));
		if (reply.status !== 429 && reply.status !== 503) return reply.data;
		await sleep(1000 * Number(reply.headers['retry-after'] ?? 1));
	}
}

async function download(url, index) {
	for (;;) {
		const isDone = await limit(async () => {
			const { data, status } = await http.get(url, { responseType: 'stream' });
			if (status !== 200) return void data.resume();
			await pipeline(data, createWriteStream(join(folder, `${index}.png`)));
			return true;
		});
		if (isDone) return;
	}
}

async function runTask(job, index) {
	const { directives, firstLook, interval } = job;
	const submitted = await ask({ method: 'POST', url: protocol.base + protocol.submit, data: protocol.body(`A fox in the snow${directives}`, job) });
	const id = protocol.idOf(submitted);
	await sleep(firstLook * 1000);
	for (;;) {
		const begun = Date.now();
		const url = protocol.urlOf(await ask({ method: 'GET', url: protocol.base + protocol.status(id) }));
		if (url !== undefined) return await download(url, index);
		await sleep(Math.max(0, begun + interval * 1000 - Date.now()));
	}
}

const runAll = async (job) => await Promise.all(Array.from({ length: job.count }, (_, index) => runTask(job, index)));

/** One run for every line that comes in: what to do, as JSON. Between them the process waits, as n8n does. */
for await (const line of createInterface({ input: process.stdin })) {
	const job = JSON.parse(line);
	globalThis.gc();
	const before = process.memoryUsage.rss();
	let most = before;
	const watch = setInterval(() => {
		most = Math.max(most, process.memoryUsage.rss());
	}, 50);
	const cpuBefore = process.cpuUsage();
	const begun = performance.now();
	await runAll(job);
	const makespan = (performance.now() - begun) / 1000;
	const { user, system } = process.cpuUsage(cpuBefore);
	clearInterval(watch);
	console.log(
		JSON.stringify({ makespan, processorSeconds: (user + system) / 1e6, peakMegabytes: (most - before) / 1_048_576, wholeMegabytes: most / 1_048_576 }),
	);
}
rmSync(folder, { recursive: true });
