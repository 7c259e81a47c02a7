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
