import type { Picture } from './picture';

/** A valid lossless WebP of exactly this size in one colour of the picture: enough to test type and dimensions. */
export function encodeWebp(picture: Picture, width: number, height: number): Buffer {
	const [red, green, blue] = picture.palette[Math.floor(picture.palette.length / 4)] ?? [128, 128, 128];
	const bits: number[] = [];
	const write = (value: number, count: number): void => {
		for (let bit = 0; bit < count; bit++) bits.push((value >> bit) & 1);
	};
	/** A code of one symbol only: its pixels then take no bits at all. */
	const onlySymbol = (symbol: number): void => {
		write(1, 1);
		write(0, 1);
		write(1, 1);
		write(symbol, 8);
	};
	write(width - 1, 14);
	write(height - 1, 14);
	write(0, 1 + 3); // no alpha, version 0
	write(0, 1 + 1 + 1); // no transform, no colour cache, one group of codes
	for (const symbol of [green, red, blue, 255, 0]) onlySymbol(symbol);
	const data = Buffer.alloc(Math.ceil(bits.length / 8));
	bits.forEach((bit, index) => {
		data[index >> 3] = (data[index >> 3] ?? 0) | (bit << (index & 7));
	});
	const stream = Buffer.concat([Buffer.from([0x2f]), data]);
	const padding = Buffer.alloc(stream.length % 2);
	const head = Buffer.from('RIFF----WEBPVP8L----', 'latin1');
	head.writeUInt32LE(12 + stream.length + padding.length, 4);
	head.writeUInt32LE(stream.length, 16);
	return Buffer.concat([head, stream, padding]);
}
