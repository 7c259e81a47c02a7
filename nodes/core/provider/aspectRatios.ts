import type { Size } from '../image/imageSize';
import { compareNames } from '../text';
import type { FieldOption } from './field';

/** The eight ratios that every Seedream provider offers, in the order that n8n's lint requires of lists. */
const ratios = [
	{ name: 'Landscape 16:9', value: '16:9', use: 'Videos and screens' },
	{ name: 'Landscape 3:2', value: '3:2', use: 'Photos' },
	{ name: 'Landscape 4:3', value: '4:3', use: 'Slides' },
	{ name: 'Portrait 2:3', value: '2:3', use: 'Photos' },
	{ name: 'Portrait 3:4', value: '3:4', use: 'Prints' },
	{ name: 'Portrait 9:16', value: '9:16', use: 'Phones and stories' },
	{ name: 'Square 1:1', value: '1:1', use: 'Feeds and avatars' },
	{ name: 'Wide 21:9', value: '21:9', use: 'Banners' },
] as const;

export type AspectRatio = (typeof ratios)[number]['value'];
export type SizeClass = '2K' | '3K' | '4K';

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
	'3K': {
		'1:1': { width: 3072, height: 3072 },
		'16:9': { width: 4096, height: 2304 },
		'2:3': { width: 2496, height: 3744 },
		'21:9': { width: 4704, height: 2016 },
		'3:2': { width: 3744, height: 2496 },
		'3:4': { width: 2592, height: 3456 },
		'4:3': { width: 3456, height: 2592 },
		'9:16': { width: 2304, height: 4096 },
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

/** The pixels for a size class and a ratio in APIXO's tables. The other providers publish none, and theirs may differ. */
export function publishedSize(sizeClass: SizeClass, ratio: AspectRatio): Size {
	return { ...sizes[sizeClass][ratio] };
}

export function isAspectRatio(value: unknown): value is AspectRatio {
	return ratios.some((ratio) => ratio.value === value);
}

interface RatioTexts {
	/** The size classes whose pixels are shown, with the provider's names for them. */
	classes?: Readonly<Partial<Record<SizeClass, string>>>;
	/** Whether the provider itself publishes the pixels. */
	documented?: boolean;
}

type RatioOption = FieldOption & { value: AspectRatio };

/** The eight ratios as options, with the pixels of each size class. */
export function ratioOptions({ classes = { '2K': '2K', '4K': '4K' }, documented = false }: RatioTexts = {}): readonly RatioOption[] {
	const shown = (['2K', '3K', '4K'] as const).filter((one) => classes[one] !== undefined);
	return ratios.map(({ name, value, use }) => {
		const pixels = shown.map((one) => `${sizes[one][value].width} × ${sizes[one][value].height} (${classes[one]})`);
		const about = documented ? '' : 'about ';
		return { name, value, description: pixels.length === 0 ? use : `${use}: ${about}${pixels.join(' or ')}` };
	});
}

/** Options in the order that n8n's lint requires of lists. */
export function sortedByName<Option extends FieldOption>(options: readonly Option[]): readonly Option[] {
	return [...options].sort((one, other) => compareNames(one.name, other.name));
}

/** The note for the ratio field of a provider that does not publish pixels. */
export const pixelsOfApixo = "The pixels shown are APIXO's";
