/**
 * `npm run queue`: n8n in queue mode on this machine, with the package packed from this clone: Redis, PostgreSQL, one main
 * process, two workers, and the simulator with its demo credentials. Ctrl-C stops everything and removes all data.
 * `--check` only reports, in a sentence and with the exit code, what this machine is missing.
 */
import { randomBytes } from 'node:crypto';

import { createDemoCredentials } from '../test/e2e/support/demoCredentials';
import { RestClient } from '../test/e2e/support/restClient';
import { startSimulator } from '../test/e2e/support/simulator';
import { startCluster } from '../test/queue/support/cluster';
import { findPrograms } from '../test/queue/support/services';

/** New each time, like everything here, because a page in the browser can reach this n8n too. n8n requires a digit and a capital letter. */
const account = { email: 'demo@example.com', password: `Seedream-${randomBytes(9).toString('base64url')}-1` };
const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
	const programs = findPrograms();
	if (process.argv.includes('--check')) {
		if (typeof programs === 'string') say(programs);
		process.exitCode = typeof programs === 'string' ? 1 : 0;
		return;
	}
	if (typeof programs === 'string') throw new Error(programs);
	say('Starting Redis, PostgreSQL, n8n and two workers …');
	const stops: Array<() => Promise<void>> = [];
	let isEnding = false;
	const end = () => {
		if (isEnding) return;
		isEnding = true;
		say('Ending …');
		void (async () => {
			for (const stop of stops.reverse()) await stop();
			process.exit(0);
		})();
	};
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);

	const cluster = await startCluster({ port: 5678 });
	stops.push(cluster.stop);
	const simulator = await startSimulator({ timeFactor: 0.1 });
	stops.push(simulator.stop);
	const client = new RestClient(cluster.main.url);
	await client.signIn(account);
	for (const credential of createDemoCredentials(simulator.url)) await client.createCredential(credential);
	say(`n8n (queue mode)  ${cluster.main.url}   ${account.email} / ${account.password}`);
	say(`Simulator         ${simulator.url}`);
	say(`Workers           ${cluster.workers.map(({ name }) => name).join(', ')}`);
	say('Ctrl-C ends everything.');
	await cluster.main.ended;
	end();
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exit(1);
});
