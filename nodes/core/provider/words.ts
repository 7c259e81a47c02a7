import type { FailureKind } from '../failure/failure';
import { isJsonObject, jsonText, textAt, type JsonObject, type JsonValue } from '../json';
import type { Words } from './provider';

/** Characters; what a megabyte says beyond them is never shown, and looking for its meaning would take long. */
const longestWords = 5000;

/** Builds words from what was found, leaving out what was not. */
export function wordsOf(message: string | undefined, code: string | undefined): Words {
	const words: Words = {};
	if (message !== undefined) words.message = message.slice(0, longestWords);
	if (code !== undefined) words.code = code.slice(0, longestWords);
	return words;
}

function plain(value: JsonValue): string {
	return typeof value === 'string' ? value : jsonText(value);
}

/** Whether a field for words about an error holds none: gateways put "success" there, or leave it empty. */
export function saysNothing(word: string | undefined): boolean {
	return word === undefined || /^(success|ok)?$/i.test(word.trim());
}

/** Errors are not nested deeper than this; what is would only fill the stack. */
const deepestError = 4;

/** Whether what stands in a field called `error` speaks of one: `""`, `{}` and `{"code": 200}` do not. */
export function saysTrouble(error: unknown, depth = 0): boolean {
	if (typeof error === 'boolean') return error;
	if (typeof error === 'string') return !saysNothing(error);
	if (!isJsonObject(error)) return false;
	return Object.entries(error).some(([key, value]) => {
		if (typeof value !== 'string' && typeof value !== 'number') return isJsonObject(value) && (depth >= deepestError || saysTrouble(value, depth + 1));
		const isNumber = String(value).trim() !== '' && Number.isFinite(Number(value));
		// Of a number nobody knows what it says, unless it is the code.
		return isNumber ? /code|status/i.test(key) && ![0, 200].includes(Number(value)) : !saysNothing(String(value));
	});
}

/** The many shapes of `{error: "text"}`, `{error: {code, message}}`, `{message}`: the first that holds text. */
export function commonWords(body: JsonObject, ...codePaths: string[]): Words {
	const message = textAt(
		body,
		'error.message',
		'error',
		'data.error.message',
		'data.error',
		'message',
		'msg',
		'errorMessage',
		'detail',
	);
	const details = isJsonObject(body.details)
		? Object.entries(body.details)
				.map(([field, says]) => `${field}: ${Array.isArray(says) ? says.map(plain).join(', ') : plain(says)}`)
				.join('; ')
		: undefined;
	const full = details === undefined || details === '' ? message : `${message ?? 'Invalid request'} (${details})`;
	return wordsOf(full, textAt(body, ...codePaths));
}

const credits = /(insufficient|not enough|no|out of|low)\s+(credit|balance|fund)|(credit|balance|fund)s?\s+(is |are )?(not enough|insufficient|exhausted|too low)|quota exceeded/i;
const content =
	/sensitive|nsfw|prohibit|moderat|flagged|inappropriate|unsafe|copyright|content[\s_-]*(policy|violation|filter)|violat(es|ed|ing|ion)/i;
const key = /api[\s_-]*key|unauthori[sz]ed|invalid token/i;
// "Too many images" is about the request, not about its time.
const tooMany = /too many(?! (reference |input |output )?(image|reference|character|pixel|token|output|file|url|word))|rate[\s_-]*limit/i;

/** What refusal words mean in any provider's English; undefined where they say nothing more than "no". */
export function kindFromWords(words: Words): FailureKind | undefined {
	const text = `${words.code ?? ''} ${words.message ?? ''}`.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ');
	if (credits.test(text)) return 'insufficientCredits';
	if (content.test(text)) return 'contentRejected';
	if (key.test(text)) return 'authentication';
	if (tooMany.test(text)) return 'rateLimited';
	return undefined;
}
