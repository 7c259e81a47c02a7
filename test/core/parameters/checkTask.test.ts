import type { RawTask } from '../../../nodes/core/parameters/checkTask';
import { fullProvider, makeProvider, plainProvider, undocumentedImagesProvider } from '../../support/madeUpProvider';
import { checkedTaskOf } from '../../support/taskOf';

const check = (raw: Partial<RawTask> = {}) => checkedTaskOf(fullProvider, raw);

const withImages = (imageUrls: unknown) => ({ operation: 'imageToImage', imageUrls });
const fox = '🦊';

describe('prompt', () => {
	test.each(['', '   ', '\n\t', '\u200b\u200b', '\u0000', '\ud83e', undefined, null, Number.NaN])('%j is empty', (prompt) => {
		expect(check({ prompt }).faults).toEqual(['Prompt is empty: describe the image to generate']);
	});

	test.each<[string, unknown]>([
		['an object', { scene: 'a fox' }],
		['a list', ['a fox', 'in the snow']],
		['a list', []],
		['true or false', false],
		['an object', new Date(0)],
	])('refuses %s', (kind, prompt) => {
		const { faults } = check({ prompt });
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
		['undefined', /^Prompt is "undefined": the expression returned nothing/],
		[' null\n', /^Prompt is "null"/],
		['NaN', /^Prompt is "NaN"/],
		['\u0301\u0301', /^Prompt is empty/],
	])('refuses %j', (prompt, says) => {
		expect(check({ prompt }).faults).toEqual([expect.stringMatching(says)]);
	});

	test.each(['a sign that says {{ sale }}', 'the word null on a wall', '🦊', 'مرحبا بالعالم', '[object]'])('takes %j', (prompt) => {
		expect(check({ prompt })).toMatchObject({ faults: [], task: { prompt } });
	});

	test.each(['photo of [object Object]', '[object Object],[object Object]'])('refuses %j', (prompt) => {
		expect(check({ prompt }).faults).toEqual([expect.stringMatching(/^Prompt contains "\[object Object\]".*\{\{ JSON\.stringify\(…\) \}\}$/)]);
	});

	test('quotes no more than a part of a large object', () => {
		expect(check({ prompt: { text: 'x'.repeat(100_000) } }).faults[0]?.length).toBeLessThan(260);
	});

	test('is cleaned of characters that no model can read', () => {
		expect(check({ prompt: 'a \ud83e fox\u0000 in\r\nthe snow\u0007' }).task.prompt).toBe('a  fox in\nthe snow');
	});

	test('is trimmed, and a number counts as text', () => {
		expect(check({ prompt: '  a fox \n' }).task.prompt).toBe('a fox');
		expect(check({ prompt: 42 }).task.prompt).toBe('42');
	});

	test.each([
		[5000, 'at most 5,000 characters for Example, but has 5,001'],
		[2000, 'at most 2,000 characters for Example, but has 2,001'],
	])('accepts as many characters as the provider documents, %i, and not one more', (promptLength, said) => {
		const provider = makeProvider({ limits: { promptLength } });
		expect(checkedTaskOf(provider, { prompt: 'a'.repeat(promptLength) }).faults).toEqual([]);
		expect(checkedTaskOf(provider, { prompt: 'a'.repeat(promptLength + 1) }).faults).toEqual([`Prompt may have ${said}`]);
	});

	test('counts an emoji as one character', () => {
		expect(check({ prompt: fox.repeat(5000) }).faults).toEqual([]);
		expect(check({ prompt: fox.repeat(5001) }).faults).toEqual(['Prompt may have at most 5,000 characters for Example, but has 5,001']);
	});

	test('is sent with a warning above the advised length', () => {
		expect(check({ prompt: 'a'.repeat(3000) }).warnings).toEqual([]);
		const { faults, warnings } = check({ prompt: 'a'.repeat(3001) });
		expect(faults).toEqual([]);
		expect(warnings).toEqual(['The prompt has 3,001 characters; Example may cut it off or refuse it above 3,000.']);
	});

	test('has at least as many characters as the provider documents', () => {
		const provider = makeProvider({ limits: { promptLengthMin: 3 } });
		expect(checkedTaskOf(provider, { prompt: 'fox' }).faults).toEqual([]);
		expect(checkedTaskOf(provider, { prompt: 'ox' }).faults).toEqual(['Prompt must have at least 3 characters for Example, but has 2']);
	});

	test('may have any length if the provider documents no limit', () => {
		for (const prompt of ['x', 'a'.repeat(20_000)]) expect(checkedTaskOf(plainProvider, { prompt })).toMatchObject({ faults: [], warnings: [] });
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
		const { task, faults } = check(withImages(imageUrls));
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
		['that is a number', 7, 'Image URL 1 must begin with https:// or http://, but is "7"'],
	])('refuses one %s', (_, imageUrls, fault) => {
		expect(check(withImages(imageUrls)).faults).toEqual([fault]);
	});

	test('refuses a data URI as one image, commas included, without quoting it', () => {
		const { faults } = check(withImages(`data:image/png;base64,iVBORw0KGgo=\n${one}`));
		expect(faults).toEqual([expect.stringContaining('Image URL 1 is a data URI')]);
		expect(faults[0]).not.toContain('iVBOR');
	});

	test.each(['', '  ', [], [''], [null, undefined], undefined, null, {}])('requires at least one: %j', (imageUrls) => {
		expect(check(withImages(imageUrls)).faults).toEqual(['Image to Image needs at least one reference image']);
	});

	test.each([
		[14, fullProvider],
		[4, plainProvider],
	])('accepts as many as the provider documents, %i, and not one more', (most, provider) => {
		const many = (count: number) => withImages(Array.from({ length: count }, (_, index) => `https://example.com/${index}.jpg`));
		expect(checkedTaskOf(provider, many(most)).faults).toEqual([]);
		expect(checkedTaskOf(provider, many(most + 1)).faults).toEqual([
			`${provider.displayName} takes at most ${most} reference images, but there are ${most + 1}`,
		]);
	});

	test('files count as references, each with a placeholder for its URL', () => {
		const files = (count: number) => Array.from({ length: count }, (_, index) => ({ file: `data_${index}` }));
		const { task, faults } = checkedTaskOf(plainProvider, { operation: 'imageToImage', references: [...files(3), { url: one }] });
		expect(faults).toEqual([]);
		expect(task.imageUrls).toEqual(['<URL of the file in data_0>', '<URL of the file in data_1>', '<URL of the file in data_2>', one]);
		expect(checkedTaskOf(plainProvider, { operation: 'imageToImage', references: files(5) }).faults).toEqual([
			'Plain takes at most 4 reference images, but there are 5',
		]);
		expect(checkedTaskOf(plainProvider, { operation: 'imageToImage', references: [...files(1), { url: 'nonsense' }] }).faults).toEqual([
			'Image URL 2 must begin with https:// or http://, but is "nonsense"',
		]);
	});

	test('are ignored in text to image', () => {
		const { task, faults } = check({ operation: 'textToImage', imageUrls: 'nonsense' });
		expect(faults).toEqual([]);
		expect(task.imageUrls).toEqual([]);
	});
});

describe('the field for reference images that a provider does not document', () => {
	const image = withImages('https://example.com/1.jpg');

	test.each(['images', 'image_urls', ' images ', 'references.images'])('takes %j', (imageFieldName) => {
		const { task, faults } = checkedTaskOf(undocumentedImagesProvider, { ...image, fields: { imageFieldName } });
		expect(faults).toEqual([]);
		expect(task.imageFieldName).toBe(imageFieldName.trim());
	});

	test.each(['', '  ', undefined, null])('names the remedy for %j', (imageFieldName) => {
		const { faults } = checkedTaskOf(undocumentedImagesProvider, { ...image, fields: { imageFieldName } });
		expect(faults).toEqual([expect.stringMatching(/^Example does not document its field for reference images: enter the field's name in Image Field Name/)]);
	});

	test.each(['my images', 'images[0]', '1st', '7', 'a..b', '.images'])('refuses %j', (imageFieldName) => {
		expect(checkedTaskOf(undocumentedImagesProvider, { ...image, fields: { imageFieldName } }).faults).toEqual([
			`Image Field Name must be a name such as image_urls, but is "${imageFieldName}"`,
		]);
	});

	test('is not required without images, nor if the field is documented', () => {
		expect(checkedTaskOf(undocumentedImagesProvider).faults).toEqual([]);
		const { task, faults } = check({ ...image, fields: { imageFieldName: 'my images' } });
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
		const { task, faults } = check({ additionalFields });
		expect(faults).toEqual([]);
		expect(task.additionalFields).toEqual(expected);
	});

	test.each([
		['{"seed": 42', ''],
		['{seed: 42}', ' (names and texts must be in double quotes)'],
		["{'seed': 42}", ' (names and texts must be in double quotes)'],
		['{"seed": 42,}', ' (there is a comma before a closing bracket)'],
		['{"list": [1, 2, ]}', ' (there is a comma before a closing bracket)'],
		['{"seed": 42 // the usual\n}', ' (JSON allows no comments)'],
		['{"url": "https://example.com/,}" /* here */}', ' (JSON allows no comments)'],
		['{“seed”: 42}', ' (it has curly quotes instead of ")'],
		['{"seed": {{ $json.seed }}}', ' (it contains an expression that n8n did not evaluate: switch the field from Fixed to Expression)'],
		['{"input": [object Object]}', ' (an object was put into a text: write it out with {{ JSON.stringify(…) }})'],
		['seed=42', ' (it must begin with {)'],
		['"seed": 42', ' (it must begin with {)'],
	])('%s is not valid JSON', (additionalFields, mistake) => {
		expect(check({ additionalFields }).faults).toEqual([`Additional Fields is not valid JSON${mistake}: write an object such as {"seed": 42}`]);
	});

	test.each<[unknown, string]>([
		['{"input": {"seed": 9007199254740993}}', '9007199254740992'],
		['{"seeds": [1, 1e400]}', 'Infinity'],
		['{"seed": -9007199254740993}', '-9007199254740992'],
		[{ seed: Number.NaN }, 'NaN'],
		[{ input: { seed: 2 ** 60 } }, '1152921504606847000'],
	])('a number in %j is refused because it cannot be sent exactly', (additionalFields, shown) => {
		expect(check({ additionalFields }).faults).toEqual([
			`Additional Fields contains the number ${shown}, which cannot be sent exactly: use a smaller one, or put it in quotes if it is an ID`,
		]);
	});

	test('numbers that can be sent exactly, and IDs in quotes, are not changed', () => {
		const additionalFields = '{"id": "9007199254740993", "seed": 9007199254740991, "scale": 0.1, "tiny": 1e-300}';
		expect(check({ additionalFields })).toMatchObject({ faults: [], task: { additionalFields: JSON.parse(additionalFields) } });
	});

	test('nested deeper than 100 levels is refused as such', () => {
		const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
		expect(check({ additionalFields: nested(100) }).faults).toEqual([]);
		expect(check({ additionalFields: nested(101) }).faults).toEqual([expect.stringContaining('nested deeper than 100 levels')]);
	});

	test.each(['[1]', '42', '"text"', 'null', 'true', 42, [{}]])('%j is refused because it is not an object', (additionalFields) => {
		expect(check({ additionalFields }).faults).toEqual(['Additional Fields must be a JSON object such as {"seed": 42}']);
	});
});

describe('rules over several fields', () => {
	const fourteen = { operation: 'imageToImage', imageUrls: Array.from({ length: 14 }, (_, index) => `https://example.com/${index}.jpg`) };

	test('refuse a size with the nearest valid one', () => {
		expect(check({ fields: { sizing: 'custom', width: 1024, height: 1024 } }).faults).toEqual([expect.stringContaining('The nearest valid size is 1920×1920')]);
		expect(check({ fields: { sizing: 'custom', width: 1920, height: 1920 } }).faults).toEqual([]);
	});

	test('warn, and refuse', () => {
		expect(check({ ...fourteen, fields: { imageCount: 1 } })).toMatchObject({ faults: [], warnings: [] });
		expect(check({ ...fourteen, fields: { imageCount: 2 } })).toMatchObject({ faults: [], warnings: [expect.stringContaining('Above 15 images')] });
		expect(check({ ...fourteen, fields: { imageCount: 7 } }).faults).toEqual([expect.stringContaining('at most 20, but are 21')]);
	});

	test('count files as reference images', () => {
		const references = Array.from({ length: 14 }, (_, index) => ({ file: `data_${index}` }));
		expect(check({ operation: 'imageToImage', references, fields: { imageCount: 7 } }).faults).toEqual([expect.stringContaining('but are 21')]);
	});

	test('are named beside the faults of other fields', () => {
		expect(check({ fields: { sizing: 'custom', width: 100, height: 100, imageCount: 50 } }).faults).toEqual([
			'Image Count must be a whole number from 1 to 10, but is 50',
			expect.stringContaining('Size 100×100 cannot be generated'),
		]);
		expect(check({ ...fourteen, fields: { sizing: 'custom', width: 'x', imageCount: 7 } }).faults).toEqual([
			'Width must be a whole number of at least 1, but is "x"',
			expect.stringContaining('but are 21'),
		]);
	});

	test('apply only if each of their fields is valid', () => {
		expect(check({ fields: { sizing: 'custom', width: 10, height: 0 } }).faults).toEqual(['Height must be a whole number of at least 1, but is 0']);
	});
});

test.each<[unknown, string]>([
	['', '""'],
	['edit', '"edit"'],
	[undefined, 'nothing'],
	[7, '7'],
])('operation %j is refused', (operation, shown) => {
	expect(check({ operation }).faults).toEqual([`Operation must be one of textToImage, imageToImage, but is ${shown}`]);
});

test('names all faults of an item at once', () => {
	const { faults } = check({
		operation: 'imageToImage',
		prompt: '',
		imageUrls: ['nonsense', 'https://example.com/1.jpg'],
		fields: { imageCount: 11, resolution: '1K' },
		additionalFields: '{',
	});
	expect(faults).toEqual([
		expect.stringContaining('Prompt is empty'),
		expect.stringContaining('Image URL 1'),
		'Resolution must be one of 2K, 4K, but is "1K"',
		'Image Count must be a whole number from 1 to 10, but is 11',
		expect.stringContaining('Additional Fields'),
	]);
});

test('a plain prompt has neither fault nor warning', () => {
	expect(check()).toMatchObject({ faults: [], warnings: [] });
});

describe('values of expressions', () => {
	test.each(['https://example.com/my image.png', 'https://example.com/a\tb'])('a URL with a space is refused: %j', (url) => {
		expect(check(withImages([url])).faults).toEqual(['Image URL 1 contains a space or a line break: write %20 for a space, and put each URL on its own line']);
	});

	test.each<[unknown]>([[{ toString: 1, valueOf: 1 }], [Object.create(null)], [10n]])('a value that is not a URL is refused, whatever it is', (entry) => {
		expect(check(withImages([entry])).faults).toEqual([expect.stringMatching(/^Image URL 1 must begin with/)]);
	});

	test.each(['input', 'input.images', 'callback'])('Image Field Name cannot be a field that the provider uses for something else: %s', (imageFieldName) => {
		const { faults } = checkedTaskOf(undocumentedImagesProvider, { ...withImages('https://example.com/1.jpg'), fields: { imageFieldName } });
		expect(faults).toEqual([expect.stringContaining(`Image Field Name cannot be "${imageFieldName}"`)]);
	});

	test.each(['__proto__', 'constructor', 'images.prototype'])('Image Field Name cannot be one that is never sent: %s', (imageFieldName) => {
		expect(checkedTaskOf(undocumentedImagesProvider, { ...withImages('https://example.com/1.jpg'), fields: { imageFieldName } }).faults).toHaveLength(1);
	});
});

test('Additional Fields with thousands of escaped quotes are refused in no time', () => {
	const start = performance.now();
	const { faults } = check({ additionalFields: `{${'\\"a '.repeat(50_000)}` });
	expect(faults).toEqual([expect.stringContaining('Additional Fields is not valid JSON')]);
	expect(performance.now() - start).toBeLessThan(3000);
});
