import { type ProviderId, providers } from '../../../nodes/providers';
import { check } from '../../support/provider';

const withImages = (imageUrls: unknown) => ({ operation: 'imageToImage', imageUrls });
const fox = '🦊';

describe('prompt', () => {
	test.each(['', '   ', '\n\t', '\u200b\u200b', '\u0000', '\ud83e', undefined, null, Number.NaN])('%j is empty', (prompt) => {
		expect(check('apixo', { prompt }).faults).toEqual(['Prompt is empty: describe the image to generate']);
	});

	test.each<[string, unknown]>([
		['an object', { scene: 'a fox' }],
		['a list', ['a fox', 'in the snow']],
		['a list', []],
		['true or false', false],
		['an object', new Date(0)],
	])('refuses %s', (kind, prompt) => {
		const { faults } = check('apixo', { prompt });
		expect(faults).toEqual([expect.stringMatching(new RegExp(`^Prompt must be text, but is ${kind} \\(`))]);
		expect(faults[0]).toContain('{{ JSON.stringify(…) }}');
	});

	test.each([
		['a map of [object Map]', /^Prompt contains "\[object Map\]"/],
		[
			'{{ $json.prompt }}',
			/^Prompt contains an expression that n8n did not evaluate \("\{\{ \$json\.prompt \}\}"\): switch the field from Fixed to Expression$/,
		],
		["={{$('Edit Fields').item.json.prompt}} at night", /did not evaluate/],
		['undefined', /^Prompt is "undefined": the expression found nothing/],
		[' null\n', /^Prompt is "null"/],
		['NaN', /^Prompt is "NaN"/],
		['\u0301\u0301', /^Prompt is empty/],
	])('refuses %j', (prompt, says) => {
		expect(check('apixo', { prompt }).faults).toEqual([expect.stringMatching(says)]);
	});

	test.each(['a sign that says {{ sale }}', 'the word null on a wall', '🦊', 'مرحبا بالعالم', '[object]'])('takes %j', (prompt) => {
		expect(check('apixo', { prompt })).toMatchObject({ faults: [], task: { prompt } });
	});

	test.each(['photo of [object Object]', '[object Object],[object Object]'])('refuses %j', (prompt) => {
		expect(check('apixo', { prompt }).faults).toEqual([expect.stringMatching(/^Prompt contains "\[object Object\]".*\{\{ JSON\.stringify\(…\) \}\}$/)]);
	});

	test('quotes no more than a part of a large object', () => {
		expect(check('apixo', { prompt: { text: 'x'.repeat(100_000) } }).faults[0]?.length).toBeLessThan(260);
	});

	test('is cleaned of what no model can read', () => {
		expect(check('apixo', { prompt: 'a \ud83e fox\u0000 in\r\nthe snow\u0007' }).task.prompt).toBe('a  fox in\nthe snow');
	});

	test('is trimmed, and a number counts as text', () => {
		expect(check('apixo', { prompt: '  a fox \n' }).task.prompt).toBe('a fox');
		expect(check('apixo', { prompt: 42 }).task.prompt).toBe('42');
	});

	test.each<[ProviderId, number]>([
		['apixo', 5000],
		['apiInOne', 5000],
		['apiframe', 2000],
	])('%s takes %i characters and not one more', (id, most) => {
		expect(check(id, { prompt: 'a'.repeat(most) }).faults).toEqual([]);
		const [fault] = check(id, { prompt: 'a'.repeat(most + 1) }).faults;
		expect(fault).toContain(`at most ${most.toLocaleString('en-US')} characters`);
		expect(fault).toContain(`has ${(most + 1).toLocaleString('en-US')}`);
	});

	test('counts characters, not their halves', () => {
		expect(check('apiframe', { prompt: fox.repeat(2000) }).faults).toEqual([]);
		expect(check('apiframe', { prompt: fox.repeat(2001) }).faults).toEqual(['Prompt may have at most 2,000 characters for Apiframe, but has 2,001']);
	});

	test.each<[ProviderId, number]>([
		['pixwith', 5000],
		['apiInOne', 3000],
	])('%s warns above %i characters and sends', (id, advised) => {
		expect(check(id, { prompt: 'a'.repeat(advised) }).warnings).toEqual([]);
		const { faults, warnings } = check(id, { prompt: 'a'.repeat(advised + 1) });
		expect(faults).toEqual([]);
		expect(warnings).toEqual([expect.stringContaining(`${(advised + 1).toLocaleString('en-US')} characters`)]);
	});

	test('API in One wants three characters at the least', () => {
		expect(check('apiInOne', { prompt: 'fox' }).faults).toEqual([]);
		expect(check('apiInOne', { prompt: 'ox' }).faults).toHaveLength(1);
	});

	test.each<ProviderId>(['pixwith', 'pixelDojo'])('%s documents no limit', (id) => {
		expect(check(id, { prompt: 'a'.repeat(20_000) }).faults).toEqual([]);
	});
});

describe('image URLs', () => {
	const one = 'https://example.com/1.jpg';
	const two = 'https://example.com/2.jpg';

	test.each<[string, unknown, string[]]>([
		['one', one, [one]],
		['one per line', `${one}\n${two}`, [one, two]],
		['Windows lines', `${one}\r\n${two}\r\n`, [one, two]],
		['empty lines', `\n${one}\n\n\n${two}\n`, [one, two]],
		['commas', `${one},${two}`, [one, two]],
		['commas and spaces', `${one}, ${two} ,`, [one, two]],
		['a list', [one, ` ${two} `], [one, two]],
		['a list with holes', [null, one, '', undefined, '  ', two], [one, two]],
		['a comma inside a URL', 'https://example.com/w_400,h_300,c_fill/1.jpg', ['https://example.com/w_400,h_300,c_fill/1.jpg']],
		['a comma and a colon inside a URL', 'https://example.com/rs:fit,q:80/1.jpg', ['https://example.com/rs:fit,q:80/1.jpg']],
		['commas inside and between', `https://example.com/a,b.jpg,${two}`, ['https://example.com/a,b.jpg', two]],
		['plain http', 'http://example.com/1.jpg', ['http://example.com/1.jpg']],
		['capitals', 'HTTPS://EXAMPLE.COM/1.JPG', ['HTTPS://EXAMPLE.COM/1.JPG']],
		['the same one twice, for prompts that count', `${one}\n${one}`, [one, one]],
	])('%s', (_, imageUrls, expected) => {
		const { task, faults } = check('apixo', withImages(imageUrls));
		expect(faults).toEqual([]);
		expect(task.imageUrls).toEqual(expected);
	});

	test.each<[string, unknown, string]>([
		['without a scheme', 'example.com/1.jpg', 'Image URL 1 must begin with https:// or http://, but is "example.com/1.jpg"'],
		['of a file', 'file:///tmp/1.jpg', 'Image URL 1 must begin with https:// or http://, but is "file:///tmp/1.jpg"'],
		['by ftp', 'ftp://example.com/1.jpg', 'Image URL 1 must begin with https:// or http://, but is "ftp://example.com/1.jpg"'],
		['that cannot be parsed', 'https://', 'Image URL 1 must begin with https:// or http://, but is "https://"'],
		['that is words', 'the red one', 'Image URL 1 must begin with https:// or http://, but is "the red one"'],
		['that is a number in a list', [7], 'Image URL 1 must begin with https:// or http://, but is "7"'],
		['in second place', `${one}\nnonsense`, 'Image URL 2 must begin with https:// or http://, but is "nonsense"'],
		['in second place by comma', `${one},ftp://example.com/2.jpg`, 'Image URL 2 must begin with https:// or http://, but is "ftp://example.com/2.jpg"'],
		['that is very long', 'x'.repeat(200), `Image URL 1 must begin with https:// or http://, but is "${'x'.repeat(80)}…"`],
	])('refuses one %s', (_, imageUrls, fault) => {
		expect(check('apixo', withImages(imageUrls)).faults).toEqual([fault]);
	});

	test('refuses a data URI as one image, whatever commas it has, and shows none of it', () => {
		const { faults } = check('apixo', withImages(`data:image/png;base64,iVBORw0KGgo=\n${one}`));
		expect(faults).toEqual([expect.stringContaining('Image URL 1 is a data URI')]);
		expect(faults[0]).not.toContain('iVBOR');
	});

	test.each(['', '  ', [], [''], [null, undefined], undefined, null, 7, {}])('wants at least one: %j', (imageUrls) => {
		expect(check('apixo', withImages(imageUrls)).faults).toEqual(['Image to Image needs at least one reference image']);
	});

	test.each<[ProviderId, number]>([
		['apixo', 14],
		['apiInOne', 14],
		['apiframe', 14],
		['pixelDojo', 14],
		['pixwith', 4],
	])('%s takes %i of them and not one more', (id, most) => {
		const many = (count: number) => ({
			...withImages(Array.from({ length: count }, (_, index) => `https://example.com/${index}.jpg`)),
			fields: { imageFieldName: 'images' },
		});
		expect(check(id, many(most)).faults).toEqual([]);
		expect(check(id, many(most + 1)).faults).toEqual([expect.stringMatching(new RegExp(`takes at most ${most} reference images, but there are ${most + 1}$`))]);
	});

	test('files count as references, each with a stand-in for its URL', () => {
		const files = (count: number) => Array.from({ length: count }, (_, index) => ({ file: `data_${index}` }));
		const { task, faults } = check('pixwith', { operation: 'imageToImage', references: [...files(3), { url: one }] });
		expect(faults).toEqual([]);
		expect(task.imageUrls).toEqual(['<URL of the file in data_0>', '<URL of the file in data_1>', '<URL of the file in data_2>', one]);
		expect(check('pixwith', { operation: 'imageToImage', references: files(5) }).faults).toEqual(['PixWith takes at most 4 reference images, but there are 5']);
		expect(check('pixwith', { operation: 'imageToImage', references: [...files(1), { url: 'nonsense' }] }).faults).toEqual([
			'Image URL 2 must begin with https:// or http://, but is "nonsense"',
		]);
	});

	test('count for nothing in text to image', () => {
		const { task, faults } = check('apixo', { operation: 'textToImage', imageUrls: 'nonsense' });
		expect(faults).toEqual([]);
		expect(task.imageUrls).toEqual([]);
	});
});

describe('image field name of PixelDojo', () => {
	const image = withImages('https://example.com/1.jpg');

	test.each(['images', 'image_urls', ' images ', 'input.images'])('takes %j', (imageFieldName) => {
		const { task, faults } = check('pixelDojo', { ...image, fields: { imageFieldName } });
		expect(faults).toEqual([]);
		expect(task.imageFieldName).toBe(imageFieldName.trim());
	});

	test.each(['', '  ', undefined, null])('says what to do about %j', (imageFieldName) => {
		const { faults } = check('pixelDojo', { ...image, fields: { imageFieldName } });
		expect(faults).toEqual([expect.stringContaining("enter the field's name in Image Field Name")]);
	});

	test.each(['my images', 'images[0]', '1st', '7', 'a..b', '.images'])('refuses %j', (imageFieldName) => {
		expect(check('pixelDojo', { ...image, fields: { imageFieldName } }).faults).toEqual([
			`Image Field Name must be a name such as image_urls, but is "${imageFieldName}"`,
		]);
	});

	test('is not asked for without images, nor where the field is documented', () => {
		expect(check('pixelDojo').faults).toEqual([]);
		const { task, faults } = check('apixo', { ...image, fields: { imageFieldName: 'my images' } });
		expect(faults).toEqual([]);
		expect(task).not.toHaveProperty('imageFieldName');
	});
});

describe('additional fields', () => {
	test.each<[unknown, object]>([
		[undefined, {}],
		[null, {}],
		['', {}],
		['{}', {}],
		['{"seed": 42}', { seed: 42 }],
		[{ seed: 42 }, { seed: 42 }],
		['{"input": {"nested": [1, 2]}}', { input: { nested: [1, 2] } }],
	])('%j', (additionalFields, expected) => {
		const { task, faults } = check('apixo', { additionalFields });
		expect(faults).toEqual([]);
		expect(task.additionalFields).toEqual(expected);
	});

	test.each([
		['{"seed": 42', ''],
		['{seed: 42}', ' (names and texts must be in double quotes)'],
		["{'seed': 42}", ' (names and texts must be in double quotes)'],
		['{"seed": 42,}', ' (there is a comma before a closing bracket)'],
		['{"list": [1, 2, ]}', ' (there is a comma before a closing bracket)'],
		['{"seed": 42 // the usual\n}', ' (JSON has no comments)'],
		['{"url": "https://example.com/,}" /* here */}', ' (JSON has no comments)'],
		['{“seed”: 42}', ' (it has curly quotes instead of ")'],
		['{"seed": {{ $json.seed }}}', ' (it contains an expression that n8n did not evaluate: switch the field from Fixed to Expression)'],
		['{"input": [object Object]}', ' (an object was put into a text: write it out with {{ JSON.stringify(…) }})'],
		['seed=42', ' (it must begin with {)'],
		['"seed": 42', ' (it must begin with {)'],
	])('%s is not valid JSON', (additionalFields, mistake) => {
		expect(check('apixo', { additionalFields }).faults).toEqual([`Additional Fields is not valid JSON${mistake}: write an object such as {"seed": 42}`]);
	});

	test.each<[unknown, string]>([
		['{"input": {"seed": 9007199254740993}}', '9007199254740992'],
		['{"seeds": [1, 1e400]}', 'Infinity'],
		['{"seed": -9007199254740993}', '-9007199254740992'],
		[{ seed: Number.NaN }, 'NaN'],
		[{ input: { seed: 2 ** 60 } }, '1152921504606847000'],
	])('a number in %j would be sent as another one', (additionalFields, shown) => {
		expect(check('apixo', { additionalFields }).faults).toEqual([
			`Additional Fields contains the number ${shown}, which cannot be sent exactly: use a smaller one, or put it in quotes if it is an ID`,
		]);
	});

	test('numbers that can be sent, and IDs in quotes, are taken as they are', () => {
		const additionalFields = '{"id": "9007199254740993", "seed": 9007199254740991, "scale": 0.1, "tiny": 1e-300}';
		expect(check('apixo', { additionalFields })).toMatchObject({ faults: [], task: { additionalFields: JSON.parse(additionalFields) } });
	});

	test.each(['[1]', '42', '"text"', 'null', 'true', 42, [{}]])('%j is no object', (additionalFields) => {
		expect(check('apixo', { additionalFields }).faults).toEqual(['Additional Fields must be a JSON object such as {"seed": 42}']);
	});
});

describe('rules over several fields', () => {
	const custom = (width: number, height: number) => ({ fields: { sizing: 'custom', imageSize: 'custom', width, height } });

	test.each<ProviderId>(['apixo', 'apiframe', 'pixelDojo'])('%s refuses 1024×1024 with the nearest valid size', (id) => {
		expect(check(id, custom(1024, 1024)).faults).toEqual([expect.stringContaining('The nearest valid size is 1920×1920')]);
		expect(check(id, custom(1920, 1920)).faults).toEqual([]);
	});

	test('Apiframe has edges of its own', () => {
		expect(check('apixo', custom(6240, 2656)).faults).toEqual([]);
		expect(check('apiframe', custom(600, 9_000_000)).faults).toEqual([
			expect.stringMatching(/each side must be from 1024 to 4096.*The nearest valid size is 1024×4096$/),
		]);
		expect(check('apiframe', custom(2048.5, 2048)).faults).toEqual(['Width must be a whole number, but is 2048.5']);
		expect(check('apiframe', custom(6240, 2656)).faults).toEqual([
			'Size 6240×2656 cannot be generated: each side must be from 1024 to 4096. The nearest valid size is 4096×1743, at exactly the same ratio 4095×1743',
		]);
	});

	test('APIXO refuses more than 15 images together in a sequence, and warns without one', () => {
		const images = { operation: 'imageToImage', imageUrls: Array.from({ length: 14 }, (_, index) => `https://example.com/${index}.jpg`) };
		const sequence = (sequentialImages: boolean, imageCount: number) => check('apixo', { ...images, fields: { sequentialImages, imageCount } });
		expect(sequence(true, 1)).toMatchObject({ faults: [], warnings: [] });
		expect(sequence(true, 2).faults).toEqual([expect.stringContaining('at most 15 with Sequential Images, but are 16')]);
		expect(sequence(false, 2)).toMatchObject({ faults: [], warnings: [expect.stringContaining('up to 15')] });
	});

	test('count files in', () => {
		const references = Array.from({ length: 14 }, (_, index) => ({ file: `data_${index}` }));
		const { faults } = check('apixo', { operation: 'imageToImage', references, fields: { sequentialImages: true, imageCount: 2 } });
		expect(faults).toEqual([expect.stringContaining('but are 16')]);
	});

	test('are named beside the faults of other fields', () => {
		expect(check('apixo', { fields: { sizing: 'custom', width: 100, height: 100, imageCount: 50 } }).faults).toEqual([
			'Image Count must be a whole number from 1 to 10, but is 50',
			expect.stringContaining('Size 100×100 cannot be generated'),
		]);
		const images = { operation: 'imageToImage', imageUrls: Array.from({ length: 14 }, (_, index) => `https://example.com/${index}.jpg`) };
		expect(check('apixo', { ...images, fields: { sizing: 'custom', width: 'x', sequentialImages: true, imageCount: 2 } }).faults).toEqual([
			'Width must be a whole number of at least 1, but is "x"',
			expect.stringContaining('but are 16'),
		]);
	});

	test('wait until each of their own fields alone is right', () => {
		expect(check('apixo', { fields: { sizing: 'custom', width: 10, height: 0 } }).faults).toEqual(['Height must be a whole number of at least 1, but is 0']);
	});
});

test.each(['', 'edit', undefined, 7])('operation %j is refused', (operation) => {
	expect(check('apixo', { operation }).faults).toEqual(['Operation must be one of textToImage, imageToImage']);
});

test('names all faults of an item at once', () => {
	const { faults } = check('pixwith', {
		operation: 'imageToImage',
		prompt: '',
		imageUrls: ['nonsense', 'https://example.com/1.jpg'],
		fields: { imageCount: 9, resolution: '1K' },
		additionalFields: '{',
	});
	expect(faults).toEqual([
		expect.stringContaining('Prompt is empty'),
		expect.stringContaining('Image URL 1'),
		'Resolution must be one of 2K, 4K, but is "1K"',
		'Image Count must be a whole number from 1 to 4, but is 9',
		expect.stringContaining('Additional Fields'),
	]);
});

test.each(providers.map((provider) => provider.id))('%s sends a plain prompt without a warning', (id) => {
	expect(check(id)).toMatchObject({ faults: [], warnings: [] });
});

describe('what expressions can give', () => {
	test.each(['https://example.com/my image.png', 'https://example.com/a\tb'])('a URL with a space is refused: %j', (url) => {
		expect(check('apixo', withImages([url])).faults).toEqual([
			'Image URL 1 contains a space or a line break: write %20 for a space, and put each URL on its own line',
		]);
	});

	test.each<[unknown]>([[{ toString: 1, valueOf: 1 }], [Object.create(null)], [10n]])('what is no URL is refused, whatever it is', (entry) => {
		expect(check('apixo', withImages([entry])).faults).toEqual([expect.stringMatching(/^Image URL 1 must begin with/)]);
	});

	test.each(['prompt', 'prompt.images', 'num_images', 'seed', 'webhook_url'])('Image Field Name cannot be what PixelDojo uses: %s', (imageFieldName) => {
		const { faults } = check('pixelDojo', { ...withImages('https://example.com/1.jpg'), fields: { imageFieldName } });
		expect(faults).toEqual([expect.stringContaining(`Image Field Name cannot be "${imageFieldName}"`)]);
	});

	test.each(['__proto__', 'constructor', 'input.prototype'])('Image Field Name cannot be one that is never sent: %s', (imageFieldName) => {
		expect(check('pixelDojo', { ...withImages('https://example.com/1.jpg'), fields: { imageFieldName } }).faults).toHaveLength(1);
	});
});
