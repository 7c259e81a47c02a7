import type { INodeProperties } from 'n8n-workflow';

import { credentialsProperty } from '../host/panel/credentialsProperty';
import { optionProperties } from '../host/panel/optionProperties';
import { providerOptions } from '../host/panel/providerOptions';
import { providers } from '../providers';

export const properties: INodeProperties[] = [
	{
		displayName: 'Description',
		name: 'toolDescription',
		type: 'string',
		typeOptions: { rows: 4 },
		required: true,
		default:
			'Waits for an image task that was submitted before, and returns for each image its URL, which expires, and its cost. Asking costs nothing. If the task failed or needs longer, it says so.',
		description: 'Tells the model of the agent what this tool does and when to call it',
		displayOptions: { show: { '@tool': [true] } },
	},
	{
		displayName: 'Providers',
		name: 'providers',
		type: 'multiOptions',
		noDataExpression: true,
		options: providerOptions(providers),
		default: ['apixo'],
		description: 'The services whose tasks arrive here. Each one asks for its credential.',
	},
	credentialsProperty,
	{
		displayName: 'Task ID',
		name: 'taskId',
		type: 'string',
		required: true,
		default: '={{ $json.taskId ?? $json.details?.taskId }}',
		description: 'The task to wait for, as Seedream Generate puts it out. A task that timed out there is found too.',
		displayOptions: { hide: { '@tool': [true] } },
	},
	{
		displayName: 'Task ID',
		name: 'taskId',
		type: 'string',
		required: true,
		default: "={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('Task_ID', `The ID of the submitted task`, 'string') }}",
		description: 'The task to wait for. The model of the agent names it, unless you do.',
		displayOptions: { show: { '@tool': [true] } },
	},
	{
		displayName: 'Wait Mode',
		name: 'waitMode',
		type: 'options',
		options: [
			{ name: 'Poll', value: 'poll', description: 'Ask the provider from time to time; the execution keeps running' },
			{
				name: 'On Callback',
				value: 'callback',
				description: 'Park the execution until the provider calls back; it holds no worker and survives a restart',
			},
		],
		default: 'poll',
		description: 'How to learn that the tasks are finished',
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
			'In Seedream Generate, set Callback to Resume This Workflow. Here, set Settings > On Error to Continue (using error output): late and failed tasks come out there. A second Seedream Wait for Task (Poll) behind it collects late images.',
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
		description: 'Seconds until the tasks must be finished. A task that is late is not lost: its ID comes out again.',
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
