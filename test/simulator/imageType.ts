/** The type of an image by its first bytes; undefined if providers do not accept it. */
export function imageType(data: Buffer): string | undefined {
	const head = data.subarray(0, 16).toString('latin1');
	if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
	if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
	if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'image/webp';
	if (head.startsWith('GIF8')) return 'image/gif';
	if (head.startsWith('BM')) return 'image/bmp';
	if (head.startsWith('II*\0') || head.startsWith('MM\0*')) return 'image/tiff';
	return undefined;
}
