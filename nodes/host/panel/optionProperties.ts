import type { INodeProperties } from 'n8n-workflow';

/** Options that Generate and Wait for Task share. What is about files and callbacks means nothing to a tool of an AI Agent. */
export const sharedOptions: INodeProperties[] = [
	{
		displayName: 'Concurrency',
		name: 'concurrency',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 20,
		description: 'How many requests and downloads may run at the same time. Tasks are not limited by this.',
	},
	{
		displayName: 'Download Images',
		name: 'downloadImages',
		type: 'boolean',
		default: true,
		description:
			'Whether to fetch the images as files for the next node. When off, only their URLs come out, which expire.',
		displayOptions: { hide: { '@tool': [true] } },
	},
	{
		displayName: 'File Name',
		name: 'fileName',
		type: 'string',
		default: '',
		placeholder: 'e.g. {{ $json.sku }}-hero',
		description:
			'Name of the image file without its ending, which follows the true file type. Several images of a task are numbered, and so are files of one run that would share a name. When empty, made from provider, task and number.',
		displayOptions: { hide: { '@tool': [true] } },
	},
	{
		displayName: 'Max File Size (MB)',
		name: 'maxFileSize',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 50,
		description: 'Larger files are not stored, but their URLs are kept',
		displayOptions: { hide: { '@tool': [true] } },
	},
	{
		displayName: 'Output Mode',
		name: 'outputMode',
		type: 'options',
		options: [
			{
				name: 'One Item per Image',
				value: 'itemPerImage',
				description: 'What storage and messaging nodes expect',
			},
			{
				name: 'One Item per Task',
				value: 'itemPerTask',
				description: 'All images of a task in one item: data, data_1, data_2 and so on',
			},
		],
		default: 'itemPerImage',
		description: 'How the images of a task come out',
	},
	{
		displayName: 'Poll Interval (Seconds)',
		name: 'pollInterval',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		hint: "0: the provider's own pace, which is best in most cases",
		description: 'Seconds between two looks at a task',
	},
	{
		displayName: 'Put Output File in Field',
		name: 'outputBinaryField',
		type: 'string',
		default: 'data',
		hint: 'The name of the output binary field to put the file in',
		displayOptions: { hide: { '@tool': [true] } },
	},
	{
		displayName: 'API in One: Result Path',
		name: 'resultPath',
		type: 'string',
		default: '',
		placeholder: 'e.g. data.output.images',
		description: 'Where the image URLs stand in the status reply, if they are not found by themselves',
	},
	{
		displayName: 'API in One: Status Path',
		name: 'statusPath',
		type: 'string',
		default: '',
		placeholder: 'e.g. /tasks/{taskId}',
		description: 'Path of the status request below the base URL, if it is not /tasks/{taskId}',
	},
];

/** Options of Generate alone. */
export const generateOptions: INodeProperties[] = [
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'json',
		default: '{}',
		description: "JSON that is merged into the request body last, e.g. for a provider's new parameter",
	},
	{
		displayName: 'Allow Private Callback URL',
		name: 'allowPrivateCallbackUrl',
		type: 'boolean',
		default: false,
		description: 'Whether a callback URL may be a local or plain http address, e.g. for a gateway in your own network',
		displayOptions: { hide: { '@tool': [true] } },
	},
	{
		displayName: 'Allow Unknown Cost',
		name: 'allowUnknownCost',
		type: 'boolean',
		default: false,
		description: 'Whether Spending Limit lets jobs pass whose price or number of images is not known, and counts an estimate',
	},
	{
		displayName: 'Dry Run',
		name: 'dryRun',
		type: 'boolean',
		default: false,
		description: 'Whether to check everything and output the exact request and its estimated cost without sending anything',
	},
	{
		displayName: 'Max Tasks in Flight',
		name: 'maxTasksInFlight',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		default: 0,
		hint: '0: no limit',
		description:
			'How many tasks may be accepted and unfinished at a time, for accounts with such a limit. Without effect with Return Task, which submits all at once.',
	},
	{
		displayName: 'Spending Limit',
		name: 'spendingLimit',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		hint: 'In USD for APIXO, in credits elsewhere. 0: no limit.',
		description:
			"Most that this node may spend in one execution, loops included, in the provider's unit",
	},
	{
		displayName: 'Style Preset',
		name: 'stylePreset',
		type: 'options',
		options: [
			{ name: "Children's Storybook", value: 'childrensStorybook' },
			{ name: 'Cyberpunk Street', value: 'cyberpunkStreet' },
			{ name: 'Dramatic Landscape', value: 'dramaticLandscape' },
			{ name: 'Food From Above', value: 'foodFromAbove' },
			{ name: 'None', value: 'none' },
			{ name: 'Product Hero Shot', value: 'productHeroShot' },
			{ name: 'Real-Estate Interior', value: 'realEstateInterior' },
			{ name: 'Streetwear Lookbook', value: 'streetwearLookbook' },
			{ name: 'Wedding Portrait', value: 'weddingPortrait' },
		],
		default: 'none',
		description: 'A look that is added behind the prompt in words. A dry run shows them.',
	},
	{
		displayName: 'Submit Again if Unknown',
		name: 'submitAgainIfUnknown',
		type: 'boolean',
		default: false,
		description:
			'Whether a retry may send a job again when it is not known whether the first try arrived. Off protects from paying twice.',
	},
	{
		displayName: 'Timeout (Seconds)',
		name: 'timeout',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 600,
		description: 'Seconds until the tasks must be finished. A task that is late is not lost: its ID comes out.',
	},
];

/** Collections list their entries alphabetically. */
export function sortedOptions(...lists: INodeProperties[][]): INodeProperties[] {
	return lists.flat().sort((one, other) => one.displayName.localeCompare(other.displayName));
}
