import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** For `NODE_OPTIONS` of an n8n whose garbage is to be collected on request. */
export const collectableOption = `--require=${path.join(__dirname, 'collectable.cjs')}`;

/** After it, what a process holds is what it needs. */
export async function collectGarbage(...processIds: readonly number[]): Promise<void> {
	for (const processId of processIds) process.kill(processId, 'SIGUSR2');
	// The pages go back to the system a little later.
	await sleep(3000);
}
