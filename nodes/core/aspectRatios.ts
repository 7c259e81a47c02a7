import type { FieldOption } from './field';

/** The eight ratios that every provider of Seedream 4.5 offers, in the order n8n's lint wants lists in. */
export const aspectRatioOptions = [
	{ name: '1:1', value: '1:1', description: 'Square' },
	{ name: '16:9', value: '16:9', description: 'Landscape, e.g. for video thumbnails' },
	{ name: '2:3', value: '2:3', description: 'Portrait photo' },
	{ name: '21:9', value: '21:9', description: 'Wide banner' },
	{ name: '3:2', value: '3:2', description: 'Landscape photo' },
	{ name: '3:4', value: '3:4', description: 'Portrait' },
	{ name: '4:3', value: '4:3', description: 'Landscape' },
	{ name: '9:16', value: '9:16', description: 'Portrait, e.g. for stories' },
] as const satisfies readonly FieldOption[];

export type AspectRatio = (typeof aspectRatioOptions)[number]['value'];
