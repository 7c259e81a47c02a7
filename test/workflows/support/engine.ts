/** The real n8n-core engine, with this package's nodes from source and a few replacements for n8n's own nodes. */
import { Container } from '@n8n/di';
import { BinaryDataService, ErrorReporter, ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	type IBinaryData,
	type ICredentialDataDecryptedObject,
	type ICredentialType,
	type IDataObject,
	type IHttpRequestOptions,
	type INode,
	type INodeExecutionData,
	type INodeType,
	type INodeTypes,
	type IRun,
	type IRunExecutionData,
	type IWorkflowExecuteAdditionalData,
	Workflow,
} from 'n8n-workflow';

import { SeedreamAnyProvider } from '../../../nodes/SeedreamAnyProvider/SeedreamAnyProvider.node.ts';
import { SeedreamGenerate } from '../../../nodes/SeedreamGenerate/SeedreamGenerate.node.ts';
import { SeedreamWaitForTask } from '../../../nodes/SeedreamWaitForTask/SeedreamWaitForTask.node.ts';
import { credentials } from '../../../scripts/credentials';
import { ItemSource, Probe, Repeat } from './standIns';

const prefix = 'n8n-nodes-seedream.';

const nodes: Record<string, INodeType> = {
	itemSource: new ItemSource(),
	probe: new Probe(),
	repeat: new Repeat(),
	[`${prefix}seedreamGenerate`]: new SeedreamGenerate(),
	[`${prefix}seedreamAnyProvider`]: new SeedreamAnyProvider(),
	[`${prefix}seedreamWaitForTask`]: new SeedreamWaitForTask(),
};

const credentialTypes: readonly ICredentialType[] = Object.values(credentials);

function nodeTypeOf(type: string): INodeType {
	// As n8n names the type of a node that serves an AI Agent.
	const found = nodes[type] ?? nodes[type.replace(/Tool$/, '')];
	if (found === undefined) throw new Error(`No node type ${type} in the test engine`);
	return found;
}

const nodeTypes = { getByName: nodeTypeOf, getByNameAndVersion: nodeTypeOf, getKnownTypes: () => ({}) } as unknown as INodeTypes;

export type CredentialData = Readonly<Record<string, ICredentialDataDecryptedObject>>;

export interface WorkflowToRun {
	nodes: Array<Partial<INode> & Pick<INode, 'name' | 'type'>>;
	/** Pairs of names: from, to, and optionally the output's index. */
	connect: Array<[from: string, to: string, output?: number]>;
	credentials: CredentialData;
	/** Continues an earlier run, as "Retry execution" with the currently saved workflow does. */
	resume?: IRunExecutionData;
	executionId?: string;
	/** Called with the running execution, e.g. to cancel it. */
	onStart?(cancel: () => void): void;
}

export interface Finished {
	run: IRun;
	/** Items of a node's output, of its last run. */
	items(node: string, output?: number): INodeExecutionData[];
	error(node: string): (Error & { description?: string; context?: IDataObject }) | undefined;
}

let ready: Promise<void> | undefined;

/** Starts n8n's binary store once; the folder comes from the test set-up. */
async function startServices(): Promise<void> {
	ready ??= (async () => {
		await Container.get(BinaryDataService).init();
		Container.get(ErrorReporter).error = () => {};
	})();
	await ready;
}

function credentialsHelper(data: CredentialData) {
	return {
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		preAuthentication: async () => undefined,
		getCredentialsProperties: (type: string) => credentialTypes.find((one) => one.name === type)?.properties ?? [],
		getDecrypted: async (_additional: unknown, _node: unknown, type: string) => {
			const found = data[type];
			if (found === undefined) throw new Error(`Credential ${type} is not set`);
			return found;
		},
		authenticate: async (values: ICredentialDataDecryptedObject, type: string, request: IHttpRequestOptions) => {
			const { authenticate } = credentialTypes.find((one) => one.name === type) ?? {};
			if (typeof authenticate !== 'function') throw new Error(`${type} does not sign requests by a function`);
			return await authenticate(values, request);
		},
	};
}

function connectionsOf(pairs: WorkflowToRun['connect']) {
	const connections: Record<string, { main: Array<Array<{ node: string; type: 'main'; index: number }>> }> = {};
	for (const [from, to, output = 0] of pairs) {
		const { main } = (connections[from] ??= { main: [] });
		while (main.length <= output) main.push([]);
		main[output]?.push({ node: to, type: 'main', index: 0 });
	}
	return connections;
}

/** Runs a workflow from its first node to the end. */
export async function runWorkflow(toRun: WorkflowToRun): Promise<Finished> {
	await startServices();
	const workflow = new Workflow({
		id: 'test',
		name: 'test',
		nodes: toRun.nodes.map((node, index) => ({
			id: `node-${index}`,
			typeVersion: 1,
			position: [index * 200, 0],
			parameters: {},
			credentials: Object.fromEntries(Object.keys(toRun.credentials).map((type) => [type, { id: `id-${type}`, name: type }])),
			...node,
		})),
		connections: connectionsOf(toRun.connect),
		active: false,
		nodeTypes,
		settings: { executionOrder: 'v1' },
	});
	const executionId = toRun.executionId ?? '1';
	const additionalData = {
		credentialsHelper: credentialsHelper(toRun.credentials),
		executionId,
		hooks: new ExecutionLifecycleHooks('manual', executionId, { id: 'test', name: 'test', nodes: [], connections: {} } as never),
		currentNodeExecutionIndex: 0,
		restApiUrl: 'http://localhost/rest',
		instanceBaseUrl: 'http://localhost/',
		webhookBaseUrl: 'http://localhost/webhook',
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		webhookTestBaseUrl: 'http://localhost/webhook-test',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		variables: {},
	} as unknown as IWorkflowExecuteAdditionalData;
	const start = workflow.getNode(toRun.nodes[0]?.name ?? '');
	if (start === null) throw new Error('The workflow has no node');
	await workflow.expression.acquireIsolate();
	try {
		const promise = toRun.resume === undefined ? startRun(workflow, additionalData, start) : retryRun(workflow, additionalData, toRun.resume);
		toRun.onStart?.(() => promise.cancel());
		return readRun(await promise);
	} finally {
		await workflow.expression.releaseIsolate();
	}
}

function startRun(workflow: Workflow, additionalData: IWorkflowExecuteAdditionalData, startNode: INode) {
	return new WorkflowExecute(additionalData, 'manual', createRunExecutionData()).run({ workflow, startNode });
}

function retryRun(workflow: Workflow, additionalData: IWorkflowExecuteAdditionalData, data: IRunExecutionData) {
	for (const waiting of data.executionData?.nodeExecutionStack ?? []) {
		const node = workflow.getNode(waiting.node.name);
		if (node === null) throw new Error(`The workflow no longer has a node ${waiting.node.name}`);
		waiting.node = node;
	}
	return new WorkflowExecute(additionalData, 'retry', data).processRunExecutionData(workflow);
}

function readRun(run: IRun): Finished {
	const { runData } = run.data.resultData;
	const last = (node: string) => runData[node]?.at(-1);
	return {
		run,
		items: (node, output = 0) => last(node)?.data?.main?.[output] ?? [],
		error: (node) => last(node)?.error as Finished['error'] extends (node: string) => infer E ? E : never,
	};
}

/** The stored bytes of a binary field. */
export async function bytesOf(binary: IBinaryData | undefined): Promise<Buffer> {
	if (binary === undefined) throw new Error('No such binary field');
	return await Container.get(BinaryDataService).getAsBuffer(binary);
}
