import type { INodeProperties } from 'n8n-workflow';

import { providers } from '../providers';
import { credentialsProperty } from '../host/panel/credentialsProperty';
import { optionProperties } from '../host/panel/optionProperties';
import { providerOptions } from '../host/panel/providerOptions';

export const properties: INodeProperties[] = [
	{
		displayName: 'Description',
		name: 'toolDescription',
		type: 'string',
		typeOptions: { rows: 4 },
		required: true,
		default:
			'Waits for an image task that was submitted earlier, and returns the URL of each image, which expires, and its cost. Checking a task is free. Says so if the task failed or needs longer.',
		description: "Tells the agent's model what this tool does and when to call it",
		displayOptions: { show: { '@tool': [true] } },
	},
	{
		displayName: 'Providers',
		name: 'providers',
		type: 'multiOptions',
		noDataExpression: true,
		options: providerOptions(providers),
		default: ['apixo'],
		description: 'The providers of the tasks to wait for. Each one needs its own credential.',
	},
	credentialsProperty,
	{
		displayName: 'Task ID',
		name: 'taskId',
		type: 'string',
		required: true,
		default: '={{ $json.taskId ?? $json.details?.taskId }}',
		description: 'The task to wait for, as returned by Seedream Generate. A task that timed out there is found too.',
		displayOptions: { hide: { '@tool': [true] } },
	},
	{
		displayName: 'Task ID',
		name: 'taskId',
		type: 'string',
		required: true,
		default: "={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('Task_ID', `The ID of the submitted task`, 'string') }}",
		description: "The task to wait for. The agent's model fills it in unless you do.",
		displayOptions: { show: { '@tool': [true] } },
	},
	{
		displayName: 'Wait Mode',
		name: 'waitMode',
		type: 'options',
		options: [
			{ name: 'Poll', value: 'poll', description: 'Check the tasks at regular intervals; the execution keeps running' },
			{
				name: 'On Callback',
				value: 'callback',
				description: 'Park the execution until the provider calls back; it uses no worker and survives a restart',
			},
		],
		default: 'poll',
		description: 'How to find out that the tasks are finished',
		displayOptions: { hide: { '@tool': [true] } },
	},
	{
		displayName: 'Wait Mode',
		name: 'waitMode',
		// A tool polls. Kept, so that On Callback, which would park the agent, is refused and not ignored.
		type: 'hidden',
		default: 'poll',
		displayOptions: { show: { '@tool': [true] } },
	},
	{
		displayName:
			'In Seedream Generate, set Callback to Resume This Workflow. Here, set Settings > On Error to Continue (using error output), which sends late and failed tasks to the error output. Connect a second Seedream Wait for Task (Poll) to it to collect late images.',
		name: 'callbackNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { waitMode: ['callback'] }, hide: { '@tool': [true] } },
	},
	{
		displayName: 'Timeout (Seconds)',
		name: 'timeout',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 600,
		description: 'How long to wait for the tasks. A task that takes longer is not lost: the node returns its ID.',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: optionProperties('wait'),
	},
];
