import { imageUrlsAt, imageUrlsIn, searchImageUrls } from '../../../nodes/core/provider/resultUrls';

const one = 'https://cdn.example/1.png';
const two = 'https://cdn.example/2.png';

describe('imageUrlsIn', () => {
	test.each<[unknown, string[]]>([
		[one, [one]],
		[` ${one} `, [one]],
		[
			[one, two],
			[one, two],
		],
		[
			[{ url: one }, { image_url: two }],
			[one, two],
		],
		[{ src: one }, [one]],
		[`${one},${two}`, [one, two]],
		[`${one}\n${two}`, [one, two]],
		[[`${one} | ${two}`], [one, two]],
		['https://cdn.example/w_400,h_300/1.png;v=2', ['https://cdn.example/w_400,h_300/1.png;v=2']],
		['//cdn.example/1.png', [one]],
		['//cdn/1.png', []],
		['/files/1.png', []],
		[{ url: one, image_url: two }, [one]],
		[{ url: '', src: one }, [one]],
		[{ url: { url: one } }, [one]],
		[
			[one, one, two],
			[one, two],
		],
		[
			[two, one],
			[two, one],
		],
		['not a url', []],
		['data:image/png;base64,iVBOR', []],
		['ftp://cdn.example/1.png', []],
		[[null, 7, true, {}, []], []],
		[undefined, []],
		[{ other: one }, []],
	])('in %j', (value, urls) => {
		expect(imageUrlsIn(value)).toEqual(urls);
	});
});

describe('imageUrlsAt', () => {
	test.each<[unknown, string[], string[]]>([
		[{ a: { b: [one] } }, ['a.b'], [one]],
		[{ first: [], second: [two] }, ['first', 'second'], [two]],
		[{ first: [one], second: [two] }, ['first', 'second'], [one]],
		[{ text: JSON.stringify({ resultUrls: [one] }) }, ['text'], [one]],
		[{ text: JSON.stringify([one, two]) }, ['text'], [one, two]],
		[{ text: JSON.stringify(JSON.stringify({ resultUrls: [one] })) }, ['text'], [one]],
		[{ text: '{"resultUrls":[' }, ['text'], []],
		[{ object: { images: [one] } }, ['object'], [one]],
		[{}, ['a.b.c'], []],
		[null, ['a'], []],
	])('in %j at %j', (body, paths, urls) => {
		expect(imageUrlsAt(body, ...paths)).toEqual(urls);
	});
});

describe('searchImageUrls', () => {
	test.each([
		'resultUrls',
		'result_urls',
		'images',
		'image_urls',
		'urls',
		'image_url',
		'imageUrl',
		'url',
		'image',
		'output',
		'outputs',
		'result',
		'results',
		'resultJson',
		'data',
		'assets',
	])('searches below %s', (key) => {
		expect(searchImageUrls({ [key]: [one] })).toEqual([one]);
		expect(searchImageUrls({ data: { [key]: one } })).toEqual([one]);
	});

	test.each([
		'input',
		'inputs',
		'param',
		'params',
		'parameters',
		'request',
		'prompt',
		'image_input',
		'input_urls',
		'statusUrl',
		'status_url',
		'reference',
		'reference_images',
		'referenceUrl',
		'callback',
		'callback_url',
		'callbackUrl',
		'webhook',
		'webhook_url',
		'webhookUrl',
	])('never returns what was sent: %s', (key) => {
		expect(searchImageUrls({ [key]: [one], data: { [key]: { images: [one], url: one }, result: { [key]: one } } })).toEqual([]);
	});

	test('splits texts and adds a scheme', () => {
		expect(searchImageUrls({ result: `${two}, ${one}` })).toEqual([two, one]);
		expect(searchImageUrls({ output: ['//cdn.example/1.png'] })).toEqual([one]);
	});

	test('parses JSON in texts, keeps the order and drops repetitions', () => {
		const body = { data: { resultJson: JSON.stringify({ resultUrls: [two, one] }), images: [{ url: one }] } };
		expect(searchImageUrls(body)).toEqual([two, one]);
	});

	test('the names of what was sent count only below a result', () => {
		const names = new Set(['image_urls']);
		expect(searchImageUrls({ image_urls: [one], data: { image_urls: [one] }, url: two }, names)).toEqual([two]);
		expect(searchImageUrls({ image_urls: [one], data: { result: { image_urls: [two] } } }, names)).toEqual([two]);
		expect(searchImageUrls({ output: JSON.stringify([{ image_urls: [two] }]) }, names)).toEqual([two]);
		expect(searchImageUrls({ result: { input: { image_urls: [one] } } }, names)).toEqual([]);
	});

	test.each(['imageUrls', 'ImageURLs', 'image_urls', 'imageurls'])('%s is the same name as image_urls', (name) => {
		expect(searchImageUrls({ data: { [name]: [one] }, url: two }, new Set(['image_urls']))).toEqual([two]);
		expect(searchImageUrls({ data: { [name]: [one] } })).toEqual([one]);
		expect(searchImageUrls({ Result_URLs: { [name]: [one] } }, new Set(['imageUrls']))).toEqual([one]);
	});

	test('stops at a depth limit', () => {
		let deep: unknown = one;
		for (let depth = 0; depth < 7; depth++) deep = { data: deep };
		expect(searchImageUrls(deep)).toEqual([]);
		expect(searchImageUrls({ data: { data: { data: one } } })).toEqual([one]);
	});

	test.each([null, 7, 'text', '{broken', []])('finds nothing in %j', (body) => {
		expect(searchImageUrls(body)).toEqual([]);
	});
});

test.each(['https://', 'https://[', 'https:// x'])('%j is not an image URL', (url) => {
	expect(imageUrlsIn([url])).toEqual([]);
	expect(searchImageUrls({ images: [url] })).toEqual([]);
});

test('a list nested deeper than the stack does not overflow it', () => {
	const deep: unknown = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000));
	expect(imageUrlsIn(deep)).toEqual([]);
});
