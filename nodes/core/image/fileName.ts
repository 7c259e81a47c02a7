const longestStem = 120;
/** File systems allow 255 for the whole name. */
const longestStemBytes = 200;
// Names that Windows reserves for devices, with any extension
const reserved = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[\d¹²³]|lpt[\d¹²³])(?= *(\.|$))/i;
/** Characters that are invisible or change the text direction: they could make a name look like another one, or hide its extension. */
const invisible = /[\p{Cf}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0]+/gu;

/** Cuts between characters, never inside one. */
function cutShort(text: string): string {
	const encoder = new TextEncoder();
	let bytes = 0;
	let kept = '';
	for (const character of [...text].slice(0, longestStem)) {
		bytes += encoder.encode(character).length;
		if (bytes > longestStemBytes) break;
		kept += character;
	}
	return kept;
}

/** A name that every file system and storage service accepts: no path, no control characters, not too long. */
export function safeFileName(name: string): string {
	const clean = name
		.normalize('NFC')
		.replace(invisible, '')
		.replace(/[\p{Cc}\p{Cs}<>:"/\\|?*]+/gu, '-')
		.replace(/\s+/g, ' ')
		.replace(/^[.\s-]+/, '');
	const flat = cutShort(clean.replace(reserved, '$1-image')).replace(/[.\s]+$/, '');
	return flat === '' ? 'image' : flat;
}

export interface NamedImage {
	provider: string;
	taskId: string;
	/** From 0. */
	index: number;
	count: number;
	extension: string;
	/** The user's own name; if empty, the name is made from provider, task and index. */
	template: string;
}

/** The file's name with the extension of its real type; unique among the images of a task. */
export function fileNameFor({ provider, taskId, index, count, extension, template }: NamedImage): string {
	const wanted = template.trim();
	if (wanted === '') return `${safeFileName(`seedream-${provider}-${taskId}`)}-${index + 1}.${extension}`;
	const stem = safeFileName(wanted.replace(/\.(png|jpe?g|webp|gif|bmp|tiff?|avif|heic)$/i, ''));
	return `${count > 1 ? `${stem}-${index + 1}` : stem}.${extension}`;
}
