import { splitUrls } from '../http/splitUrls';
import { isWebUrl } from '../http/url';
import { isJsonObject, openedJson, valueAt } from '../json';

/** Real replies are not nested deeper than this. */
const deepest = 6;

/** The URLs in one text: some gateways join several with commas, and some leave out the scheme. */
function urlsInText(text: string): string[] {
	const parts = splitUrls(text);
	const urls = parts.length > 1 ? parts : [text.trim()];
	return urls.map((url) => (/^\/\/[^/]+\.[^/]+\//.test(url) ? `https:${url}` : url)).filter(isWebUrl);
}

/** The keys that may hold the URL in an object for one image. Only the first counts: the others are other sizes of the image. */
const urlKeys = ['url', 'image_url', 'imageUrl', 'src'];

function urlsIn(value: unknown, depth: number): string[] {
	if (depth > deepest) return [];
	if (typeof value === 'string') return urlsInText(value);
	if (Array.isArray(value)) return value.flatMap((entry) => urlsIn(entry, depth + 1));
	if (!isJsonObject(value)) return [];
	return urlKeys.map((key) => urlsIn(value[key], depth + 1)).find((urls) => urls.length > 0) ?? [];
}

/** The image URLs in a value: a URL, `{url}`, or a list of these. In order, without duplicates. */
export function imageUrlsIn(...values: unknown[]): string[] {
	return [...new Set(values.flatMap((value) => urlsIn(value, 0)))];
}

// No other keys: reference images that a reply echoes (below input, params, request …) must never be returned as results.
const resultKeys = /^(resulturls|images?|imageurls?|urls?|src|outputs?|results?|resultjson|data|assets)$/;

/** A request is never echoed below these keys. */
const certainResultKeys = /^(resulturls|outputs?|results?|resultjson|assets)$/;

/** Makes names in snake case and camel case equal. */
const plainKey = (key: string): string => key.toLowerCase().replaceAll('_', '');

/**
 * The last resort for undocumented replies: a limited search below known keys, never below an echo of the request. Fields
 * that may be reference images count as results only below a key that names results.
 */
export function searchImageUrls(body: unknown, referenceFields: ReadonlySet<string> = new Set()): string[] {
	const found = new Set<string>();
	const sent = new Set([...referenceFields].map(plainKey));
	const visit = (value: unknown, depth: number, isResult: boolean): void => {
		if (depth > deepest) return;
		if (typeof value === 'string') {
			const opened = openedJson(value);
			if (opened !== value) visit(opened, depth + 1, isResult);
			else urlsInText(value).forEach((url) => found.add(url));
		} else if (Array.isArray(value)) {
			value.forEach((entry) => visit(entry, depth + 1, isResult));
		} else if (isJsonObject(value)) {
			for (const [name, inner] of Object.entries(value)) {
				const key = plainKey(name);
				const isWithin = isResult || certainResultKeys.test(key);
				if (resultKeys.test(key) && (isWithin || !sent.has(key))) visit(inner, depth + 1, isWithin);
			}
		}
	};
	visit(body, 0, false);
	return [...found];
}

/** URLs at the first path that has any; strings that contain JSON are parsed. */
export function imageUrlsAt(body: unknown, ...paths: string[]): string[] {
	for (const path of paths) {
		const opened = openedJson(valueAt(body, path));
		const urls = imageUrlsIn(opened, valueAt(opened, 'resultUrls'), valueAt(opened, 'images'));
		if (urls.length > 0) return urls;
	}
	return [];
}
