import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

/** What n8n gives a node that runs, or whose webhook is called. */
export type NodeContext = IExecuteFunctions | IWebhookFunctions;
