import { RestClient, type Session as SignedIn } from './restClient';
import { SimulatorClient } from './simulatorClient';

/** What the global set-up hands to every test file: the instances run in its process, the tests in another world. */
export interface SessionData {
	readonly n8n: SignedIn;
	readonly simulatorUrl: string;
	/** Credential ids in n8n by their names. */
	readonly credentialIds: Readonly<Record<string, string>>;
	readonly tarball: { readonly bytes: number; readonly entries: readonly string[] };
	/** Where n8n found the package installed. */
	readonly packageFolder: string;
	/** How long n8n took to answer. */
	readonly startSeconds: number;
}

const variable = 'SEEDREAM_E2E_SESSION';

export function publishSession(data: SessionData): void {
	process.env[variable] = JSON.stringify(data);
}

export interface Session extends SessionData {
	readonly client: RestClient;
	readonly simulator: SimulatorClient;
}

export function openSession(): Session {
	const text = process.env[variable];
	if (text === undefined) throw new Error('No n8n is running for these tests: start them with npm run test:e2e.');
	const data = JSON.parse(text) as SessionData;
	return { ...data, client: RestClient.resume(data.n8n), simulator: new SimulatorClient(data.simulatorUrl) };
}
