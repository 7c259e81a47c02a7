import { oneLine, redact } from '../../nodes/core/text';

describe('oneLine', () => {
	test.each<[string, string]>([
		['plain', 'plain'],
		['  two\n\tlines  ', 'two lines'],
		['<html><head><style>p { color: red }</style></head><body><h1>502</h1>Bad gateway</body></html>', '502 Bad gateway'],
		['<script>alert(1)</script>Sorry', 'Sorry'],
		['', ''],
		['The job was canceled', 'The job was cancelled'],
	])('%j becomes %j', (text, line) => {
		expect(oneLine(text)).toBe(line);
	});

	test('is never longer than a paragraph', () => {
		expect(oneLine('x'.repeat(9000))).toBe(`${'x'.repeat(500)}…`);
		expect(oneLine('x'.repeat(500))).toBe('x'.repeat(500));
	});
});

describe('redact', () => {
	test.each<[string, string, string]>([
		['as it is', 'Invalid key afk_1234', 'Invalid key [hidden]'],
		['everywhere', 'afk_1234, afk_1234', '[hidden], [hidden]'],
		['inside words', 'Bearer-afk_1234!', 'Bearer-[hidden]!'],
	])('hides a key %s', (_, text, clean) => {
		expect(redact(text, ['afk_1234'])).toBe(clean);
	});

	test('hides a key as URLs and JSON write it', () => {
		const key = 'a+b/"c"\\d';
		expect(redact(`?key=${encodeURIComponent(key)}`, [key])).toBe('?key=[hidden]');
		expect(redact(JSON.stringify({ key }), [key])).toBe('{"key":"[hidden]"}');
	});

	test('takes several secrets, and none that is too short to be one', () => {
		expect(redact('one1 two2 abc', ['one1', 'two2', 'abc', ''])).toBe('[hidden] [hidden] abc');
	});
});

describe('oneLine', () => {
	test.each([
		['a\u0000b\u001b[31mc\u0085d', 'a b [31mc d'],
		['a <b', 'a <b'],
		['<style>a{}</style>x', 'x'],
		['a <style_preset> b', 'a b'],
		['a <script>never closed', 'a'],
	])('makes %j %j', (text, line) => {
		expect(oneLine(text)).toBe(line);
	});

	test('cuts no character in two', () => {
		expect(oneLine(`${'x'.repeat(499)}🦊🦊`)).toBe(`${'x'.repeat(499)}…`);
	});

	test.each(['<', '<script', '<script>', '<style>', '</script'])('takes no time for 200,000 times %s', (text) => {
		const before = process.cpuUsage();
		oneLine(text.repeat(200_000));
		expect(process.cpuUsage(before).user).toBeLessThan(1_500_000);
	});
});
