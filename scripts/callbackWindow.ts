/**
 * Measures for how long callbacks are refused: after the check before parking, until n8n has stored the parked
 * execution in its database, a call is refused and lost. Runs real n8n and the simulator:
 *
 *     npx tsx scripts/callbackWindow.ts [tries, 240 by default]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { callbacksOf, parkNode, startWorkflow, submitNode } from '../test/e2e/support/callbacks';
import { startInstance } from '../test/e2e/support/instance';
import { startSession } from '../test/e2e/support/newSession';
import type { Execution } from '../test/e2e/support/restClient';
import { type Session } from '../test/e2e/support/session';
import { startSimulator } from '../test/e2e/support/simulator';
import { installTarball, packTarball } from '../test/e2e/support/tarball';
import { itemsNodes, itemsOf, waitNode, workflowOf } from '../test/e2e/support/workflow';

const say = (line: string) => process.stdout.write(`${line}\n`);
/** Tasks finish at random, between the submit and a time well after parking. */
const longestTaskSeconds = 0.4;
const timeoutSeconds = 5;

interface Try {
	readonly provider: 'apiframe' | 'apixo';
	readonly executionId: string;
}

interface Result {
	readonly provider: string;
	readonly how: 'resumed by its callback' | 'found by the check' | 'sent again by the provider' | 'collected after the deadline' | 'LOST';
	/** From the check to the first callback; negative if the callback came first. */
	readonly milliseconds: number;
	readonly refused: boolean;
}

async function startTry(session: Session, provider: Try['provider'], number: number): Promise<Try> {
	const seconds = (Math.random() * longestTaskSeconds).toFixed(3);
	const nodes = [
		...itemsNodes([{ prompt: `window ${number} [[duration=${seconds}]]` }]),
		submitNode(session, provider),
		parkNode(session, [provider], { timeout: timeoutSeconds, options: { downloadImages: false } }, { onError: 'continueErrorOutput' }),
		waitNode(session, [provider], { options: { downloadImages: false, pollInterval: 0.5 } }, { name: 'Behind' }),
	];
	const workflow = workflowOf(`window ${number}`, nodes, [
		['Start', 'List'],
		['List', 'Items'],
		['Items', 'Generate'],
		['Generate', 'Wait'],
		['Wait', 'Behind', 1],
	]);
	const executionId = await startWorkflow(session, workflow);
	// One at a time, so that they do not wait for each other.
	const endsAt = Date.now() + 5_000;
	for (let status = ''; status !== 'waiting' && status !== 'success' && Date.now() < endsAt; await sleep(30))
		({ status } = await session.client.getExecution(executionId));
	return { provider, executionId };
}

async function judge(session: Session, { provider, executionId }: Try): Promise<Result> {
	const execution: Execution = await session.client.waitForExecution(executionId, { limitSeconds: 200 });
	const taskId = itemsOf(execution, 'Generate')[0]?.json.taskId as string;
	const [check] = await session.simulator.statusChecks(taskId);
	const callbacks = await callbacksOf(session, taskId);
	const [first] = callbacks;
	const milliseconds = Date.parse(first?.time ?? '') - Date.parse(check?.time ?? '');
	const delivered = itemsOf(execution, 'Wait').length + itemsOf(execution, 'Behind').length;
	const refused = first?.status !== 200;
	const checks = (await session.simulator.statusChecks(taskId)).length;
	const behind = itemsOf(execution, 'Behind').length > 0;
	const how =
		delivered !== 1
			? 'LOST'
			: behind
				? 'collected after the deadline'
				: !refused
					? 'resumed by its callback'
					: checks === 1
						? 'found by the check'
						: 'sent again by the provider';
	return { provider, how, milliseconds, refused };
}

function report(provider: string, results: readonly Result[]): void {
	say(`\n${provider}: ${results.length} tries`);
	const counts = new Map<string, number>();
	for (const { how } of results) counts.set(how, (counts.get(how) ?? 0) + 1);
	for (const [how, count] of [...counts].sort(([, one], [, other]) => other - one))
		say(`  ${how.padEnd(32)}${String(count).padStart(4)}  ${((count / results.length) * 100).toFixed(1)} %`);
	const inVain = results.filter(({ how }) => how === 'sent again by the provider' || how === 'collected after the deadline' || how === 'LOST');
	const gaps = inVain.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other);
	const accepted = results.filter(({ refused }) => !refused).map(({ milliseconds }) => milliseconds);
	if (gaps.length > 0) say(`  refused: from ${gaps[0]} to ${gaps.at(-1)} ms after the check, median ${gaps[Math.floor(gaps.length / 2)]} ms`);
	if (accepted.length > 0) say(`  accepted: from ${Math.min(...accepted)} ms after the check`);
	say(`  images lost: ${results.filter(({ how }) => how === 'LOST').length}`);
}

async function measure(session: Session, count: number): Promise<void> {
	const tries: Try[] = [];
	for (let number = 0; number < count; number++) {
		tries.push(await startTry(session, number % 2 === 0 ? 'apixo' : 'apiframe', number));
		if ((number + 1) % 40 === 0) say(`${number + 1} of ${count}`);
	}
	const results: Result[] = [];
	for (const one of tries) results.push(await judge(session, one));
	report(
		'APIXO (calls again when it is refused)',
		results.filter(({ provider }) => provider === 'apixo'),
	);
	report(
		'Apiframe (calls once)',
		results.filter(({ provider }) => provider === 'apiframe'),
	);
}

async function main(): Promise<void> {
	const stops: Array<() => Promise<unknown>> = [];
	try {
		const userFolder = await mkdtemp(path.join(tmpdir(), 'seedream-window-'));
		stops.push(async () => await rm(userFolder, { recursive: true, force: true }));
		const tarball = await packTarball();
		stops.push(tarball.remove);
		await installTarball(userFolder, tarball.file);
		const simulator = await startSimulator({ timeFactor: 0.05 });
		stops.push(simulator.stop);
		const instance = await startInstance({ userFolder });
		stops.push(instance.stop);
		await measure(await startSession(instance.url, simulator.url), Number(process.argv[2] ?? 240));
	} finally {
		for (const stop of stops.reverse()) await stop();
	}
}

// Everything that was started ends with the program, even if it is interrupted.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

main()
	.catch((error: unknown) => {
		process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
		process.exitCode = 1;
	})
	.finally(() => process.exit());
