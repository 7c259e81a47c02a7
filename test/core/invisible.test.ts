import { cleanText, trimInvisible } from '../../nodes/core/invisible';
import { processorTime } from '../support/processorTime';

test.each([
	['  key\n', 'key'],
	['\u200b\ufeff\u00a0key\u2060\u0000', 'key'],
	['\u202ekey\u202c', 'key'],
	['a\u200bb', 'a\u200bb'],
	['\ud83dkey', 'key'],
	['👩‍🍳', '👩‍🍳'],
	['\u200b \u3164\u2800\ufe0f\u{e0061}', ''],
	['', ''],
])('%j is trimmed to %j', (text, trimmed) => {
	expect(trimInvisible(text)).toBe(trimmed);
});

test.each([
	[' a fox\r\nin the snow ', 'a fox\nin the snow'],
	['a\tfox', 'a\tfox'],
	['a \ud83e fox \udd8a', 'a  fox'],
	['a\u0000\u0007\u009f fox', 'a fox'],
	['👩‍🍳 and ❤️', '👩‍🍳 and ❤️'],
	['می‌خواهم', 'می‌خواهم'],
	['\u200b\u200b\u200b', ''],
	['\u2800 \u3164\n\u00ad', ''],
	['\u0301\u0301 \u20e3', ''],
	['e\u0301', 'e\u0301'],
	['हिन्दी', 'हिन्दी'],
])('%j is cleaned to %j', (text, clean) => {
	expect(cleanText(text)).toBe(clean);
});

test('a long text is processed quickly', () => {
	const milliseconds = processorTime(() => {
		cleanText('\u200b '.repeat(100_000));
		trimInvisible(`a${' \u200b'.repeat(100_000)}b`);
	});
	expect(milliseconds).toBeLessThan(1000);
});
