/** Whatever is typed or comes out of an expression: a body exactly as the provider's contract wants it, or faults before paying. */
import fc from 'fast-check';

import { buildSubmit } from '../../nodes/core/submit/buildSubmit';
import { checkTask, type RawTask } from '../../nodes/core/parameters/checkTask';
import { isJsonObject } from '../../nodes/core/json';
import type { GenerateTask } from '../../nodes/core/provider/provider';
import { checkOptions, defaultOptions } from '../../nodes/host/panel/options';
import { providers, type RegisteredProvider } from '../../nodes/providers';
import { firstBroken } from '../support/bodyRules';
import { contractOf } from '../support/contractOf';
import type { Body } from '../support/providerContract';
import { isOneLine } from './support/failure';
import { anyJson, anyText } from './support/json';
import { factor, holds, type Verdict } from './support/property';

const at = (body: unknown, path: string): unknown => path.split('.').reduce<unknown>((inner, key) => (isJsonObject(inner) ? inner[key] : undefined), body);

/** What a typed value means: text as expressions give it is what it says. */
function meant(typed: unknown, fallback: unknown, isText: boolean): unknown {
	const value = typed ?? fallback;
	if (typeof value !== 'string') return value;
	const trimmed = value.trim();
	if (isText) return trimmed;
	if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
	return trimmed !== '' && !Number.isNaN(Number(trimmed)) ? Number(trimmed) : trimmed;
}

function brokenPlaces(provider: RegisteredProvider, raw: RawTask, body: unknown): Verdict {
	const { places } = contractOf(provider.id).request;
	for (const field of provider.fields) {
		const place = places[field.name];
		if (place === undefined) continue;
		const [path, ...aliases] = place;
		const sent = at(body, path);
		const value = meant(raw.fields[field.name], field.default, field.type === 'options');
		const alias = aliases.find(([typed]) => typed === value);
		const expected = alias === undefined ? value : alias[1];
		// Fields that another choice hides are not sent: the contract above says when. Apiframe says a custom size there.
		const isHidden = sent === undefined || sent === 'custom';
		if (!isHidden && !Object.is(sent, expected) && sent !== expected) return `${field.name} is sent as typed: ${String(expected)}, not ${JSON.stringify(sent)}`;
		if (isHidden && field.displayOptions === undefined && expected !== undefined && expected !== sent) return `${field.name} is sent`;
	}
	return undefined;
}

const strangeValues: unknown[] = [
	undefined,
	null,
	'',
	' ',
	true,
	false,
	'true',
	' false ',
	'yes',
	'on',
	0,
	1,
	2,
	3,
	4,
	5,
	6,
	7,
	10,
	11,
	-1,
	-0,
	0.5,
	1.5,
	Number.NaN,
	Infinity,
	-Infinity,
	1e21,
	1e308,
	5e-324,
	2 ** 53,
	'1',
	' 2 ',
	'03',
	'1.0',
	'1.5',
	'1e1',
	'0x2',
	'-1',
	'+1',
	'--1',
	'1,5',
	'٣',
	'9007199254740993',
	'12345678901234567890',
	'9'.repeat(400),
	10n,
	[],
	[1],
	['2K'],
	{},
	{ value: '2K' },
	{ toString: 1, valueOf: 1 },
	Object.create(null),
	new Date(0),
	() => '2K',
	'2k',
	' 2K ',
	'1K',
	'8K',
	'adaptive',
	'1:1 ',
	'16/9',
	'5:4',
	'0',
	'match_input_image',
	'auto',
	'custom',
	'preset',
	'Custom',
	'basic',
	'high',
	'HD',
	'square',
	'__proto__',
	'constructor',
	'toString',
	'two\nlines',
	'x'.repeat(5000),
];

/** Values of every field of every provider, right for one and wrong for the next. */
const known = [...new Set(providers.flatMap(({ fields }) => fields.flatMap((field) => [field.default, ...(field.options ?? []).map(({ value }) => value)])))];
const edges = [1, 480, 899, 1023, 1024, 1025, 1440, 1920, 2048, 2560, 3000, 4095, 4096, 4097, 6240, 7680, 16_384, 20_000, '2048', ' 4096 ', '1e3'];
const anyValue: fc.Arbitrary<unknown> = fc.oneof(
	{ weight: 6, arbitrary: fc.constantFrom<unknown>(...strangeValues) },
	{ weight: 2, arbitrary: anyJson },
	{ weight: 1, arbitrary: fc.double() },
	{ weight: 1, arbitrary: fc.bigInt() },
);

function valueFor(field: RegisteredProvider['fields'][number]): fc.Arbitrary<unknown> {
	const right: unknown[] = [field.default, ...(field.options ?? []).map(({ value }) => value)];
	if (field.type === 'boolean') right.push(true, false, 'true');
	// each provider's most, and one more
	if (field.name === 'imageCount') right.push(0, 1, 2, 3, 4, 5, 6, 7, 10, 11, '5');
	if (field.name === 'seed') right.push(0, 42, '7', '-3');
	const size = field.name === 'width' || field.name === 'height';
	return fc.oneof(
		{ weight: 12, arbitrary: fc.constantFrom(...(size ? edges : right)) },
		{ weight: size ? 4 : 1, arbitrary: size ? fc.integer({ min: 900, max: 7000 }) : fc.constantFrom<unknown>(...known) },
		{ weight: 1, arbitrary: anyValue },
	);
}

const goodUrls = ['https://x.example/1.png', 'http://x.example/a,b.jpg?c=1,2', 'https://müller.example/ä.png', 'HTTPS://X.EXAMPLE/2', 'https://x.example/%20'];
const badUrls = [
	'',
	' ',
	'x.example/1.png',
	'ftp://x.example',
	'data:image/png;base64,AAAA',
	'javascript:1',
	'https://',
	'https://[',
	'https://x.example/a b.png',
	'https://x.example/a\nb',
	'https://x.example/\u0000',
	'//x.example',
	'file:///etc/passwd',
];
const url = fc.oneof(
	{ weight: 12, arbitrary: fc.constantFrom(...goodUrls) },
	{ weight: 1, arbitrary: fc.constantFrom(...badUrls) },
	{ weight: 1, arbitrary: anyText },
);
const imageUrls = fc.oneof(
	{ weight: 4, arbitrary: fc.array(url, { maxLength: 5 }) },
	{ weight: 1, arbitrary: fc.array(fc.constantFrom(...goodUrls), { minLength: 3, maxLength: 16 }) },
	{
		weight: 3,
		arbitrary: fc.tuple(fc.array(url, { maxLength: 5 }), fc.constantFrom('\n', ',', ', ', '\r\n', ' ,\n')).map(([list, between]) => list.join(between)),
	},
	{ weight: 1, arbitrary: fc.array(anyValue, { maxLength: 3 }) },
	{ weight: 1, arbitrary: anyValue },
);
const prompt = fc.oneof(
	{ weight: 6, arbitrary: fc.constantFrom<unknown>('a red fox', ' a fox \n', 'ox', '🦊🦊', '🦊', 42, 'two\nlines', '...') },
	{
		weight: 2,
		arbitrary: fc.tuple(fc.constantFrom('a', '🦊', 'é '), fc.constantFrom(1999, 2000, 2001, 4999, 5000, 5001)).map(([letter, times]) => letter.repeat(times)),
	},
	{ weight: 1, arbitrary: anyText },
	{ weight: 1, arbitrary: anyValue },
);
const imageFieldName = fc.oneof(
	{ weight: 6, arbitrary: fc.constantFrom('image_urls', 'images', 'input.images', ' image ') },
	{
		weight: 3,
		arbitrary: fc.constantFrom(
			'prompt',
			'seed',
			'num_images',
			'prompt.images',
			'image_size',
			'webhook_url',
			'customWidth',
			'__proto__',
			'constructor',
			'a.__proto__.b',
			'prototype.x',
			'toString',
			'a..b',
			'my images',
			'1a',
			'',
		),
	},
	{ weight: 1, arbitrary: anyValue },
);
const rarely = (arbitrary: fc.Arbitrary<unknown>, usual: unknown, weight = 8): fc.Arbitrary<unknown> =>
	fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary });

const additionalFields = fc.oneof(
	fc.constantFrom<unknown>(
		'',
		'{}',
		'{"seed": 1}',
		'{broken',
		'[]',
		'"text"',
		'null',
		'{"__proto__": {"x": 1}}',
		{ input: { a: [1] }, options: null },
		'{"prompt": null}',
	),
	anyValue,
);

function tasksOf(provider: RegisteredProvider): fc.Arbitrary<RawTask> {
	return fc.record({
		operation: rarely(anyValue, 'textToImage', 20).chain((usual) =>
			usual === 'textToImage' ? fc.constantFrom('textToImage', 'imageToImage') : fc.constant(usual),
		),
		prompt,
		stylePreset: rarely(fc.oneof(fc.constantFrom<unknown>('none', '', 'weddingPortrait', 'cyberpunkStreet', 'no such style'), anyText), 'none', 5),
		imageUrls,
		additionalFields: rarely(additionalFields, {}, 6),
		fields: fc.record(Object.fromEntries(provider.fields.map((field) => [field.name, field.name === 'imageFieldName' ? imageFieldName : valueFor(field)])), {
			requiredKeys: [],
		}),
	});
}

/** What a fault must speak of. */
function namesField(provider: RegisteredProvider, fault: string): boolean {
	const names = [
		'Prompt',
		'Operation',
		'Style Preset',
		'Image URL',
		'reference image',
		'Reference images',
		'Image Field Name',
		'Additional Fields',
		'Size',
		...provider.fields.map(({ displayName }) => displayName),
	];
	return names.some((name) => fault.includes(name));
}

/** How the words of the presets below begin, as the panel's names promise them. */
const styles: Readonly<Record<string, string>> = { weddingPortrait: 'as a wedding portrait: ', cyberpunkStreet: 'on a cyberpunk street at night: ' };

/** What is sent of a prompt: no control characters but tabs and line breaks, no halves of characters, no byte-order marks; nothing where nobody sees it. */
function cleaned(typed: string): string {
	const kept = [...typed.replaceAll('\r\n', '\n').replaceAll('\r', '\n')].filter((character) => {
		const code = character.codePointAt(0) ?? 0;
		const isControl = (code < 0x20 && character !== '\t' && character !== '\n') || (code >= 0x7f && code <= 0x9f);
		return !isControl && !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfeff;
	});
	const text = kept.join('').trim();
	return bare(text) === '' ? '' : text;
}

/** A text without what nobody sees at its ends. */
function bare(text: string): string {
	const unseen = '[\\s\\p{Cc}\\p{Cf}\\p{Cs}\\p{Default_Ignorable_Code_Point}\\u{2800}]+';
	return text.replace(new RegExp(`^${unseen}`, 'u'), '').replace(new RegExp(`${unseen}$`, 'u'), '');
}

/** The references that a list means: texts, objects with a URL, lists of these; empty ones do not count. */
function referencesMeant(list: readonly unknown[]): unknown[] {
	return list
		.flatMap((one) => (Array.isArray(one) ? referencesMeant(one) : [isJsonObject(one) && typeof one.url === 'string' ? one.url : one]))
		.map((one) => (typeof one === 'string' ? bare(one) : one))
		.filter((one) => one !== '' && one !== null && one !== undefined);
}

/** What holds for every model. */
function brokenTask(provider: RegisteredProvider, raw: RawTask, { task, body }: { task: GenerateTask; body: unknown }): Verdict {
	const withImages = raw.operation === 'imageToImage';
	const sentPrompt = at(body, provider.submit.promptField);
	return firstBroken({
		'the prompt is sent as typed, without what cannot be seen, a style behind it':
			typeof sentPrompt === 'string' && sentPrompt !== '' && isStyled(sentPrompt, cleaned(String(raw.prompt)), raw.stylePreset),
		'a list of references is sent in order':
			!withImages || !Array.isArray(raw.imageUrls) || JSON.stringify(task.imageUrls) === JSON.stringify(referencesMeant(raw.imageUrls as unknown[])),
		'references are sent with Image to Image alone': withImages === task.imageUrls.length > 0,
		'the images asked for are counted': provider.imagesRequested(task.values) >= 1,
	});
}

function isStyled(sent: string, typed: string, preset: unknown): boolean {
	const style = typeof preset === 'string' ? styles[preset] : undefined;
	if (style === undefined) return sent === typed;
	const begun = `${typed.replace(/[\s,.;]+$/, '')}, ${style}`;
	return sent.startsWith(begun) && sent.length > begun.length;
}

function brokenFaults(faults: readonly string[], isNamed: (fault: string) => boolean): Verdict {
	return firstBroken({
		'each fault is a sentence without a period': faults.every((fault) => isOneLine(fault) && /^[A-Z]/.test(fault) && /\w \w/.test(fault) && !/\.$/.test(fault)),
		'each fault names its field': faults.every(isNamed),
		'no fault comes twice': new Set(faults).size === faults.length,
	});
}

describe.each(providers.map((provider) => [provider.displayName, provider] as const))('%s', (_, provider) => {
	let valid = 0;

	holds('sends what its contract says, or refuses before paying', 5000, tasksOf(provider), (raw) => {
		const { task, faults, warnings } = checkTask(provider, raw);
		if (faults.length > 0) return brokenFaults(faults, (fault) => namesField(provider, fault));
		const request = buildSubmit(provider, task);
		const body: unknown = JSON.parse(JSON.stringify(request.body));
		if (!warnings.every((warning) => isOneLine(warning))) return 'warnings are sentences';
		if (Object.keys(task.additionalFields).length > 0) return undefined;
		valid += 1;
		const withImages = raw.operation === 'imageToImage';
		const typed = typeof raw.fields.imageFieldName === 'string' ? raw.fields.imageFieldName.trim() : '';
		return (
			contractOf(provider.id).request.firstBroken({ body: body as Body, withImages, imageField: typed }) ??
			brokenPlaces(provider, raw, body) ??
			brokenTask(provider, raw, { task, body })
		);
	});

	test('enough of the cases were valid', () => {
		expect(valid).toBeGreaterThan(500 * factor);
	});
});

const otherModels = providers.flatMap((provider) =>
	provider.models.slice(1).map((one) => [`${provider.displayName} ${one.model.label}`, one as RegisteredProvider] as const),
);

describe.each(otherModels)('%s', (_, provider) => {
	let valid = 0;

	holds('sends what was typed, or refuses before paying', 2000, tasksOf(provider), (raw) => {
		const { task, faults, warnings } = checkTask(provider, raw);
		if (faults.length > 0) return brokenFaults(faults, (fault) => namesField(provider, fault));
		if (!warnings.every((warning) => isOneLine(warning))) return 'warnings are sentences';
		const body: unknown = JSON.parse(JSON.stringify(buildSubmit(provider, task).body));
		if (Object.keys(task.additionalFields).length > 0) return undefined;
		valid += 1;
		return brokenTask(provider, raw, { task, body });
	});

	test('enough of the cases were valid', () => {
		expect(valid).toBeGreaterThan(100 * factor);
	});
});

describe('Options', () => {
	const names = Object.keys(defaultOptions) as Array<keyof typeof defaultOptions>;
	const labels: Partial<Record<string, string>> = {
		outputBinaryField: 'Put Output File in Field',
		submitAgainIfUnknown: 'Submit Again if Unknown',
		maxTasksInFlight: 'Max Tasks in Flight',
		allowPrivateCallbackUrl: 'Allow Private Callback URL',
	};
	const labelOf = (name: string): string => labels[name] ?? name.replace(/[A-Z]/g, (letter) => ` ${letter}`).replace(/^./, (letter) => letter.toUpperCase());
	const numeric: Partial<Record<string, [least: number, isWhole: boolean]>> = {
		pollInterval: [0, false],
		timeout: [1, false],
		concurrency: [1, true],
		maxTasksInFlight: [0, true],
		maxFileSize: [0.001, false],
		spendingLimit: [0, false],
		maxImages: [0, true],
	};
	const options = fc.oneof(
		{
			weight: 10,
			arbitrary: fc.dictionary(
				fc.oneof(
					{ weight: 12, arbitrary: fc.constantFrom<string>(...names) },
					{ weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'nonsense') },
				),
				fc.oneof(anyValue, fc.constantFrom<unknown>('itemPerTask', 'data', 'photo_1', 600, 0, 20, '/x/{taskId}')),
				{ maxKeys: 4 },
			),
		},
		{ weight: 1, arbitrary: anyValue },
	);

	holds('are each of their own kind, or refused by name', 10_000, options, (raw) => {
		const { options: checked, faults } = checkOptions(raw);
		if (faults.length > 0) return brokenFaults(faults, (fault) => names.some((name) => fault.startsWith(labelOf(name))));
		const given = isJsonObject(raw) ? raw : {};
		for (const name of names) {
			const value = checked[name];
			const range = numeric[name];
			if (name !== 'additionalFields' && typeof value !== typeof defaultOptions[name]) return `${name} is a ${typeof defaultOptions[name]}`;
			if (range !== undefined && !((value as number) >= range[0] && Number.isFinite(value) && (!range[1] || Number.isInteger(value))))
				return `${name} is in its range`;
			const typed = Object.hasOwn(given, name) ? given[name] : undefined;
			if (range !== undefined && typed !== undefined && Number(typed) !== value) return `${name} is what was typed`;
		}
		return firstBroken({
			'a mode is one of two': ['itemPerImage', 'itemPerTask'].includes(checked.outputMode),
			'a binary field can be named': /^[^\s.]+$/.test(checked.outputBinaryField) && checked.outputBinaryField !== '__proto__',
			'nothing else comes along': Object.keys(checked).length === names.length,
		});
	});
});
