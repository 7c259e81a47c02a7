import type { INodeProperties } from 'n8n-workflow';

const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Text to Image',
			value: 'textToImage',
			description: 'Generate images from a prompt only',
			action: 'Generate images from a prompt',
		},
		{
			name: 'Image to Image',
			value: 'imageToImage',
			description: 'Edit or combine reference images',
			action: 'Edit or combine images',
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
		description: 'What the image should show. Refer to reference images as "image 1", "image 2" and so on.',
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
		description: "What the image should show. The agent's model writes it unless you do.",
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
		// n8n passes no files to a tool.
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
		description: 'Public URLs of the reference images, one per line or separated by commas. An expression may return a list.',
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
		description: 'Their order is the order of "image 1", "image 2" in the prompt. You can put image URLs between the names.',
		displayOptions: { show: { operation: ['imageToImage'], imageSource: ['binary'] } },
	},
];

/** The parts of a job that are the same for every provider: the operation, the prompt, the reference images. */
export const jobProperties: INodeProperties[] = [operation, ...inputs];
