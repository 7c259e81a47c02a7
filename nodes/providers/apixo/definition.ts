import { modelSize, ratioOptions } from '../../core/provider/aspectRatios';
import type { FieldValues, ProviderField } from '../../core/provider/field';
import { customSize, modelLimits, sizeFault, type Size } from '../../core/image/imageSize';
import type { ProviderDefinition, SharedFault } from '../../core/provider/provider';

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
		description: 'How to say the size of the image',
	},
	{
		displayName: 'Resolution',
		name: 'resolution',
		type: 'options',
		options: [
			{ name: '2K', value: '2K', description: 'About 4 megapixels, ready in 25 to 35 seconds' },
			{ name: '4K', value: '4K', description: 'About 16 megapixels, ready in 40 to 55 seconds' },
		],
		default: '2K',
		description: 'The size class of the image. Both cost the same.',
		displayOptions: { show: { sizing: ['preset'] } },
		wire: 'input.resolution',
	},
	{
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		options: ratioOptions({ documented: true }),
		default: '1:1',
		description: 'The shape of the image: width to height. Each choice shows its pixels.',
		displayOptions: { show: { sizing: ['preset'] } },
		wire: 'input.aspect_ratio',
	},
	{
		displayName: 'Width',
		name: 'width',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 2048,
		description: 'Width in pixels. Width × height must be from 3,686,400 to 16,777,216 pixels.',
		displayOptions: { show: { sizing: ['custom'] } },
		wire: 'input.size',
		wireTemplate: '{width}x{height}',
	},
	{
		displayName: 'Height',
		name: 'height',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 2048,
		description: 'Height in pixels. Width × height must be from 3,686,400 to 16,777,216 pixels.',
		displayOptions: { show: { sizing: ['custom'] } },
	},
	{
		displayName: 'Image Count',
		name: 'imageCount',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 10, numberPrecision: 0 },
		default: 1,
		description: 'How many images to generate, from 1 to 10',
		hint: '0.035 USD per image',
		wire: 'input.max_images',
	},
	{
		displayName: 'Sequential Images',
		name: 'sequentialImages',
		type: 'boolean',
		default: false,
		description:
			'Whether the images tell one story, e.g. a storyboard. The model may then return fewer than Image Count.',
		wire: 'input.sequential_image_generation',
		wireValues: { true: 'auto', false: 'disabled' },
	},
	{
		displayName: 'Prompt Optimization',
		name: 'promptOptimization',
		type: 'boolean',
		default: true,
		description: 'Whether the model may rewrite the prompt for a better result',
		wire: 'input.prompt_optimize_mode',
		wireValues: { true: 'standard', false: null },
	},
] as const satisfies readonly ProviderField[];

export type ApixoValues = FieldValues<typeof fields>;

/** ByteDance counts references and results of one task together. */
const mostImagesTogether = 15;

function imagesTogether(imageUrls: readonly string[], values: ApixoValues): number {
	return imageUrls.length + values.imageCount;
}

function size(values: ApixoValues): Size | null {
	if (values.sizing === 'custom') return customSize(true, values);
	return modelSize(values.resolution ?? '2K', values.aspectRatio ?? '1:1');
}

export const apixoDefinition: ProviderDefinition<ApixoValues> = {
	id: 'apixo',
	displayName: 'APIXO',
	docsUrl: 'https://apixo.ai/docs/models/image/seedream-4-5',
	accountUrl: 'https://apixo.ai',
	credentialType: 'apixoApi',
	baseUrl: 'https://api.apixo.ai/api/v1',
	fields,
	limits: {
		promptLength: 5000,
		referenceImages: 14,
		referenceTypes: ['image/jpeg', 'image/png', 'image/webp'],
		referenceBytes: 10_485_760,
	},
	submit: {
		path: '/generateTask/seedream-4-5',
		promptField: 'input.prompt',
		imagesField: 'input.image_urls',
		callbackField: 'callback_url',
		callbackNeedsHttps: true,
	},
	cost: {
		perImage: 0.035,
		unit: 'USD',
		note: '0.035 USD per generated image, 2K and 4K alike',
		documented: true,
		onlyDelivered: true,
	},
	intervalSeconds: 5,
	failedTasksAreFree: true,

	check({ imageUrls, values }) {
		const faults: SharedFault[] = [];
		const chosen = size(values);
		const fault = values.sizing === 'custom' && chosen !== null ? sizeFault(chosen, modelLimits) : undefined;
		if (fault !== undefined) faults.push({ fields: ['sizing', 'width', 'height'], fault });
		const together = imagesTogether(imageUrls, values);
		if (values.sequentialImages && together > mostImagesTogether) {
			faults.push({
				fields: ['sequentialImages', 'imageCount'],
				fault: `Reference images and Image Count together may be at most ${mostImagesTogether} with Sequential Images, but are ${together}`,
			});
		}
		return faults;
	},
	warn: ({ imageUrls, values }) =>
		imagesTogether(imageUrls, values) > mostImagesTogether
			? [`Seedream counts reference images and results together up to ${mostImagesTogether}: fewer images may come back.`]
			: [],
	imagesRequested: (values) => values.imageCount,
	pixels: size,
	// "First poll" of the Seedream 4.5 page: 2K after 20 s, 4K after 30 s. A custom size counts by its pixels.
	estimatedSeconds(values) {
		const chosen = size(values);
		return chosen !== null && chosen.width * chosen.height > 9_000_000 ? 30 : 20;
	},
	firstLookSeconds: (estimatedSeconds) => estimatedSeconds ?? 20,
};
