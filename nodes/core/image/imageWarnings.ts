import type { Size } from './imageSize';

const megabyte = 1_048_576;

/** Warnings about an image that does not have the expected size, or that common next nodes would refuse. */
export function imageWarnings(bytes: number, size: Size | undefined, expected: Size | null): string[] {
	const warnings: string[] = [];
	if (size !== undefined && expected !== null && (size.width !== expected.width || size.height !== expected.height)) {
		warnings.push(`The image is ${size.width}×${size.height}, although ${expected.width}×${expected.height} was requested.`);
	}
	const tooLarge = bytes > 10 * megabyte;
	const tooWide = size !== undefined && size.width + size.height > 10_000;
	const tooLong = size !== undefined && Math.max(size.width / size.height, size.height / size.width) > 20;
	if (tooLarge || tooWide || tooLong) {
		const reason = tooLarge ? 'above 10 MB' : tooWide ? 'width and height add up to more than 10,000 pixels' : 'longer than 20:1';
		warnings.push(`Too large to send as a Telegram photo (${reason}): send it as a document, or resize it first.`);
	}
	if (bytes > 5 * megabyte) warnings.push('Larger than the 5 MB that WhatsApp accepts for an image.');
	return warnings;
}
