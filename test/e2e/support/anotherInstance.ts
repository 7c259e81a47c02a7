import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { saveDemoCredentials } from './demoCredentials';
import { startInstance } from './instance';
import { RestClient } from './restClient';
import type { Session } from './session';

export interface AnotherInstance {
	readonly session: Session;
	stop(): Promise<void>;
}

/** One more n8n with the same package and simulator, for settings that the shared one does not have. */
export async function openAnotherInstance(shared: Session, environment: Readonly<Record<string, string>>): Promise<AnotherInstance> {
	const userFolder = await mkdtemp(path.join(tmpdir(), 'seedream-another-'));
	await cp(path.resolve(shared.packageFolder, '..', '..'), path.join(userFolder, '.n8n', 'nodes'), { recursive: true });
	const instance = await startInstance({ userFolder, environment });
	const client = new RestClient(instance.url);
	await client.signIn({ email: 'e2e@example.com', password: 'Seedream-e2e-1' });
	const credentialIds = await saveDemoCredentials(client, shared.simulatorUrl);
	return {
		session: { ...shared, n8n: client.session(), client, credentialIds },
		async stop() {
			await instance.stop();
			await rm(userFolder, { recursive: true, force: true });
		},
	};
}
