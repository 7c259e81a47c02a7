import type { Size } from '../../nodes/core/image/imageSize';

/** APIXO's size table, copied from its page, as in the contract; the others name the same classes without one. */
const table: Readonly<Record<string, readonly [twoK: string, fourK: string]>> = {
	'1:1': ['2048x2048', '4096x4096'],
	'2:3': ['1664x2496', '3328x4992'],
	'3:2': ['2496x1664', '4992x3328'],
	'3:4': ['1728x2304', '3520x4704'],
	'4:3': ['2304x1728', '4704x3520'],
	'9:16': ['1600x2848', '3040x5504'],
	'16:9': ['2848x1600', '5504x3040'],
	'21:9': ['3136x1344', '6240x2656'],
};

/** Reads `WxH`, `WXH` and `W*H`. */
export function parseSize(text: string): Size | undefined {
	const found = /^(\d{2,5})[xX*](\d{2,5})$/.exec(text);
	return found === null ? undefined : { width: Number(found[1]), height: Number(found[2]) };
}

/** The 3K column of APIXO's page on Seedream 5.0. */
const table3K: Readonly<Record<string, string>> = {
	'1:1': '3072x3072',
	'2:3': '2496x3744',
	'3:2': '3744x2496',
	'3:4': '2592x3456',
	'4:3': '3456x2592',
	'9:16': '2304x4096',
	'16:9': '4096x2304',
	'21:9': '4704x2016',
};

const edges: Readonly<Record<string, number>> = { '1K': 1024, '2K': 2048, '3K': 3072, '4K': 4096 };

/** The pixels of a class (1K to 4K) in a ratio, also in one that the tables lack. */
export function presetSize(resolution: unknown, ratio: unknown): Size {
	const shapeName = String(ratio);
	const listed = resolution === '1K' ? undefined : resolution === '3K' ? table3K[shapeName] : table[shapeName]?.[resolution === '4K' ? 1 : 0];
	const known = parseSize(listed ?? '');
	if (known !== undefined) return known;
	const edge = edges[String(resolution)] ?? 2048;
	const [across = 1, down = 1] = /^\d+:\d+$/.test(shapeName) ? shapeName.split(':').map(Number) : [];
	const shape = Math.sqrt(across / down);
	return { width: Math.round((edge * shape) / 16) * 16, height: Math.round(edge / shape / 16) * 16 };
}
