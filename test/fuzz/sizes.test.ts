/** Sizes, file names, and the keys by which a retry finds its submits again. */
import { createHash } from 'node:crypto';

import fc from 'fast-check';

import { fileNameFor, safeFileName } from '../../nodes/core/image/fileName';
import { seedream45Limits, nearestValidSize, sameRatioSize, sizeFault, type SizeLimits } from '../../nodes/core/image/imageSize';
import { hashOf } from '../../nodes/core/submit/journal';
import { stableJson } from '../../nodes/core/json';
import type { GenerateTask } from '../../nodes/core/provider/provider';
import { uniqueFileNames } from '../../nodes/core/image/uniqueFileNames';
import { requestOf } from '../../nodes/host/plan/planGenerate';
import { providerOf } from '../support/provider';
import { firstBroken } from '../support/bodyRules';
import { holds } from './support/property';
import { anyJson, anyText } from './support/json';
import type { GeneratePlan } from '../../nodes/host/plan/generatePlan';
import { idempotencyKey } from '../../nodes/core/submit/idempotencyKey';

const apiframeLimits: SizeLimits = { ...seedream45Limits, minEdge: 1024, maxEdge: 4096 };

describe('the nearest valid size', () => {
	const edge = fc.oneof(
		{ weight: 3, arbitrary: fc.integer({ min: 1, max: 20_000 }) },
		{
			weight: 1,
			arbitrary: fc.constantFrom(1, 2, 15, 16, 479, 480, 481, 899, 900, 901, 1023, 1024, 1025, 1920, 2048, 4095, 4096, 4097, 16_383, 16_384, 19_999, 20_000),
		},
	);
	const size = fc.record({ width: edge, height: edge });

	for (const [name, limits] of [
		['the model', seedream45Limits],
		['Apiframe', apiframeLimits],
	] as const) {
		holds(`of ${name} is valid, whole, and itself where it was`, 15_000, size, (asked) => {
			const { width, height } = nearestValidSize(asked, limits);
			const pixels = width * height;
			const fault = sizeFault(asked, limits);
			const { minEdge = 1, maxEdge = 1e9 } = limits;
			const same = sameRatioSize(asked, limits);
			return firstBroken({
				'it is whole': Number.isInteger(width) && Number.isInteger(height),
				'it has enough pixels and not too many': pixels >= 3_686_400 && pixels <= 16_777_216,
				'its shape is from 1:16 to 16:1': Math.max(width, height) <= 16 * Math.min(width, height),
				'its edges are allowed': Math.min(width, height) >= minEdge && Math.max(width, height) <= maxEdge,
				'it lies the same way': asked.width === asked.height || width === height || width > height === asked.width > asked.height,
				'a valid size stays': fault !== undefined || (width === asked.width && height === asked.height),
				'a fault names it': fault === undefined || fault.includes(`The nearest valid size is ${width}×${height}`),
				'one of the same ratio is valid and of that ratio':
					same === undefined || (sizeFault(same, limits) === undefined && same.width * asked.height === same.height * asked.width),
				'a valid size is its own of the same ratio': fault !== undefined || (same?.width === asked.width && same.height === asked.height),
			});
		});
	}
});

describe('a file name', () => {
	const piece = fc.oneof(
		{ weight: 2, arbitrary: anyText },
		{ weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
		{
			weight: 2,
			arbitrary: fc.constantFrom(
				'con',
				'NUL',
				'com1',
				'aux.v2',
				'LPT9 ',
				'.',
				'..',
				'/',
				'\\',
				' ',
				'-',
				'.png',
				'.JPG',
				'.tar.gz',
				'hero',
				'狐',
				'🦊',
				'e\u0301',
				'\u0085',
				':',
				'*',
				'?',
				'%2F',
				'~',
				'$HOME',
				'\ufeff',
			),
		},
	);
	const text = fc.tuple(fc.array(piece, { maxLength: 4 }), fc.constantFrom(1, 1, 40)).map(([pieces, times]) => pieces.join('').repeat(times));
	const image = fc.record({
		provider: fc.constantFrom('apixo', 'pixwith'),
		taskId: text,
		template: text,
		count: fc.integer({ min: 1, max: 15 }),
		extension: fc.constantFrom('png', 'jpg', 'webp', 'avif'),
	});

	holds('can be stored anywhere, has its extension, and is another for each image', 12_000, image, (one) => {
		const names = Array.from({ length: one.count }, (_, index) => fileNameFor({ ...one, index }));
		const [name = ''] = names;
		return firstBroken({
			'it holds no path and nothing that a file system refuses': !/[\u0000-\u001f\u007f-\u009f<>:"/\\|?*]/.test(name),
			'it is not hidden and no way up': !/^[.\s-]/.test(name),
			'its stem ends with a letter': !/[.\s]\.[a-z]+$/.test(name),
			'it is no name of a device': !/^(con|prn|aux|nul|com\d|lpt\d) *(\.|$)/i.test(name),
			'it has its extension': name.endsWith(`.${one.extension}`) && name.length > one.extension.length + 1,
			'it fits into a file system': names.every((each) => Buffer.byteLength(each) <= 255),
			'it is whole text': !/\p{Surrogate}/u.test(name),
			'no two are one': new Set(names.map((each) => each.toLowerCase())).size === names.length,
			'a safe name stays': safeFileName(safeFileName(one.template)) === safeFileName(one.template),
		});
	});

	const wishes = fc.array(
		fc.record({
			name: fc
				.tuple(fc.constantFrom('hero', 'Hero', 'hero-2', 'hero-2-2', 'HERO-3', 'e\u0301', '\u00e9'), fc.constantFrom('.png', '.jpg', '.PNG'))
				.map(([stem, ending]) => stem + ending),
			fixed: fc.constantFrom(false, false, true),
		}),
		{ maxLength: 12 },
	);

	holds('is given to one file alone, and to the first that wished for it', 12_000, wishes, (wished) => {
		const given = uniqueFileNames(wished);
		const key = (name: string | undefined) => name?.normalize('NFC').toLowerCase();
		const free = given.filter((_, index) => wished[index]?.fixed === false).map(key);
		const fixed = new Set(wished.filter((one) => one.fixed).map(({ name }) => key(name)));
		const isFirst = (index: number) => wished.findIndex(({ name }) => key(name) === key(wished[index]?.name)) === index;
		return firstBroken({
			'no two are one': new Set(free).size === free.length && free.every((name) => !fixed.has(name)),
			'what was given before stays': wished.every((one, index) => !one.fixed || given[index] === one.name),
			'the first keeps its name': wished.every(({ name }, index) => !isFirst(index) || fixed.has(key(name)) || given[index] === name),
			'the others are that name with a number before its ending': wished.every(
				({ name }, index) => given[index]?.replace(/-\d+(?=\.\w+$)/, '') === name || given[index] === name,
			),
		});
	});
});

/** Whether two values are equal as JSON, computed without stableJson. */
function canonical(value: unknown): unknown {
	if (Array.isArray(value)) return ['list', ...value.map(canonical)];
	if (typeof value !== 'object' || value === null) return [typeof value, Object.is(value, -0) ? 0 : value];
	const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, canonical(inner)]);
	return ['object', ...entries.sort(([one], [other]) => (one < other ? -1 : 1))];
}

const shuffled = (value: unknown): unknown => {
	if (Array.isArray(value)) return value.map(shuffled);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.reverse()
			.map(([key, inner]) => [key, shuffled(inner)]),
	);
};

describe('what a request is recognized by', () => {
	holds('is equal for equal values, whatever their order', 8000, anyJson, (value) =>
		firstBroken({
			'order does not count': stableJson(shuffled(value)) === stableJson(value),
			'a copy is equal': hashOf(JSON.parse(JSON.stringify(value))) === hashOf(value),
			'it is JSON of the same': JSON.stringify(canonical(JSON.parse(stableJson(value)))) === JSON.stringify(canonical(value)),
		}),
	);

	holds('differs where values differ', 8000, fc.tuple(anyJson, anyJson), ([one, other]) => {
		const isEqual = JSON.stringify(canonical(one)) === JSON.stringify(canonical(other));
		return firstBroken({ 'equal means equal': (stableJson(one) === stableJson(other)) === isEqual && (hashOf(one) === hashOf(other)) === isEqual });
	});

	interface Job {
		provider: 'apixo' | 'apiframe';
		model: string;
		task: GenerateTask;
		references: GeneratePlan['references'];
	}
	const short = fc.constantFrom('', 'a', 'b', 'none', 'apixo', '1', 'https://x.example/1.png');
	const json = fc.dictionary(
		fc.constantFrom('seed', 'input', 'provider', 'a'),
		fc.oneof(fc.constantFrom<unknown>(1, '1', null, true, [], {}, [1], { a: 1 }), fc.date({ noInvalidDate: true })),
		{ maxKeys: 2 },
	);
	const reference = fc.oneof(
		short.map((url) => ({ kind: 'url', url })),
		short.map((text) => ({ kind: 'file', file: { hash: createHash('sha256').update(text).digest('hex') } })),
	) as fc.Arbitrary<GeneratePlan['references'][number]>;
	const job: fc.Arbitrary<Job> = fc.record({
		provider: fc.constantFrom('apixo' as const, 'apiframe' as const),
		model: short,
		task: fc.record(
			{
				operation: fc.constantFrom('textToImage' as const, 'imageToImage' as const),
				prompt: short,
				imageUrls: fc.array(short, { maxLength: 2 }),
				values: fc.dictionary(fc.constantFrom('resolution', 'imageCount', 'seed'), fc.oneof(fc.constantFrom('2K', '1', 1, 0, true, false)), { maxKeys: 2 }),
				imageFieldName: short,
				callbackUrl: fc.constantFrom('https://x.example/1', 'https://x.example/2'),
				additionalFields: json as fc.Arbitrary<GenerateTask['additionalFields']>,
			},
			{ requiredKeys: ['operation', 'prompt', 'imageUrls', 'values', 'callbackUrl', 'additionalFields'] },
		),
		references: fc.array(reference, { maxLength: 3 }),
	});
	const keyOf = ({ provider, model, task, references }: Job): string =>
		hashOf(requestOf({ provider: providerOf(provider), model, checked: { task, warnings: [], faults: [] }, references }));
	/** What identifies a request: everything except the URLs that change with each try and the callback URL. */
	const meaning = ({ task: { imageUrls: _made, callbackUrl: _callback, ...task }, ...others }: Job): string =>
		JSON.stringify(canonical(JSON.parse(JSON.stringify({ ...others, task }))));

	const ofJob = ['provider', 'model', 'references'] as const;
	const ofTask = ['operation', 'prompt', 'imageUrls', 'values', 'imageFieldName', 'callbackUrl', 'additionalFields'] as const;

	holds('differs with every field of a job', 12_000, fc.tuple(job, job, fc.constantFrom(...ofJob, ...ofTask)), ([one, two, field]) => {
		const isOfTask = ofTask.some((name) => name === field);
		const other = isOfTask ? { ...one, task: { ...one.task, [field]: two.task[field as keyof GenerateTask] } } : { ...one, [field]: two[field as keyof Job] };
		return firstBroken({ 'equal requests have equal hashes, others others': (keyOf(one) === keyOf(other)) === (meaning(one) === meaning(other)) });
	});

	holds(
		'makes another idempotency key for every execution, node and submit',
		4000,
		fc.tuple(fc.tuple(anyText, anyText, anyText), fc.tuple(anyText, anyText, anyText)),
		([one, other]) => {
			const isEqual = one.every((part, index) => part === other[index]);
			return firstBroken({
				'equal means equal': (idempotencyKey(...one) === idempotencyKey(...other)) === isEqual,
				'it fits into a header': /^[0-9a-f]{1,255}$/.test(idempotencyKey(...one)),
			});
		},
	);
});
