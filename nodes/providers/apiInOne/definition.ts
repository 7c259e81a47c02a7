import { pixelsOfApixo, publishedSize, ratioOptions } from '../../core/provider/aspectRatios';
import type { FieldValues, ProviderField } from '../../core/provider/field';
import type { OptionField } from '../../core/provider/option';
import type { Model, ProviderDefinition } from '../../core/provider/provider';
import { statusPathRefusal } from './statusPathRefusal';

const fields = [
	{
		displayName: 'Quality',
		name: 'quality',
		type: 'options',
		options: [
			{ name: 'Basic (2K)', value: 'basic', description: 'About 4 megapixels' },
			{ name: 'High (4K)', value: 'high', description: 'About 16 megapixels' },
		],
		default: 'basic',
		description: 'The resolution of the image. Both cost the same.',
		hint: '12 credits per image, one image per item',
		wire: 'quality',
	},
	{
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		options: ratioOptions({ classes: { '2K': 'Basic', '4K': 'High' } }),
		default: '1:1',
		description: `The shape of the image: width to height. ${pixelsOfApixo}, because API in One publishes none.`,
		wire: 'aspect_ratio',
	},
] as const satisfies readonly ProviderField[];

const options = [
	{
		displayName: 'Result Path',
		name: 'resultPath',
		type: 'string',
		default: '',
		placeholder: 'e.g. data.output.images',
		description: 'Path to the image URLs in the status reply. Needed only if the node does not find them.',
		displayOptions: { hide: { '/completion': ['returnTask'] } },
		nodes: ['generate', 'wait', 'trigger'],
	},
	{
		displayName: 'Status Path',
		name: 'statusPath',
		type: 'string',
		default: '',
		placeholder: 'e.g. /tasks/{taskId}',
		description: 'Path of the status request, added to the Base URL. Needed only if it is not /tasks/{taskId}.',
		refusal: statusPathRefusal,
		displayOptions: { hide: { '/completion': ['returnTask'] } },
		nodes: ['generate', 'wait', 'trigger'],
	},
] as const satisfies readonly OptionField[];

const seedream45: Model<FieldValues<typeof fields>> = {
	id: 'seedream-4.5',
	label: 'Seedream 4.5',
	wireId: 'seedream-4-5',
	docsUrl: 'https://apiin.one/docs',
	fields,
	// The general docs allow 3 to 5,000 characters, but the model itself is known to accept 3,000.
	limits: {
		promptLengthMin: 3,
		promptLength: 5000,
		promptLengthAdvised: 3000,
		referenceImages: 14,
		referenceTypes: ['image/jpeg', 'image/png', 'image/webp'],
		referenceBytes: 10_485_760,
	},
	cost: { perImage: 12, unit: 'credits', note: '12 credits per image, Basic or High', documented: true, onlyDelivered: false },
	imagesRequested: () => 1,
	pixels: () => null,
	likelyPixels: (values) => publishedSize(values.quality === 'high' ? '4K' : '2K', values.aspectRatio),
	intervalSeconds: () => 4,
	// The model page: "3–10 s".
	firstCheckSeconds: () => 3,
};

export const apiInOneDefinition: ProviderDefinition = {
	id: 'apiInOne',
	displayName: 'API in One',
	accountUrl: 'https://apiin.one',
	modelsUrl: 'https://apiin.one/docs',
	credentialType: 'apiInOneApi',
	baseUrl: 'https://apiin.one/api/v1',
	submit: {
		path: '/images/generations',
		promptField: 'prompt',
		imagesField: 'image_urls',
		callbackField: 'callback_url',
	},
	options,
	takesPaths: true,
	duration: 'API in One says that an image takes 3 to 10 seconds.',
	failedTasksAreFree: false,
	models: [seedream45],
	portableValues: ({ resolution, aspectRatio }) => ({ quality: resolution === '4K' ? 'high' : 'basic', aspectRatio }),
};
