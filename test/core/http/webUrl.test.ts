import { isUrl, isWebUrl } from '../../../nodes/core/http/webUrl';

test.each<[string, boolean]>([
	['https://x.example/1.png', true],
	['HTTP://x.example', true],
	['https://müller.example/ä.png', true],
	['https://', false],
	['https://[', false],
	['ftp://x.example', false],
	['x.example', false],
	['', false],
])('%j is a web URL: %s', (text, isOne) => {
	expect(isWebUrl(text)).toBe(isOne);
});

test('a path is a URL with a base alone', () => {
	expect(isUrl('/1.png')).toBe(false);
	expect(isUrl('/1.png', 'https://x.example')).toBe(true);
});

// URL.canParse() of Node 20 says no from its 2,500th call on
test('a URL with an umlaut stays one, however often it is asked', () => {
	const parts = 'https://müller.example/ä.png\nhttps://x.example/1.png'.split('\n');
	for (let count = 0; count < 10_000; count++) if (!parts.every((part) => isWebUrl(part))) throw new Error(`no URL after ${count} calls`);
});
