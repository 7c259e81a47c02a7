import { isJsonObject, jsonText, textAt, valueAt, type JsonObject, type JsonValue } from '../json';
import type { Words } from './provider';

/** In characters. Longer texts are never shown in full, and searching them would be slow. */
const longestWords = 5000;

/** Makes `Words` from the texts that were found. */
export function wordsOf(message: string | undefined, code: string | undefined): Words {
	const words: Words = {};
	if (message !== undefined) words.message = message.slice(0, longestWords);
	if (code !== undefined) words.code = code.slice(0, longestWords);
	return words;
}

function plain(value: JsonValue): string {
	return typeof value === 'string' ? value : jsonText(value);
}

/** Whether an error text is empty or says "success", as some gateways write next to a result. */
export function saysNothing(word: string | undefined): boolean {
	return word === undefined || /^(success|ok)?$/i.test(word.trim());
}

/** Real errors are not nested deeper than this. */
const deepestError = 4;

/** Whether the value of a field called `error` is an error: `""`, `{}` and `{"code": 200}` are not. */
export function isErrorValue(error: unknown, depth = 0): boolean {
	if (typeof error === 'boolean') return error;
	if (typeof error === 'string') return !saysNothing(error);
	if (!isJsonObject(error)) return false;
	return Object.entries(error).some(([key, value]) => {
		if (typeof value !== 'string' && typeof value !== 'number') return isJsonObject(value) && (depth >= deepestError || isErrorValue(value, depth + 1));
		const isNumber = String(value).trim() !== '' && Number.isFinite(Number(value));
		// A number counts only as an error code.
		return isNumber ? /code|status/i.test(key) && ![0, 200].includes(Number(value)) : !saysNothing(String(value));
	});
}

/** `[{loc: ['body', 'prompt'], msg: 'field required'}]`, `['…', '…']` and a text, as one text (FastAPI and fal use lists). */
function flattened(value: unknown): string | undefined {
	if (!Array.isArray(value)) return textAt(value, 'message', 'msg', 'reason');
	const texts = value.slice(0, mostErrors).flatMap((entry: unknown) => {
		if (typeof entry === 'string') return [entry];
		const says = textAt(entry, 'msg', 'message', 'detail', 'reason');
		const place: unknown = isJsonObject(entry) && Array.isArray(entry.loc) ? entry.loc.at(-1) : undefined;
		return says === undefined ? [] : [typeof place === 'string' && place !== 'body' ? `${place}: ${says}` : says];
	});
	return texts.length === 0 ? undefined : texts.join('; ');
}

const mostErrors = 10;

const messagePaths = [
	'error.message',
	'error',
	'data.error.message',
	'data.error',
	'message',
	'msg',
	'errorMessage',
	'error_message',
	'error_msg',
	'errmsg',
	'detail',
	'errors',
	'reason',
];

/** Reads the many forms of errors, such as `{error: "text"}`, `{error: {code, message}}` and `{message}`: the first that has text counts. */
export function commonWords(body: JsonObject, ...codePaths: string[]): Words {
	const found = messagePaths.map((path) => textAt(body, path) ?? flattened(valueAt(body, path)));
	const texts = found.filter((text) => text !== undefined);
	// The word "success" in one field is not the reason if another field has one.
	const message = texts.find((text) => !saysNothing(text)) ?? texts[0];
	const details = isJsonObject(body.details)
		? Object.entries(body.details)
				.map(([field, says]) => `${field}: ${Array.isArray(says) ? says.map(plain).join(', ') : plain(says)}`)
				.join('; ')
		: undefined;
	const full = details === undefined || details === '' ? message : `${message ?? 'Invalid request'} (${details})`;
	return wordsOf(full, textAt(body, ...codePaths));
}

/** Keys that have error texts in replies. */
const errorKeys = /err|msg|message|reason|detail|title|descri|fail|info|hint|cause|exception/i;

/** Replies are not searched deeper than this. */
const deepestWords = 4;

/** The last resort for a refusal in an unknown format: every text below a key for errors, as one line. */
export function looseWords(body: unknown): string | undefined {
	const found = new Set<string>();
	const visit = (value: unknown, isErrorText: boolean, depth: number): void => {
		if (depth > deepestWords || found.size >= mostErrors) return;
		if (typeof value === 'string') {
			if (isErrorText && !saysNothing(value)) found.add(value.trim());
		} else if (Array.isArray(value)) {
			for (const entry of value) visit(entry, isErrorText, depth + 1);
		} else if (isJsonObject(value)) {
			for (const [key, inner] of Object.entries(value)) visit(inner, errorKeys.test(key), depth + 1);
		}
	};
	visit(body, Array.isArray(body), 0);
	return found.size === 0 ? undefined : [...found].join('; ');
}
