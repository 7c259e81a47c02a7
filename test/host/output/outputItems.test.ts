import type { INodeExecutionData } from 'n8n-workflow';

import { outputItems } from '../../../nodes/host/output/outputItems';

const file = (fileName: string) => ({ data: '', mimeType: 'image/png', fileExtension: 'png', fileName });

const image = (fileName: string): INodeExecutionData => ({ json: { taskId: 't', fileName }, binary: { data: file(fileName) }, pairedItem: { item: 0 } });

const task = (...names: string[]): INodeExecutionData => ({
	json: { taskId: 't', images: names.map((fileName) => ({ url: `https://example.com/${fileName}`, fileName })) },
	binary: Object.fromEntries(names.map((name, index) => [index === 0 ? 'data' : `data_${index}`, file(name)])),
});

const namesOf = ({ json, binary }: INodeExecutionData) => ({
	json: Array.isArray(json.images) ? json.images.map((one) => (one as { fileName: string }).fileName) : [json.fileName],
	binary: Object.values(binary ?? {}).map(({ fileName }) => fileName),
});
const both = (...names: string[]) => ({ json: names, binary: names });

describe('outputItems', () => {
	test('numbers files that would share a name, in the file and in the json alike', () => {
		const items = outputItems([{ item: image('hero.png') }, { item: image('Hero.png') }, { item: task('hero.png', 'hero-2.png') }]);
		expect(items.map(namesOf)).toEqual([both('hero.png'), both('Hero-3.png'), both('hero-4.png', 'hero-2.png')]);
		expect(items[1]).toMatchObject({ json: { taskId: 't' }, binary: { data: { mimeType: 'image/png' } }, pairedItem: { item: 0 } });
		expect(items[2]?.json.images).toMatchObject([{ url: 'https://example.com/hero.png' }, { url: 'https://example.com/hero-2.png' }]);
	});

	test('returns the same item objects if no name is shared', () => {
		const given = [image('a.png'), image('b.png'), { json: { taskId: 't', status: 'submitted' } }];
		const items = outputItems(given.map((item) => ({ item })));
		items.forEach((item, index) => expect(item).toBe(given[index]));
	});

	test('does not change items that pass through, and does not reuse their names', () => {
		const items = outputItems([{ item: image('hero.png') }, { item: image('hero.png'), unchanged: true }, { item: image('hero.png'), unchanged: true }]);
		expect(items.map(namesOf)).toEqual([both('hero-2.png'), both('hero.png'), both('hero.png')]);
	});

	test('reserves names for images that are still to come', () => {
		const waiting: INodeExecutionData = { json: { error: 'not yet' } };
		const items = outputItems([
			{ item: waiting, awaited: ['hero.png'] },
			{ item: image('hero.png') },
			{ item: waiting, awaited: ['hero.png'] },
			{ item: image('hero.png') },
		]);
		expect(items[0]).toBe(waiting);
		expect([items[1], items[3]].map((item) => item?.json.fileName)).toEqual(['hero-2.png', 'hero-4.png']);
	});

	test.each([[null], [undefined], [{}], [{ fileName: null }], [{ fileName: 7 }], ['file']])(
		'accepts an item whose file is %j, as a Code node may return it',
		(odd) => {
			const item = { json: { fileName: 'hero.png' }, binary: { data: odd, other: odd } } as unknown as INodeExecutionData;
			expect(outputItems([{ item: image('hero.png') }, { item, unchanged: true }])[1]).toBe(item);
		},
	);

	test('does not change other files of an item, and does not reuse their names', () => {
		const nameless = { data: '', mimeType: 'text/plain' };
		const given = (name: string): INodeExecutionData => {
			const item = image(name);
			return { ...item, binary: { ...item.binary, logo: file('logo.png'), raw: nameless } };
		};
		const items = outputItems([{ item: image('logo.png') }, { item: given('hero.png') }, { item: given('hero.png') }]);
		expect(items.map(({ json }) => json.fileName)).toEqual(['logo-2.png', 'hero.png', 'hero-2.png']);
		for (const { json, binary } of items.slice(1)) {
			expect(binary).toEqual({ data: file(json.fileName as string), logo: file('logo.png'), raw: nameless });
		}
	});

	test('does not add file names to the json of other items', () => {
		const failure: INodeExecutionData = { json: { fileName: 'hero.png', images: [], error: 'refused' } };
		expect(outputItems([{ item: image('hero.png') }, { item: failure }, { item: failure }]).slice(1)).toEqual([failure, failure]);
	});

	test('adds the input fields after those of the item', () => {
		const input = { sku: 'chair', fileName: 'theirs.png', images: [{ fileName: 'a' }, { fileName: 'b' }], taskId: 'theirs' };
		const [first, second] = outputItems([
			{ item: image('hero.png'), input },
			{ item: image('hero.png'), input },
		]);
		expect(first?.json).toEqual({ taskId: 't', fileName: 'hero.png', sku: 'chair', images: input.images });
		expect(Object.keys(first?.json ?? {})).toEqual(['taskId', 'fileName', 'sku', 'images']);
		expect(second?.json.fileName).toBe('hero-2.png');
		expect(second?.binary).toEqual({ data: file('hero-2.png') });
	});
});
