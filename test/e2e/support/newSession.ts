import { saveDemoCredentials } from './demoCredentials';
import { RestClient } from './restClient';
import type { Session } from './session';
import { SimulatorClient } from './simulatorClient';

const account = { email: 'e2e@example.com', password: 'Seedream-e2e-1' };

/** Creates the owner of a new n8n, or signs in if there is one. */
export async function signIn(n8nUrl: string): Promise<RestClient> {
	const client = new RestClient(n8nUrl);
	await client.signIn(account);
	return client;
}

/** A new n8n with credentials that point at a simulator. */
export async function startSession(n8nUrl: string, simulatorUrl: string): Promise<Session> {
	const client = await signIn(n8nUrl);
	const credentialIds = await saveDemoCredentials(client, simulatorUrl);
	return { n8n: client.session(), client, simulatorUrl, simulator: new SimulatorClient(simulatorUrl), credentialIds };
}

/** The same one after its n8n was started again. */
export async function resumeSession(session: Session, n8nUrl: string): Promise<Session> {
	const client = await signIn(n8nUrl);
	return { ...session, client, n8n: client.session() };
}
