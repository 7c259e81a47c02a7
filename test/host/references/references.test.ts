import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { examineFile, filesNamedIn, isUrlName } from '../../../nodes/host/references/references';
import { makeProvider, simpleProvider } from '../../support/madeUpProvider';
import { encodePng } from '../../workflows/support/smallPng';

const base64 = 'iVBORw0KGgoAAAANSUhEUg'.repeat(200);
const lines = (base64.match(/.{1,76}/g) ?? []).join('\r\n');

function inMemory(bytes: Buffer, fileName = 'photo.png'): IBinaryData {
	return { data: bytes.toString('base64'), mimeType: 'image/png', fileName };
}

function contextWith(binary: Record<string, IBinaryData>): IExecuteFunctions {
	const assertBinaryData = (_itemIndex: number, field: string): IBinaryData => {
		const found = binary[field];
		if (found === undefined) throw new Error('no such field');
		return found;
	};
	return { helpers: { assertBinaryData }, getInputData: () => [{ json: {}, binary }] } as unknown as IExecuteFunctions;
}

const png = (width: number, height: number): IBinaryData => inMemory(encodePng(width, height, 9));
const headOfPng = (width: number, height: number): Buffer => {
	const bytes = Buffer.from(encodePng(64, 48, 9));
	bytes.writeUInt32BE(width, 16);
	bytes.writeUInt32BE(height, 20);
	return bytes;
};
const examine = async (file: IBinaryData, provider = simpleProvider) => await examineFile(contextWith({ photo: file }), provider, 0, 'photo');

describe('what Input Data Field Name(s) holds', () => {
	const file = png(20, 20);

	test.each<[string, unknown, unknown[]]>([
		['one name', 'data', ['data']],
		['names', ' data, photo\nlogo ,', ['data', 'photo', 'logo']],
		['invisible characters', '\u200bdata\ufeff', ['data']],
		['a list', ['data', ' photo '], ['data', 'photo']],
		['a file', file, [file]],
		['a list of files', [file, 'data'], [file, 'data']],
		['a URL between names', 'data, https://example.com/1.png', ['data', 'https://example.com/1.png']],
		['a number', 7, ['7']],
		['an object', { a: 1 }, ['{"a":1}']],
		['nothing', '', []],
		['null', null, []],
		['a list with holes', ['data', null, '', undefined], ['data']],
		['base64', base64, [base64]],
		['base64 in lines', lines, [lines]],
		['a data URI', `data:image/png;base64,${base64}`, [`data:image/png;base64,${base64}`]],
	])('%s', (_, raw, named) => {
		expect(filesNamedIn(raw)).toEqual(named);
	});

	test('a URL is distinguished from the content of a file', () => {
		expect(isUrlName('https://example.com/1.png')).toBe(true);
		expect(isUrlName(`data:image/png;base64,${base64}`)).toBe(false);
		expect(isUrlName('data')).toBe(false);
	});
});

describe('a file', () => {
	test('that is valid is accepted', async () => {
		expect(await examine(png(64, 48))).toMatchObject({ field: 'photo', mimeType: 'image/png', hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
		expect(await examine(png(64, 48))).not.toHaveProperty('warning');
	});

	test.each<[string, IBinaryData, RegExp]>([
		['too small', png(8, 8), /has 8 × 8 pixels.*more than 14/],
		['too narrow', png(20, 400), /has 20 × 400 pixels.*at most 1:16/],
		['without width', inMemory(headOfPng(0, 300)), /is damaged: its header gives no width and height/],
		['cut off in its header', inMemory(encodePng(64, 48, 9).subarray(0, 20)), /is damaged: its header gives no width and height/],
		['too large in pixels', png(6100, 6000), /36 megapixels/],
		['no image', inMemory(Buffer.from('<html>'.repeat(10))), /is not an image/],
		['too large in bytes', inMemory(Buffer.concat([encodePng(20, 20, 9), Buffer.alloc(11 * 1_048_576)])), /has 11\.0 MB/],
	])('that is %s is refused', async (_, file, says) => {
		expect(await examine(file)).toMatch(says);
	});

	test('with a long shape warns, and a model with a stricter limit refuses it', async () => {
		expect(await examine(png(400, 100))).toMatchObject({ warning: expect.stringContaining('beyond 1:3') });
		const older = makeProvider({ limits: { referenceRatio: 3 } });
		expect(await examine(png(400, 100), older)).toMatch(/at most 1:3\./);
	});

	test('whose size comes after metadata is measured', async () => {
		const segment = (marker: number, content: Buffer) =>
			Buffer.concat([Buffer.from([0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255]), content]);
		const metadata = Array.from({ length: 3 }, () => segment(0xe2, Buffer.alloc(60_000)));
		const frame = segment(0xc0, Buffer.from([8, 0, 10, 0, 10, 1, 1, 0x11, 0]));
		const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8]), ...metadata, frame, Buffer.alloc(100)]);
		expect(await examine(inMemory(jpeg))).toMatch(/has 10 × 10 pixels/);
	});
});

describe('a name that is not a field', () => {
	test('is reported with the fields that the item has', async () => {
		expect(await examineFile(contextWith({ photo: png(20, 20) }), simpleProvider, 0, 'data')).toBe(
			'Input Data Field Name(s) names "data", but the item has photo',
		);
		expect(await examineFile(contextWith({}), simpleProvider, 0, 'data')).toBe('Input Data Field Name(s) names "data", but the item has no files');
	});

	test.each([base64, lines, `data:image/png;base64,${base64}`])(
		'the content of a file is quoted in short, with Convert to File as the remedy',
		async (content) => {
			const fault = await examineFile(contextWith({}), simpleProvider, 0, content);
			expect(fault).toMatch(/^Input Data Field Name\(s\) contains the content of a file .*Convert to File/);
			expect(JSON.stringify(fault).length).toBeLessThan(280);
		},
	);

	test('a long name or many names are cut', async () => {
		const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`field_${index}_${'x'.repeat(200)}`, png(20, 20)]));
		const fault = await examineFile(contextWith(many), simpleProvider, 0, 'y z'.repeat(50_000));
		expect(JSON.stringify(fault).length).toBeLessThan(2200);
		expect(fault).toContain('and 480 more');
	});
});
