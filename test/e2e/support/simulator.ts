import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { findFreePort } from './ports';
import { rootFolder } from './runtime';

const startLimitMilliseconds = 60_000;

export interface RunningSimulator {
	readonly url: string;
	readonly processId: number;
	stop(): Promise<void>;
}

/** Starts the providers' APIs on one local port, a process of its own as `npm run simulator` is. */
export async function startSimulator({ port, timeFactor }: { port?: number; timeFactor: number }): Promise<RunningSimulator> {
	const child = spawn(
		process.execPath,
		['--import', 'tsx', 'test/simulator/main.ts', '--port', String(await findFreePort(port)), '--time-factor', String(timeFactor)],
		{ cwd: rootFolder, stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' },
	);
	const killNow = () => child.kill('SIGKILL');
	process.once('exit', killNow);
	const ended = once(child, 'exit').then(() => process.removeListener('exit', killNow));

	const said: string[] = [];
	const url = await new Promise<string>((resolve, reject) => {
		const fail = (reason: string) => reject(new Error(`The simulator ${reason}:\n${said.slice(-15).join('\n')}`));
		const timer = setTimeout(() => {
			child.kill('SIGKILL');
			fail('did not start in time');
		}, startLimitMilliseconds);
		child.once('error', reject);
		child.once('exit', () => fail('ended while it was starting'));
		// Reading on after the start keeps the pipes from filling up.
		for (const stream of [child.stdout, child.stderr]) {
			createInterface({ input: stream }).on('line', (line) => {
				said.push(line);
				if (said.length > 200) said.shift();
				const found = /Simulator ready on (\S+)/.exec(line)?.[1];
				if (found === undefined) return;
				clearTimeout(timer);
				resolve(found.replace(/\/$/, ''));
			});
		}
	});
	return {
		url,
		processId: child.pid ?? 0,
		stop: async () => {
			child.kill('SIGTERM');
			const timer = setTimeout(killNow, 5_000);
			await ended;
			clearTimeout(timer);
		},
	};
}
