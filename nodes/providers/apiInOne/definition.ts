import type { FieldValues, ProviderField } from '../../core/field';
import type { ProviderDefinition } from '../../core/provider';

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
		description: 'The size class of the image. Both cost the same.',
		wire: 'quality',
	},
	{
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		options: [
			{ name: '1:1', value: '1:1', description: 'Square' },
			{ name: '16:9', value: '16:9', description: 'Landscape, e.g. for video thumbnails' },
			{ name: '2:3', value: '2:3', description: 'Portrait photo' },
			{ name: '21:9', value: '21:9', description: 'Wide banner' },
			{ name: '3:2', value: '3:2', description: 'Landscape photo' },
			{ name: '3:4', value: '3:4', description: 'Portrait' },
			{ name: '4:3', value: '4:3', description: 'Landscape' },
			{ name: '9:16', value: '9:16', description: 'Portrait, e.g. for stories' },
		],
		default: '1:1',
		description: 'The shape of the image: width to height',
		hint: 'One image per item, 12 credits',
		wire: 'aspect_ratio',
	},
] as const satisfies readonly ProviderField[];

export type ApiInOneValues = FieldValues<typeof fields>;

export const apiInOneDefinition: ProviderDefinition<ApiInOneValues> = {
	id: 'apiInOne',
	displayName: 'API in One',
	docsUrl: 'https://apiin.one/docs',
	accountUrl: 'https://apiin.one',
	credentialType: 'apiInOneApi',
	baseUrl: 'https://apiin.one/api/v1',
	fields,
	// The general docs allow 3 to 5000 characters, the model behind it is known to take 3000.
	limits: {
		promptLengthMin: 3,
		promptLength: 5000,
		promptLengthAdvised: 3000,
		referenceImages: 14,
		referenceTypes: ['image/jpeg', 'image/png', 'image/webp'],
		referenceBytes: 10_485_760,
	},
	submit: {
		path: '/images/generations',
		promptField: 'prompt',
		imagesField: 'image_urls',
		callbackField: 'callback_url',
	},
	cost: {
		perImage: 12,
		unit: 'credits',
		note: '12 credits (about 0.024 USD) per image, basic and high alike',
		documented: true,
		onlyDelivered: false,
	},
	intervalSeconds: 4,
	failedTasksAreFree: false,
	imagesRequested: () => 1,
	pixels: () => null,
	// "3–10 s" on the model page.
	firstLookSeconds: () => 3,
};
