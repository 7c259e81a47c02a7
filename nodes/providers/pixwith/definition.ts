import { modelSize, pixelsOfTheModel, ratioOptions } from '../../core/provider/aspectRatios';
import type { FieldValues, ProviderField } from '../../core/provider/field';
import type { ProviderDefinition } from '../../core/provider/provider';

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
		description: 'The size class of the image. Both cost the same.',
		wire: 'options.resolution',
	},
	{
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		options: ratioOptions(),
		default: '1:1',
		description: `The shape of the image: width to height. ${pixelsOfTheModel}; PixWith does not publish its own.`,
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

export type PixWithValues = FieldValues<typeof fields>;

export const pixwithDefinition: ProviderDefinition<PixWithValues> = {
	id: 'pixwith',
	displayName: 'PixWith',
	docsUrl: 'https://pixwith.ai/api/docs',
	accountUrl: 'https://pixwith.ai/api',
	credentialType: 'pixwithApi',
	baseUrl: 'https://api.pixwith.ai',
	fields,
	limits: {
		promptLengthAdvised: 5000,
		referenceImages: 4,
		// Its upload takes no WebP.
		referenceTypes: ['image/jpeg', 'image/png'],
		referenceBytes: 10_485_760,
	},
	submit: { path: '/api/task/create', promptField: 'prompt', imagesField: 'image_urls' },
	cost: {
		perImage: 6,
		unit: 'credits',
		note: '6 credits per image, 2K and 4K alike',
		documented: true,
		onlyDelivered: false,
	},
	intervalSeconds: 5,
	failedTasksAreFree: false,
	imagesRequested: (values) => values.imageCount,
	pixels: () => null,
	likelyPixels: (values) => modelSize(values.resolution, values.aspectRatio),
	// The official client looks first after about three quarters of the time that the submit reply names.
	firstLookSeconds: (estimatedSeconds) => (estimatedSeconds === undefined ? 10 : estimatedSeconds * 0.75),
};
