import { type IDataObject, type INode, type INodeExecutionData } from 'n8n-workflow';

import { type ProviderId, findProvider } from '../../../nodes/providers';
import { type Execution, type WorkflowToCreate } from './restClient';
import { type Session } from './session';

export type NodeToCreate = Pick<INode, 'name' | 'type' | 'typeVersion' | 'parameters'> & Partial<INode>;

export const credentialName = (provider: ProviderId): string => `${findProvider(provider)?.displayName ?? provider} (demo)`;

/** Often enough for the simulator's pace. */
const quick = { pollInterval: 0.2 };

function credentialsOf({ credentialIds }: Session, providers: readonly ProviderId[]): INode['credentials'] {
	return Object.fromEntries(
		providers.map((provider) => {
			const name = credentialName(provider);
			return [findProvider(provider)?.credentialType ?? '', { id: credentialIds[name] ?? null, name }];
		}),
	);
}

export function generateNode(session: Session, provider: ProviderId, parameters: IDataObject, more: Partial<INode> = {}): NodeToCreate {
	const { options, ...others } = parameters;
	return {
		name: 'Generate',
		type: 'n8n-nodes-seedream.seedreamGenerate',
		typeVersion: 1,
		parameters: { provider, options: { ...quick, ...(options as IDataObject | undefined) }, ...others },
		credentials: credentialsOf(session, [provider]),
		...more,
	};
}

export function waitNode(session: Session, providers: ProviderId[], parameters: IDataObject = {}, more: Partial<INode> = {}): NodeToCreate {
	return {
		name: 'Wait',
		type: 'n8n-nodes-seedream.seedreamWaitForTask',
		typeVersion: 1,
		parameters: { providers, options: quick, ...parameters },
		credentials: credentialsOf(session, providers),
		...more,
	};
}

/** A manual trigger and the items behind it, without code. */
export function itemsNodes(items: readonly IDataObject[]): NodeToCreate[] {
	return [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		{ name: 'List', type: 'n8n-nodes-base.set', typeVersion: 3.4, parameters: { mode: 'raw', jsonOutput: JSON.stringify({ list: items }), options: {} } },
		{ name: 'Items', type: 'n8n-nodes-base.splitOut', typeVersion: 1, parameters: { fieldToSplitOut: 'list', options: {} } },
	];
}

export type Link = readonly [from: string, to: string, output?: number, input?: number];

/** Without links, each node is connected to the next one. */
export function workflowOf(
	name: string,
	nodes: readonly NodeToCreate[],
	links: readonly Link[] = nodes.slice(1).map((node, index) => [nodes[index]?.name ?? '', node.name]),
): WorkflowToCreate {
	const connections: Record<string, { main: Array<Array<{ node: string; type: 'main'; index: number }>> }> = {};
	for (const [from, to, output = 0, input = 0] of links) {
		const { main } = (connections[from] ??= { main: [] });
		while (main.length <= output) main.push([]);
		main[output]?.push({ node: to, type: 'main', index: input });
	}
	return {
		name,
		nodes: nodes.map((node, index) => ({ id: `node-${index}`, position: [index * 220, 0], ...node })),
		connections,
		settings: { executionOrder: 'v1' },
	};
}

/** Items → the given nodes in a row, run from the editor's button to the end. */
export async function runChain(session: Session, items: readonly IDataObject[], ...nodes: readonly NodeToCreate[]): Promise<Execution> {
	return await runWorkflow(session, workflowOf(expect.getState().currentTestName ?? 'test', [...itemsNodes(items), ...nodes]));
}

export async function runWorkflow({ client }: Session, workflow: WorkflowToCreate): Promise<Execution> {
	const { id } = await client.createWorkflow(workflow);
	const trigger = workflow.nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger');
	return await client.waitForExecution(await client.runWorkflow(id, trigger?.name ?? ''));
}

export function itemsOf(execution: Execution, node: string, output = 0): INodeExecutionData[] {
	return execution.data.resultData.runData[node]?.at(-1)?.data?.main?.[output] ?? [];
}

/** n8n's message for what stopped a run, shown by a failing test. */
export function errorOf(execution: Execution): string | undefined {
	const { error } = execution.data.resultData;
	return error === undefined ? undefined : `${error.message} ${'description' in error ? String(error.description) : ''}`.trim();
}

export function assertSucceeded(execution: Execution): void {
	expect({ status: execution.status, error: errorOf(execution) }).toEqual({ status: 'success', error: undefined });
}
