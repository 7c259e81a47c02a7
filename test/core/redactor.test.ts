import { parseJson, type JsonValue } from '../../nodes/core/json';
import { createRedactor } from '../../nodes/core/redactor';
import { spellings } from '../support/spellings';

const key = 'sk/Ab3+Xy9/Zq=_-.~"\\é&';
const hide = (text: string): string => createRedactor([key]).text(text);

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

test.each<[string, string]>([
	['text', 'afk_1234'],
	['a longer word', 'xafk_12345'],
])('hides a key in %s', (_name, text) => {
	expect(createRedactor(['afk_1234']).text(text)).toBe(text.replace('afk_1234', '[hidden]'));
});

test('hides several secrets, the longer first, but no text of less than four characters', () => {
	expect(createRedactor(['one1', 'one1two2', 'abc', '']).text('one1 one1two2 abc')).toBe('[hidden] [hidden] abc');
});

test.each(['Skip the ABC', 'https://cdn.example/a%2Fb.png?x=1', '&amp;#47;', 'sk/Ab3'])('does not change "%s"', (text) => {
	expect(hide(text)).toBe(text);
});

test('hides a key that is cut off in its second half, but not its first few characters', () => {
	const long = createRedactor(['afk_live_0123456789abcdefghijklmn']);
	expect(long.text('Invalid key afk_live_0123456789abc… and afk_live_0123, afk_****klmn')).toBe('Invalid key [hidden]789abc… and afk_live_0123, afk_****klmn');
});

test.each([500, 4000])('hides a key of %i characters', (length) => {
	const long = 'eyJhbGciOi.'.repeat(length).slice(0, length);
	expect(createRedactor([long]).text(`Invalid key ${long}.`)).toBe('Invalid key [hidden].');
});

test('a text full of beginnings of keys is processed quickly', () => {
	const before = process.cpuUsage();
	hide(key.slice(0, 10).repeat(5000));
	createRedactor(['a'.repeat(200)]).text(`${'a'.repeat(150)}b`.repeat(25));
	const { user, system } = process.cpuUsage(before);
	expect((user + system) / 1000).toBeLessThan(1000);
});

describe('in parsed JSON', () => {
	test('hides secrets in values, keys and numbers, at any depth', () => {
		const value = parseJson(
			`{"a":["x ${encodeURIComponent(key)}",{"${'sk\\/Ab3\\u002bXy9\\/Zq=_-.~\\"\\\\é&'}":1,"n":81726354,"t":true,"z":null}],"b":"fine"}`,
		);
		expect(createRedactor([key, '81726354']).json(value ?? null)).toEqual({ a: ['x [hidden]', { '[hidden]': 1, n: '[hidden]', t: true, z: null }], b: 'fine' });
	});

	test('keeps a key like __proto__ an ordinary key', () => {
		const value = createRedactor([key]).json(JSON.parse('{"__proto__":{"a":1}}') as JsonValue);
		expect(Object.keys(value as object)).toEqual(['__proto__']);
	});
});

describe('is linear', () => {
	const size = 250_000;
	test.each([
		['a page', '<div class="x">words &amp; more %2F \\u002b words</div>'],
		['backslashes', '\\'],
		['percent signs', '%25'],
		['ampersands', '&amp;'],
		['beginnings of the key', 'sk/Ab3+Xy9/Zq=_-.~"'],
		['tags that are never closed', '<'],
	])(
		'in 250 kB of %s: half a second of processor time at the most',
		(_name, piece) => {
			const text = piece.repeat(size / piece.length);
			const before = process.cpuUsage();
			hide(text);
			const { user, system } = process.cpuUsage(before);
			expect((user + system) / 1000).toBeLessThan(1500);
		},
		30_000,
	);
});
