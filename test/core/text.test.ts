import { compareNames, counted, errorText, oneLine } from '../../nodes/core/text';

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

	test.each(['<', '<script', '<script>', '<style>', '</script'])('is fast for 50,000 times %s', (text) => {
		const before = process.cpuUsage();
		oneLine(text.repeat(50_000));
		expect(process.cpuUsage(before).user).toBeLessThan(400_000);
	});
});

test.each([
	[0, 'image', '0 images'],
	[1, 'reference image', '1 reference image'],
	[2, 'image', '2 images'],
])('%i × %s is written as "%s"', (count, noun, text) => {
	expect(counted(count, noun)).toBe(text);
});

test.each<[unknown, string]>([
	[new TypeError('broken'), 'broken'],
	['broken', 'broken'],
	[undefined, 'undefined'],
	[{ message: 'broken' }, '[object Object]'],
])('the text of the thrown value %p is "%s"', (error, text) => {
	expect(errorText(error)).toBe(text);
});

test('sorts names whatever their case', () => {
	expect(['b', 'Callback', 'a', 'B', 'call'].sort(compareNames)).toEqual(['a', 'b', 'B', 'call', 'Callback']);
});
