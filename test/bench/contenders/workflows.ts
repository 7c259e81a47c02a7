/** The same job as n8n workflows: with these nodes, and with n8n's own as users build it today. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { parkNode, submitNode } from '../../e2e/support/callbacks';
import type { WorkflowToCreate } from '../../e2e/support/restClient';
import type { Session } from '../../e2e/support/session';
import { generateNode, waitNode, workflowOf, type Link, type NodeToCreate } from '../../e2e/support/workflow';
import type { Workload } from './workload';

/** The name of the Header Auth credential that the recipe uses. */
export const headerCredential = 'Header Auth (demo)';

const front = ['Start', 'List', 'Items'] as const;

/** One list of prompts, without code: what stands before every contender and is not counted. */
function frontNodes({ count, directives }: Workload): NodeToCreate[] {
	const list = `{{ Array.from({ length: ${count} }, () => ({ prompt: "A fox in the snow${directives}" })) }}`;
	return [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		{
			name: 'List',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { assignments: { assignments: [{ id: 'list', name: 'list', type: 'array', value: `=${list}` }] }, options: {} },
		},
		{ name: 'Items', type: 'n8n-nodes-base.splitOut', typeVersion: 1, parameters: { fieldToSplitOut: 'list', options: {} } },
	];
}

function providerFields({ provider, resolution }: Workload): IDataObject {
	return provider === 'apixo' ? { resolution } : { quality: resolution === '4K' ? 'high' : 'basic' };
}

/** The provider's own pace, as a user gets it. */
const ownPace = { pollInterval: 0 };

const chain = (nodes: readonly NodeToCreate[]): Link[] => nodes.slice(1).map((node, index) => [nodes[index]?.name ?? '', node.name]);

export function generateAndWait(session: Session, workload: Workload): WorkflowToCreate {
	const nodes = [
		...frontNodes(workload),
		generateNode(session, workload.provider, { prompt: '={{ $json.prompt }}', ...providerFields(workload), options: ownPace }),
	];
	return workflowOf('Generate', nodes);
}

export function generateThenWait(session: Session, workload: Workload): WorkflowToCreate {
	const parameters = { prompt: '={{ $json.prompt }}', completion: 'returnTask', ...providerFields(workload), options: ownPace };
	const nodes = [...frontNodes(workload), generateNode(session, workload.provider, parameters), waitNode(session, [workload.provider], { options: ownPace })];
	return workflowOf('Generate and Wait for Task', nodes);
}

export function generateAndPark(session: Session, workload: Workload): WorkflowToCreate {
	const nodes = [
		...frontNodes(workload),
		submitNode(session, workload.provider, { ...providerFields(workload), options: ownPace }),
		parkNode(session, [workload.provider], { options: ownPace }),
	];
	return workflowOf('Generate and Wait for Task, on callback', nodes);
}

/** The requests and reply paths that a user finds in the provider's documentation. */
function requestsOf({ provider, resolution }: Workload): { submit: string; body: string; status: string; isReady: string; url: string } {
	if (provider === 'apixo') {
		return {
			submit: '/apixo/api/v1/generateTask/seedream-4-5',
			body: `{ request_type: "async", input: { mode: "text-to-image", prompt: $json.prompt, max_images: 1, resolution: "${resolution}", aspect_ratio: "1:1" } }`,
			status: '/apixo/api/v1/statusTask/seedream-4-5?taskId={{ $json.data.taskId }}',
			isReady: '={{ $json.data.state === "success" }}',
			url: '={{ JSON.parse($json.data.resultJson).resultUrls[0] }}',
		};
	}
	return {
		submit: '/apiinone/api/v1/images/generations',
		body: '{ model: "seedream/4.5-text-to-image", prompt: $json.prompt, quality: "basic", aspect_ratio: "1:1" }',
		status: '/apiinone/api/v1/tasks/{{ $json.data.task_id }}',
		isReady: '={{ $json.data.status === "completed" }}',
		url: '={{ $json.data.output.image_urls[0] }}',
	};
}

const pause = (name: string, seconds: number): NodeToCreate => ({
	name,
	type: 'n8n-nodes-base.wait',
	typeVersion: 1.1,
	webhookId: `bench-${name.toLowerCase().replaceAll(' ', '-')}`,
	parameters: { resume: 'timeInterval', amount: seconds, unit: 'seconds' },
});

/** HTTP Request, Wait, HTTP Request, If: seven nodes, with the provider's own pace. */
function recipeNodes(session: Session, workload: Workload): NodeToCreate[] {
	const { submit, body, status, isReady, url } = requestsOf(workload);
	const account = {
		credentials: { httpHeaderAuth: { id: session.credentialIds[headerCredential] ?? null, name: headerCredential } },
	};
	const authenticated = { authentication: 'genericCredentialType', genericAuthType: 'httpHeaderAuth' };
	const request = (name: string, parameters: INodeParameters): NodeToCreate => ({ name, type: 'n8n-nodes-base.httpRequest', typeVersion: 4.2, parameters });
	return [
		{
			...request('Submit', {
				...authenticated,
				method: 'POST',
				url: `${session.simulatorUrl}${submit}`,
				sendBody: true,
				specifyBody: 'json',
				jsonBody: `={{ JSON.stringify(${body}) }}`,
				options: {},
			}),
			...account,
		},
		pause('First wait', workload.firstLook),
		{ ...request('Status', { ...authenticated, url: `=${session.simulatorUrl}${status}`, options: {} }), ...account },
		{
			name: 'Ready?',
			type: 'n8n-nodes-base.if',
			typeVersion: 2.2,
			parameters: {
				conditions: {
					options: { caseSensitive: true, leftValue: '', typeValidation: 'loose', version: 2 },
					conditions: [{ id: 'ready', leftValue: isReady, rightValue: true, operator: { type: 'boolean', operation: 'true', singleValue: true } }],
					combinator: 'and',
				},
				options: {},
			},
		},
		pause('Wait', workload.interval),
		{
			name: 'URL',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { assignments: { assignments: [{ id: 'url', name: 'url', type: 'string', value: url }] }, options: {} },
		},
		request('Download', { url: '={{ $json.url }}', options: { response: { response: { responseFormat: 'file' } } } }),
	];
}

const loop: readonly Link[] = [
	['Submit', 'First wait'],
	['First wait', 'Status'],
	['Status', 'Ready?'],
	['Ready?', 'URL', 0],
	['Ready?', 'Wait', 1],
	['Wait', 'Status'],
	['URL', 'Download'],
];

/** The fastest recipe: all items go through the loop together. */
export function recipeForAll(session: Session, workload: Workload): WorkflowToCreate {
	const before = frontNodes(workload);
	const nodes = [...before, ...recipeNodes(session, workload)];
	return workflowOf('HTTP Request recipe, all items together', nodes, [...chain(before), [front[2], 'Submit'], ...loop]);
}

/** The recipe as most tutorials show it: one item after the other through Loop Over Items. */
export function recipeOneByOne(session: Session, workload: Workload): WorkflowToCreate {
	const before = frontNodes(workload);
	const each: NodeToCreate = { name: 'Loop', type: 'n8n-nodes-base.splitInBatches', typeVersion: 3, parameters: { batchSize: 1, options: {} } };
	const nodes = [...before, each, ...recipeNodes(session, workload)];
	return workflowOf('HTTP Request recipe, one item after the other', nodes, [
		...chain(before),
		[front[2], 'Loop'],
		['Loop', 'Submit', 1],
		...loop,
		['Download', 'Loop'],
	]);
}
