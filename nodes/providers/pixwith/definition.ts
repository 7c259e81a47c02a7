import { pixelsOfApixo, publishedSize, ratioOptions } from '../../core/provider/aspectRatios';
import type { FieldValues, ProviderField } from '../../core/provider/field';
import type { Model, ProviderDefinition } from '../../core/provider/provider';

const fields = [
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
		wire: 'options.resolution',
	},
	{
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		options: ratioOptions(),
		default: '1:1',
		description: `The shape of the image: width to height. ${pixelsOfApixo}, because PixWith publishes none.`,
		wire: 'options.aspect_ratio',
	},
	{
		displayName: 'Image Count',
		name: 'imageCount',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 4, numberPrecision: 0 },
		default: 1,
		description: 'How many images to generate, from 1 to 4',
		hint: '6 credits per image',
		wire: 'options.num_outputs',
	},
	{
		displayName: 'Translate Prompt',
		name: 'promptOptimization',
		type: 'boolean',
		default: true,
		description: 'Whether PixWith translates the prompt into English first',
		wire: 'options.prompt_optimization',
	},
] as const satisfies readonly ProviderField[];

const [resolution, aspectRatio, imageCount, promptOptimization] = fields;

const fields40 = [
	{
		...resolution,
		options: [
			{ name: '1K', value: '1K', description: 'About 1 megapixel' },
			{ name: '2K', value: '2K', description: 'About 4 megapixels' },
			{ name: '4K', value: '4K', description: 'About 16 megapixels' },
		],
		description: 'The resolution of the image',
		hint: 'One image per item; PixWith does not publish the price of Seedream 4.0',
	},
	{ ...aspectRatio, options: ratioOptions({ classes: {} }), description: 'The shape of the image: width to height' },
	{
		displayName: imageCount.displayName,
		name: imageCount.name,
		type: 'number',
		default: 1,
		description: 'How many images to generate',
		onlyDefault: 'PixWith makes one image per item with Seedream 4.0; Image Count is a field of Seedream 4.5',
	},
	promptOptimization,
] as const satisfies readonly ProviderField[];

const shared = {
	limits: {
		promptLengthAdvised: 5000,
		referenceImages: 4,
		// Its upload does not accept WebP.
		referenceTypes: ['image/jpeg', 'image/png'],
		referenceBytes: 10_485_760,
	},
	pixels: () => null,
	intervalSeconds: () => 5,
	// The official client checks first after about three quarters of the estimate in the submit reply.
	firstCheckSeconds: (estimatedSeconds: number | undefined) => (estimatedSeconds === undefined ? 10 : estimatedSeconds * 0.75),
};

const seedream45: Model<FieldValues<typeof fields>> = {
	...shared,
	id: 'seedream-4.5',
	label: 'Seedream 4.5',
	wireId: '0-32',
	docsUrl: 'https://pixwith.ai/api/docs',
	fields,
	cost: {
		perImage: 6,
		unit: 'credits',
		note: '6 credits per image, 2K or 4K',
		documented: true,
		onlyDelivered: false,
	},
	imagesRequested: (values) => values.imageCount,
	likelyPixels: (values) => publishedSize(values.resolution, values.aspectRatio),
};

const seedream40: Model<FieldValues<typeof fields40>> = {
	...shared,
	id: 'seedream-4.0',
	label: 'Seedream 4.0',
	wireId: '0-30',
	docsUrl: 'https://pixwith.ai/api/docs/image-models/seedream-v4',
	fields: fields40,
	limits: { ...shared.limits, referenceRatio: 3 },
	cost: { unit: 'credits', note: 'PixWith does not publish the price of Seedream 4.0', documented: false, onlyDelivered: false },
	imagesRequested: () => 1,
};

export const pixwithDefinition: ProviderDefinition = {
	id: 'pixwith',
	displayName: 'PixWith',
	accountUrl: 'https://pixwith.ai/api',
	modelsUrl: 'https://pixwith.ai/api/docs',
	credentialType: 'pixwithApi',
	baseUrl: 'https://api.pixwith.ai',
	submit: { path: '/api/task/create', promptField: 'prompt', imagesField: 'image_urls' },
	duration: 'PixWith estimates the time of each task, e.g. 20 seconds.',
	failedTasksAreFree: false,
	models: [seedream45, seedream40],
	portableValues: ({ resolution, aspectRatio, imageCount }) => ({ resolution, aspectRatio, imageCount, promptOptimization: true }),
};
