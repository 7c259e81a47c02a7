/** The simulator with credentials that point at it, for one test file. */
import { type ProviderId, findProvider } from '../../../nodes/providers';
import { startSimulator, type Simulator } from '../../simulator/server';
import type { SimulatorOptions } from '../../simulator/world';
import { runWorkflow, type CredentialData, type Finished, type WorkflowToRun } from './engine';

export interface Simulated {
	simulator: Simulator;
	credentials: CredentialData;
}

export const credentialTypeOf = (id: ProviderId): string => findProvider(id)?.credentialType ?? '';

export async function startSimulated(options: SimulatorOptions = {}): Promise<Simulated> {
	const simulator = await startSimulator({ timeFactor: 0.01, seed: 1, ...options });
	const entries = (Object.entries(simulator.baseUrls) as Array<[ProviderId, string]>).map(([id, baseUrl]) => [
		credentialTypeOf(id),
		{ apiKey: simulator.demoKeys[id], baseUrl },
	]);
	return { simulator, credentials: Object.fromEntries(entries) as CredentialData };
}

export interface GenerateRun {
	items?: Array<Record<string, unknown>>;
	parameters?: Record<string, unknown>;
	/** Settings of the node itself, e.g. onError. */
	node?: Record<string, unknown>;
	workflow?: Partial<WorkflowToRun>;
}

/** Items → Seedream Generate → Probe, with a quick poll interval unless the test says otherwise. */
export async function runGenerate(simulated: Simulated, run: GenerateRun): Promise<Finished> {
	const { options, ...parameters } = run.parameters ?? {};
	return await runWorkflow({
		nodes: [
			{ name: 'Items', type: 'itemSource', parameters: { items: (run.items ?? [{}]) as never } },
			{
				name: 'Generate',
				type: 'n8n-nodes-seedream.seedreamGenerate',
				parameters: { provider: 'apixo', prompt: 'a fox', options: { pollInterval: 0.05, ...(options as object) }, ...parameters },
				...run.node,
			},
			{ name: 'Probe', type: 'probe' },
		],
		connect: [
			['Items', 'Generate'],
			['Generate', 'Probe'],
		],
		credentials: simulated.credentials,
		...run.workflow,
	});
}
