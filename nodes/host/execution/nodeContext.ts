import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

/** What n8n passes to a node that runs or whose webhook is called. */
export type NodeContext = IExecuteFunctions | IWebhookFunctions;

/** Aborted by n8n's Stop. */
export function cancelSignalOf(context: NodeContext): AbortSignal | undefined {
	return 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
}
