/** Measures what forged calls to Seedream Generate Trigger cost: `npx tsx scripts/forgedCalls.ts` prints requests, answers and memory. */
import { startOnCallback } from '../nodes/host/callback/startOnCallback';
import { webhookCall, type WebhookCall } from '../test/support/webhookCall';

const providers = ['apixo', 'apiInOne', 'pixelDojo', 'apiframe'];
const credentials = Object.fromEntries(providers.map((id) => [`${id}Api`, { apiKey: 'key', baseUrl: '' }]));

/** A body that fits every provider, with an id that none of them knows. */
function forged(taskId: string): WebhookCall {
	return webhookCall({
		body: { jobId: taskId, data: { taskId } },
		parameters: { providers, options: {} },
		credentials,
		reply: () => ({ code: 404, message: 'Task not found' }),
	});
}

async function measure(count: number): Promise<string> {
	const before = process.memoryUsage().rss;
	const startedAt = Date.now();
	const calls = Array.from({ length: count }, (_, index) => forged(`forged-${count}-${index}`));
	let most = 0;
	const watch = setInterval(() => {
		most = Math.max(most, process.memoryUsage().rss - before);
	}, 20);
	await Promise.all(calls.map(async ({ context }) => await startOnCallback(context)));
	clearInterval(watch);
	const requests = calls.reduce((sum, call) => sum + call.requests.length, 0);
	const failedAfter = calls.filter(({ answers }) => answers[0] === 503).length;
	const megabytes = Math.round(Math.max(most, process.memoryUsage().rss - before) / 1_048_576);
	const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
	return `${count} forged calls at once: ${requests} status requests, ${failedAfter} answered 503, +${megabytes} MB, ${seconds} s`;
}

async function main(): Promise<void> {
	for (const count of [1, 1000]) console.log(await measure(count));
}

void main();
