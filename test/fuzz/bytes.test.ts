/** Downloads: with any bytes in any chunks, no cut-off image counts as complete and no size limit is exceeded. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import { BadDownload, guardBytes } from '../../nodes/core/image/guardBytes';
import { firstBroken } from '../support/bodyRules';
import { holds, type Verdict } from './support/property';

interface Original {
	name: string;
	bytes: Uint8Array;
	mimeType: string;
	/** Bytes at the start that contain type and size. */
	headBytes: number;
	/** The required end of the file; empty for formats that only give a length. */
	end: readonly number[];
}

const original = (name: string, mimeType: string, headBytes: number, end: readonly number[] = []): Original => ({
	name,
	bytes: new Uint8Array(readFileSync(join(__dirname, '..', 'core', 'image', 'files', name))),
	mimeType,
	headBytes,
	end,
});
const jpeg = original('7x5.jpg', 'image/jpeg', 0, [0xff, 0xd9]);
// behind the frame header, which says height and width
const frame = jpeg.bytes.findIndex((byte, at) => byte === 0xff && jpeg.bytes[at + 1] === 0xc0);
const originals: readonly Original[] = [
	original('7x5.png', 'image/png', 24, [0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]),
	{ ...jpeg, headBytes: frame + 9 },
	original('7x5-lossy.webp', 'image/webp', 30),
	original('7x5-lossless.webp', 'image/webp', 30),
	original('7x5-extended.webp', 'image/webp', 30),
	original('7x5.gif', 'image/gif', 12, [0, 0x3b]),
	original('7x5.bmp', 'image/bmp', 26),
	original('7x5.avif', 'image/avif', 242),
];

interface Case {
	file: Original;
	cut: number;
	flips: Array<[at: number, by: number]>;
	extension: Uint8Array;
	pieces: number[];
	maxBytes: number;
	contentLength: 'none' | 'original' | 'true';
}

const cases: fc.Arbitrary<Case> = fc.record({
	file: fc.constantFrom(...originals),
	cut: fc.oneof(
		{ weight: 2, arbitrary: fc.constant(0) },
		{ weight: 2, arbitrary: fc.integer({ min: 1, max: 20 }) },
		{ weight: 2, arbitrary: fc.integer({ min: 0, max: 700 }) },
	),
	flips: fc.array(fc.tuple(fc.nat({ max: 700 }), fc.integer({ min: 1, max: 255 })), { maxLength: 3 }),
	extension: fc.oneof({ weight: 3, arbitrary: fc.constant(new Uint8Array()) }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }) }),
	pieces: fc.oneof(fc.constantFrom<number[]>([10_000], [1]), fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 6 })),
	maxBytes: fc.oneof({ weight: 3, arbitrary: fc.constant(1_048_576) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 900 }) }),
	contentLength: fc.constantFrom('none', 'none', 'original', 'true'),
});

const mostEmptyPieces = 50;

async function* inPieces(bytes: Uint8Array, pieces: readonly number[]): AsyncGenerator<Uint8Array> {
	let empty = 0;
	for (let at = 0, turn = 0; at < bytes.length; turn++) {
		const length = pieces[turn % pieces.length] ?? 1;
		if (length === 0 && ++empty > mostEmptyPieces) {
			yield bytes.subarray(at);
			return;
		}
		yield bytes.subarray(at, at + length);
		at += length;
	}
}

function changed({ file, cut, flips, extension }: Case): Uint8Array {
	const kept = file.bytes.slice(0, Math.max(0, file.bytes.length - cut));
	for (const [at, by] of flips) if (at < kept.length) kept[at] = (kept[at] ?? 0) ^ by;
	return Uint8Array.from([...kept, ...extension]);
}

function holdsEnd(bytes: Uint8Array, end: readonly number[]): boolean {
	return bytes.some((_, at) => at + end.length <= bytes.length && end.every((byte, offset) => bytes[at + offset] === byte));
}

/** The length a WebP file announces in its own header. */
const announced = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true) + 8;

async function judge(one: Case): Promise<Verdict> {
	const { file, cut, flips, extension, pieces, maxBytes } = one;
	const bytes = changed(one);
	const contentLength = { none: undefined, original: file.bytes.length, true: bytes.length }[one.contentLength];
	let passed = 0;
	const out: number[] = [];
	try {
		const guarded = await guardBytes(inPieces(bytes, pieces), { maxBytes, ...(contentLength === undefined ? {} : { contentLength }) });
		const { header } = guarded;
		for await (const chunk of guarded.bytes) {
			passed += chunk.length;
			if (passed > maxBytes) return 'the cap is never exceeded';
			out.push(...chunk);
		}
		const headIsWhole = flips.every(([at]) => at >= file.headBytes) && bytes.length - extension.length >= file.headBytes;
		return firstBroken({
			'all bytes come, in order': Buffer.from(out).equals(Buffer.from(bytes)) && guarded.total() === bytes.length,
			'nothing shorter than announced passes': contentLength === undefined || bytes.length >= contentLength,
			'a file whose end is missing does not pass': header.mimeType !== file.mimeType || file.end.length === 0 || holdsEnd(bytes, file.end),
			'a file shorter than it says does not pass': header.mimeType !== 'image/webp' || bytes.length >= announced(bytes),
			'a cut file does not pass': cut === 0 || flips.length > 0 || extension.length > 0,
			'the type is right': !headIsWhole || header.mimeType === file.mimeType,
			'the size is right': !headIsWhole || (header.size?.width === 7 && header.size.height === 5),
			'a size is a size':
				header.size === undefined ||
				(Number.isInteger(header.size.width) && header.size.width > 0 && Number.isInteger(header.size.height) && header.size.height > 0),
		});
	} catch (error) {
		if (!(error instanceof BadDownload)) throw error;
		const isUntouched = cut === 0 && flips.length === 0 && extension.length === 0 && bytes.length <= maxBytes;
		return firstBroken({
			'a whole file passes': !isUntouched,
			'the cap is never exceeded': passed <= maxBytes,
			'the reason is one line': error.message !== '' && !/[\r\n\u0000]/.test(error.message),
		});
	}
}

holds('an image passes whole or not at all', 12_000, cases, judge);

holds(
	'any bytes are an image or refused',
	4000,
	fc.tuple(
		fc.oneof(
			fc.uint8Array({ maxLength: 200 }),
			fc.string({ maxLength: 100 }).map((text) => new TextEncoder().encode(text)),
			fc
				.tuple(
					fc.constantFrom(
						'\x89PNG\r\n\x1a\n',
						'\xff\xd8\xff',
						'RIFF\0\0\0\0WEBPVP8 ',
						'RIFF\x05\0\0\0WEBPVP8L',
						'GIF89a',
						'BM',
						'II*\0',
						'\0\0\0\x1cftypavif',
						'\0\0\0\x0cftypmif1\0\0\0\x01mdat',
					),
					fc.uint8Array({ maxLength: 80 }),
				)
				.map(([head, rest]) => Uint8Array.from([...Buffer.from(head, 'latin1'), ...rest])),
		),
		fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 4 }),
	),
	async ([bytes, pieces]) => {
		try {
			const guarded = await guardBytes(inPieces(bytes, pieces), { maxBytes: 150 });
			let total = 0;
			for await (const chunk of guarded.bytes) total += chunk.length;
			return firstBroken({ 'all bytes come': total === bytes.length && total <= 150, 'the type is an image': guarded.header.mimeType.startsWith('image/') });
		} catch (error) {
			if (!(error instanceof BadDownload)) throw error;
			return undefined;
		}
	},
);
