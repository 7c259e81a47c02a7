import { type INode } from 'n8n-workflow';

import type { ProviderId } from '../../../nodes/providers';
import { simulatedProviders } from '../../simulator/simulatedProviders';
import { providerOf } from '../../support/provider';
import { type CredentialToCreate, type RestClient, type WorkflowToCreate } from './restClient';

/** The examples show a provider without credits. */
const withoutCredits = new Set<ProviderId>(['apixo']);

/** For every provider that the simulator serves, where it serves it, with the key that it takes there. */
export function createDemoCredentials(simulatorUrl: string): CredentialToCreate[] {
	return simulatedProviders.flatMap(({ id, displayName, prefix, demoKey }) => {
		const { credentialType: type } = providerOf(id);
		const demo = (more: string, apiKey: string): CredentialToCreate => ({
			type,
			name: `${displayName} (demo${more})`,
			data: { apiKey, baseUrl: `${simulatorUrl}${prefix}` },
		});
		// The editor picks the newest one for a new node: it must be the one with credits.
		return [...(withoutCredits.has(id) ? [demo(', no credits', `${demoKey}-broke`)] : []), demo('', demoKey)];
	});
}

/** Their ids in an n8n, by their names. */
export async function saveDemoCredentials(client: RestClient, simulatorUrl: string): Promise<Record<string, string>> {
	const credentialIds: Record<string, string> = {};
	for (const credential of createDemoCredentials(simulatorUrl)) credentialIds[credential.name] = await client.createCredential(credential);
	return credentialIds;
}

/** The examples name their credentials; an instance knows them by the ids that it gave them. */
export function linkCredentials<Imported extends WorkflowToCreate>(
	workflow: Imported,
	known: ReadonlyArray<{ id: string; name: string; type: string }>,
): Imported {
	const link = ({ credentials = {}, ...node }: INode): INode => ({
		...node,
		credentials: Object.fromEntries(
			Object.entries(credentials).map(([type, { name, id }]) => [type, { name, id: known.find((one) => one.type === type && one.name === name)?.id ?? id }]),
		),
	});
	return { ...workflow, nodes: workflow.nodes.map(link) };
}
