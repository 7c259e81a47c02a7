import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Clock } from '../../../nodes/core/clock';
import { main } from '../../../scripts/probe/commandLine';
import type { Report } from '../../../scripts/probe/report';

/** How much faster than real time the simulator and the probe's clock run. */
export const haste = 200;

function hastyClock(): Clock {
	const start = Date.now();
	return {
		now: () => start + (Date.now() - start) * haste,
		wallTime: () => start + (Date.now() - start) * haste,
		alarm: (milliseconds, action) => {
			const timer = setTimeout(action, milliseconds / haste);
			return () => clearTimeout(timer);
		},
		random: () => 0,
		isAborted: () => false,
		sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds / haste)),
	};
}

export interface Ran {
	code: number;
	/** Everything that was shown. */
	shown: string;
	questions: string[];
	report?: Report;
}

export interface Wish {
	provider: string;
	args?: readonly string[];
	environment?: Record<string, string>;
	/** Says this at the terminal; undefined: there is no terminal. */
	answer?: string;
}

/** The command as a user runs it, without a process of its own. */
export async function runCommand({ provider, args = [], environment = {}, answer }: Wish): Promise<Ran> {
	const lines: string[] = [];
	const questions: string[] = [];
	const folder = mkdtempSync(join(tmpdir(), 'seedream-probe-'));
	const file = join(folder, 'report.json');
	try {
		const code = await main([provider, ...args, '--report', file], {
			environment,
			clock: hastyClock(),
			write: (line) => void lines.push(line),
			complain: (line) => void lines.push(line),
			...(answer !== undefined && {
				async ask(question: string) {
					questions.push(question);
					return answer;
				},
			}),
		});
		const ran: Ran = { code, shown: lines.join('\n'), questions };
		if (code !== 2) ran.report = JSON.parse(readFileSync(file, 'utf8')) as Report;
		return ran;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
