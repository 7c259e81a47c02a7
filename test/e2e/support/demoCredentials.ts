import { type INode } from 'n8n-workflow';

import { type CredentialToCreate, type RestClient, type WorkflowToCreate } from './restClient';

/** The keys that the simulator takes, and where it serves each provider. */
const simulated = [
	{ type: 'pixwithApi', name: 'PixWith (demo)', apiKey: 'demo-pixwith', location: '/pixwith' },
	// The newest one is what the editor picks for a new node: that must be the one with credits.
	{ type: 'apixoApi', name: 'APIXO (demo, no credits)', apiKey: 'demo-apixo-broke', location: '/apixo/api/v1' },
	{ type: 'apixoApi', name: 'APIXO (demo)', apiKey: 'demo-apixo', location: '/apixo/api/v1' },
	{ type: 'apiInOneApi', name: 'API in One (demo)', apiKey: 'demo-apiinone', location: '/apiinone/api/v1' },
	{ type: 'pixelDojoApi', name: 'PixelDojo (demo)', apiKey: 'pd_demo', location: '/pixeldojo/api/v1' },
	{ type: 'apiframeApi', name: 'Apiframe (demo)', apiKey: 'afk_demo', location: '/apiframe' },
] as const;

export function createDemoCredentials(simulatorUrl: string): CredentialToCreate[] {
	return simulated.map(({ type, name, apiKey, location }) => ({ type, name, data: { apiKey, baseUrl: `${simulatorUrl}${location}` } }));
}

/** Their ids in an n8n, by their names. */
export async function saveDemoCredentials(client: RestClient, simulatorUrl: string): Promise<Record<string, string>> {
	const credentialIds: Record<string, string> = {};
	for (const credential of createDemoCredentials(simulatorUrl)) credentialIds[credential.name] = await client.createCredential(credential);
	return credentialIds;
}

/** The examples name their credentials; an instance knows them by the ids that it gave them. */
export function linkCredentials<Imported extends WorkflowToCreate>(workflow: Imported, known: ReadonlyArray<{ id: string; name: string; type: string }>): Imported {
	const link = ({ credentials = {}, ...node }: INode): INode => ({
		...node,
		credentials: Object.fromEntries(
			Object.entries(credentials).map(([type, { name, id }]) => [type, { name, id: known.find((one) => one.type === type && one.name === name)?.id ?? id }]),
		),
	});
	return { ...workflow, nodes: workflow.nodes.map(link) };
}
