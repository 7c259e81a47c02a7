import { ratioOptions } from './aspectRatios';
import type { ProviderField } from './field';

/** The fields of a request that every Seedream 4.5 provider understands, with the same names as in Seedream Generate. */
export const portableFields = [
	{
		displayName: 'Resolution',
		name: 'resolution',
		type: 'options',
		options: [
			{ name: '2K', value: '2K', description: 'About 4 megapixels' },
			{ name: '4K', value: '4K', description: 'About 16 megapixels' },
		],
		default: '2K',
		description: 'The resolution of the image',
	},
	{
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		options: ratioOptions(),
		default: '1:1',
		description: 'The shape of the image: width to height',
	},
	{
		displayName: 'Image Count',
		name: 'imageCount',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 10, numberPrecision: 0 },
		default: 1,
		description: 'How many images to generate. A provider that makes fewer per task is skipped.',
		hint: 'You pay for each image: the list of providers shows the prices',
	},
] as const satisfies readonly ProviderField[];
