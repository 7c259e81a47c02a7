import type { Size } from './imageSize';

export interface ImageType {
	mimeType: string;
	extension: string;
}

export interface ImageHeader extends ImageType {
	/** Undefined where the header does not tell (AVIF, TIFF, or not enough bytes). */
	size?: Size;
}

const ascii = (bytes: Uint8Array, from: number, to: number): string =>
	String.fromCharCode(...bytes.subarray(from, to));
const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const u16le = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
const u24le = (bytes: Uint8Array, at: number): number => u16le(bytes, at) | ((bytes[at + 2] ?? 0) << 16);
const u32 = (bytes: Uint8Array, at: number): number => u16(bytes, at) * 65_536 + u16(bytes, at + 2);
const u32le = (bytes: Uint8Array, at: number): number => u16le(bytes, at) + u16le(bytes, at + 2) * 65_536;

/** Bytes that suffice to tell a type; a JPEG's size may stand later, behind its metadata. */
export const headerBytes = 65_536;

/** What a file is by its first bytes (never by its name or Content-Type); undefined where it is no image. */
export function imageType(bytes: Uint8Array): ImageType | undefined {
	if (bytes.length < 12) return undefined;
	const start = ascii(bytes, 0, 12);
	if (start.startsWith('\x89PNG\r\n\x1a\n')) return { mimeType: 'image/png', extension: 'png' };
	if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return { mimeType: 'image/jpeg', extension: 'jpg' };
	if (start.startsWith('RIFF') && start.endsWith('WEBP')) return { mimeType: 'image/webp', extension: 'webp' };
	if (start.startsWith('GIF87a') || start.startsWith('GIF89a')) return { mimeType: 'image/gif', extension: 'gif' };
	if (start.startsWith('BM')) return { mimeType: 'image/bmp', extension: 'bmp' };
	if (start.startsWith('II*\0') || start.startsWith('MM\0*')) return { mimeType: 'image/tiff', extension: 'tiff' };
	if (ascii(bytes, 4, 8) === 'ftyp') {
		const brand = ascii(bytes, 8, 12);
		if (brand === 'avif' || brand === 'avis') return { mimeType: 'image/avif', extension: 'avif' };
		if (/^(heic|heix|mif1)$/.test(brand)) return { mimeType: 'image/heic', extension: 'heic' };
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
			return bytes.length >= 26 ? { width: u32le(bytes, 18), height: Math.abs(u32le(bytes, 22) | 0) } : undefined;
		default:
			return undefined;
	}
}

/** Type and, where the header tells, width and height in pixels. */
export function imageHeader(bytes: Uint8Array): ImageHeader | undefined {
	const type = imageType(bytes);
	if (type === undefined) return undefined;
	const size = sizeIn(bytes, type.mimeType);
	return size === undefined || size.width === 0 || size.height === 0 ? type : { ...type, size };
}

/** How many last bytes `endFault` wants to see: an end marker, and padding that some encoders add. */
export const tailBytes = 64;

/** PNG's last chunk: no bytes, its name, its checksum. */
const pngEnd = '\0\0\0\0IEND\xaeB`\x82';

/** Whether a file of this type is cut off, by its own end marker or length; undefined where it is whole or cannot tell. */
export function endFault(mimeType: string, head: Uint8Array, tail: Uint8Array, totalBytes: number): string | undefined {
	const cut = 'the file is cut off';
	if (mimeType === 'image/png') return ascii(tail, 0, tail.length).includes(pngEnd) ? undefined : cut;
	if (mimeType === 'image/jpeg') {
		for (let at = 0; at + 1 < tail.length; at++) if (tail[at] === 0xff && tail[at + 1] === 0xd9) return undefined;
		return cut;
	}
	if (mimeType === 'image/webp') return totalBytes >= u32le(head, 4) + 8 ? undefined : cut;
	return undefined;
}
