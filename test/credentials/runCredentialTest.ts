/**
 * A credential's test as n8n runs it: its request goes through n8n-core's RoutingNode with the real expression engine
 * and HTTP client, its rules are read as in n8n 2.41 (packages/cli, credentials-tester.service.ts).
 */
import get from 'lodash/get';
import { ExecuteContext, RoutingNode } from 'n8n-core';
import {
	createEmptyRunExecutionData,
	type ICredentialDataDecryptedObject,
	type ICredentialType,
	type IHttpRequestOptions,
	type INode,
	type INodeType,
	type INodeTypes,
	type IWorkflowExecuteAdditionalData,
	Workflow,
} from 'n8n-workflow';

export interface CredentialTestResult {
	status: 'OK' | 'Error';
	message: string;
}

function nodeTypeThatTests(credential: ICredentialType): INodeType {
	return {
		description: {
			displayName: 'Test',
			name: 'test',
			group: ['input'],
			version: 1,
			description: '',
			defaults: {},
			inputs: [],
			outputs: [],
			credentials: [{ name: credential.name, required: true }],
			properties: [
				{
					displayName: 'Temp',
					name: 'temp',
					type: 'string',
					default: '',
					...(credential.test && { routing: { request: credential.test.request } }),
				},
			],
		},
	};
}

export async function runCredentialTest(credential: ICredentialType, data: ICredentialDataDecryptedObject): Promise<CredentialTestResult> {
	const nodeType = nodeTypeThatTests(credential);
	const nodeTypes = { getByName: () => nodeType, getByNameAndVersion: () => nodeType } as unknown as INodeTypes;
	const node: INode = {
		id: 'temp',
		name: 'Temp-Node',
		type: 'test',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		credentials: { [credential.name]: { id: 'temp', name: 'temp' } },
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const additionalData = {
		credentialsHelper: {
			getParentTypes: () => [],
			getDecrypted: async () => data,
			getCredentialsProperties: () => credential.properties,
			preAuthentication: async () => undefined,
			// What n8n's credentials helper does with a function.
			authenticate: async (values: ICredentialDataDecryptedObject, _type: unknown, request: IHttpRequestOptions) =>
				typeof credential.authenticate === 'function' ? await credential.authenticate(values, request) : request,
		},
	} as unknown as IWorkflowExecuteAdditionalData;

	const input = { main: [[{ json: {} }]] };
	const context = new ExecuteContext(
		workflow,
		node,
		additionalData,
		'internal',
		createEmptyRunExecutionData(),
		0,
		[],
		input,
		{ node, data: {}, source: null },
		[],
	);
	const decrypted = { id: 'temp', name: 'temp', type: credential.name, data };

	let body: unknown;
	try {
		await workflow.expression.acquireIsolate();
		const outputs = await new RoutingNode(context, nodeType, decrypted).runNode();
		body = outputs?.[0]?.[0]?.json;
	} catch (error) {
		return { status: 'Error', message: (error as Error).message };
	} finally {
		await workflow.expression.releaseIsolate();
	}

	for (const rule of credential.test?.rules ?? []) {
		if (rule.type === 'responseSuccessBody' && get(body, rule.properties.key) === rule.properties.value) {
			return { status: 'Error', message: rule.properties.message };
		}
	}
	return { status: 'OK', message: 'Connection successful!' };
}
