import { customSize, seedream45Limits, sizeFault } from '../../core/image/imageSize';
import { isAspectRatio, pixelsOfApixo, publishedSize, ratioOptions, sortedByName } from '../../core/provider/aspectRatios';
import type { FieldValues, ProviderField } from '../../core/provider/field';
import type { OptionField } from '../../core/provider/option';
import type { Model, ProviderDefinition } from '../../core/provider/provider';

/** PixelDojo does not document the pixels of its named sizes. */
const leastOfTheModel = ', the minimum of Seedream 4.5: PixelDojo does not say more';

/** PixelDojo's name for Seedream 4.5, despite the number. */
const defaultModelId = 'seedream-4';

const fields = [
	{
		displayName: 'Image Field Name',
		name: 'imageFieldName',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. image_urls',
		hint: 'You can find the name in the model schema in your PixelDojo account',
		description: 'The request field for the reference images, which PixelDojo does not document',
		displayOptions: { show: { operation: ['imageToImage'] } },
	},
	{
		displayName: 'Image Size',
		name: 'imageSize',
		type: 'options',
		options: [
			{ name: 'Auto 2K', value: 'auto_2K', description: 'About 4 megapixels. PixelDojo chooses the shape unless Aspect Ratio is set.' },
			{ name: 'Auto 4K', value: 'auto_4K', description: 'About 16 megapixels. PixelDojo chooses the shape unless Aspect Ratio is set.' },
			{ name: 'Custom', value: 'custom', description: 'Type width and height in pixels' },
			{ name: 'Landscape 16:9', value: 'landscape_16_9', description: `At least 2560 × 1440${leastOfTheModel}` },
			{ name: 'Landscape 4:3', value: 'landscape_4_3', description: `At least 2218 × 1663${leastOfTheModel}` },
			{ name: 'Portrait 16:9', value: 'portrait_16_9', description: `At least 1440 × 2560${leastOfTheModel}` },
			{ name: 'Portrait 4:3', value: 'portrait_4_3', description: `At least 1663 × 2218${leastOfTheModel}` },
			{ name: 'Square', value: 'square', description: `At least 1920 × 1920${leastOfTheModel}` },
			{ name: 'Square HD', value: 'square_hd', description: `At least 1920 × 1920${leastOfTheModel}` },
		],
		default: 'auto_2K',
		description: "The size of the image. Auto 2K is PixelDojo's own default.",
		wire: 'image_size',
		wireValues: { auto_2K: null },
	},
	{
		displayName: 'Width',
		name: 'width',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 2048,
		description: 'Width in pixels. Width × height must be from 3,686,400 to 16,777,216 pixels.',
		displayOptions: { show: { imageSize: ['custom'] } },
		wire: 'customWidth',
	},
	{
		displayName: 'Height',
		name: 'height',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 2048,
		description: 'Height in pixels. Width × height must be from 3,686,400 to 16,777,216 pixels.',
		displayOptions: { show: { imageSize: ['custom'] } },
		wire: 'customHeight',
	},
	{
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		options: sortedByName([...ratioOptions(), { name: 'Provider Decides', value: '', description: 'PixelDojo chooses the shape' } as const]),
		default: '',
		description: `The shape of the image: width to height. ${pixelsOfApixo} with Auto 2K and Auto 4K, because PixelDojo publishes none.`,
		displayOptions: {
			show: {
				imageSize: ['auto_2K', 'auto_4K', 'landscape_16_9', 'landscape_4_3', 'portrait_16_9', 'portrait_4_3', 'square', 'square_hd'],
			},
		},
		wire: 'aspect_ratio',
	},
	{
		displayName: 'Image Count',
		name: 'imageCount',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 6, numberPrecision: 0 },
		default: 1,
		description: 'How many images to generate, from 1 to 6',
		hint: 'About 1 credit per image',
		wire: 'num_images',
	},
	{
		displayName: 'Seed',
		name: 'seed',
		type: 'string',
		integerOrEmpty: true,
		default: '',
		placeholder: 'e.g. 42',
		description: 'A whole number that makes the result repeatable. Leave empty for a random one.',
		wire: 'seed',
	},
] as const satisfies readonly ProviderField[];

const options = [
	{
		displayName: 'Model ID',
		name: 'modelId',
		type: 'string',
		default: defaultModelId,
		emptyIsDefault: true,
		description: "PixelDojo's ID for the model, which is part of the request URL. Change it if PixelDojo renames the model.",
		refusal: (id) => (/^(?!\.+$)[\w.-]+$/.test(id) ? undefined : `must be the ID of a model, e.g. ${defaultModelId}`),
		nodes: ['generate'],
	},
] as const satisfies readonly OptionField[];

const seedream45: Model<FieldValues<typeof fields>> = {
	id: 'seedream-4.5',
	label: 'Seedream 4.5',
	wireId: defaultModelId,
	docsUrl: 'https://pixeldojo.ai/api-docs',
	fields,
	// PixelDojo documents none: these are the model's own limits.
	limits: {
		referenceImages: 14,
		referenceTypes: ['image/jpeg', 'image/png', 'image/webp', 'image/bmp', 'image/tiff', 'image/gif'],
		referenceBytes: 10_485_760,
	},
	cost: {
		perImage: 1,
		unit: 'credits',
		note: 'about 1 credit per image; the reply says the exact cost',
		documented: false,
		onlyDelivered: false,
	},
	check({ values }) {
		const size = customSize(values.imageSize === 'custom', values);
		const fault = size === null ? undefined : sizeFault(size, seedream45Limits);
		return fault === undefined ? [] : [{ fields: ['imageSize', 'width', 'height'], fault }];
	},
	imagesRequested: (values) => values.imageCount,
	pixels: (values) => customSize(values.imageSize === 'custom', values),
	likelyPixels: ({ imageSize, aspectRatio }) =>
		isAspectRatio(aspectRatio) && (imageSize === 'auto_2K' || imageSize === 'auto_4K')
			? publishedSize(imageSize === 'auto_4K' ? '4K' : '2K', aspectRatio)
			: null,
	// One source mentions 10 requests a minute.
	intervalSeconds: () => 6,
	firstCheckSeconds: () => 6,
};

export const pixelDojoDefinition: ProviderDefinition = {
	id: 'pixelDojo',
	displayName: 'PixelDojo',
	accountUrl: 'https://pixeldojo.ai/api-platform',
	modelsUrl: 'https://pixeldojo.ai/api/v1/models',
	credentialType: 'pixelDojoApi',
	baseUrl: 'https://pixeldojo.ai/api/v1',
	// The page does not name a field for reference images.
	submit: { path: '/models/{model}/run', promptField: 'prompt', callbackField: 'webhook_url' },
	options,
	duration: 'PixelDojo does not say how long an image takes.',
	failedTasksAreFree: false,
	resultLifetimeSeconds: 3600,
	models: [seedream45],
	portableValues: ({ resolution, aspectRatio, imageCount }) => ({
		imageSize: resolution === '4K' ? 'auto_4K' : 'auto_2K',
		aspectRatio,
		imageCount,
	}),
};
