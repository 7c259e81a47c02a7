/** `npm run probe -- <provider>` checks with your key whether a provider behaves as this package expects: see docs/probe.md. */
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { main, type DryRunContext } from './probe/commandLine';

async function ask(question: string): Promise<string> {
	const terminal = createInterface({ input: process.stdin, output: process.stdout });
	// Ctrl+C and Ctrl+D in answer to the question mean no.
	const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
	try {
		return await Promise.race([terminal.question(question).catch(() => ''), closed]);
	} finally {
		terminal.close();
	}
}

const surroundings: DryRunContext = {
	environment: process.env,
	clock: {
		now: () => Math.round(performance.timeOrigin + performance.now()),
		wallTime: () => Date.now(),
		alarm: (milliseconds, action) => {
			const timer = setTimeout(action, milliseconds);
			return () => clearTimeout(timer);
		},
		random: () => Math.random(),
		isAborted: () => false,
		sleep: async (milliseconds) => void (await sleep(milliseconds)),
	},
	write: (line) => void process.stdout.write(`${line}\n`),
	complain: (line) => void process.stderr.write(`${line}\n`),
};
if (process.stdin.isTTY && process.stdout.isTTY) surroundings.ask = ask;

main(process.argv.slice(2), surroundings).then(
	(code) => {
		process.exitCode = code;
	},
	(error: unknown) => {
		// An unexpected error may quote a request: its stack shows where, but its text could contain the key.
		const lines = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
		process.stderr.write(`The probe itself failed (${error instanceof Error ? error.name : typeof error}). Please report this:\n${lines.join('\n')}\n`);
		process.exitCode = 1;
	},
);
