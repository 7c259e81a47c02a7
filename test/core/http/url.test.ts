import { isPrivateUrl, isUrl, isWebUrl } from '../../../nodes/core/http/url';

test.each([
	'http://localhost:5678/',
	'http://LOCALHOST/',
	'http://localhost./',
	'http://n8n.localhost/',
	'http://printer.local/',
	'http://db.internal/',
	'https://redis/',
	'http://host.docker.internal/',
	'http://nas.lan/',
	'http://router.home.arpa/',
	'http://127.0.0.1/',
	'http://127.1/',
	'http://127.255.255.254/',
	'http://0.0.0.0/',
	'http://0/',
	'http://2130706433/',
	'http://0x7f.1/',
	'http://0177.0.0.1/',
	'http://0x7f000001/',
	'http://10.0.0.1/',
	'http://10.255.255.255/',
	'http://100.64.0.1/',
	'http://100.127.255.255/',
	'http://169.254.169.254/latest/meta-data',
	'http://172.16.0.1/',
	'http://172.31.255.255/',
	'http://192.168.1.1/',
	'http://198.18.0.1/',
	'http://224.0.0.1/',
	'http://255.255.255.255/',
	'http://[::]/',
	'http://[::1]/',
	'http://[0:0:0:0:0:0:0:1]/',
	'http://[::ffff:127.0.0.1]/',
	'http://[::ffff:7f00:1]/',
	'http://[::ffff:192.168.0.1]/',
	'http://[::127.0.0.1]/',
	'http://[64:ff9b::7f00:1]/',
	'http://[64:ff9b::169.254.169.254]/',
	'http://[fe80::1]/',
	'http://[febf::1]/',
	'http://[fc00::1]/',
	'http://[fd12:3456::1]/',
	'http://[ff02::1]/',
])('%s is private', (url) => {
	expect(isPrivateUrl(new URL(url))).toBe(true);
});

test.each([
	'https://file.apixo.ai/1.png',
	'https://api.pixwith.ai/',
	'https://localhost.example.com/',
	'https://my-local.example/',
	'https://internal.example/',
	'http://8.8.8.8/',
	'http://9.255.255.255/',
	'http://11.0.0.1/',
	'http://100.63.255.255/',
	'http://100.128.0.1/',
	'http://169.253.0.1/',
	'http://172.15.255.255/',
	'http://172.32.0.1/',
	'http://192.167.0.1/',
	'http://198.17.0.1/',
	'http://198.20.0.1/',
	'http://223.255.255.255/',
	'http://10.example.com/',
	'http://[2606:4700::1111]/',
	'http://[::ffff:8.8.8.8]/',
	'http://[64:ff9b::8.8.8.8]/',
	'http://fd.example/',
])('%s is public', (url) => {
	expect(isPrivateUrl(new URL(url))).toBe(false);
});

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
