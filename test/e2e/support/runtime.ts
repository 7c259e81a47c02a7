import { spawnSync } from 'node:child_process';
import path from 'node:path';

export const rootFolder = path.resolve(__dirname, '..', '..', '..');

export interface Runtime {
	/** The Node program that n8n runs on: 24 or newer, which may not be the one that runs the tests. */
	readonly node: string;
	/** n8n's own command-line program. */
	readonly n8n: string;
}

let runtime: Runtime | undefined;

/** Sets n8n up where that has not been done. A process of its own, since jest cannot import an ES module; 0.1 s when all is there. */
export function getRuntime(): Runtime {
	if (runtime !== undefined) return runtime;
	const { status, stdout } = spawnSync(process.execPath, [path.join(rootFolder, 'scripts', 'runtime.mjs')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
	if (status !== 0) throw new Error('n8n could not be set up: see the lines above.');
	runtime = JSON.parse(stdout) as Runtime;
	return runtime;
}
