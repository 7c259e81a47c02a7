/** What JSON can hold. Replies of providers are read as this and nothing more is assumed of them. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export interface JsonObject {
	[key: string]: JsonValue;
}

export function isJsonObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON a text holds; undefined where it is none. */
export function parseJson(text: string): JsonValue | undefined {
	try {
		return JSON.parse(text) as JsonValue;
	} catch {
		return undefined;
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

const unsafeKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** Puts a value at a dotted path, making the objects on the way. */
export function setAt(target: JsonObject, path: string, value: JsonValue): void {
	const keys = path.split('.');
	const last = keys.pop();
	if (last === undefined || [...keys, last].some((key) => unsafeKeys.has(key))) return;
	let current = target;
	for (const key of keys) {
		const next = current[key];
		if (isJsonObject(next)) current = next;
		else {
			const made: JsonObject = {};
			current[key] = made;
			current = made;
		}
	}
	current[last] = value;
}

/** JSON with sorted keys: equal values give equal text. */
export function stableJson(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(stableJson).join(',')}]`;
	if (isJsonObject(value)) {
		const entries = Object.keys(value)
			.sort()
			.map((key) => `${JSON.stringify(key)}:${stableJson(value[key])}`);
		return `{${entries.join(',')}}`;
	}
	return JSON.stringify(value) ?? 'null';
}
