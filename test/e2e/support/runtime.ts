import { spawnSync } from 'node:child_process';
import path from 'node:path';

export const rootFolder = path.resolve(__dirname, '..', '..', '..');

export interface Runtime {
	/** The Node program that n8n runs on, which may not be the one that runs the tests. */
	readonly node: string;
	/** n8n's own command-line program. */
	readonly n8n: string;
}

const runtimes = new Map<string | undefined, Runtime>();

/**
 * Sets n8n up where that has not been done: the one that the tests use, or another version.
 * A process of its own, since jest cannot import an ES module; 0.1 s when all is there.
 */
export function getRuntime(version?: string): Runtime {
	const known = runtimes.get(version);
	if (known !== undefined) return known;
	const program = [path.join(rootFolder, 'scripts', 'runtime.mjs'), ...(version === undefined ? [] : [version])];
	const { status, stdout } = spawnSync(process.execPath, program, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
	if (status !== 0) throw new Error('n8n could not be set up: see the lines above.');
	const runtime = JSON.parse(stdout) as Runtime;
	runtimes.set(version, runtime);
	return runtime;
}
