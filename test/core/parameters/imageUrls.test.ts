import { imageUrlFault, imageUrlWarning, splitImageUrls } from '../../../nodes/core/parameters/imageUrls';
import { processorTime } from '../../support/processorTime';

const one = 'https://example.com/1.png';
const two = 'http://example.com/2.png';

describe('what was typed', () => {
	test.each<[string, unknown, string[]]>([
		['one', one, [one]],
		['commas', `${one},${two}`, [one, two]],
		['semicolons', `${one};${two}`, [one, two]],
		['bars', `${one}|${two}`, [one, two]],
		['bars and blanks', `${one} | ${two}`, [one, two]],
		['lines', `${one}\n${two}\r\n`, [one, two]],
		['a comma and a line', `${one},\n${two},\n`, [one, two]],
		['several separators', `${one},,; ${two}|`, [one, two]],
		['separators before', `,;${one}`, [one]],
		['capitals', `${one};HTTPS://EXAMPLE.COM/3.png`, [one, 'HTTPS://EXAMPLE.COM/3.png']],
		['invisible characters', `\u200b${one}\ufeff,\u200b`, [one]],
		['a comma inside', 'https://example.com/w_400,h_300/1.png', ['https://example.com/w_400,h_300/1.png']],
		['a semicolon inside', 'https://example.com/1.png;v=2?a;b', ['https://example.com/1.png;v=2?a;b']],
		['a bar inside', 'https://example.com/a|b|c.png', ['https://example.com/a|b|c.png']],
		['all inside and between', `https://example.com/a,b;c|d.png|${two};${one}`, ['https://example.com/a,b;c|d.png', two, one]],
		['a list', [one, ` ${two} `], [one, two]],
		['a list with a separator inside', ['https://example.com/a|b.png', two], ['https://example.com/a|b.png', two]],
		['an earlier node’s images', [{ url: one, fileName: '1.png', width: 10 }, { url: two }], [one, two]],
		['attachment fields', [{ id: 'att1', url: one, filename: 'a.png', thumbnails: { small: { url: two } } }], [one]],
		['one object', { url: one }, [one]],
		['texts and objects', [one, { url: two }, null, '', undefined], [one, two]],
		['lists in a list', [[one], [{ url: two }]], [one, two]],
		['a list written as JSON', JSON.stringify([one, { url: two }]), [one, two]],
		['an object written as JSON', JSON.stringify({ url: one }), [one]],
		['a blank or a tab between', `${one} ${two}\t${one}`, [one, two, one]],
		['full-width separators', `${one}，${two}、${one}； ${two}，`, [one, two, one, two]],
		['quotes of a spreadsheet', `"${one}","${two}"`, [one, two]],
		['angle brackets', `<${one}>, <${two}>`, [one, two]],
		['bullets', `- ${one}\n* ${two}\n3. ${one}`, [one, two, one]],
		['several in one entry', [`${one}, ${two}`, { url: `${one}\n${two}` }], [one, two, one, two]],
		['an attachment field without a URL', [{ id: 'att1', url: null }, { url: two }], [two]],
		['nothing', '', []],
		['separators alone', ' ,;|\n', []],
		['an empty list', [], []],
		['an empty object', {}, []],
	])('%s', (_, raw, urls) => {
		expect(splitImageUrls(raw)).toEqual(urls);
	});

	test.each([7, true])('%j keeps its place too', (raw) => {
		expect(splitImageUrls(raw)).toEqual([String(raw)]);
	});

	test('text that is not a URL keeps its place, so that a fault can name it', () => {
		expect(splitImageUrls([one, 7, { name: 'a' }, 10n])).toEqual([one, '7', '{"name":"a"}', 'bigint']);
		expect(splitImageUrls(`${one},ftp://example.com/2.png`)).toEqual([one, 'ftp://example.com/2.png']);
	});

	test('a long text is processed quickly', () => {
		const milliseconds = processorTime(() => {
			for (const piece of [',', ', ', 'a,', ';|', '\n,', 'http,', 'a:', ' ', ' "', '\t<']) splitImageUrls(piece.repeat(50_000));
		});
		expect(milliseconds).toBeLessThan(3000);
	});
});

const outside = { provider: 'Example', baseUrl: 'https://api.example.com' };
const inside = { provider: 'Example', baseUrl: 'http://gateway.internal:8080' };

const privateUrls = [
	'http://minio:9000/b/photo.png',
	'https://cdn.invalid/photo.png',
	'http://localhost:9000/a.png',
	'http://127.0.0.1/a.png',
	'http://192.168.1.20/a.png',
	'http://10.0.0.5/a.png',
	'https://172.20.1.1/a.png',
	'http://169.254.169.254/latest',
	'http://[::1]/a.png',
	'http://nas.local/a.png',
	'http://n8n.lan/a.png',
	'http://0x7f.1/a.png',
	'http://minio.default.svc:9000/a.png',
	'http://minio.default.svc.cluster.local/a.png',
	'http://host.docker.internal:9000/a.png',
	'http://fritz.box/a.png',
	'http://192-168-1-20.nip.io/a.png',
	'http://localtest.me/a.png',
	'http://NAS.LOCAL./a.png',
	'http://①②⑦.1/a.png',
];

describe('a URL that a provider has to fetch', () => {
	test.each(privateUrls)('%s is refused, unless the provider is in a private network too', (url) => {
		const fault = imageUrlFault(url, 2, outside);
		expect(fault).toMatch(/^Image URL 2 is at ".*", which Example cannot reach from outside your network: .*Image Source to Binary$/);
		expect(imageUrlFault(url, 2, { ...outside, baseUrl: undefined })).toBe(fault);
		expect(imageUrlFault(url, 2, inside)).toBeUndefined();
	});

	test.each([one, two, 'https://müller.example/ä.png', 'https://8.8.8.8/a.png', 'https://minio.example.com:9000/a|b,c;d.png'])('%s is accepted', (url) => {
		expect(imageUrlFault(url, 1, outside)).toBeUndefined();
		expect(imageUrlWarning(url, 1)).toBeUndefined();
	});

	test.each<[string, string, RegExp]>([
		['a data URI', `data:image/png;base64,${'iVBORw0KGgo'.repeat(40)}`, /^Image URL 1 is a data URI, .*Convert to File/],
		['base64', 'iVBORw0KGgo'.repeat(5000), /^Image URL 1 is the content of a file \(base64: "(iVBORw0KGgo)+i?V?B?…"\), .*Convert to File/],
		['no scheme', 'example.com/1.png', /^Image URL 1 must begin with https:\/\/ or http:\/\/, but is "example.com\/1.png"$/],
		['a blank', 'https://example.com/a b.png', /contains a space/],
		['an invisible character', 'https://example.com/a\u200b.png', /contains an invisible character/],
		['a port out of range', 'https://example.com:99999/a.png', /^Image URL 1 is not a valid URL: "https:\/\/example.com:99999\/a.png"$/],
	])('%s is refused', (_, url, fault) => {
		const said = imageUrlFault(url, 1, outside) ?? '';
		expect(said).toMatch(fault);
		expect(said.length).toBeLessThan(320);
	});

	test.each(['https://api.telegram.org/file/bot123456:AAE-x_y/photos/file_1.jpg', 'https://bots.example.com/tg/file/bot123456:AAE-x_y/photos/file_1.jpg'])(
		'%s warns, and the warning does not contain the token',
		(url) => {
			expect(imageUrlFault(url, 1, outside)).toBeUndefined();
			const warning = imageUrlWarning(url, 1);
			expect(warning).toMatch(/^Image URL 1 is a file URL of Telegram/);
			expect(warning).not.toContain('AAE');
		},
	);
});
