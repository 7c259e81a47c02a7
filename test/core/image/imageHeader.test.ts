import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { isEqual, uniqWith } from 'lodash';

import { BadDownload, guardBytes, type GuardRules } from '../../../nodes/core/image/guardBytes';
import { headerBytes, imageHeader, imageType } from '../../../nodes/core/image/imageHeader';
import { watchEnd } from '../../../nodes/core/image/imageEnd';

const file = (name: string): Uint8Array => new Uint8Array(readFileSync(join(__dirname, 'files', name)));
const png = file('7x5.png');
const jpeg = file('7x5.jpg');

/** Made by a browser (PNG, JPEG, WebP), by libvips (AVIF) or by hand (GIF, BMP), and shown as 7×5 pixels. */
const files: Array<[string, string, string]> = [
	['7x5.png', 'image/png', 'png'],
	['7x5.jpg', 'image/jpeg', 'jpg'],
	['7x5-lossy.webp', 'image/webp', 'webp'],
	['7x5-lossless.webp', 'image/webp', 'webp'],
	['7x5-extended.webp', 'image/webp', 'webp'],
	['7x5.gif', 'image/gif', 'gif'],
	['7x5.bmp', 'image/bmp', 'bmp'],
	['7x5.avif', 'image/avif', 'avif'],
];

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const join2 = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const u32Of = (value: number): Uint8Array => Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
const box = (type: string, content: Uint8Array): Uint8Array => join2(u32Of(content.length + 8), ascii(type), content);

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
		['AVIF by its second name', box('ftyp', ascii('mif1\0\0\0\0mif1avifmiaf')), 'image/avif'],
		['HEIC by its second name', box('ftyp', ascii('mif1\0\0\0\0mif1heic')), 'image/heic'],
		['HEIC', join2(Uint8Array.of(0, 0, 0, 28), ascii('ftypheic0000')), 'image/heic'],
		['an MP4', join2(Uint8Array.of(0, 0, 0, 28), ascii('ftypisom0000')), undefined],
		['TIFF of Intel', ascii('II*\0\x08\0\0\0\x0f\0\xfe\0\x04\0'), 'image/tiff'],
		['TIFF of Motorola', ascii('MM\0*\0\0\x10\0'.padEnd(40, '\0')), 'image/tiff'],
		['a picture of a GIF without a color table', ascii('GIF89a\x07\0\x05\0\0\0\0,'.padEnd(40, '\0')), 'image/gif'],
		['GIF of 1987', ascii('GIF87a\x07\0\x05\0\0\0\0'), 'image/gif'],
		['HTML', ascii('<!doctype html><html>'), undefined],
		['JSON', ascii('{"error":"expired"}'), undefined],
		['a RIFF of sounds', ascii('RIFF\0\0\0\0WAVEfmt '), undefined],
		['nothing', new Uint8Array(), undefined],
		['a header alone', png.subarray(0, 11), undefined],
	])('tells %s', (_, bytes, mimeType) => {
		expect(imageType(bytes)?.mimeType).toBe(mimeType);
	});

	const page = '<!doctype html><html><body><script>alert(1)</script></body></html>';
	const heads = ['GIF87a', 'GIF89a', 'GIF89a\x07\0\x05\0', 'BM', 'BM\x36\0\0\0\0\0\0\0\x36\0\0\0', 'II*\0', 'MM\0*', 'II*\0\x08\0\0\0', 'MM\0*\0\0\0\x08'];
	const pages = [page, `<div>${page}`, `\n${page}`, `\t\t${page}`, `  ${page}`, page.toUpperCase(), '{"error":"this URL has expired, ask for another one"}'];
	test.each(heads)('does not take text for an image because it begins with %j', async (head) => {
		for (const words of pages) {
			expect({ words, type: imageType(ascii(head + words)) }).toEqual({ words, type: undefined });
			expect((await faultOf(stream(ascii(head + words)))).message).toMatch(/not an image/);
		}
	});

	test.each<[string, Uint8Array]>([
		['PNG', join2(png.subarray(0, 16), u32Of(0xffffffff), u32Of(0xffffffff), png.subarray(24))],
		['wide PNG', join2(png.subarray(0, 16), u32Of(70_000), u32Of(1), png.subarray(24))],
		['bitmap', file('7x5.bmp').fill(255, 18, 21).fill(127, 21, 22)],
	])('a %s with a side longer than 65,535 pixels is not an image', async (_name, bytes) => {
		expect(imageHeader(bytes)).toBeUndefined();
		expect((await faultOf(stream(bytes))).message).toMatch(/not an image/);
	});

	test('reads a JPEG without a size in pieces of one byte in linear time', async () => {
		const comments = Array.from({ length: 2000 }, () => ascii('\xff\xfe\0\x09comment'));
		const endless = join2(ascii('\xff\xd8'), ...comments, ascii('\xff\xd9')).subarray(0, 20_000);
		async function* bytewise(): AsyncGenerator<Uint8Array> {
			for (let at = 0; at < endless.length; at++) yield endless.subarray(at, at + 1);
		}
		const before = process.cpuUsage();
		await read(bytewise()).catch(() => undefined);
		const { user, system } = process.cpuUsage(before);
		process.stderr.write(`A JPEG head of 20 kB in pieces of one byte: ${Math.round((user + system) / 1000)} ms of processor time\n`);
		// Read anew for every piece, it takes 15 seconds.
		expect((user + system) / 1000).toBeLessThan(5000);
	}, 60_000);

	test.each([0xc0, 0xc1, 0xc2, 0xc3, 0xc9, 0xcf])('finds the size of a JPEG after marker %i', (marker) => {
		const bytes = join2(ascii('\xff\xd8\xff\xe0\0\x04JJ\xff\xff'), Uint8Array.of(marker, 0, 17, 8, 0, 5, 0, 7, 3, 1, 34, 0));
		expect(imageHeader(bytes)?.size).toEqual({ width: 7, height: 5 });
	});

	test.each([0xc4, 0xc8, 0xcc])('does not read the size of a JPEG from a table: marker %i', (marker) => {
		const bytes = join2(ascii('\xff\xd8\xff'), Uint8Array.of(marker, 0, 12, 8, 0, 9, 0, 9, 0, 0, 0, 0, 0, 0xff, 0xc0, 0, 17, 8, 0, 5, 0, 7, 3, 1, 34, 0));
		expect(imageHeader(bytes)?.size).toEqual({ width: 7, height: 5 });
	});

	test('gives no size if a side is zero', () => {
		expect(imageHeader(ascii('GIF89a\0\0\x05\0\0\0\0'))).toEqual({ mimeType: 'image/gif', extension: 'gif' });
	});

	test.each(files)('never reads beyond the bytes it has: %s', (name) => {
		const bytes = file(name);
		const lengths = Array.from({ length: Math.min(bytes.length, 700) + 1 }, (_, length) => length);
		const sizes = lengths.flatMap((length) => imageHeader(bytes.subarray(0, length))?.size ?? []);
		expect(uniqWith(sizes, isEqual)).toEqual([{ width: 7, height: 5 }]);
	});
});

const isCutOff = (mimeType: string, ...chunks: Uint8Array[]): boolean => {
	const watch = watchEnd(mimeType);
	for (const chunk of chunks) watch.see(chunk);
	return watch.isCutOff(chunks.reduce((sum, { length }) => sum + length, 0));
};

describe('watchEnd', () => {
	test.each(files)('accepts a complete %s, with padding too', (name, mimeType) => {
		expect(isCutOff(mimeType, file(name))).toBe(false);
		expect(isCutOff(mimeType, file(name), new Uint8Array(20))).toBe(false);
	});

	test.each(files)('detects every cut through %s, however it is split into chunks', (name, mimeType) => {
		const bytes = file(name);
		const unseen = Array.from({ length: bytes.length - 12 }, (_, index) => index + 12).filter((length) => {
			const cut = bytes.slice(0, length);
			// Byte by byte, a quarter of the cuts takes as long as all others.
			const isBytewise = length % 4 === 0;
			return !isCutOff(mimeType, cut) || (isBytewise && !isCutOff(mimeType, ...Array.from(cut, (byte) => Uint8Array.of(byte))));
		});
		expect(unseen).toEqual([]);
	});

	test('a TIFF without its directory is cut off; a cut after the directory is not detected', () => {
		const tiff = file('7x5.tiff');
		expect(imageHeader(tiff)).toEqual({ mimeType: 'image/tiff', extension: 'tiff' });
		expect(isCutOff('image/tiff', tiff)).toBe(false);
		expect(isCutOff('image/tiff', tiff.slice(0, 46))).toBe(true);
		expect(isCutOff('image/tiff', ascii('MM\0*\0\0\x10\0'), new Uint8Array(4000))).toBe(true);
		expect(isCutOff('image/tiff', ascii('MM\0*\0\0\x10\0'), new Uint8Array(5000))).toBe(false);
	});

	test.each<[string, Uint8Array, boolean]>([
		['without its own length in the header', file('7x5.bmp').fill(0, 2, 6), false],
		['from below to above', file('7x5.bmp').fill(255, 22, 26).fill(0xfb, 22, 23), false],
		['of a header of old', join2(ascii('BM'), new Uint8Array(8), Uint8Array.of(26, 0, 0, 0, 12, 0, 0, 0, 7, 0, 5, 0, 1, 0, 24, 0), new Uint8Array(120)), false],
		[
			'of a header of old, cut off',
			join2(ascii('BM'), new Uint8Array(8), Uint8Array.of(26, 0, 0, 0, 12, 0, 0, 0, 7, 0, 5, 0, 1, 0, 24, 0), new Uint8Array(119)),
			true,
		],
		['with packed pixels', file('7x5.bmp').fill(1, 30, 31).fill(60, 34, 35).slice(0, 114), false],
		['with packed pixels, cut off', file('7x5.bmp').fill(1, 30, 31).fill(60, 34, 35).slice(0, 113), true],
	])('a bitmap %s', (_, bytes, expected) => {
		expect(isCutOff('image/bmp', bytes)).toBe(expected);
		expect(imageHeader(bytes)?.size).toEqual({ width: 7, height: 5 });
	});

	describe('of a file of boxes', () => {
		const head = box('ftyp', ascii('avif\0\0\0\0'));
		const long = join2(u32Of(1), ascii('mdat'), u32Of(0), u32Of(40), new Uint8Array(24));

		test.each<[string, Uint8Array, boolean]>([
			['that reaches to the end of the file', join2(head, u32Of(0), ascii('mdat'), new Uint8Array(30)), false],
			['of a long length', join2(head, long), false],
			['of a long length, cut off', join2(head, long.slice(0, -1)), true],
			['of a long length and without content', join2(head, u32Of(1), ascii('mdat'), u32Of(0), u32Of(16)), false],
			['longer than any file here', join2(head, u32Of(1), ascii('mdat'), u32Of(7), u32Of(0)), true],
			['and another that is cut off', join2(head, long, box('free', new Uint8Array(9)).slice(0, -1)), true],
			['none of which holds pixels', join2(head, box('meta', new Uint8Array(9))), true],
		])('with one %s', (_, bytes, expected) => {
			expect(isCutOff('image/avif', bytes)).toBe(expected);
			expect(isCutOff('image/heic', ...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toBe(expected);
		});
	});

	test('reports nothing for a type it does not know', () => {
		expect(isCutOff('image/jxl', new Uint8Array(5))).toBe(false);
	});
});

describe('the size of an AVIF', () => {
	const size = (width: number, height: number): Uint8Array => box('ispe', join2(new Uint8Array(4), u32Of(width), u32Of(height)));
	const avif = (...properties: Uint8Array[]): Uint8Array =>
		join2(
			box('ftyp', ascii('avif\0\0\0\0')),
			box('meta', join2(new Uint8Array(4), box('hdlr', new Uint8Array(9)), box('iprp', box('ipco', join2(...properties))))),
		);

	test.each<[string, Uint8Array, { width: number; height: number } | undefined]>([
		['is that of the whole, not of its tiles and thumbnail', avif(size(512, 512), size(4096, 2304), size(160, 90)), { width: 4096, height: 2304 }],
		['stays if it is turned upside down', avif(size(7, 5), box('irot', Uint8Array.of(2))), { width: 7, height: 5 }],
		['is not guessed if a quarter turn is among the properties', avif(size(7, 5), box('irot', Uint8Array.of(1))), undefined],
		['is not guessed where it is turned to the other side', avif(size(7, 5), box('irot', Uint8Array.of(3))), undefined],
		['is not known before its box is whole', avif(size(7, 5)).slice(0, -1), undefined],
	])('%s', (_, bytes, expected) => {
		expect(imageHeader(bytes)?.size).toEqual(expected);
	});
});

describe('guardBytes', () => {
	test.each(files)('passes on the whole of %s, split in two anywhere', async (name) => {
		const bytes = file(name);
		for (let at = 0; at <= bytes.length; at++) {
			const result = await read(stream(bytes.subarray(0, at), bytes.subarray(at)));
			if (result.total !== bytes.length) throw new Error(`${result.total} bytes after a cut at ${at}`);
			if (Buffer.compare(result.bytes, bytes) !== 0) throw new Error(`Bytes were changed by a cut at ${at}`);
			if (result.header.size?.width !== 7) throw new Error(`No size after a cut at ${at}`);
		}
	});

	test.each(files)('passes on %s byte by byte', async (name) => {
		const bytes = file(name);
		const result = await read(stream(...Array.from(bytes, (byte) => Uint8Array.of(byte))));
		expect(Buffer.compare(result.bytes, bytes)).toBe(0);
		expect(result.header.size).toEqual({ width: 7, height: 5 });
	});

	test.each(files)('refuses %s without its end, cut anywhere', async (name) => {
		const bytes = file(name).slice(0, -12);
		const faults = new Set<string>();
		for (let at = 16; at <= bytes.length; at++) {
			const { message, retryable } = await faultOf(stream(bytes.subarray(0, at), bytes.subarray(at)));
			faults.add(`${message}, retryable ${retryable}`);
		}
		expect([...faults]).toEqual(['the file is cut off, retryable true']);
	});

	test('accepts padding after the end', async () => {
		const padded = join2(jpeg, new Uint8Array(40));
		expect((await read(stream(padded))).total).toBe(padded.length);
	});

	test('does not buffer the data after the header', async () => {
		const large = new Uint8Array(200_000).fill(1);
		const end = png.subarray(png.length - 12);
		const result = await read(stream(png.subarray(0, 40), large, end.subarray(0, 5), end.subarray(5)));
		expect(result.total).toBe(40 + 200_000 + 12);
	});

	test('passes on a file whose header shows no size', async () => {
		const chunk = join2(file('7x5.tiff'), new Uint8Array(headerBytes));
		expect((await read(stream(chunk, new Uint8Array(10)))).header).toEqual({ mimeType: 'image/tiff', extension: 'tiff' });
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

	test('quotes no more than a sentence of a page', async () => {
		expect((await faultOf(stream(ascii('sorry '.repeat(1000))))).message.length).toBeLessThan(160);
	});

	describe('announced length', () => {
		test('that is reached is accepted', async () => {
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
		test('accepts a file of exactly that size', async () => {
			expect((await read(stream(png), { maxBytes: png.length })).total).toBe(png.length);
			expect((await faultOf(stream(png), { maxBytes: png.length - 1 })).retryable).toBe(false);
		});

		test('ends an endless file when it is exceeded', async () => {
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

	test('reports the size of each chunk as it arrives', async () => {
		let chunks = 0;
		await read(stream(png.subarray(0, 50), png.subarray(50, 100), png.subarray(100)), { onBytes: () => chunks++ });
		expect(chunks).toBe(3);
	});

	test('passes on an error of the stream', async () => {
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
