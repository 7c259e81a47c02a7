import { type IDataObject } from 'n8n-workflow';

import { type Session } from '../e2e/support/session';
import { workflowOf, type NodeToCreate } from '../e2e/support/workflow';

export interface Receiver {
	readonly workflowId: string;
	/** With what the workflow finds in `$json.body`. */
	start(body: IDataObject): Promise<void>;
}

/** A workflow behind a production webhook: every call starts an execution. */
export async function createReceiver({ client }: Session, path: string, nodes: readonly NodeToCreate[]): Promise<Receiver> {
	const webhook = { name: 'Start', type: 'n8n-nodes-base.webhook', typeVersion: 2.1, webhookId: path, parameters: { httpMethod: 'POST', path, options: {} } };
	const workflow = await client.createWorkflow(workflowOf(path, [webhook, ...nodes]));
	await client.activateWorkflow(workflow);
	return { workflowId: workflow.id, start: async (body) => void (await client.callWebhook(path, body)) };
}
