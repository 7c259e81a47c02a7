/** What JSON can hold. Providers' replies are read as this type; nothing more is assumed. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export interface JsonObject {
	[key: string]: JsonValue;
}

export function isJsonObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Deeper than any real reply, but not deep enough to overflow the stack. */
const mostLevels = 200;
/** From 2^53 on, which has 16 digits, JavaScript cannot tell some whole numbers apart. */
const digitsOfUnsafe = /\d{16}/;

/** The position after a JSON string whose opening quote is at `start`; the end of everything if it is not closed. */
function endOfText(json: string, start: number): number {
	for (let at = json.indexOf('"', start + 1); at >= 0; at = json.indexOf('"', at + 1)) {
		let backslashes = 0;
		while (json[at - 1 - backslashes] === '\\') backslashes += 1;
		if (backslashes % 2 === 0) return at + 1;
	}
	return json.length;
}

/**
 * JSON with a change to what is outside its strings, and one to the strings, quotes included. Not by a regular expression, which
 * would take minutes for a long string that is not closed.
 */
export function changeJson(json: string, { outside, text }: { outside?: (part: string) => string; text?: (part: string) => string }): string {
	const parts: string[] = [];
	const add = (part: string, change: ((part: string) => string) | undefined): void => {
		if (part !== '') parts.push(change === undefined ? part : change(part));
	};
	for (let from = 0; from < json.length;) {
		const quote = json.indexOf('"', from);
		const start = quote < 0 ? json.length : quote;
		const end = quote < 0 ? start : endOfText(json, start);
		add(json.slice(from, start), outside);
		add(json.slice(start, end), text);
		from = end;
	}
	return parts.join('');
}

/** Valid JSON with its large whole numbers put into quotes; undefined if it is nested too deep to be read. */
function withLargeNumbersAsText(json: string): string | undefined {
	const parts: string[] = [];
	let copied = 0;
	let level = 0;
	const number = /-?[\d.eE+-]+/y;
	for (let at = 0; at < json.length;) {
		const character = json.charCodeAt(at);
		if (character === 0x22) {
			at = endOfText(json, at);
			continue;
		}
		if (character === 0x5b || character === 0x7b) level += 1;
		if (character === 0x5d || character === 0x7d) level -= 1;
		if (level > mostLevels) return undefined;
		if (character !== 0x2d && (character < 0x30 || character > 0x39)) {
			at += 1;
			continue;
		}
		number.lastIndex = at;
		const [digits = ''] = number.exec(json) ?? [];
		if (/^-?\d{16,}$/.test(digits) && !Number.isSafeInteger(Number(digits))) {
			parts.push(json.slice(copied, at), `"${digits}"`);
			copied = at + digits.length;
		}
		at += digits.length;
	}
	return copied === 0 ? json : parts.join('') + json.slice(copied);
}

/**
 * Parses JSON; undefined if the text is not JSON or is nested too deep. Whole numbers that JavaScript would round are kept as
 * text, because they are IDs.
 */
export function parseJson(text: string): JsonValue | undefined {
	try {
		const parsed = JSON.parse(text) as JsonValue;
		if (text.length <= mostLevels && !digitsOfUnsafe.test(text)) return parsed;
		const lossless = withLargeNumbersAsText(text);
		if (lossless === text) return parsed;
		return lossless === undefined ? undefined : (JSON.parse(lossless) as JsonValue);
	} catch {
		return undefined;
	}
}

/** What a text holds that is JSON, or JSON that was written out twice; any other value as it is. */
export function openedJson(value: unknown): unknown {
	let opened = value;
	for (let level = 0; level < 2 && typeof opened === 'string' && /^\s*[[{"]/.test(opened); level++) opened = parseJson(opened);
	return opened;
}

/** A value as JSON for people to read; empty if that is not possible (too deep, circular, not JSON). */
export function jsonText(value: unknown): string {
	try {
		return JSON.stringify(value) ?? '';
	} catch {
		return '';
	}
}

/** The value at a dotted path such as `data.task_id`, or undefined. */
export function valueAt(value: unknown, path: string): unknown {
	let current = value;
	for (const key of path.split('.')) {
		if (Array.isArray(current) && /^\d+$/.test(key)) current = current[Number(key)];
		else if (isJsonObject(current) && Object.hasOwn(current, key)) current = current[key];
		else return undefined;
	}
	return current;
}

/** The first non-empty text (numbers count as text) at one of the paths. */
export function textAt(value: unknown, ...paths: string[]): string | undefined {
	for (const path of paths) {
		const found = valueAt(value, path);
		if (typeof found === 'string' && found.trim() !== '') return found.trim();
		if (typeof found === 'number' && Number.isFinite(found)) return String(found);
	}
	return undefined;
}

/** The first finite number (numeric text counts) at one of the paths. */
export function numberAt(value: unknown, ...paths: string[]): number | undefined {
	for (const path of paths) {
		const found = valueAt(value, path);
		if (typeof found === 'number' && Number.isFinite(found)) return found;
		if (typeof found === 'string' && found.trim() !== '' && Number.isFinite(Number(found))) {
			return Number(found);
		}
	}
	return undefined;
}

/** The texts of a list; undefined if it has none. */
export function textsAt(json: JsonObject, path: string): string[] | undefined {
	const list = json[path];
	const texts = Array.isArray(list) ? list.filter((entry): entry is string => typeof entry === 'string') : [];
	return texts.length > 0 ? texts : undefined;
}

const largestAmount = 1e12;

/** The first number at one of the paths, if it can be a price or a time. */
export function amountAt(value: unknown, ...paths: string[]): number | undefined {
	const found = numberAt(value, ...paths);
	return found !== undefined && found >= 0 && found < largestAmount ? found : undefined;
}

const unsafeKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether a dotted path leads into an object's prototype. */
export function isUnsafePath(path: string): boolean {
	return path.split('.').some((key) => unsafeKeys.has(key));
}

/** Sets a value at a dotted path and creates the objects on the way. */
export function setAt(target: JsonObject, path: string, value: JsonValue): void {
	const keys = path.split('.');
	const last = keys.pop();
	if (last === undefined || isUnsafePath(path)) return;
	let current = target;
	for (const key of keys) {
		const next = current[key];
		if (isJsonObject(next)) current = next;
		else {
			const created: JsonObject = {};
			current[key] = created;
			current = created;
		}
	}
	current[last] = value;
}

/** JSON with sorted keys: values that are equal as JSON give the same text, dates included. */
export function stableJson(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(stableJson).join(',')}]`;
	if (isJsonObject(value)) {
		const { toJSON } = value as { toJSON?: unknown };
		if (typeof toJSON === 'function') return stableJson(JSON.parse(JSON.stringify(value) ?? 'null'));
		const entries = Object.keys(value)
			.filter((key) => value[key] !== undefined)
			.sort()
			.map((key) => `${JSON.stringify(key)}:${stableJson(value[key])}`);
		return `{${entries.join(',')}}`;
	}
	return JSON.stringify(value) ?? 'null';
}
