import type { IWebhookFunctions } from 'n8n-workflow';

/** Names a node of a workflow within this n8n. */
export function nodeKeyOf(context: IWebhookFunctions): string {
	return `${context.getWorkflow().id ?? ''} ${context.getNode().id}`;
}
