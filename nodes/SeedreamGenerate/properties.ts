import type { INodeProperties } from 'n8n-workflow';

import { generateOptions, sharedOptions, sortedOptions } from '../host/panel/optionProperties';
import { pricedProviderOptions } from '../host/panel/providerOptions';
import { providerPanel } from '../host/panel/providerPanel';
import { callbackProviders, providers } from '../providers';

const prices = JSON.stringify(Object.fromEntries(providers.map(({ id, cost }) => [id, cost.note])));

/** What a language model is told, and may be told otherwise by the user. n8n adds a field of this name where there is none. */
const toolDescription: INodeProperties = {
	displayName: 'Description',
	name: 'toolDescription',
	type: 'string',
	typeOptions: { rows: 4 },
	required: true,
	default: `=Generates images with the Seedream 4.5 model as a prompt says. Waits until they are ready, mostly less than a minute, and returns for each image its URL, which expires, and its cost. Each image costs money: call it for wanted images only, and not again for one that came back. If it fails, it says why, what to do and whether it was charged. Price: {{ (${prices})[$parameter.provider] }}.`,
	description: 'Tells the model of the agent what this tool does, what it costs, and when to call it',
	displayOptions: { show: { '@tool': [true] } },
};

const provider: INodeProperties = {
	displayName: 'Provider',
	name: 'provider',
	type: 'options',
	noDataExpression: true,
	options: pricedProviderOptions(providers),
	default: 'apixo',
	description: 'The service that runs Seedream 4.5 for you',
};

const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Image to Image',
			value: 'imageToImage',
			description: 'Edit or combine reference images',
			action: 'Edit or combine images',
		},
		{
			name: 'Text to Image',
			value: 'textToImage',
			description: 'Generate images from a description alone',
			action: 'Generate images from a prompt',
		},
	],
	default: 'textToImage',
};

const inputs: INodeProperties[] = [
	{
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 4 },
		required: true,
		default: '',
		placeholder: 'e.g. a ceramic teapot on a walnut table, soft morning light',
		description: 'What the image should show. With reference images, call them "image 1", "image 2" and so on.',
		displayOptions: { hide: { '@tool': [true] } },
	},
	{
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 4 },
		required: true,
		default:
			"={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('Prompt', `What the image should show, in one to five sentences: subject, setting, light, style`, 'string') }}",
		description: 'What the image should show. The model of the agent writes it, unless you do.',
		displayOptions: { show: { '@tool': [true] } },
	},
	{
		displayName: 'Image Source',
		name: 'imageSource',
		type: 'options',
		options: [
			{ name: 'URL', value: 'url', description: 'Public URLs, which the provider fetches itself' },
			{ name: 'Binary', value: 'binary', description: 'Files of the input item, e.g. from a form, Google Drive or Telegram' },
		],
		default: 'url',
		description: 'Where the reference images come from',
		displayOptions: { show: { operation: ['imageToImage'] }, hide: { '@tool': [true] } },
	},
	{
		displayName: 'Image Source',
		name: 'imageSource',
		// n8n hands a tool no files.
		type: 'hidden',
		default: 'url',
		displayOptions: { show: { operation: ['imageToImage'], '@tool': [true] } },
	},
	{
		displayName: 'Image URLs',
		name: 'imageUrls',
		type: 'string',
		typeOptions: { rows: 2 },
		required: true,
		default: '',
		placeholder: 'e.g. https://example.com/photo.jpg',
		description:
			'Public URLs of the reference images, one per line or separated by commas. An expression may give a list.',
		displayOptions: { show: { operation: ['imageToImage'], imageSource: ['url'] } },
	},
	{
		displayName: 'Input Data Field Name(s)',
		name: 'inputDataFieldNames',
		type: 'string',
		required: true,
		default: 'data',
		placeholder: 'e.g. data, photo',
		hint: 'The names of the input binary fields that hold the reference images, separated by commas',
		description:
			'Their order is the order of "image 1", "image 2" in the prompt. Image URLs may stand between the names.',
		displayOptions: { show: { operation: ['imageToImage'], imageSource: ['binary'] } },
	},
];

const imageFieldName: INodeProperties = {
	displayName: 'Image Field Name',
	name: 'imageFieldName',
	type: 'string',
	default: '',
	placeholder: 'e.g. image_urls',
	hint: "Required by PixelDojo for Image to Image: the field's name is in its model schema",
	description:
		'The request field for reference images. PixelDojo does not document it: take it from the model schema in your PixelDojo account.',
	displayOptions: { show: { operation: ['imageToImage'], provider: ['pixelDojo'] } },
};

const completion: INodeProperties = {
	displayName: 'When Submitted',
	name: 'completion',
	type: 'options',
	options: [
		{ name: 'Wait for Images', value: 'waitForImages', description: 'Wait here and output the image files' },
		{
			name: 'Return Task',
			value: 'returnTask',
			description: 'Output the task ID now and collect the images later with Seedream Wait for Task',
		},
	],
	default: 'waitForImages',
	description: 'What to do once the provider has accepted the job',
	// An agent's tool always waits.
	displayOptions: { hide: { '@tool': [true] } },
};

const callback: INodeProperties[] = [
	{
		displayName: 'Callback',
		name: 'callback',
		type: 'options',
		options: [
			{ name: 'None', value: 'none', description: 'Seedream Wait for Task asks the provider from time to time' },
			{
				name: 'Resume This Workflow',
				value: 'resumeWorkflow',
				description: 'Wakes Seedream Wait for Task in this workflow (Wait Mode: On Callback)',
			},
			{
				name: 'Call a URL',
				value: 'url',
				description: 'The provider calls any URL, e.g. that of a Seedream Generate Trigger in another workflow',
			},
		],
		default: 'none',
		description: 'Whom the provider tells when the task is finished',
		displayOptions: {
			show: { completion: ['returnTask'], provider: callbackProviders.map(({ id }) => id) },
		},
	},
	{
		displayName: 'Callback URL',
		name: 'callbackUrl',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. https://n8n.example.com/webhook/…',
		description: 'The public URL to call, e.g. the production URL of a Seedream Generate Trigger. ?provider=… is added to it.',
		displayOptions: {
			show: {
				completion: ['returnTask'],
				callback: ['url'],
				provider: callbackProviders.map(({ id }) => id),
			},
		},
	},
];

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: sortedOptions(generateOptions, sharedOptions),
};

export const properties: INodeProperties[] = [
	toolDescription,
	provider,
	operation,
	...inputs,
	...providers.flatMap(providerPanel),
	imageFieldName,
	completion,
	...callback,
	options,
];
