import type { INodeProperties } from 'n8n-workflow';

import { sharedOptions, sortedOptions } from '../host/optionProperties';

const waitOptions: INodeProperties[] = [
	{
		displayName: 'Task Provider',
		name: 'taskProvider',
		type: 'string',
		default: '={{ $json.provider }}',
		description: 'Which provider the task of an item belongs to. Read only when several providers are selected.',
	},
];

export const properties: INodeProperties[] = [
	{
		displayName: 'Providers',
		name: 'providers',
		type: 'multiOptions',
		noDataExpression: true,
		options: [
			{ name: 'API in One', value: 'apiInOne' },
			{ name: 'Apiframe', value: 'apiframe' },
			{ name: 'APIXO', value: 'apixo' },
			{ name: 'PixelDojo', value: 'pixelDojo' },
			{ name: 'PixWith', value: 'pixwith' },
		],
		default: ['apixo'],
		description: 'The services whose tasks arrive here. Each one asks for its credential.',
	},
	{
		displayName: 'Task ID',
		name: 'taskId',
		type: 'string',
		required: true,
		default: '={{ $json.taskId ?? $json.details?.taskId }}',
		description: 'The task to wait for, as Seedream Generate puts it out. A task that timed out there is found too.',
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
	},
	{
		displayName:
			'In Seedream Generate, set Callback to Resume This Workflow. Here, set Settings > On Error to Continue (using error output): late and failed tasks come out there. A second Seedream Wait for Task (Poll) behind it collects late images.',
		name: 'callbackNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { waitMode: ['callback'] } },
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
		options: sortedOptions(sharedOptions, waitOptions),
	},
];
