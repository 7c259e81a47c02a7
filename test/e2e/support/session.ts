import { RestClient, type Session as SignedIn } from './restClient';
import { SimulatorClient } from './simulatorClient';

interface SessionData {
	readonly n8n: SignedIn;
	readonly simulatorUrl: string;
	/** Credential ids in n8n by their names. */
	readonly credentialIds: Readonly<Record<string, string>>;
}

/** An n8n with the package, signed in, and the simulator that its credentials point at. */
export interface Session extends SessionData {
	readonly client: RestClient;
	readonly simulator: SimulatorClient;
}

interface Installed {
	readonly tarball: { readonly bytes: number; readonly entries: readonly string[] };
	/** Where n8n found the package installed. */
	readonly packageFolder: string;
}

/** What the global set-up hands to every test file: the instances run in its process, the tests in another world. */
export type SharedSessionData = SessionData & Installed;

export type SharedSession = Session & Installed;

const variable = 'SEEDREAM_E2E_SESSION';

export function publishSession(data: SharedSessionData): void {
	process.env[variable] = JSON.stringify(data);
}

export function openSession(): SharedSession {
	const text = process.env[variable];
	if (text === undefined) throw new Error('No n8n is running for these tests: start them with npm run test:e2e.');
	const data = JSON.parse(text) as SharedSessionData;
	return { ...data, client: RestClient.resume(data.n8n), simulator: new SimulatorClient(data.simulatorUrl) };
}
