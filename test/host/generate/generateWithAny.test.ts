/** Seedream Any Provider: what it counts, and what a dry run shows. */
import type * as FakeRealClock from '../../support/fakeRealClock';
import { textAt } from '../../../nodes/core/json';
import { generateWithAny } from '../../../nodes/host/generate/generateWithAny';
import { fakeNode, type Answer } from '../../support/fakeNode';
import { newTime } from '../../support/fakeRealClock';

jest.mock('../../../nodes/providers', () => jest.requireActual<object>('../../support/madeUpRegistry'));

jest.mock('../../../nodes/host/execution/realClock', () => jest.requireActual<typeof FakeRealClock>('../../support/fakeRealClock'));

beforeEach(() => void newTime());

const credentials = { exampleApi: { apiKey: 'one' }, creditsApi: { apiKey: 'two' }, plainApi: { apiKey: 'three' } };

/** Takes every job and finishes it at once. */
const answer: Answer = ({ method, url, body }) => {
	const taskId = method === 'POST' ? (textAt(body, 'input.prompt', 'prompt') ?? '') : (url.split('/').at(-1) ?? '');
	const resultJson = { resultUrls: [`https://example.com/${taskId}.png`] };
	return { statusCode: 200, body: { code: 200, data: { taskId, ...(method === 'POST' ? {} : { state: 'success', resultJson }) } } };
};

async function run(parameters: object, options: object, items = 1) {
	const node = fakeNode({
		items: Array.from({ length: items }, () => ({ json: {} })),
		parameters: {
			providers: ['example', 'credits'],
			operation: 'textToImage',
			prompt: 'fox',
			resolution: '2K',
			aspectRatio: '1:1',
			imageCount: 1,
			options: { downloadImages: false, ...options },
			...parameters,
		},
		credentials,
		answer,
		onError: 'continueRegularOutput',
	});
	const [output = []] = await generateWithAny(node.context);
	return { output, posts: node.requests.filter(({ method }) => method === 'POST').length, kept: node.kept };
}

test('images are counted, whoever makes them', async () => {
	const { kept } = await run({ imageCount: 2 }, {}, 2);
	expect(kept.seedreamJournal).toMatchObject({ spent: { images: 4 } });
});

test('Max Images per Execution lets the items that fit go on', async () => {
	const { output, posts } = await run({ imageCount: 2 }, { maxImages: 5 }, 3);
	expect(posts).toBe(2);
	expect(output.at(-1)?.json).toMatchObject({
		error: expect.stringMatching(/Max Images per Execution is 5: 4 are made or planned/) as string,
		details: { failure: { kind: 'spendingLimit', mayBeCharged: false } },
	});
});

test('a dry run shows the request to the first that can take it, and what the others would get or why they would not', async () => {
	const { output, posts } = await run({ providers: ['plain', 'example', 'credits'], imageCount: 2 }, { dryRun: true });
	expect(posts).toBe(0);
	expect(output.map(({ json }) => json)).toMatchObject([
		{
			dryRun: true,
			provider: 'example',
			alternatives: [
				{ provider: 'plain', reason: expect.stringMatching(/at most 1 image per task/) as string },
				{ provider: 'credits', request: { method: 'POST' }, estimatedCost: { amount: 12, unit: 'credits' } },
			],
		},
	]);
});
