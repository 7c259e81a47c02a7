const longestStem = 120;
// Names that Windows keeps for devices
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** A name that every file system and storage service takes: no path, no control characters, not too long. */
export function safeFileName(name: string): string {
	const clean = name
		.normalize('NFC')
		.replace(/[\u0000-\u001f\u007f<>:"/\\|?*]+/g, '-')
		.replace(/\s+/g, ' ')
		.replace(/^[.\s-]+/, '');
	// By characters, so that none is cut in two.
	const flat = [...clean].slice(0, longestStem).join('').replace(/[.\s]+$/, '');
	if (flat === '') return 'image';
	return reserved.test(flat) ? `${flat}-image` : flat;
}

export interface NamedImage {
	provider: string;
	taskId: string;
	/** From 0. */
	index: number;
	count: number;
	extension: string;
	/** The user's own name; empty: made from provider, task and index. */
	template: string;
}

/** The file's name with its true extension; images of one task never share one. */
export function fileNameFor({ provider, taskId, index, count, extension, template }: NamedImage): string {
	const wished = template.trim();
	if (wished === '') return `${safeFileName(`seedream-${provider}-${taskId}-${index + 1}`)}.${extension}`;
	const stem = safeFileName(wished.replace(/\.(png|jpe?g|webp|gif|bmp|tiff?|avif|heic)$/i, ''));
	return `${count > 1 ? `${stem}-${index + 1}` : stem}.${extension}`;
}
