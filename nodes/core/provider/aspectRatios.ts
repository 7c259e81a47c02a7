import type { FieldOption } from './field';
import type { Size } from '../image/imageSize';

/** The eight ratios that every provider of Seedream 4.5 offers, in the order n8n's lint wants lists in. */
const ratios = [
	{ name: '1:1', value: '1:1', use: 'Square' },
	{ name: '16:9', value: '16:9', use: 'Landscape video' },
	{ name: '2:3', value: '2:3', use: 'Portrait photo' },
	{ name: '21:9', value: '21:9', use: 'Wide banner' },
	{ name: '3:2', value: '3:2', use: 'Landscape photo' },
	{ name: '3:4', value: '3:4', use: 'Portrait' },
	{ name: '4:3', value: '4:3', use: 'Landscape' },
	{ name: '9:16', value: '9:16', use: 'Portrait video' },
] as const;

export type AspectRatio = (typeof ratios)[number]['value'];
export type SizeClass = '2K' | '4K';

const sizes: Readonly<Record<SizeClass, Readonly<Record<AspectRatio, Size>>>> = {
	'2K': {
		'1:1': { width: 2048, height: 2048 },
		'16:9': { width: 2848, height: 1600 },
		'2:3': { width: 1664, height: 2496 },
		'21:9': { width: 3136, height: 1344 },
		'3:2': { width: 2496, height: 1664 },
		'3:4': { width: 1728, height: 2304 },
		'4:3': { width: 2304, height: 1728 },
		'9:16': { width: 1600, height: 2848 },
	},
	'4K': {
		'1:1': { width: 4096, height: 4096 },
		'16:9': { width: 5504, height: 3040 },
		'2:3': { width: 3328, height: 4992 },
		'21:9': { width: 6240, height: 2656 },
		'3:2': { width: 4992, height: 3328 },
		'3:4': { width: 3520, height: 4704 },
		'4:3': { width: 4704, height: 3520 },
		'9:16': { width: 3040, height: 5504 },
	},
};

/** What Seedream 4.5 makes of a size class and a ratio: the table of APIXO's page, the only provider that publishes it. */
export function modelSize(sizeClass: SizeClass, ratio: AspectRatio): Size {
	return { ...sizes[sizeClass][ratio] };
}

export function isAspectRatio(value: unknown): value is AspectRatio {
	return ratios.some((ratio) => ratio.value === value);
}

interface RatioTexts {
	/** What the provider calls 2K and 4K. */
	classes?: readonly [twoK: string, fourK: string];
	/** Whether the provider itself publishes the pixels. */
	documented?: boolean;
}

const text = ({ width, height }: Size): string => `${width} × ${height}`;

/** The eight ratios with the pixels of each size class. */
export function ratioOptions({ classes = ['2K', '4K'], documented = false }: RatioTexts = {}): ReadonlyArray<FieldOption & { value: AspectRatio }> {
	const [twoK, fourK] = classes;
	const about = documented ? '' : 'about ';
	return ratios.map(({ name, value, use }) => ({
		name,
		value,
		description: `${use}, ${about}${text(sizes['2K'][value])} (${twoK}) or ${text(sizes['4K'][value])} (${fourK})`,
	}));
}

/** What stands behind a ratio field whose pixels the provider does not publish. */
export const pixelsOfTheModel = 'Each choice shows the pixels that Seedream 4.5 makes';
