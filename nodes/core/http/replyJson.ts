import { changeJson, isJsonObject, openedJson, parseJson, type JsonValue } from '../json';

/** JSON inside a page is not the reply itself. */
const page = /<(!doctype|html|body|script)\b/i;

const notFinite = /-?\b(?:NaN|Infinity)\b/g;

/** JSON with null for the numbers that JSON does not have, as Python writes them. */
const withoutNotFinite = (json: string): string => changeJson(json, { outside: (part) => part.replace(notFinite, 'null') });

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
