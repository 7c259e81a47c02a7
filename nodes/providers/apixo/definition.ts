import { customSize, seedream45Limits, sizeFault, type Size, type SizeLimits } from '../../core/image/imageSize';
import { publishedSize, ratioOptions, type AspectRatio, type SizeClass } from '../../core/provider/aspectRatios';
import type { FieldValues, ProviderField } from '../../core/provider/field';
import type { GenerateTask, Model, ProviderDefinition, SharedFault } from '../../core/provider/provider';

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
		description: 'The resolution of the image. Both cost the same.',
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
		description: 'Whether the images tell one story, e.g. a storyboard. The model may then return fewer than Image Count.',
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

const [sizing, resolution, aspectRatio, width, height, imageCount, sequentialImages, promptOptimization] = fields;

const fields50 = [
	sizing,
	{
		...resolution,
		options: [
			{ name: '2K', value: '2K', description: 'About 4 megapixels' },
			{ name: '3K', value: '3K', description: 'About 9 megapixels' },
		],
		description: 'The resolution of the image',
	},
	{ ...aspectRatio, options: ratioOptions({ classes: { '2K': '2K', '3K': '3K' }, documented: true }) },
	{ ...width, description: 'Width in pixels. Width × height must be from 3,686,400 to 10,404,496 pixels.' },
	{ ...height, description: 'Height in pixels. Width × height must be from 3,686,400 to 10,404,496 pixels.' },
	{ ...imageCount, hint: 'Billed per image; APIXO does not publish the price of Seedream 5.0' },
	{
		displayName: 'Output Format',
		name: 'outputFormat',
		type: 'options',
		options: [
			{ name: 'JPEG', value: 'jpeg' },
			{ name: 'PNG', value: 'png' },
		],
		default: 'jpeg',
		description: 'The file type of the image',
		wire: 'input.output_format',
	},
	// Older versions of the page list this field, but the newest may not, so it is sent only if it is on.
	{ ...sequentialImages, wireValues: { true: 'auto', false: null } },
	promptOptimization,
	{
		displayName: 'Web Search',
		name: 'webSearch',
		type: 'boolean',
		default: false,
		description: 'Whether the model may search the web first, which takes longer',
		wire: 'input.web_search',
	},
] as const satisfies readonly ProviderField[];

/** The values that the rules below read. Both models have them. */
interface SharedValues {
	sizing: 'preset' | 'custom';
	resolution: SizeClass | undefined;
	aspectRatio: AspectRatio | undefined;
	width: number | undefined;
	height: number | undefined;
	imageCount: number;
	sequentialImages: boolean;
}

/** ByteDance counts the reference images and the results of one task together. */
const mostImagesTogether = 15;

function imagesTogether(imageUrls: readonly string[], values: SharedValues): number {
	return imageUrls.length + values.imageCount;
}

function size(values: SharedValues): Size | null {
	if (values.sizing === 'custom') return customSize(true, values);
	return publishedSize(values.resolution ?? '2K', values.aspectRatio ?? '1:1');
}

/** What is wrong with a combination of fields. */
function faultsTogether({ imageUrls, values }: GenerateTask<SharedValues>, limits: SizeLimits): SharedFault[] {
	const faults: SharedFault[] = [];
	const chosen = size(values);
	const fault = values.sizing === 'custom' && chosen !== null ? sizeFault(chosen, limits) : undefined;
	if (fault !== undefined) faults.push({ fields: ['sizing', 'width', 'height'], fault });
	const together = imagesTogether(imageUrls, values);
	if (values.sequentialImages && together > mostImagesTogether) {
		faults.push({
			fields: ['sequentialImages', 'imageCount'],
			fault: `Reference images and Image Count together may be at most ${mostImagesTogether} with Sequential Images, but are ${together}`,
		});
	}
	return faults;
}

const shared = {
	limits: {
		promptLength: 5000,
		referenceImages: 14,
		referenceTypes: ['image/jpeg', 'image/png', 'image/webp'],
		referenceBytes: 10_485_760,
	},
	warn: ({ imageUrls, values }: GenerateTask<SharedValues>) =>
		imagesTogether(imageUrls, values) > mostImagesTogether
			? [`Seedream counts reference images and results together up to ${mostImagesTogether}: fewer images may be returned.`]
			: [],
	imagesRequested: (values: SharedValues) => values.imageCount,
	pixels: size,
	// From the Seedream 4.5 page: 2K every 3 to 5 s, 4K every 5 s.
	intervalSeconds: (estimatedSeconds: number | undefined, isBusy: boolean) => (estimatedSeconds === undefined || estimatedSeconds >= 30 || isBusy ? 5 : 3),
	firstCheckSeconds: (estimatedSeconds: number | undefined) => estimatedSeconds ?? 20,
};

const seedream45: Model<FieldValues<typeof fields>> = {
	...shared,
	id: 'seedream-4.5',
	label: 'Seedream 4.5',
	wireId: 'seedream-4-5',
	docsUrl: 'https://apixo.ai/docs/models/image/seedream-4-5',
	fields,
	cost: {
		perImage: 0.035,
		unit: 'USD',
		note: '0.035 USD per generated image, 2K or 4K',
		documented: true,
		onlyDelivered: true,
	},
	check: (task) => faultsTogether(task, seedream45Limits),
	// "First poll" on the Seedream 4.5 page: 2K after 20 s, 4K after 30 s. The pixels decide for a custom size.
	estimatedSeconds(values) {
		const chosen = size(values);
		return chosen !== null && chosen.width * chosen.height > 9_000_000 ? 30 : 20;
	},
};

const seedream50: Model<FieldValues<typeof fields50>> = {
	...shared,
	id: 'seedream-5.0',
	label: 'Seedream 5.0',
	wireId: 'seedream-5-0',
	docsUrl: 'https://apixo.ai/docs/models/image/seedream-5-0',
	fields: fields50,
	cost: { unit: 'USD', note: 'APIXO does not publish the price of Seedream 5.0', documented: false, onlyDelivered: true },
	// The page gives no range. This is the stricter of two that are published for this model.
	check: (task) => faultsTogether(task, { ...seedream45Limits, model: 'Seedream 5.0', maxPixels: 10_404_496 }),
};

export const apixoDefinition: ProviderDefinition = {
	id: 'apixo',
	displayName: 'APIXO',
	accountUrl: 'https://apixo.ai',
	modelsUrl: 'https://apixo.ai/docs',
	credentialType: 'apixoApi',
	baseUrl: 'https://api.apixo.ai/api/v1',
	submit: {
		path: '/generateTask/{model}',
		promptField: 'input.prompt',
		imagesField: 'input.image_urls',
		callbackField: 'callback_url',
		callbackNeedsHttps: true,
	},
	duration: 'APIXO typically takes 25 to 35 seconds for 2K and 40 to 55 seconds for 4K.',
	failedTasksAreFree: true,
	// "Result URLs expire after 24 hours" (page "Response format")
	resultLifetimeSeconds: 86_400,
	models: [seedream45, seedream50],
	portableValues: ({ resolution, aspectRatio, imageCount }) => ({
		sizing: 'preset',
		resolution,
		aspectRatio,
		imageCount,
		sequentialImages: false,
		promptOptimization: true,
	}),
};
