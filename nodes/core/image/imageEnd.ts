import { ascii, i32le, u16le, u32, u32le } from './bytes';

/** Watches a file's chunks and says at the end whether the file is complete. */
export interface EndWatch {
	see(chunk: Uint8Array): void;
	/** Whether the file is incomplete according to its format; false if the format does not show it. */
	isCutOff(totalBytes: number): boolean;
}

/** Enough for an end marker and the padding that some encoders add. */
const tailBytes = 64;
/** Enough for the headers read below. */
const headBytes = 64;

function joinTwo(one: Uint8Array, other: Uint8Array): Uint8Array {
	const joined = new Uint8Array(one.length + other.length);
	joined.set(one);
	joined.set(other, one.length);
	return joined;
}

/** Checks formats that have a marker at the end. */
function markerWatch(marker: string): EndWatch {
	let tail: Uint8Array = new Uint8Array();
	return {
		see(chunk) {
			tail = chunk.length >= tailBytes ? chunk.slice(-tailBytes) : joinTwo(tail, chunk).slice(-tailBytes);
		},
		isCutOff: () => !ascii(tail, 0, tail.length).includes(marker),
	};
}

/** Checks formats whose header gives a minimum file length. */
function lengthWatch(leastBytes: (head: Uint8Array) => number): EndWatch {
	let head: Uint8Array = new Uint8Array();
	return {
		see(chunk) {
			if (head.length < headBytes) head = joinTwo(head, chunk.subarray(0, headBytes - head.length));
		},
		isCutOff: (totalBytes) => totalBytes < leastBytes(head),
	};
}

/** RGB, BITFIELDS and ALPHABITFIELDS, which store rows of uncompressed pixels. */
const plainPixels = [0, 3, 6];

/** A bitmap's length field is often empty; the same length follows from its width, height and bits per pixel. */
function leastBytesOfBitmap(head: Uint8Array): number {
	const pixelsAt = u32le(head, 10);
	const isOld = u32le(head, 14) === 12;
	if (!isOld && !plainPixels.includes(u32le(head, 30))) return pixelsAt + u32le(head, 34);
	const [width, height, bits] = isOld ? [u16le(head, 18), u16le(head, 20), u16le(head, 24)] : [i32le(head, 18), Math.abs(i32le(head, 22)), u16le(head, 28)];
	return pixelsAt + Math.floor((bits * width + 31) / 32) * 4 * height;
}

/** The header gives the offset of a directory, which has at least one entry. Only the directory gives the length of the pictures. */
function leastBytesOfTiff(head: Uint8Array): number {
	const directoryAt = ascii(head, 0, 2) === 'II' ? u32le(head, 4) : u32(head, 4);
	return directoryAt + 2 + 12 + 4;
}

/** Checks files made of boxes, each of which begins with its length: the last box must end within the file. */
function boxWatch(): EndWatch {
	let seen = 0;
	let boxAt = 0;
	let holdsPixels = false;
	let header: number[] = [];
	const readHeader = (): void => {
		const bytes = Uint8Array.from(header);
		const short = u32(bytes, 0);
		if (short === 1 && header.length < 16) return;
		if (ascii(bytes, 4, 8) === 'mdat') holdsPixels = true;
		const length = short === 1 ? u32(bytes, 8) * 2 ** 32 + u32(bytes, 12) : short;
		// Zero means "to the end of the file". A length below that of the box's own header is padding, not a box.
		boxAt = length < 8 ? Number.POSITIVE_INFINITY : boxAt + length;
		header = [];
	};
	return {
		see(chunk) {
			for (let at = boxAt + header.length - seen; at < chunk.length; at = boxAt + header.length - seen) {
				header.push(chunk[at] ?? 0);
				if (header.length >= 8) readHeader();
			}
			seen += chunk.length;
		},
		isCutOff: (totalBytes) => !holdsPixels || (boxAt !== Number.POSITIVE_INFINITY && totalBytes < boxAt),
	};
}

export function watchEnd(mimeType: string): EndWatch {
	switch (mimeType) {
		case 'image/png':
			// its last chunk: no bytes, its name, its checksum
			return markerWatch('\0\0\0\0IEND\xaeB`\x82');
		case 'image/jpeg':
			return markerWatch('\xff\xd9');
		case 'image/gif':
			// the end of the last picture's blocks, and the trailer
			return markerWatch('\0;');
		case 'image/webp':
			return lengthWatch((head) => u32le(head, 4) + 8);
		case 'image/bmp':
			return lengthWatch(leastBytesOfBitmap);
		case 'image/tiff':
			return lengthWatch(leastBytesOfTiff);
		case 'image/avif':
		case 'image/heic':
			return boxWatch();
		default:
			return { see: () => undefined, isCutOff: () => false };
	}
}
