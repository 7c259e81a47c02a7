import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';

import type { Picture } from './picture';

const compress = promisify<Buffer, { level: number }, Buffer>(deflate);

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** One chunk of a PNG file: length, name, data, checksum. */
export function pngChunk(name: string, data: Buffer): Buffer {
	const chunk = Buffer.alloc(data.length + 12);
	chunk.writeUInt32BE(data.length, 0);
	chunk.write(name, 4, 'latin1');
	data.copy(chunk, 8);
	chunk.writeUInt32BE(crc32(chunk.subarray(4, data.length + 8)), data.length + 8);
	return chunk;
}

/** Where the first chunk (IHDR) of our files ends: further chunks may be put in here. */
export const afterHeader = signature.length + 25;

/** Enlarges a picture into a palette PNG of exactly this size. Rows that repeat cost nothing: their difference is zero. */
export async function encodePng(picture: Picture, width: number, height: number): Promise<Buffer> {
	// where each column of the picture begins in the file
	const starts = Array.from({ length: picture.width + 1 }, (_, column) => Math.ceil((column * width) / picture.width));
	const rows = Buffer.alloc((width + 1) * height);
	let drawn = -1;
	for (let y = 0; y < height; y++) {
		const start = y * (width + 1);
		const source = Math.floor((y * picture.height) / height);
		rows[start] = 2;
		if (source === drawn) continue;
		for (let column = 0; column < picture.width; column++) {
			const above = drawn < 0 ? 0 : (picture.pixels[drawn * picture.width + column] ?? 0);
			const difference = (picture.pixels[source * picture.width + column] ?? 0) - above;
			const end = start + 1 + (starts[column + 1] ?? width);
			if (difference !== 0) for (let at = start + 1 + (starts[column] ?? 0); at < end; at++) rows[at] = difference;
		}
		drawn = source;
	}
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([8, 3, 0, 0, 0], 8);
	return Buffer.concat([
		signature,
		pngChunk('IHDR', header),
		pngChunk('PLTE', Buffer.from(picture.palette.flat())),
		pngChunk('IDAT', await compress(rows, { level: 1 })),
		pngChunk('IEND', Buffer.alloc(0)),
	]);
}
