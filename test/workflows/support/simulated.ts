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

/** The simulator for the tests of a file, with nothing left of the test before. */
export function useSimulated(): Simulated {
	const simulated = {} as Simulated;
	beforeAll(async () => void Object.assign(simulated, await startSimulated()));
	beforeEach(() => simulated.simulator.reset());
	afterAll(async () => await simulated.simulator.close());
	return simulated;
}

export interface NodeRun {
	items?: Array<Record<string, unknown>>;
	parameters?: Record<string, unknown>;
	/** Settings of the node itself, e.g. onError. */
	node?: Record<string, unknown>;
	workflow?: Partial<WorkflowToRun>;
}

type Accounts = Pick<Simulated, 'credentials'>;

const itemsOf = ({ items = [{}] }: NodeRun) => ({ name: 'Items', type: 'itemSource', parameters: { items: items as never } });

/** A node of ours, with a quick poll interval unless the test says otherwise. */
function nodeOf(name: string, type: string, defaults: object, run: NodeRun) {
	const { options, ...parameters } = run.parameters ?? {};
	const all = { ...defaults, options: { pollInterval: 0.05, ...(options as object) }, ...parameters };
	return { name, type: `n8n-nodes-seedream.${type}`, parameters: all as never, ...run.node };
}

const generateOf = (run: NodeRun) => nodeOf('Generate', 'seedreamGenerate', { provider: 'apixo', prompt: 'a fox' }, run);

/** Items → node → Probe. */
async function runBetween({ credentials }: Accounts, node: ReturnType<typeof nodeOf>, run: NodeRun): Promise<Finished> {
	return await runWorkflow({
		nodes: [itemsOf(run), node, { name: 'Probe', type: 'probe' }],
		connect: [
			['Items', node.name],
			[node.name, 'Probe'],
		],
		credentials,
		...run.workflow,
	});
}

/** Items → Seedream Generate → Probe. */
export async function runGenerate(accounts: Accounts, run: NodeRun): Promise<Finished> {
	return await runBetween(accounts, generateOf(run), run);
}

/** Items → Seedream Wait for Task → Probe. */
export async function runWait(accounts: Accounts, run: NodeRun): Promise<Finished> {
	return await runBetween(accounts, nodeOf('Wait', 'seedreamWaitForTask', { providers: ['apixo'] }, run), run);
}

/** Seedream Generate in a loop that gives it the same items so many times. */
export async function runLoop({ credentials }: Accounts, times: number, run: NodeRun): Promise<Finished> {
	const items = itemsOf(run);
	return await runWorkflow({
		nodes: [items, generateOf(run), { name: 'Repeat', type: 'repeat', parameters: { ...items.parameters, times } }],
		connect: [
			['Items', 'Generate'],
			['Generate', 'Repeat'],
			['Repeat', 'Generate', 0],
		],
		credentials,
	});
}
