import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { startInstance } from './instance';
import { startSession } from './newSession';
import type { Session, SharedSession } from './session';

export interface AnotherInstance {
	readonly session: Session;
	stop(): Promise<void>;
}

/** One more n8n with the same package and simulator, for settings that the shared one does not have. */
export async function openAnotherInstance(shared: SharedSession, environment: Readonly<Record<string, string>>): Promise<AnotherInstance> {
	const userFolder = await mkdtemp(path.join(tmpdir(), 'seedream-another-'));
	await cp(path.resolve(shared.packageFolder, '..', '..'), path.join(userFolder, '.n8n', 'nodes'), { recursive: true });
	const instance = await startInstance({ userFolder, environment });
	return {
		session: await startSession(instance.url, shared.simulatorUrl),
		async stop() {
			await instance.stop();
			await rm(userFolder, { recursive: true, force: true });
		},
	};
}
