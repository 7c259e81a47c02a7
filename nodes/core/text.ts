import { jsonText } from './json';

const longestWords = 500;

/** Removes tags. No tag can end after the last `>`, so the text after it is not searched, which would be slow. */
function withoutTags(text: string): string {
	const end = text.lastIndexOf('>') + 1;
	return text.slice(0, end).replace(/<[^>]*>/g, ' ') + text.slice(end);
}

/** Provider text as one line, short enough for a message and free of markup and control characters. */
export function oneLine(text: string): string {
	// A script that is never closed extends to the end.
	const plain = withoutTags(text.replace(/<(script|style)\b[^<>]*>[\s\S]*?(<\/\1>|$)/gi, ' '))
		.replace(/[\s\p{Cc}]+/gu, ' ')
		// n8n treats an error whose message contains this word as a stopped execution
		.replace(/canceled/gi, 'cancelled')
		.trim();
	// Does not cut a character in two.
	return plain.length > longestWords ? `${plain.slice(0, longestWords).replace(/[\ud800-\udbff]$/, '')}…` : plain;
}

/** A typed value as a message quotes it: one line, not too long. */
export function quote(value: unknown, longest: number): string {
	// JSON has no NaN or infinity.
	const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : jsonText(value) || typeof value;
	const line = text.slice(0, longest * 2).replace(/[\s\p{Cc}]+/gu, ' ');
	const short = line.length > longest ? `${line.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…` : line;
	return typeof value === 'string' ? `"${short}"` : short;
}

/** A name with "a" or "an", depending on its pronunciation: an APIXO credential, a PixWith credential. */
export function withArticle(name: string): string {
	return `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name}`;
}

/** A number with its noun: "1 image", "3 images". */
export function counted(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** For `sort`: alphabetical, whatever the case. Unlike localeCompare it needs no language data, whose loading takes longer than that of most files here. */
export function compareNames(one: string, other: string): number {
	const [first, second] = [one.toLowerCase(), other.toLowerCase()];
	if (first === second) return 0;
	return first < second ? -1 : 1;
}

/** The message of anything that can be thrown. */
export function errorText(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
