import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface SimulatorProcess {
	origin: string;
	end(): void;
}

/** The simulator in a process of its own, so that its work and memory are not measured. */
export async function startSimulatorProcess(...flags: string[]): Promise<SimulatorProcess> {
	const child = spawn(process.execPath, ['--import', 'tsx', 'test/simulator/main.ts', ...flags], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const killNow = (): void => void child.kill('SIGKILL');
	process.once('exit', killNow);
	child.once('exit', () => process.removeListener('exit', killNow));
	for await (const line of createInterface({ input: child.stdout })) {
		const origin = /^Simulator ready on (\S+)/.exec(line)?.[1];
		if (origin !== undefined) {
			child.stdout.resume();
			return { origin, end: () => void child.kill() };
		}
	}
	throw new Error('The simulator did not start');
}
