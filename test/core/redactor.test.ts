import fc from 'fast-check';

import { parseJson, type JsonValue } from '../../nodes/core/json';
import { createRedactor } from '../../nodes/core/redactor';

const key = 'sk/Ab3+Xy9/Zq=_-.~"\\é&';
const hide = (text: string): string => createRedactor([key]).text(text);
const bytesOf = (text: string): number[] => [...Buffer.from(text)];
const hex = (value: number, digits = 2): string => value.toString(16).padStart(digits, '0');
const each = (text: string, write: (character: string) => string): string => [...text].map(write).join('');

const spellings: ReadonlyArray<readonly [name: string, write: (text: string) => string]> = [
	['as it is', (text) => text],
	['in capitals', (text) => text.toUpperCase()],
	['in JSON', (text) => JSON.stringify(text).slice(1, -1)],
	['in JSON with slashes escaped', (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/')],
	['in JSON within JSON', (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3)],
	['in JSON of ASCII alone', (text) => each(text, (one) => `\\u${hex(one.charCodeAt(0), 4)}`)],
	['in JSON of ASCII in capitals', (text) => each(text, (one) => `\\u${hex(one.charCodeAt(0), 4).toUpperCase()}`)],
	['in JavaScript', (text) => each(text, (one) => `\\u{${hex(one.charCodeAt(0), 1)}}`)],
	[
		'in Python',
		(text) =>
			each(text, (one) =>
				bytesOf(one)
					.map((byte) => `\\x${hex(byte)}`)
					.join(''),
			),
	],
	['in a URL', encodeURIComponent],
	['in a URL in lower case', (text) => encodeURIComponent(text).toLowerCase()],
	[
		'in a URL, all of it',
		(text) =>
			each(text, (one) =>
				bytesOf(one)
					.map((byte) => `%${hex(byte)}`)
					.join(''),
			),
	],
	['in a URL, in part', (text) => each(text, (one) => (/[/+é]/.test(one) ? encodeURIComponent(one).toLowerCase() : one))],
	['in a URL twice', (text) => encodeURIComponent(encodeURIComponent(text))],
	['in a URL in JSON', (text) => each(text, (one) => encodeURIComponent(one).replaceAll('%', '\\u0025'))],
	['in a form that was read', (text) => text.replaceAll('+', ' ')],
	[
		'in HTML by name',
		(text) =>
			each(
				text,
				(one) => ({ '/': '&sol;', '+': '&plus;', '=': '&equals;', '"': '&quot;', '&': '&amp;', _: '&lowbar;', '-': '&hyphen;', '.': '&period;' })[one] ?? one,
			),
	],
	['in HTML by number', (text) => each(text, (one) => `&#${one.charCodeAt(0)};`)],
	['in HTML by hex number', (text) => each(text, (one) => `&#x00${hex(one.charCodeAt(0)).toUpperCase()};`)],
	['in HTML twice', (text) => each(text, (one) => `&amp;#${one.charCodeAt(0)};`)],
	['in HTML with places to break', (text) => `${text.slice(0, 7)}<wbr>${text.slice(7, 9)}\u00ad${text.slice(9)}`],
	['in HTML with colors', (text) => `${text.slice(0, 7)}</span><span class="${'token '.repeat(15)}">${text.slice(7)}`],
	[
		'in e-mail',
		(text) =>
			each(text, (one) =>
				bytesOf(one)
					.map((byte) => `=${hex(byte).toUpperCase()}`)
					.join(''),
			),
	],
	['in hex', (text) => Buffer.from(text).toString('hex')],
	['in base64', (text) => Buffer.from(text).toString('base64').replace(/.?=*$/, '')],
	['in base64 for URLs', (text) => Buffer.from(text).toString('base64url').slice(0, -1)],
];

test.each(spellings)('hides a key %s', (_name, write) => {
	// JSON that is read undoes the escape of a percent sign; the text that is shown is what counts.
	const shown = _name === 'in a URL in JSON' ? (JSON.parse(`"${write(key)}"`) as string) : write(key);
	expect(hide(`The key ${shown}, ${shown} is wrong`)).toBe('The key [hidden], [hidden] is wrong');
});

test.each([1, 2, 3, 4, 5])('hides a key in the base64 of a longer text that begins %i bytes before it', (before) => {
	const whole = Buffer.from(`${'u'.repeat(before)}${key}:more`).toString('base64');
	expect(hide(whole)).toContain('[hidden]');
	expect(hide(whole).length).toBeLessThan(20 + before * 2);
});

test('hides a key of any characters, each written in a way of its own', () => {
	const ways = spellings.filter(([name]) => /^in (JSON$|JSON of|a URL, all|HTML by|Python|JavaScript|e-mail|capitals)/.test(name)).map(([, write]) => write);
	const anyKey = fc.string({ unit: 'grapheme-ascii', minLength: 6, maxLength: 40 }).map((text) => text.replace(/\s/g, 'x'));
	fc.assert(
		fc.property(anyKey, fc.infiniteStream(fc.nat({ max: ways.length - 1 })), (secret, choices) => {
			const written = each(secret, (one) => ways[choices.next().value ?? 0]?.(one) ?? one);
			return createRedactor([secret]).text(`<${written}>`) === '<[hidden]>';
		}),
		{ numRuns: 300, seed: 20261120 },
	);
});

test.each<[string, string]>([
	['text', 'afk_1234'],
	['a longer word', 'xafk_12345'],
])('hides a key in %s', (_name, text) => {
	expect(createRedactor(['afk_1234']).text(text)).toBe(text.replace('afk_1234', '[hidden]'));
});

test('hides several secrets, the longer first, and none that is too short to be one', () => {
	expect(createRedactor(['one1', 'one1two2', 'abc', '']).text('one1 one1two2 abc')).toBe('[hidden] [hidden] abc');
});

test.each(['Skip the ABC', 'https://cdn.example/a%2Fb.png?x=1', '&amp;#47;', 'sk/Ab3'])('leaves "%s" alone', (text) => {
	expect(hide(text)).toBe(text);
});

test('hides the beginning of a key that is cut off, and no few characters of one', () => {
	const long = createRedactor(['afk_live_0123456789abcdefghijklmn']);
	expect(long.text('Invalid key afk_live_0123456789abc… and afk_live_0123, afk_****klmn')).toBe('Invalid key [hidden]789abc… and afk_live_0123, afk_****klmn');
});

test.each([500, 4000])('hides a key of %i characters', (length) => {
	const long = 'eyJhbGciOi.'.repeat(length).slice(0, length);
	expect(createRedactor([long]).text(`Invalid key ${long}.`)).toBe('Invalid key [hidden].');
});

test('a text full of beginnings of keys takes no long time', () => {
	const begun = Date.now();
	hide(key.slice(0, 10).repeat(20_000));
	createRedactor(['a'.repeat(200)]).text(`${'a'.repeat(150)}b`.repeat(100));
	expect(Date.now() - begun).toBeLessThan(4000);
});

describe('in parsed JSON', () => {
	test('hides what stands in values, keys and numbers, at any depth', () => {
		const value = parseJson(
			`{"a":["x ${encodeURIComponent(key)}",{"${'sk\\/Ab3\\u002bXy9\\/Zq=_-.~\\"\\\\é&'}":1,"n":81726354,"t":true,"z":null}],"b":"fine"}`,
		);
		expect(createRedactor([key, '81726354']).json(value ?? null)).toEqual({ a: ['x [hidden]', { '[hidden]': 1, n: '[hidden]', t: true, z: null }], b: 'fine' });
	});

	test('keeps a key like __proto__ what it is', () => {
		const value = createRedactor([key]).json(JSON.parse('{"__proto__":{"a":1}}') as JsonValue);
		expect(Object.keys(value as object)).toEqual(['__proto__']);
	});
});

describe('is linear', () => {
	const size = 1_000_000;
	test.each([
		['a page', '<div class="x">words &amp; more %2F \\u002b words</div>'],
		['backslashes', '\\'],
		['percent signs', '%25'],
		['ampersands', '&amp;'],
		['beginnings of the key', 'sk/Ab3+Xy9/Zq=_-.~"'],
		['tags that are never closed', '<'],
	])(
		'in 1 MB of %s: a second or two of processor time at the most',
		(_name, piece) => {
			const text = piece.repeat(size / piece.length);
			const before = process.cpuUsage();
			hide(text);
			const { user, system } = process.cpuUsage(before);
			expect((user + system) / 1000).toBeLessThan(2500);
		},
		30_000,
	);
});
