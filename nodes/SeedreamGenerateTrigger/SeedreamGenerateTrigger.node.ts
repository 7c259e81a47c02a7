import {
	NodeConnectionTypes,
	type IHookFunctions,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { callbackProviders } from '../providers';
import { startOnCallback } from '../host/callback/startOnCallback';
import { providerNames } from '../host/panel/providerNames';
import { properties } from './properties';

export class SeedreamGenerateTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedream Generate Trigger',
		name: 'seedreamGenerateTrigger',
		icon: { light: 'file:../../icons/seedreamGenerateTrigger.svg', dark: 'file:../../icons/seedreamGenerateTrigger.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: `={{ $parameter["providers"].map((id) => (${providerNames(callbackProviders)})[id]).join(", ") }}`,
		// The editor merges this node and Seedream Generate into one entry, which shows this description.
		description: 'Generates images with ByteDance Seedream, or starts the workflow when an image task is finished',
		defaults: { name: 'Seedream Generate Trigger' },
		eventTriggerDescription: 'Waiting for a finished task whose Callback URL is the Test URL of this node',
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		triggerPanel: {
			header: 'Receive finished image tasks',
			executionsHelp: {
				inactive:
					"<b>While building your workflow</b>, click the 'execute step' button. Then run a Seedream Generate node with Callback set to Call a URL and the test URL (above, in Webhook URLs) as its Callback URL. The finished task shows up here; the test URL accepts one call; click the button again for the next one.<br /> <br /> <b>Once you're happy with your workflow</b>, publish it and put the production URL into Callback URL. Then every finished task starts an execution, which shows up in the <a data-key=\"executions\">executions list</a>, but not in the editor.",
				active:
					'<b>While building your workflow</b>, click the \'execute step\' button. Then run a Seedream Generate node with Callback set to Call a URL and the test URL (above, in Webhook URLs) as its Callback URL. The finished task shows up here; the test URL accepts one call; click the button again for the next one.<br /> <br /> <b>Your workflow is published</b>: every task whose Callback URL is the production URL starts an execution, which shows up in the <a data-key="executions">executions list</a>, but not in the editor.',
			},
			activationHint: {
				inactive:
					'Once you’ve finished building your workflow, publish it and put its production URL into Callback URL of Seedream Generate (you won’t see those executions here).',
				active: 'Tasks whose Callback URL is the production URL start this workflow (you won’t see those executions here).',
			},
		},
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				// Without this, n8n answers with a text of its own.
				responseData: '',
				path: 'seedream',
			},
		],
		// With a root path (/), because n8n would otherwise take this field for a choice of authentication and hide it.
		credentials: [
			{ name: 'apiInOneApi', required: true, displayOptions: { show: { '/providers': ['apiInOne'] } } },
			{ name: 'apiframeApi', required: true, displayOptions: { show: { '/providers': ['apiframe'] } } },
			{ name: 'apixoApi', required: true, displayOptions: { show: { '/providers': ['apixo'] } } },
			{ name: 'pixelDojoApi', required: true, displayOptions: { show: { '/providers': ['pixelDojo'] } } },
		],
		properties,
	};

	// Each job brings its own URL (Callback URL in Seedream Generate), so there is nothing to set up with a provider.
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
		return await startOnCallback(this);
	}
}
