import { splitUrls } from '../http/splitUrls';
import { isPrivateUrl, isUrl, isWebUrl } from '../http/url';
import { isJsonObject, jsonText, parseJson } from '../json';
import { quote } from '../text';
import { sharePage } from './sharePage';

/** The text of one list entry: a string, or the `url` of an object from an earlier node or an attachment field. */
function entryTexts(entry: unknown): string[] {
	if (typeof entry === 'string') return splitUrls(entry);
	if (entry === undefined || entry === null) return [];
	if (!isJsonObject(entry) || !('url' in entry)) return [jsonText(entry) || typeof entry];
	if (entry.url === null || entry.url === undefined) return [];
	return typeof entry.url === 'string' ? splitUrls(entry.url) : [jsonText(entry)];
}

/** The URLs that were typed or that an expression returned, in order. Empty entries are left out, because a row may have fewer images than columns. */
export function splitImageUrls(raw: unknown): string[] {
	if (Array.isArray(raw)) return raw.flatMap((entry: unknown) => (Array.isArray(entry) ? splitImageUrls(entry) : entryTexts(entry)));
	if (isJsonObject(raw)) return Object.keys(raw).length === 0 ? [] : entryTexts(raw);
	if (typeof raw === 'number' || typeof raw === 'boolean') return [String(raw)];
	if (typeof raw !== 'string') return [];
	// A list written as JSON text, e.g. in a spreadsheet cell.
	const listed = /^\s*[[{]/.test(raw) ? parseJson(raw) : undefined;
	if (Array.isArray(listed) || isJsonObject(listed)) return splitImageUrls(listed);
	return splitUrls(raw);
}

/** The provider's address: if it is private, it can reach private URLs. */
export interface ImageUrlRules {
	provider: string;
	/** Undefined if it is not known. */
	baseUrl: string | undefined;
}

const convertToFile = 'convert it with a Convert to File node and set Image Source to Binary';

/** Whether a text is a file's content and not its URL. */
export const isBase64 = (text: string): boolean => text.length >= 200 && /^[\w+/=-]+$/.test(text) && /[A-Z]/.test(text) && /[a-z]/.test(text);

/** What is wrong with one URL, without a period; undefined if a provider can fetch it. */
export function imageUrlFault(text: string, position: number, { provider, baseUrl }: ImageUrlRules): string | undefined {
	const name = `Image URL ${position}`;
	if (/^data:/i.test(text)) return `${name} is a data URI, but providers fetch images by http(s) URL: ${convertToFile}`;
	if (isBase64(text)) return `${name} is the content of a file (base64: ${quote(text, 80)}), but providers fetch images by http(s) URL: ${convertToFile}`;
	if (/^https?:\/\/./i.test(text) && !isUrl(text)) return `${name} is not a valid URL: ${quote(text, 80)}`;
	if (!isWebUrl(text)) return `${name} must begin with https:// or http://, but is ${quote(text, 80)}`;
	if (/[\s\p{Cc}]/u.test(text)) return `${name} contains a space or a line break: write %20 for a space, and put each URL on its own line`;
	if (/[\p{Cf}\p{Cs}]/u.test(text)) return `${name} contains an invisible character: copy the URL again, or type it`;
	const url = new URL(text);
	const isInside = baseUrl !== undefined && isUrl(baseUrl) && isPrivateUrl(new URL(baseUrl));
	if (!isInside && isPrivateUrl(url)) {
		return `${name} is at ${quote(url.hostname, 80)}, which ${provider} cannot reach from outside your network: use a public URL, or read the file in this workflow and set Image Source to Binary`;
	}
	const page = sharePage(url);
	return page === undefined ? undefined : `${name} leads to a page of ${page.service} and not to the image file (${quote(text, 80)}): ${page.remedy}`;
}

/** A warning about a URL that a provider can fetch. It does not repeat the URL. */
export function imageUrlWarning(text: string, position: number): string | undefined {
	return /^https?:\/\/[^/]*\/(.*\/)?bot\d+:[\w-]+\//i.test(text)
		? `Image URL ${position} is a file URL of Telegram, which contains your bot's token: anyone who reads it can use the bot. Download the file in the Telegram node and set Image Source to Binary instead.`
		: undefined;
}
