import { isJsonObject, openedJson, parseJson, type JsonValue } from '../json';

/** JSON inside a page is not the reply itself. */
const page = /<(!doctype|html|body|script)\b/i;

const notFinite = /-?\b(?:NaN|Infinity)\b/g;

/** The position behind the text whose opening quote is at `start`; the end of everything if it is not closed. */
function endOfText(json: string, start: number): number {
	for (let at = json.indexOf('"', start + 1); at >= 0; at = json.indexOf('"', at + 1)) {
		let backslashes = 0;
		while (json[at - 1 - backslashes] === '\\') backslashes += 1;
		if (backslashes % 2 === 0) return at + 1;
	}
	return json.length;
}

/** JSON with null for the numbers that JSON does not have, as Python writes them. Not one regular expression, which would be slow for a text that is not closed. */
function withoutNotFinite(json: string): string {
	const parts: string[] = [];
	for (let from = 0; from < json.length;) {
		const quote = json.indexOf('"', from);
		const start = quote < 0 ? json.length : quote;
		const end = quote < 0 ? start : endOfText(json, start);
		parts.push(json.slice(from, start).replace(notFinite, 'null'), json.slice(start, end));
		from = end;
	}
	return parts.join('');
}

/**
 * The JSON of a successful reply, also if a server or gateway has put other text around it (a warning, an event's name), has
 * written it out as text, or has used numbers that JSON does not have. Undefined unless exactly one object or list is found:
 * the reply may name a task that is paid for.
 */
export function replyJson(text: string): JsonValue | undefined {
	const plain = parseJson(text);
	if (plain !== undefined && typeof plain !== 'string') return plain;
	if (typeof plain === 'string') {
		const opened = openedJson(plain);
		return isJsonObject(opened) ? opened : plain;
	}
	if (page.test(text)) return undefined;
	const start = text.indexOf('{');
	const end = text.lastIndexOf('}') + 1;
	if (start < 0 || end <= start) return undefined;
	const inside = text.slice(start, end);
	return parseJson(withoutNotFinite(text)) ?? parseJson(inside) ?? parseJson(withoutNotFinite(inside));
}
