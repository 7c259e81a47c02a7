import { trimInvisible } from '../invisible';

/** A separator counts only where another URL follows: commas, semicolons and bars inside a URL are legal. A URL never contains a space. */
const separator = /[ ,;|，、；](?=[ "<]{0,3}(?:[a-z][a-z0-9+.-]*:\/\/|data:))/i;

/** Leftover separators, and the quotation marks that spreadsheets add. */
const around = ',;|，、；"<>';

/** A bullet or a number at the start of a line. */
const bullet = /^ ?(?:[-*•]|\d{1,2}[.)]) (?=https?:)/i;

/** The URLs in a text, in order, one per line or with separators between them. Text that is not a URL keeps its place in the list. */
export function splitUrls(text: string): string[] {
	const lines = text.split(/[\r\n]+/).map((line) => line.replace(/\s+/g, ' ').replace(bullet, ''));
	return lines.flatMap((line) => line.split(separator).map((url) => trimInvisible(url, around))).filter((url) => url !== '');
}
