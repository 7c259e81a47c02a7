import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** The same for this process, at once. */
export function collectOwnGarbage(): void {
	// Twice: the first one frees the objects, the second one returns the freed pages.
	collect();
	collect();
}

/** For `NODE_OPTIONS` of an n8n whose garbage is to be collected on request. */
export const collectableOption = `--require=${path.join(__dirname, 'collectable.cjs')}`;

/** Afterwards a process holds only what it needs. */
export async function collectGarbage(...processIds: readonly number[]): Promise<void> {
	for (const processId of processIds) process.kill(processId, 'SIGUSR2');
	// The pages go back to the system a little later.
	await sleep(3000);
}
