import { isAspectRatio, modelSize, pixelsOfTheModel, ratioOptions } from '../../core/provider/aspectRatios';
import type { FieldOption, FieldValues, ProviderField } from '../../core/provider/field';
import { customSize, modelLimits, sizeFault } from '../../core/image/imageSize';
import type { ProviderDefinition } from '../../core/provider/provider';

const minEdge = 1024;
const maxEdge = 4096;

const shapes = [
	...ratioOptions(),
	{
		name: 'Match Input Image',
		value: 'match_input_image',
		description: 'The shape of the first reference image',
		displayOptions: { show: { operation: ['imageToImage'] } },
	},
] as const satisfies readonly FieldOption[];

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
		description: 'The size class of the image. Both cost the same.',
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
		options: shapes,
		default: '1:1',
		description: `The shape of the image: width to height. ${pixelsOfTheModel}; Apiframe does not publish its own.`,
		hint: '4 credits per image, one image per item',
		displayOptions: { show: { sizing: ['preset'] } },
		wire: 'seedreamParams.aspect_ratio',
	},
] as const satisfies readonly ProviderField[];

export type ApiframeValues = FieldValues<typeof fields>;

export const apiframeDefinition: ProviderDefinition<ApiframeValues> = {
	id: 'apiframe',
	displayName: 'Apiframe',
	docsUrl: 'https://docs-v2.apiframe.ai',
	accountUrl: 'https://app.apiframe.ai',
	credentialType: 'apiframeApi',
	baseUrl: 'https://api.apiframe.ai',
	fields,
	limits: {
		promptLength: 2000,
		referenceImages: 14,
		referenceTypes: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'],
		// Its upload takes 25 MB, the model 10.
		referenceBytes: 10_485_760,
	},
	submit: {
		path: '/v2/images/generate',
		promptField: 'prompt',
		imagesField: 'seedreamParams.image_input',
		callbackField: 'webhookUrl',
		idempotencyHeader: 'Idempotency-Key',
	},
	cost: { perImage: 4, unit: 'credits', note: '4 credits per image', documented: true, onlyDelivered: true },
	intervalSeconds: 3,
	// A FAILED job has creditCost 0 and its credits are refunded.
	failedTasksAreFree: true,
	resultLifetimeSeconds: 86_400,

	check({ values }) {
		const size = customSize(values.sizing === 'custom', values);
		const fault = size === null ? undefined : sizeFault(size, { ...modelLimits, minEdge, maxEdge });
		return fault === undefined ? [] : [{ fields: ['sizing', 'width', 'height'], fault }];
	},
	imagesRequested: () => 1,
	pixels: (values) => customSize(values.sizing === 'custom', values),
	likelyPixels: ({ resolution = '2K', aspectRatio }) => (isAspectRatio(aspectRatio) ? modelSize(resolution, aspectRatio) : null),
	firstLookSeconds: () => 3,
};
