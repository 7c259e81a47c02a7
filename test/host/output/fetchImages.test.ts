/** The images of one task: which are downloaded, and what is said about those that are not. */
import { defaultOptions, type Options } from '../../../nodes/host/panel/options';
import { binaryFields, fetchImages, lostImages, missingOf, type FetchPlan, type ImageAt } from '../../../nodes/host/output/fetchImages';
import type { FakeReply } from '../../support/fakeNode';
import { fakeChannel, fakeRun } from '../../support/fakeRun';
import { encodePng } from '../../workflows/support/smallPng';

const images: ImageAt[] = [0, 1, 2].map((index) => ({ url: `https://images.example.com/${index}.png`, index }));

async function fetch({ dead = [], options = {} }: { dead?: readonly number[]; options?: Partial<Options> } = {}) {
	const isDead = (url: string): boolean => images.some((image) => image.url === url && dead.includes(image.index));
	const { run, clock, node } = fakeRun({
		answer: ({ url }): FakeReply => (isDead(url) ? { statusCode: 404 } : { statusCode: 200, body: [encodePng(7, 5, 200)] }),
	});
	const known = { provider: 'example', taskId: 'task_1', warnings: [] };
	const plan: FetchPlan = { known, count: 3, channel: fakeChannel(clock), options: { ...defaultOptions, ...options }, run };
	return { plan, fetched: await fetchImages(images, plan), asked: node.requests.length };
}

test('without Download Images only their URLs are passed on', async () => {
	const { fetched, asked } = await fetch({ options: { downloadImages: false } });
	expect(fetched).toEqual(images.map((image) => ({ ...image, kind: 'url' })));
	expect(asked).toBe(0);
});

test('a download that fails costs no other image', async () => {
	const { fetched } = await fetch({ dead: [1] });
	expect(fetched.map(({ kind, index }) => [kind, index])).toEqual([
		['image', 0],
		['missing', 1],
		['image', 2],
	]);
	expect(missingOf(fetched)).toEqual([{ url: images[1]?.url, reason: expect.stringContaining('404') }]);
	expect(Object.keys(binaryFields(fetched, 'data'))).toEqual(['data', 'data_1']);
});

test('lost images are named with their URLs, and a single one with its number', async () => {
	const { plan, fetched } = await fetch({ dead: [0, 1, 2] });
	const all = lostImages(4, plan, fetched);
	expect(all).toMatchObject({ itemIndex: 4, taskId: 'task_1', urls: images.map(({ url }) => url), failure: { kind: 'downloadFailed' } });
	expect(all).not.toHaveProperty('imageIndex');
	expect(lostImages(4, plan, fetched.slice(1, 2))).toMatchObject({ imageIndex: 1, urls: [images[1]?.url] });
});
