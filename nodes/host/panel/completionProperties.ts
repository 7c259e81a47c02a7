import type { INodeProperties } from 'n8n-workflow';

import { callbackProviders } from '../../providers';

const completion: INodeProperties = {
	displayName: 'When Submitted',
	name: 'completion',
	type: 'options',
	options: [
		{ name: 'Wait for Images', value: 'waitForImages', description: 'Wait here and return the image files' },
		{
			name: 'Return Task',
			value: 'returnTask',
			description: 'Return the task ID now and collect the images later with Seedream Wait for Task',
		},
	],
	default: 'waitForImages',
	description: 'What to do once the provider has accepted the job',
	// An agent's tool always waits.
	displayOptions: { hide: { '@tool': [true] } },
};

/** The fields about a callback, for the providers that call back. `chooser` is the field in which the provider is chosen. */
const callback = (chooser: 'provider' | 'providers'): INodeProperties[] => [
	{
		displayName: 'Callback',
		name: 'callback',
		type: 'options',
		options: [
			{ name: 'None', value: 'none', description: 'Seedream Wait for Task polls the provider' },
			{
				name: 'Resume This Workflow',
				value: 'resumeWorkflow',
				description: 'Resumes Seedream Wait for Task in this workflow (Wait Mode: On Callback)',
			},
			{
				name: 'Call a URL',
				value: 'url',
				description: 'The provider calls any URL, e.g. that of a Seedream Generate Trigger in another workflow',
			},
		],
		default: 'none',
		description:
			chooser === 'provider'
				? 'What the provider calls when the task is finished'
				: 'What the provider calls when the task is finished. Providers that send no callbacks are skipped.',
		displayOptions: {
			show: { completion: ['returnTask'], [chooser]: callbackProviders.map(({ id }) => id) },
		},
	},
	{
		displayName: 'Callback URL',
		name: 'callbackUrl',
		type: 'string',
		// Not required: if When Submitted is an expression, n8n treats this field as shown and would require a value.
		default: '',
		placeholder: 'e.g. https://n8n.example.com/webhook/…',
		description: 'The public URL to call, e.g. the production URL of a Seedream Generate Trigger. ?provider=… is added to it.',
		displayOptions: {
			show: {
				completion: ['returnTask'],
				callback: ['url'],
				[chooser]: callbackProviders.map(({ id }) => id),
			},
		},
	},
];

/** What happens once a job is accepted. */
export function completionProperties(chooser: 'provider' | 'providers'): INodeProperties[] {
	return [completion, ...callback(chooser)];
}
