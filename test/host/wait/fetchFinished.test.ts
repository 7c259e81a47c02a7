/** What the item of a finished task does not have yet is fetched; the item keeps what it has, and its order. */
import type { IBinaryKeyData } from 'n8n-workflow';

import type { JsonObject } from '../../../nodes/core/json';
import { knownTask } from '../../../nodes/core/task/taskRef';
import { defaultOptions, type Options } from '../../../nodes/host/panel/options';
import { fetchFinished } from '../../../nodes/host/wait/fetchFinished';
import type { FakeReply } from '../../support/fakeNode';
import { fakeChannel, fakeRun } from '../../support/fakeRun';
import { simpleProvider } from '../../support/madeUpProvider';
import { reply } from '../../support/fakeSend';
import { encodePng } from '../../workflows/support/smallPng';

const oldUrl = (number: number) => `https://files.example.com/${number}.png`;
const newUrl = (number: number) => `https://files.example.com/again/${number}.png`;
const file = (fileName: string) => ({ data: fileName, mimeType: 'image/png', fileName });
const told = (urls: readonly string[]) => reply(200, { data: { taskId: 'task_1', state: 'success', resultJson: { resultUrls: urls } } });

interface Given {
	binary?: IBinaryKeyData;
	/** URLs that are gone. */
	dead?: readonly string[];
	/** The URLs that the provider names now. */
	now?: readonly string[];
	options?: Partial<Options>;
}

async function fetch(json: JsonObject, { binary, dead = [], now = [], options = {} }: Given = {}) {
	const fake = fakeRun({ answer: ({ url }): FakeReply => (dead.includes(url) ? { statusCode: 404 } : { statusCode: 200, body: [encodePng(7, 5, 200)] }) });
	const channel = fakeChannel(fake.clock, [told(now)]);
	const plan = { itemIndex: 3, provider: simpleProvider, known: knownTask(json, 'example', 'task_1'), options: { ...defaultOptions, ...options } };
	const input = { json: json as never, ...(binary === undefined ? {} : { binary }) };
	const [outcome, ...others] = await fetchFinished(plan, json, input, channel, fake.run);
	expect(others).toEqual([]);
	return {
		item: outcome?.kind === 'item' ? outcome.item : undefined,
		failed: outcome?.kind === 'failure' ? outcome.failed : undefined,
		asked: fake.node.requests.map(({ url }) => url),
		checks: channel.sent.requests.length,
	};
}

describe('an item of one image', () => {
	const json = {
		taskId: 'task_1',
		status: 'succeeded',
		url: oldUrl(2),
		imageIndex: 1,
		imageCount: 3,
		sku: 7,
		warnings: ['The image URLs may expire 24 h after completion.', 'Mind the gap.'],
	};

	test('gains its file, and loses the warning that its URL expires', async () => {
		const { item, checks } = await fetch(json, { binary: { logo: file('logo.png') } });
		expect(item).toMatchObject({
			json: { sku: 7, url: oldUrl(2), fileName: 'seedream-example-task_1-2.png', mimeType: 'image/png', width: 7, height: 5, warnings: ['Mind the gap.'] },
			pairedItem: { item: 3 },
		});
		expect(item?.binary).toMatchObject({ data: { fileName: 'seedream-example-task_1-2.png' }, logo: file('logo.png') });
		expect(checks).toBe(0);
	});

	test('stores its file in the field of Put Output File in Field, replacing another one', async () => {
		const { item } = await fetch(json, { binary: { photo: file('theirs.png') }, options: { outputBinaryField: 'photo' } });
		expect(Object.values(item?.binary ?? {}).map(({ fileName }) => fileName)).toEqual(['seedream-example-task_1-2.png']);
	});

	test('whose URL is dead is downloaded from the URL that the provider names now', async () => {
		const { item, asked, checks } = await fetch(json, { dead: [oldUrl(2)], now: [1, 2, 3].map(newUrl) });
		expect(item?.json).toMatchObject({ url: newUrl(2), fileName: 'seedream-example-task_1-2.png' });
		expect([asked, checks]).toEqual([[oldUrl(2), newUrl(2)], 1]);
	});

	test.each<[string, readonly string[], readonly string[]]>([
		['the same URL', [1, 2, 3].map(oldUrl), []],
		['another number of images', [newUrl(1), newUrl(2)], []],
		['a URL that is dead too', [1, 2, 3].map(newUrl), [newUrl(2)]],
	])('is lost if the provider then names %s, and the remedy does not propose another Wait for Task node', async (_, now, alsoDead) => {
		const { item, failed } = await fetch(json, { dead: [oldUrl(2), ...alsoDead], now });
		expect(item).toBeUndefined();
		expect(failed).toMatchObject({
			itemIndex: 3,
			taskId: 'task_1',
			imageIndex: 1,
			imageCount: 3,
			failure: { kind: 'downloadFailed', remedy: expect.stringMatching(/^Example was asked once more/) },
		});
		expect(failed?.failure.remedy).not.toMatch(/Wait for Task/);
	});

	test('without a number is the first and only one', async () => {
		const { item } = await fetch({ taskId: 'task_1', url: oldUrl(1) });
		expect(item?.json).toMatchObject({ fileName: 'seedream-example-task_1-1.png' });
		const moved = await fetch({ taskId: 'task_1', url: oldUrl(1) }, { dead: [oldUrl(1)], now: [newUrl(1)] });
		expect(moved.item?.json).toMatchObject({ url: newUrl(1) });
	});
});

describe('an item per task', () => {
	const image = (number: number) => ({ url: oldUrl(number), fileName: `fox-${number}.png`, width: 1 });
	const missing = (number: number) => ({ url: oldUrl(number), reason: 'HTTP 404' });
	const json = {
		taskId: 'task_1',
		images: [image(1), image(3)],
		missing: [missing(2)],
		cost: { amount: 0.07, unit: 'USD' },
		warnings: ['1 of 3 images could not be downloaded; their URLs are in missing.'],
	};
	const binary = { data: file('fox-1.png'), data_1: file('fox-3.png'), logo: file('logo.png') };

	test('gains the missing image in its place', async () => {
		const { item, asked } = await fetch(json, { binary });
		expect(asked).toEqual([oldUrl(2)]);
		expect(item?.json).toMatchObject({
			cost: { amount: 0.07 },
			images: [image(1), { url: oldUrl(2), fileName: 'seedream-example-task_1-2.png' }, image(3)],
			warnings: [],
		});
		expect(item?.json).not.toHaveProperty('missing');
		expect(Object.entries(item?.binary ?? {}).map(([field, { fileName }]) => [field, fileName])).toEqual([
			['data', 'fox-1.png'],
			['data_1', 'seedream-example-task_1-2.png'],
			['data_2', 'fox-3.png'],
			['logo', 'logo.png'],
		]);
	});

	test('says what is still missing', async () => {
		const { item } = await fetch({ ...json, missing: [missing(2), missing(4)] }, { binary, dead: [oldUrl(4)], now: [] });
		expect(item?.json).toMatchObject({
			images: [image(1), { url: oldUrl(2) }, image(3)],
			missing: [{ url: oldUrl(4), reason: expect.stringMatching(/404/) }],
			warnings: ['1 of 4 images could not be downloaded; their URLs are in missing.'],
		});
	});

	test('stays as it is if nothing more can be fetched', async () => {
		const { item } = await fetch(json, { binary, dead: [oldUrl(2)] });
		expect(item?.json).toEqual({ ...json, missing: [{ url: oldUrl(2), reason: expect.stringMatching(/404/) }] });
		expect(item?.binary).toEqual(binary);
	});

	test('downloads the missing image from the URL that the provider names now', async () => {
		const { item } = await fetch(json, { binary, dead: [oldUrl(2)], now: [1, 2, 3].map(newUrl) });
		expect(item?.json).toMatchObject({ images: [image(1), { url: newUrl(2) }, image(3)] });
	});

	test('whose file names do not show the order gets the missing image at the end', async () => {
		const named = [
			{ ...image(1), fileName: 'b-2.png' },
			{ ...image(3), fileName: 'a-1.png' },
		];
		const { item } = await fetch({ ...json, images: named }, { binary });
		expect(item?.json).toMatchObject({ images: [...named, { url: oldUrl(2), fileName: 'seedream-example-task_1-3.png' }] });
	});

	test('gains the files of images that are only URLs', async () => {
		const { item, asked } = await fetch({ taskId: 'task_1', images: [{ url: oldUrl(1) }, { url: oldUrl(2) }] });
		expect(asked).toEqual([oldUrl(1), oldUrl(2)]);
		expect(Object.keys(item?.binary ?? {})).toEqual(['data', 'data_1']);
		expect(item?.json).toMatchObject({ images: [{ fileName: 'seedream-example-task_1-1.png' }, { fileName: 'seedream-example-task_1-2.png' }] });
		const moved = await fetch({ taskId: 'task_1', images: [{ url: oldUrl(1) }, { url: oldUrl(2) }] }, { dead: [oldUrl(1)], now: [1, 2].map(newUrl) });
		expect(moved.item?.json).toMatchObject({ images: [{ url: newUrl(1) }, { url: oldUrl(2) }] });
	});

	test('of which nothing can be fetched is a failure with all its URLs', async () => {
		const { failed } = await fetch({ taskId: 'task_1', images: [], missing: [missing(1), missing(2)] }, { dead: [oldUrl(1), oldUrl(2)] });
		expect(failed).toMatchObject({ urls: [oldUrl(1), oldUrl(2)], imageCount: 2 });
		expect(failed).not.toHaveProperty('imageIndex');
	});
});
