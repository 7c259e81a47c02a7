import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { BadDownload, guardBytes, type GuardRules } from '../../nodes/core/guardedBytes';
import { endFault, headerBytes, imageHeader, imageType } from '../../nodes/core/imageBytes';

const file = (name: string): Uint8Array => new Uint8Array(readFileSync(join(__dirname, 'files', name)));
const png = file('7x5.png');
const jpeg = file('7x5.jpg');

/** Made by a browser (PNG, JPEG, WebP) or by hand (GIF, BMP), and shown by one as 7×5 pixels. */
const files: Array<[string, string, string]> = [
	['7x5.png', 'image/png', 'png'],
	['7x5.jpg', 'image/jpeg', 'jpg'],
	['7x5-lossy.webp', 'image/webp', 'webp'],
	['7x5-lossless.webp', 'image/webp', 'webp'],
	['7x5-extended.webp', 'image/webp', 'webp'],
	['7x5.gif', 'image/gif', 'gif'],
	['7x5.bmp', 'image/bmp', 'bmp'],
];
/** Formats whose end can be told. */
const ending = files.filter(([, mimeType]) => ['image/png', 'image/jpeg', 'image/webp'].includes(mimeType));

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const join2 = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

async function* stream(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
	yield* chunks;
}

async function read(source: AsyncIterable<Uint8Array>, rules: Partial<GuardRules> = {}) {
	const guarded = await guardBytes(source, { maxBytes: 1_048_576, ...rules });
	const chunks: Uint8Array[] = [];
	for await (const chunk of guarded.bytes) chunks.push(chunk);
	return { header: guarded.header, bytes: join2(...chunks), total: guarded.total() };
}

async function faultOf(source: AsyncIterable<Uint8Array>, rules: Partial<GuardRules> = {}): Promise<BadDownload> {
	const error: unknown = await read(source, rules).then(
		() => undefined,
		(reason: unknown) => reason,
	);
	if (error instanceof BadDownload) return error;
	throw new Error(`The download was meant to be refused, but: ${String(error)}`);
}

describe('imageHeader', () => {
	test.each(files)('reads type and size of %s', (name, mimeType, extension) => {
		expect(imageHeader(file(name))).toEqual({ mimeType, extension, size: { width: 7, height: 5 } });
	});

	test.each<[string, Uint8Array, string | undefined]>([
		['AVIF', join2(Uint8Array.of(0, 0, 0, 28), ascii('ftypavif0000')), 'image/avif'],
		['HEIC', join2(Uint8Array.of(0, 0, 0, 28), ascii('ftypheic0000')), 'image/heic'],
		['an MP4', join2(Uint8Array.of(0, 0, 0, 28), ascii('ftypisom0000')), undefined],
		['TIFF of Intel', ascii('II*\x00 000000000'), 'image/tiff'],
		['TIFF of Motorola', ascii('MM\x00* 00000000'), 'image/tiff'],
		['GIF of 1987', ascii('GIF87a\x07\0\x05\0\0\0\0'), 'image/gif'],
		['HTML', ascii('<!doctype html><html>'), undefined],
		['JSON', ascii('{"error":"expired"}'), undefined],
		['a RIFF of sounds', ascii('RIFF\0\0\0\0WAVEfmt '), undefined],
		['nothing', new Uint8Array(), undefined],
		['a header alone', png.subarray(0, 11), undefined],
	])('tells %s', (_, bytes, mimeType) => {
		expect(imageType(bytes)?.mimeType).toBe(mimeType);
	});

	test.each([0xc0, 0xc1, 0xc2, 0xc3, 0xc9, 0xcf])('finds the size of a JPEG behind marker %i', (marker) => {
		const bytes = join2(ascii('\xff\xd8\xff\xe0\0\x04JJ\xff\xff'), Uint8Array.of(marker, 0, 17, 8, 0, 5, 0, 7, 3, 1, 34, 0));
		expect(imageHeader(bytes)?.size).toEqual({ width: 7, height: 5 });
	});

	test.each([0xc4, 0xc8, 0xcc])('takes no table of a JPEG for its size: marker %i', (marker) => {
		const bytes = join2(ascii('\xff\xd8\xff'), Uint8Array.of(marker, 0, 12, 8, 0, 9, 0, 9, 0, 0, 0, 0, 0, 0xff, 0xc0, 0, 17, 8, 0, 5, 0, 7, 3, 1, 34, 0));
		expect(imageHeader(bytes)?.size).toEqual({ width: 7, height: 5 });
	});

	test('gives no size that is zero', () => {
		expect(imageHeader(ascii('GIF89a\0\0\x05\0\0\0\0'))).toEqual({ mimeType: 'image/gif', extension: 'gif' });
	});

	test.each(files)('never reads behind the bytes it has: %s', (name) => {
		const bytes = file(name);
		for (let length = 0; length <= Math.min(bytes.length, 700); length++) {
			const size = imageHeader(bytes.subarray(0, length))?.size;
			if (size !== undefined) expect(size).toEqual({ width: 7, height: 5 });
		}
	});
});

describe('endFault', () => {
	test.each(files)('has nothing against %s', (name, mimeType) => {
		const bytes = file(name);
		expect(endFault(mimeType, bytes, bytes.slice(-64), bytes.length)).toBeUndefined();
	});

	test.each(ending)('sees that %s is cut off', (name, mimeType) => {
		const bytes = file(name).slice(0, -12);
		expect(endFault(mimeType, bytes, bytes.slice(-64), bytes.length)).toBe('the file is cut off');
	});
});

describe('guardBytes', () => {
	test.each(files)('hands on the whole of %s, cut in two anywhere', async (name) => {
		const bytes = file(name);
		for (let at = 0; at <= bytes.length; at++) {
			const result = await read(stream(bytes.subarray(0, at), bytes.subarray(at)));
			expect(result.total).toBe(bytes.length);
			if (Buffer.compare(result.bytes, bytes) !== 0) throw new Error(`Bytes were changed by a cut at ${at}`);
			if (result.header.size?.width !== 7) throw new Error(`No size after a cut at ${at}`);
		}
	});

	test.each(files)('hands on %s byte by byte', async (name) => {
		const bytes = file(name);
		const result = await read(stream(...Array.from(bytes, (byte) => Uint8Array.of(byte))));
		expect(Buffer.compare(result.bytes, bytes)).toBe(0);
		expect(result.header.size).toEqual({ width: 7, height: 5 });
	});

	test.each(ending)('refuses %s without its end, cut anywhere', async (name) => {
		const bytes = file(name).slice(0, -12);
		for (let at = 16; at <= bytes.length; at++) {
			const { message, retryable } = await faultOf(stream(bytes.subarray(0, at), bytes.subarray(at)));
			expect({ message, retryable }).toEqual({ message: 'the file is cut off', retryable: true });
		}
	});

	test('takes padding behind the end', async () => {
		const padded = join2(jpeg, new Uint8Array(40));
		expect((await read(stream(padded))).total).toBe(padded.length);
	});

	test('reads on behind the head without holding it', async () => {
		const large = new Uint8Array(200_000).fill(1);
		const end = png.subarray(png.length - 12);
		const result = await read(stream(png.subarray(0, 40), large, end.subarray(0, 5), end.subarray(5)));
		expect(result.total).toBe(40 + 200_000 + 12);
	});

	test('gives up looking for a size, not the file, where the header tells none', async () => {
		const chunk = join2(Uint8Array.of(0, 0, 0, 28), ascii('ftypavif'), new Uint8Array(headerBytes));
		expect((await read(stream(chunk, new Uint8Array(10)))).header).toEqual({ mimeType: 'image/avif', extension: 'avif' });
	});

	test.each<[string, Uint8Array[], string, boolean]>([
		['HTML', [ascii('<html><head><title>Sorry</title></head><body>Link   expired</body></html>')], 'the file is not an image: "Sorry Link expired"', false],
		['JSON', [ascii('{"error":"expired"}')], 'the file is not an image: "{"error":"expired"}"', false],
		['binary rubbish', [new Uint8Array(40).fill(2)], 'the file is not an image', false],
		['two letters', [ascii('no')], 'the file is not an image: "no"', false],
		['nothing', [], 'the file is empty', true],
		['an empty chunk', [new Uint8Array()], 'the file is empty', true],
	])('refuses %s', async (_, chunks, message, retryable) => {
		const fault = await faultOf(stream(...chunks));
		expect({ message: fault.message, retryable: fault.retryable }).toEqual({ message, retryable });
	});

	test('shows no more of a page than a sentence', async () => {
		expect((await faultOf(stream(ascii('sorry '.repeat(1000))))).message.length).toBeLessThan(160);
	});

	describe('announced length', () => {
		test('that is kept is fine', async () => {
			expect((await read(stream(png), { contentLength: png.length })).total).toBe(png.length);
		});

		test('that is not reached means a cut-off file', async () => {
			const fault = await faultOf(stream(png), { contentLength: png.length + 1 });
			expect(fault).toMatchObject({ message: `the file is cut off after ${png.length} of ${png.length + 1} bytes`, retryable: true });
		});

		test('above the cap is refused before a byte is read', async () => {
			let isRead = false;
			const source = async function* (): AsyncGenerator<Uint8Array> {
				isRead = true;
				yield png;
			};
			const fault = await faultOf(source(), { contentLength: 3_000_000, maxBytes: 2_097_152 });
			expect(fault).toMatchObject({ message: 'the file is larger than the 2 MB allowed (see Max File Size)', retryable: false });
			expect(isRead).toBe(false);
		});
	});

	describe('cap', () => {
		test('is what a file may have exactly', async () => {
			expect((await read(stream(png), { maxBytes: png.length })).total).toBe(png.length);
			expect((await faultOf(stream(png), { maxBytes: png.length - 1 })).retryable).toBe(false);
		});

		test('ends an endless file on its way', async () => {
			let sent = 0;
			const endless = async function* (): AsyncGenerator<Uint8Array> {
				yield png;
				for (;;) {
					sent += 1000;
					yield new Uint8Array(1000);
				}
			};
			const fault = await faultOf(endless(), { maxBytes: 10_000 });
			expect(fault.message).toContain('larger than');
			expect(sent).toBeLessThan(12_000);
		});
	});

	test('tells of each chunk as it comes', async () => {
		let chunks = 0;
		await read(stream(png.subarray(0, 50), png.subarray(50, 100), png.subarray(100)), { onBytes: () => chunks++ });
		expect(chunks).toBe(3);
	});

	test('passes on what breaks the stream', async () => {
		const broken = async function* (): AsyncGenerator<Uint8Array> {
			yield png.subarray(0, 60);
			throw new Error('socket hang up');
		};
		await expect(read(broken())).rejects.toThrow('socket hang up');
	});
});

test.each([1, 4, 8, 12])('a PNG that lacks its last %i bytes is cut off', async (missing) => {
	expect((await faultOf(stream(png.slice(0, -missing)))).message).toBe('the file is cut off');
});
