import { modelSize, pixelsOfTheModel, ratioOptions } from '../../core/provider/aspectRatios';
import type { FieldValues, ProviderField } from '../../core/provider/field';
import type { ProviderDefinition } from '../../core/provider/provider';

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
		options: ratioOptions({ classes: ['Basic', 'High'] }),
		default: '1:1',
		description: `The shape of the image: width to height. ${pixelsOfTheModel}; API in One does not publish its own.`,
		hint: '12 credits per image, one image per item',
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
	takesPaths: true,
	intervalSeconds: 4,
	failedTasksAreFree: false,
	imagesRequested: () => 1,
	pixels: () => null,
	likelyPixels: (values) => modelSize(values.quality === 'high' ? '4K' : '2K', values.aspectRatio),
	// "3–10 s" on the model page.
	firstLookSeconds: () => 3,
};
