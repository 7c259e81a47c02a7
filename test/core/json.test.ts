import {
	amountAt,
	isJsonObject,
	jsonText,
	numberAt,
	parseJson,
	setAt,
	stableJson,
	textAt,
	valueAt,
	type JsonObject,
	type JsonValue,
	changeJson,
} from '../../nodes/core/json';
import { quote } from '../../nodes/core/text';

const body = { data: { id: ' x1 ', count: 0, text: '', none: null, list: [{ url: 'u0' }, { url: 'u1' }], numeric: '12.5', flag: false } };

test.each<[string, unknown]>([
	['data.count', 0],
	['data.flag', false],
	['data.none', null],
	['data.list.1.url', 'u1'],
	['data.list.9.url', undefined],
	['data.list.length', undefined],
	['data.id.length', undefined],
	['data.none.deeper', undefined],
	['nothing', undefined],
	['constructor', undefined],
	['__proto__', undefined],
	['data.toString', undefined],
])('valueAt %s', (path, value) => {
	expect(valueAt(body, path)).toEqual(value);
});

test.each<[string[], string | undefined]>([
	[['data.id'], 'x1'],
	[['data.count'], '0'],
	[['data.text', 'data.id'], 'x1'],
	[['data.none', 'data.flag', 'data.list', 'data'], undefined],
])('textAt %j', (paths, text) => {
	expect(textAt(body, ...paths)).toBe(text);
});

test.each<[string[], number | undefined]>([
	[['data.count'], 0],
	[['data.numeric'], 12.5],
	[['data.text', 'data.none', 'data.flag', 'data.id'], undefined],
	[['data.id', 'data.numeric'], 12.5],
])('numberAt %j', (paths, number) => {
	expect(numberAt(body, ...paths)).toBe(number);
});

test('numbers that JSON cannot hold are ignored', () => {
	expect(numberAt({ a: Number.NaN, b: Number.POSITIVE_INFINITY, c: 'Infinity' }, 'a', 'b', 'c')).toBeUndefined();
	expect(textAt({ a: Number.NaN }, 'a')).toBeUndefined();
});

test.each<[string, JsonValue | undefined]>([
	['{"a":1}', { a: 1 }],
	['null', null],
	['', undefined],
	['{', undefined],
	['<html>', undefined],
])('parseJson %j', (text, value) => {
	expect(parseJson(text)).toEqual(value);
});

test.each<[unknown, boolean]>([
	[{}, true],
	[[], false],
	[null, false],
	['x', false],
	[undefined, false],
])('isJsonObject %j: %s', (value, expected) => {
	expect(isJsonObject(value)).toBe(expected);
});

describe('setAt', () => {
	test.each<[JsonObject, string, JsonValue, JsonObject]>([
		[{}, 'a', 1, { a: 1 }],
		[{}, 'a.b.c', 1, { a: { b: { c: 1 } } }],
		[{ a: { x: 1 } }, 'a.b', 2, { a: { x: 1, b: 2 } }],
		[{ a: 'text' }, 'a.b', 2, { a: { b: 2 } }],
		[{ a: [1] }, 'a.b', 2, { a: { b: 2 } }],
		[{ a: 1 }, 'a', null, { a: null }],
	])('into %j at %s', (target, path, value, expected) => {
		setAt(target, path, value);
		expect(target).toEqual(expected);
	});

	test.each(['__proto__.polluted', 'a.__proto__.polluted', 'constructor.prototype.polluted', 'prototype.polluted'])('never at %s', (path) => {
		const target: JsonObject = { a: {} };
		setAt(target, path, true);
		expect(({} as Record<string, unknown>).polluted).toBeUndefined();
		expect(target).toEqual({ a: {} });
	});
});

test('amountAt accepts only numbers that can be a price or a time', () => {
	expect([0, '2.5', 7].map((value) => amountAt({ value }, 'value'))).toEqual([0, 2.5, 7]);
	expect([-1, 1e308, 'x', null].map((value) => amountAt({ value }, 'value'))).toEqual([undefined, undefined, undefined, undefined]);
});

test('jsonText is empty for a value that JSON cannot hold', () => {
	const circle: Record<string, unknown> = {};
	circle.self = circle;
	expect([{ a: 1 }, 10n, undefined, circle].map(jsonText)).toEqual(['{"a":1}', '', '', '']);
});

test.each<[unknown, string]>([
	['two\nlines', '"two lines"'],
	['x'.repeat(30), `"${'x'.repeat(10)}…"`],
	[`${'x'.repeat(9)}🦊🦊`, `"${'x'.repeat(9)}…"`],
	[10n, 'bigint'],
	[{ a: 1 }, '{"a":1}'],
])('%p is quoted as %s', (value, quoted) => {
	expect(quote(value, 10)).toBe(quoted);
});

test('stableJson differs exactly where the sent JSON differs', () => {
	expect(stableJson({ when: new Date(1) })).not.toBe(stableJson({ when: new Date(2) }));
	expect(stableJson({ a: undefined, b: 1 })).toBe(stableJson({ b: 1 }));
});

describe('whole numbers that JavaScript would round', () => {
	test.each<[string, unknown]>([
		['{"code":1,"data":{"task_id":2064875200729235458}}', { code: 1, data: { task_id: '2064875200729235458' } }],
		['9007199254740993', '9007199254740993'],
		['9007199254740991', 9007199254740991],
		['9007199254740992', '9007199254740992'],
		['-9007199254740993', '-9007199254740993'],
		['[12345678901234567890123,1]', ['12345678901234567890123', 1]],
		['[1234567890.12345678901234567890, 1e21, 12345678901234567890e3]', [1234567890.1234567, 1e21, 1.234567890123456789e22]],
		[' {"a b" :\n12345678901234567890 }', { 'a b': '12345678901234567890' }],
		['{"a\\\\":12345678901234567890,"b":"c \\" 12345678901234567890"}', { 'a\\': '12345678901234567890', b: 'c " 12345678901234567890' }],
		['{"12345678901234567890":"12345678901234567890"}', { '12345678901234567890': '12345678901234567890' }],
		['{12345678901234567890:1}', undefined],
		['012345678901234567890', undefined],
		['12345678901234567890 1', undefined],
	])('are text in %s', (text, value) => {
		expect(parseJson(text)).toEqual(value);
	});

	test('are found in linear time', () => {
		const ids = Array.from({ length: 50_000 }, (_, index) => `{"id":${2_064_875_200_729_235_000n + BigInt(index)}}`);
		const text = `[${ids.join(',')},"${'\\\\'.repeat(125_000)}"]`;
		const before = process.cpuUsage();
		expect(parseJson(text)).toHaveLength(50_001);
		const { user, system } = process.cpuUsage(before);
		expect((user + system) / 1000).toBeLessThan(2000);
	}, 30_000);
});

test.each(['[', '{"a":'])('JSON nested 5,000 deep with %s is not read', (open) => {
	const text = `${open.repeat(5000)}1${(open === '[' ? ']' : '}').repeat(5000)}`;
	expect(parseJson(text)).toBeUndefined();
	expect(parseJson(`${open.repeat(100)}1${(open === '[' ? ']' : '}').repeat(100)}`)).toBeDefined();
});

test.each([
	['{"a":1,"b\\"c":[x]}', '<{>"">:1,<"">:[x]}'.replace(/[<>]/g, '')],
	['no text', 'no text'],
	['{"open: 1}', '{""'],
	['"\\\\"x"y"', '""x""'],
])('what is outside the texts of %s', (json, outside) => {
	expect(changeJson(json, { text: () => '""' })).toBe(outside);
	expect(changeJson(json, {})).toBe(json);
});
