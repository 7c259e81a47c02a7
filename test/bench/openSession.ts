import { createDemoCredentials } from '../e2e/support/demoCredentials';
import { RestClient } from '../e2e/support/restClient';
import { type Session } from '../e2e/support/session';
import { SimulatorClient } from '../e2e/support/simulatorClient';

const account = { email: 'bench@example.com', password: 'Seedream-bench-1' };

/** Signs in to a new n8n and gives it credentials that point at the simulator. */
export async function openSession(n8nUrl: string, simulatorUrl: string): Promise<Session> {
	const client = new RestClient(n8nUrl);
	await client.signIn(account);
	const credentialIds: Record<string, string> = {};
	for (const credential of createDemoCredentials(simulatorUrl)) credentialIds[credential.name] = await client.createCredential(credential);
	return { client, simulator: new SimulatorClient(simulatorUrl), n8n: client.session(), simulatorUrl, credentialIds, tarball: { bytes: 0, entries: [] }, packageFolder: '', startSeconds: 0 };
}
