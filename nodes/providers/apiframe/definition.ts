import { customSize, seedream45Limits, sizeFault, type SizeLimits } from '../../core/image/imageSize';
import { isAspectRatio, pixelsOfApixo, publishedSize, ratioOptions, sortedByName, type AspectRatio } from '../../core/provider/aspectRatios';
import type { FieldOption, FieldValues, ProviderField } from '../../core/provider/field';
import type { GenerateTask, Model, ProviderDefinition, SharedFault } from '../../core/provider/provider';

const edges = { minEdge: 1024, maxEdge: 4096 };

type Shape = FieldOption & { value: AspectRatio | 'match_input_image' };

const matchInputImage: Shape = {
	name: 'Match Input Image',
	value: 'match_input_image',
	description: 'The shape of the first reference image',
	displayOptions: { show: { operation: ['imageToImage'] } },
};

const shapesOf = (...ratios: Parameters<typeof ratioOptions>): readonly Shape[] => sortedByName<Shape>([...ratioOptions(...ratios), matchInputImage]);

const fields = [
	{
		displayName: 'Size',
		name: 'sizing',
		type: 'options',
		options: [
			{ name: 'Preset (Resolution and Ratio)', value: 'preset' },
			{ name: 'Custom (Width and Height)', value: 'custom' },
		],
		default: 'preset',
		description: 'How to set the size of the image',
		hint: '4 credits per image, one image per item',
		wire: 'seedreamParams.size',
		wireValues: { preset: null },
	},
	{
		displayName: 'Resolution',
		name: 'resolution',
		type: 'options',
		options: [
			{ name: '2K', value: '2K', description: 'About 4 megapixels' },
			{ name: '4K', value: '4K', description: 'About 16 megapixels' },
		],
		default: '2K',
		description: 'The resolution of the image. Both cost the same.',
		displayOptions: { show: { sizing: ['preset'] } },
		wire: 'seedreamParams.size',
	},
	{
		displayName: 'Width',
		name: 'width',
		type: 'number',
		typeOptions: { minValue: 1024, maxValue: 4096, numberPrecision: 0 },
		default: 2048,
		description: 'Width in pixels, from 1024 to 4096. Width × height must be at least 3,686,400 pixels.',
		displayOptions: { show: { sizing: ['custom'] } },
		checkedTogether: true,
		wire: 'seedreamParams.width',
	},
	{
		displayName: 'Height',
		name: 'height',
		type: 'number',
		typeOptions: { minValue: 1024, maxValue: 4096, numberPrecision: 0 },
		default: 2048,
		description: 'Height in pixels, from 1024 to 4096. Width × height must be at least 3,686,400 pixels.',
		displayOptions: { show: { sizing: ['custom'] } },
		checkedTogether: true,
		wire: 'seedreamParams.height',
	},
	{
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		options: shapesOf(),
		default: '1:1',
		description: `The shape of the image: width to height. ${pixelsOfApixo}, because Apiframe publishes none.`,
		displayOptions: { show: { sizing: ['preset'] } },
		wire: 'seedreamParams.aspect_ratio',
	},
] as const satisfies readonly ProviderField[];

const [sizing, resolution, width, height, aspectRatio] = fields;

const fields40 = [
	{ ...sizing, hint: '3 credits per image, one image per item' },
	{
		...resolution,
		options: [
			{ name: '1K', value: '1K', description: 'About 1 megapixel' },
			{ name: '2K', value: '2K', description: 'About 4 megapixels' },
			{ name: '4K', value: '4K', description: 'About 16 megapixels' },
		],
		description: 'The resolution of the image. All cost the same.',
	},
	{ ...width, description: 'Width in pixels, from 1024 to 4096' },
	{ ...height, description: 'Height in pixels, from 1024 to 4096' },
	{ ...aspectRatio, options: shapesOf({ classes: {} }), description: 'The shape of the image: width to height' },
	{
		displayName: 'Prompt Optimization',
		name: 'promptOptimization',
		type: 'boolean',
		default: true,
		description: 'Whether the model may rewrite the prompt for a better result',
		wire: 'seedreamParams.enhance_prompt',
	},
] as const satisfies readonly ProviderField[];

const fields50Lite = [
	{
		displayName: sizing.displayName,
		name: sizing.name,
		type: 'string',
		default: 'preset',
		description: 'How to set the size of the image',
		onlyDefault: 'Seedream 5.0 Lite takes no width and height with Apiframe; Size is a field of Seedream 4.5',
	},
	{
		displayName: 'Resolution',
		name: 'resolution',
		type: 'options',
		options: [
			{ name: '2K', value: '2K', description: 'About 4 megapixels' },
			{ name: '3K', value: '3K', description: 'About 9 megapixels' },
		],
		default: '2K',
		description: 'The resolution of the image. Both cost the same.',
		hint: '4 credits per image, one image per item',
		wire: 'seedreamParams.size',
	},
	{
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		options: shapesOf({ classes: { '2K': '2K', '3K': '3K' } }),
		default: '1:1',
		description: aspectRatio.description,
		wire: 'seedreamParams.aspect_ratio',
	},
	{
		displayName: 'Output Format',
		name: 'outputFormat',
		type: 'options',
		options: [
			{ name: 'JPEG', value: 'jpeg' },
			{ name: 'PNG', value: 'png' },
		],
		default: 'png',
		description: 'The file type of the image',
		wire: 'seedreamParams.output_format',
		wireValues: { jpeg: 'jpg' },
	},
] as const satisfies readonly ProviderField[];

interface CustomValues {
	sizing: 'preset' | 'custom';
	width: number | undefined;
	height: number | undefined;
}

const sizeOf = (values: CustomValues) => customSize(values.sizing === 'custom', values);

function sizeFaults({ values }: GenerateTask<CustomValues>, limits: SizeLimits): SharedFault[] {
	const size = sizeOf(values);
	const fault = size === null ? undefined : sizeFault(size, limits);
	return fault === undefined ? [] : [{ fields: ['sizing', 'width', 'height'], fault }];
}

const shared = {
	imagesRequested: () => 1,
	// The page on polling: "Every 2–3 s for images".
	intervalSeconds: (_: number | undefined, isBusy: boolean) => (isBusy ? 3 : 2),
	firstCheckSeconds: () => 3,
};

const seedream45: Model<FieldValues<typeof fields>> = {
	...shared,
	id: 'seedream-4.5',
	label: 'Seedream 4.5',
	wireId: 'seedream-4.5',
	docsUrl: 'https://docs-v2.apiframe.ai',
	fields,
	limits: {
		promptLength: 2000,
		referenceImages: 14,
		referenceTypes: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'],
		// The upload accepts 25 MB, but the model only 10.
		referenceBytes: 10_485_760,
	},
	cost: { perImage: 4, unit: 'credits', note: '4 credits per image', documented: true, onlyDelivered: true },
	check: (task) => sizeFaults(task, { ...seedream45Limits, ...edges }),
	pixels: sizeOf,
	likelyPixels: ({ resolution: chosen = '2K', aspectRatio: ratio }) => (isAspectRatio(ratio) ? publishedSize(chosen, ratio) : null),
};

const seedream40: Model<FieldValues<typeof fields40>> = {
	...shared,
	id: 'seedream-4.0',
	label: 'Seedream 4.0',
	wireId: 'seedream-4',
	docsUrl: 'https://docs-v2.apiframe.ai/docs/images/seedream/seedream-4',
	fields: fields40,
	limits: { ...seedream45.limits, referenceImages: 10, referenceRatio: 3 },
	cost: { perImage: 3, unit: 'credits', note: '3 credits per image', documented: true, onlyDelivered: true },
	// Every size within the limits of its sides is valid for the model.
	check: (task) => sizeFaults(task, { model: 'Seedream 4.0', minPixels: 921_600, maxPixels: 16_777_216, maxRatio: 16, ...edges }),
	pixels: sizeOf,
};

const seedream50Lite: Model<FieldValues<typeof fields50Lite>> = {
	...shared,
	id: 'seedream-5.0-lite',
	label: 'Seedream 5.0 Lite',
	wireId: 'seedream-5-lite',
	docsUrl: 'https://docs-v2.apiframe.ai/docs/images/seedream/seedream-5-lite',
	fields: fields50Lite,
	limits: seedream45.limits,
	cost: seedream45.cost,
	pixels: () => null,
	likelyPixels: ({ resolution: chosen, aspectRatio: ratio }) => (isAspectRatio(ratio) ? publishedSize(chosen, ratio) : null),
};

export const apiframeDefinition: ProviderDefinition = {
	id: 'apiframe',
	displayName: 'Apiframe',
	accountUrl: 'https://app.apiframe.ai',
	modelsUrl: 'https://docs-v2.apiframe.ai',
	credentialType: 'apiframeApi',
	baseUrl: 'https://api.apiframe.ai',
	submit: {
		path: '/v2/images/generate',
		promptField: 'prompt',
		imagesField: 'seedreamParams.image_input',
		callbackField: 'webhookUrl',
		idempotencyHeader: 'Idempotency-Key',
		idempotencyHours: 24,
	},
	// A FAILED job has creditCost 0 and its credits are refunded.
	duration: 'Apiframe typically takes 10 to 60 seconds.',
	failedTasksAreFree: true,
	resultLifetimeSeconds: 86_400,
	models: [seedream45, seedream40, seedream50Lite],
	portableValues: (request) => ({ sizing: 'preset', resolution: request.resolution, aspectRatio: request.aspectRatio }),
};
