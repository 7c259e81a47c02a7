import { ascii, i32le, u16, u16le, u24le, u32, u32le } from './bytes';
import type { Size } from './imageSize';

export interface ImageType {
	mimeType: string;
	extension: string;
}

export interface ImageHeader extends ImageType {
	/** Undefined if the header does not show it (TIFF, a rotated AVIF, or too few bytes). */
	size?: Size;
}

/** How far to search for a size: a JPEG's may come after its metadata. */
export const headerBytes = 65_536;
/** In pixels. No program opens a larger picture in any of these formats, so a header that claims one is not an image's. */
const longestSide = 65_535;
/** In bytes. A larger directory offset means that this is text that happens to begin like a TIFF. */
const longestTiff = 134_217_728;

/** Enough bytes to recognize a type. In a shorter file, missing bytes count as matching. */
export const typeBytes = 32;

/** After a GIF's color table comes the first block: a picture, an extension or the end. */
function isGif(bytes: Uint8Array): boolean {
	const [flags = 0, , ratio = 0] = bytes.subarray(10, 13);
	// The ratio of a pixel's sides is 0, or 49 for 1:1; text that happens to begin like a GIF has a letter there.
	const firstBlock = 13 + ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
	const introducer = bytes[firstBlock];
	return (ratio === 0 || ratio === 49) && (introducer === undefined || [0x21, 0x2c, 0x3b].includes(introducer));
}

/** Possible sizes of the header that follows a bitmap's first 14 bytes. */
const bitmapHeaders = [12, 16, 40, 52, 56, 64, 108, 124];

function isBitmap(bytes: Uint8Array): boolean {
	if (bytes.length < typeBytes) return true;
	const header = u32le(bytes, 14);
	const isOld = header === 12;
	const [planes, bits] = [u16le(bytes, isOld ? 22 : 26), u16le(bytes, isOld ? 24 : 28)];
	const isThere = u32le(bytes, 6) === 0 && u32le(bytes, 10) >= 14 + header;
	return bitmapHeaders.includes(header) && isThere && planes === 1 && [0, 1, 2, 4, 8, 16, 24, 32].includes(bits);
}

/** The directory comes after the header, at an even offset, and has a plausible entry count and first tag. */
function isTiff(bytes: Uint8Array): boolean {
	const isLittleEndian = ascii(bytes, 0, 2) === 'II';
	const directoryAt = isLittleEndian ? u32le(bytes, 4) : u32(bytes, 4);
	// An offset below 8 would be inside the file header itself.
	if (directoryAt < 8 || directoryAt % 2 === 1 || directoryAt > longestTiff) return false;
	if (directoryAt + 4 > bytes.length) return true;
	const [count, tag] = isLittleEndian ? [u16le(bytes, directoryAt), u16le(bytes, directoryAt + 2)] : [u16(bytes, directoryAt), u16(bytes, directoryAt + 2)];
	return count > 0 && count < 1024 && tag >= 254 && tag < 1024;
}

/** A file's type, judged by its first bytes (never by its name or Content-Type); undefined if it is not an image. */
export function imageType(bytes: Uint8Array): ImageType | undefined {
	if (bytes.length < 12) return undefined;
	const start = ascii(bytes, 0, 12);
	if (start.startsWith('\x89PNG\r\n\x1a\n')) return { mimeType: 'image/png', extension: 'png' };
	if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return { mimeType: 'image/jpeg', extension: 'jpg' };
	if (start.startsWith('RIFF') && start.endsWith('WEBP')) return { mimeType: 'image/webp', extension: 'webp' };
	if ((start.startsWith('GIF87a') || start.startsWith('GIF89a')) && isGif(bytes)) return { mimeType: 'image/gif', extension: 'gif' };
	if (start.startsWith('BM') && isBitmap(bytes)) return { mimeType: 'image/bmp', extension: 'bmp' };
	if ((start.startsWith('II*\0') || start.startsWith('MM\0*')) && isTiff(bytes)) return { mimeType: 'image/tiff', extension: 'tiff' };
	if (ascii(bytes, 4, 8) === 'ftyp') {
		const brand = ascii(bytes, 8, 12);
		// a generic brand is followed by the brands that the file is compatible with
		const brands = brand === 'mif1' || brand === 'msf1' ? ascii(bytes, 16, Math.min(u32(bytes, 0), 64)) : brand;
		if (/avi[fs]/.test(brands)) return { mimeType: 'image/avif', extension: 'avif' };
		if (/^(heic|heix|mif1|msf1)$/.test(brand)) return { mimeType: 'image/heic', extension: 'heic' };
	}
	return undefined;
}

function jpegSize(bytes: Uint8Array): Size | undefined {
	let at = 2;
	while (at + 9 < bytes.length) {
		if (bytes[at] !== 0xff) return undefined;
		const marker = bytes[at + 1] ?? 0;
		if (marker === 0xff) {
			at += 1;
			continue;
		}
		// SOF0–SOF15 hold the size; C4, C8 and CC are other tables
		if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
			return { width: u16(bytes, at + 7), height: u16(bytes, at + 5) };
		}
		const standalone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
		at += standalone ? 2 : 2 + u16(bytes, at + 2);
	}
	return undefined;
}

function webpSize(bytes: Uint8Array): Size | undefined {
	const chunk = ascii(bytes, 12, 16);
	if (bytes.length < 30) return undefined;
	if (chunk === 'VP8X') return { width: u24le(bytes, 24) + 1, height: u24le(bytes, 27) + 1 };
	if (chunk === 'VP8 ') return { width: u16le(bytes, 26) & 0x3fff, height: u16le(bytes, 28) & 0x3fff };
	if (chunk === 'VP8L') {
		const bits = u32le(bytes, 21);
		return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
	}
	return undefined;
}

function bitmapSize(bytes: Uint8Array): Size | undefined {
	if (bytes.length < 26) return undefined;
	const isOld = u32le(bytes, 14) === 12;
	return isOld ? { width: u16le(bytes, 18), height: u16le(bytes, 20) } : { width: Math.abs(i32le(bytes, 18)), height: Math.abs(i32le(bytes, 22)) };
}

/** The content of each complete box of one type. */
function boxesIn(bytes: Uint8Array, type: string): Uint8Array[] {
	const found: Uint8Array[] = [];
	for (let at = 0; at + 8 <= bytes.length;) {
		const length = u32(bytes, at);
		if (length < 8 || at + length > bytes.length) break;
		if (ascii(bytes, at + 4, at + 8) === type) found.push(bytes.subarray(at + 8, at + length));
		at += length;
	}
	return found;
}

/** The largest picture that an AVIF or HEIC file declares: the others are its tiles and thumbnails. */
function boxedSize(bytes: Uint8Array): Size | undefined {
	// meta begins with a version
	const [properties] = boxesIn(bytes, 'meta')
		.flatMap((meta) => boxesIn(meta.subarray(4), 'iprp'))
		.flatMap((list) => boxesIn(list, 'ipco'));
	if (properties === undefined) return undefined;
	// The boxes that say which picture is rotated are not read here.
	if (boxesIn(properties, 'irot').some((turn) => (turn[0] ?? 0) % 2 === 1)) return undefined;
	const sizes = boxesIn(properties, 'ispe').map((box) => ({ width: u32(box, 4), height: u32(box, 8) }));
	return sizes.sort((one, other) => other.width * other.height - one.width * one.height)[0];
}

function sizeIn(bytes: Uint8Array, mimeType: string): Size | undefined {
	switch (mimeType) {
		case 'image/png':
			return bytes.length >= 24 ? { width: u32(bytes, 16), height: u32(bytes, 20) } : undefined;
		case 'image/jpeg':
			return jpegSize(bytes);
		case 'image/webp':
			return webpSize(bytes);
		case 'image/gif':
			return { width: u16le(bytes, 6), height: u16le(bytes, 8) };
		case 'image/bmp':
			return bitmapSize(bytes);
		case 'image/avif':
		case 'image/heic':
			return boxedSize(bytes);
		default:
			return undefined;
	}
}

/** Type and, if the header gives them, width and height in pixels; undefined if it is not an image or its size is impossible. */
export function imageHeader(bytes: Uint8Array): ImageHeader | undefined {
	const type = imageType(bytes);
	if (type === undefined) return undefined;
	const size = sizeIn(bytes, type.mimeType);
	if (size === undefined || Math.min(size.width, size.height) < 1) return type;
	return Math.max(size.width, size.height) > longestSide ? undefined : { ...type, size };
}
