import { chunk, once } from 'lodash';

import { isJsonObject, type JsonObject, type JsonValue } from './json';

/** Removes secrets (API keys, tokens) from replies. */
export interface Redactor {
	text: (text: string) => string;
	/** Keys and values of parsed JSON, which is changed in place if it contains a secret. */
	json: (value: JsonValue) => JsonValue;
}

const mark = '[hidden]';
const shortestSecret = 4;
/** A shorter secret has encodings that are so short that ordinary words would match. */
const shortestEncodedSecret = 12;

/** The HTML entity names of characters that occur in keys. */
const entities: Readonly<Record<string, string>> = {
	'!': 'excl',
	'"': 'quot',
	'#': 'num',
	$: 'dollar',
	'%': 'percnt',
	'&': 'amp',
	"'": 'apos',
	'(': 'lpar',
	')': 'rpar',
	'*': 'ast',
	'+': 'plus',
	',': 'comma',
	'-': 'hyphen|dash',
	'.': 'period',
	'/': 'sol',
	':': 'colon',
	';': 'semi',
	'<': 'lt',
	'=': 'equals',
	'>': 'gt',
	'?': 'quest',
	'@': 'commat',
	'[': 'lsqb|lbrack',
	'\\': 'bsol',
	']': 'rsqb|rbrack',
	'^': 'Hat',
	_: 'lowbar|UnderBar',
	'`': 'grave',
	'{': 'lcub|lbrace',
	'|': 'verbar|vert',
	'}': 'rcub|rbrace',
	'~': 'tilde',
};

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** Matches letters in upper or lower case; the `i` flag would make the search ten times slower. */
const inAnyCase = (pattern: string): string => pattern.replace(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);
const literally = (character: string): string => {
	const [lower, upper] = [character.toLowerCase(), character.toUpperCase()];
	return lower === upper ? character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&') : `(?:${lower}|${upper})`;
};

/** A pattern for every encoding of a character in JSON, URLs, HTML and e-mail, nested encodings included. */
function spellingsOf(character: string): string {
	const code = character.codePointAt(0) ?? 0;
	const bytes = [...new TextEncoder().encode(character)];
	const units = Array.from({ length: character.length }, (_, index) => hex(character.charCodeAt(index), 4));
	const entity = entities[character];
	const spellings = [
		`\\\\{1,4}(?:u\\{0{0,6}${hex(code, 1)}\\}|u${units.join('\\\\{1,4}u')}|x${bytes.map((byte) => hex(byte, 2)).join('\\\\{1,4}x')})`,
		bytes.map((byte) => `%(?:25){0,4}${hex(byte, 2)}`).join(''),
		bytes.map((byte) => `=${hex(byte, 2)}`).join(''),
		`&(?:amp;){0,4}#(?:0{0,6}${code}|x0{0,6}${hex(code, 1)})(?:;|(?![0-9a-f]))`,
		...(entity === undefined ? [] : [`&(?:amp;){0,4}(?:${entity});`]),
		// Form encoding writes a space as a plus, so a plus may have been decoded into a space.
		...(character === '+' ? [' ', '%20'] : []),
	];
	// The character itself may begin one of the others, so it comes last.
	return `(?:${spellings.map(inAnyCase).join('|')}|\\\\{0,4}${literally(character)})`;
}

/** Markup and invisible characters, which are removed from a message before it is shown. */
const between = '(?:<[^<>]{0,200}>|[\\x00-\\x1f\\x7f-\\x9f\\xad\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2064\\ufeff]){0,3}';

const base64Pairs: Readonly<Record<string, string>> = { '+': '-', '/': '_' };
/** One form of a secret: a pattern for each of its characters. */
type Form = string[];

const spelled = (text: string): Form => [...text].map(spellingsOf);
const spelledBase64 = (text: string): Form =>
	[...text].map((character) => (base64Pairs[character] === undefined ? spellingsOf(character) : `(?:${spellingsOf(character)}|${base64Pairs[character]})`));

/** The base64 forms of a secret in a longer text, one per alignment, without the characters at its ends that depend on neighboring bytes. */
function inBase64(secret: string): string[] {
	const bytes = [...new TextEncoder().encode(secret)];
	return [0, 1, 2].map((shift) => {
		const shifted = [...Array.from({ length: shift }, () => 0), ...bytes];
		const wholeCharacters = Math.floor((shifted.length * 8) / 6);
		return btoa(String.fromCharCode(...shifted)).slice(Math.ceil((shift * 8) / 6), wholeCharacters);
	});
}

const inHex = (secret: string): Form => [...new TextEncoder().encode(secret)].map((byte) => inAnyCase(hex(byte, 2)));

/** Searching for a whole secret is slow, so its first characters are used to find the places where it may begin. */
const searched = 4;
const either = (forms: readonly Form[], characters: number): string => forms.map((form) => form.slice(0, characters).join(between)).join('|');

function formsOf(secret: string): Form[] {
	if (secret.length < shortestEncodedSecret) return [spelled(secret)];
	return [spelled(secret), ...inBase64(secret).map(spelledBase64), inHex(secret)];
}

/** A single pattern for a long key is slow, and beyond some thousand characters it cannot be built at all. */
const pieceLength = 8;
/** The beginning of a secret is hidden too if it has at least this many pieces and is about half of the secret or more: providers cut off what they quote. */
const fewestPieces = 2;

/** Built on first use: most of them are never needed, and each takes a while. */
const piecesOf = (form: Form): Array<() => RegExp> =>
	chunk(form, pieceLength).map((piece, index) => once(() => new RegExp(`${index === 0 ? '' : between}${piece.join(between)}`, 'y')));

/** Where the secret that begins at `start` ends; -1 if none begins there. */
function endOf(pieces: ReadonlyArray<() => RegExp>, text: string, start: number): number {
	let end = start;
	for (const [index, pattern] of pieces.entries()) {
		const piece = pattern();
		piece.lastIndex = end;
		const found = piece.exec(text);
		if (found === null) return index >= Math.max(fewestPieces, Math.floor(pieces.length / 2)) ? end : -1;
		end += found[0].length;
	}
	return end;
}

function hiding(secrets: readonly string[]): (text: string) => string {
	const known = secrets.filter((secret) => secret.length >= shortestSecret);
	if (known.length === 0) return (text) => text;
	const forms = known.flatMap(formsOf);
	const beginning = new RegExp(either(forms, searched), 'g');
	const pieces = forms.map(piecesOf);
	return (text) => {
		let clean = '';
		let copied = 0;
		beginning.lastIndex = 0;
		for (let found = beginning.exec(text); found !== null; found = beginning.exec(text)) {
			const start = found.index;
			const end = Math.max(...pieces.map((form) => endOf(form, text, start)));
			beginning.lastIndex = Math.max(end, start + 1);
			if (end < 0) continue;
			clean += text.slice(copied, start) + mark;
			copied = end;
		}
		return clean + text.slice(copied);
	};
}

/** Built once per run. It finds a secret in every encoding, because a program that displays the text later may decode it. */
export function createRedactor(secrets: readonly string[]): Redactor {
	const redact = hiding(secrets);
	const clean = (value: JsonValue, open: Array<JsonValue[] | JsonObject>): JsonValue => {
		if (typeof value === 'string') return redact(value);
		if (typeof value === 'number') return redact(String(value)) === String(value) ? value : mark;
		if (typeof value === 'object' && value !== null) open.push(value);
		return value;
	};
	return {
		text: redact,
		json(value) {
			const open: Array<JsonValue[] | JsonObject> = [];
			const root = clean(value, open);
			for (let next = open.pop(); next !== undefined; next = open.pop()) {
				if (!isJsonObject(next)) {
					next.forEach((entry, index, list) => {
						list[index] = clean(entry, open);
					});
					continue;
				}
				for (const [key, entry] of Object.entries(next)) {
					const cleanKey = redact(key);
					if (cleanKey !== key) delete next[key];
					const cleanEntry = clean(entry, open);
					if (cleanKey !== key || cleanEntry !== entry)
						Object.defineProperty(next, cleanKey, { value: cleanEntry, enumerable: true, configurable: true, writable: true });
				}
			}
			return root;
		},
	};
}
