import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type IHookFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { resumeOnCallback } from '../host/callback/resumeOnCallback';
import { waitHints } from '../host/panel/runHints';
import { waitForTasks } from '../host/wait/waitForTasks';
import { properties } from './properties';

export class SeedreamWaitForTask implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedream Wait for Task',
		name: 'seedreamWaitForTask',
		icon: { light: 'file:../../icons/seedreamWait.svg', dark: 'file:../../icons/seedreamWait.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ($rawParameter["waitMode"] === "callback" ? "On callback" : "Poll") + (String($rawParameter["timeout"]).startsWith("=") ? "" : " · up to " + $rawParameter["timeout"] + " s") }}',
		description: 'Wait for tasks of Seedream Generate and return their images',
		defaults: { name: 'Seedream Wait for Task' },
		usableAsTool: true,
		hints: waitHints,
		waitingNodeTooltip:
			'Waiting for the provider to call back, at the longest until Timeout. You can close the editor: the execution goes on by itself, even after a restart of n8n.',
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				// Without this, n8n answers with a text of its own.
				responseData: '',
				path: 'seedream',
				restartWebhook: true,
				isFullPath: true,
			},
		],
		// With a root path (/), because n8n would otherwise take this field for a choice of authentication and hide it.
		credentials: [
			{ name: 'apiInOneApi', required: true, displayOptions: { show: { '/providers': ['apiInOne'] } } },
			{ name: 'apiframeApi', required: true, displayOptions: { show: { '/providers': ['apiframe'] } } },
			{ name: 'apixoApi', required: true, displayOptions: { show: { '/providers': ['apixo'] } } },
			{ name: 'pixelDojoApi', required: true, displayOptions: { show: { '/providers': ['pixelDojo'] } } },
			{ name: 'pixwithApi', required: true, displayOptions: { show: { '/providers': ['pixwith'] } } },
		],
		properties,
	};

	// n8n sets up the waiting webhook by itself, but its lint requires these three methods.
	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return true;
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await resumeOnCallback(this);
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await waitForTasks(this);
	}
}
