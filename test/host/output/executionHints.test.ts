import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { submitFailure } from '../../../nodes/core/reply/providerFailure';
import { executionHints } from '../../../nodes/host/output/executionHints';
import type { Outcome } from '../../../nodes/host/output/outcome';
import { simpleProvider } from '../../support/madeUpProvider';

jest.mock('../../../nodes/providers', () => jest.requireActual<object>('../../support/madeUpRegistry'));

const outputOf = (json: IDataObject, more: Partial<Outcome> = {}): Outcome =>
	({ kind: 'item', item: { json } satisfies INodeExecutionData, ...more }) as Outcome;
const image = (amount: number, more: IDataObject = {}): IDataObject => ({ status: 'succeeded', cost: { amount, unit: 'USD' }, warnings: [], ...more });
const task = { status: 'submitted', estimatedCost: { amount: 0.035, unit: 'USD' }, warnings: [] };
const refused: Outcome = {
	kind: 'failure',
	failed: { itemIndex: 1, provider: simpleProvider, failure: submitFailure(simpleProvider, 'contentRejected', { message: 'no hats & caps' }) },
};

const said = (outcomes: Outcome[][]) => executionHints(outcomes).map(({ type, message }) => `${type}: ${message}`);

describe('executionHints', () => {
	test.each<[string, Outcome[][], string[]]>([
		['one image', [[outputOf(image(0.035))]], ['info: 1 image for 0.035 USD.']],
		['the sum of several', [[outputOf(image(0.1)), outputOf(image(0.2))]], ['info: 2 images for 0.3 USD.']],
		[
			'each unit',
			[[outputOf(image(0.1))], [outputOf({ ...image(12), cost: { amount: 12, unit: 'credits' } })]],
			['info: 2 images for 0.1 USD and 12 credits.'],
		],
		['all images of an item per task', [[outputOf(image(0.07, { images: [{}, {}] }))]], ['info: 2 images for 0.07 USD.']],
		['no cost that nobody knows', [[outputOf({ status: 'succeeded' })]], ['info: 1 image.']],
		[
			'what is lost of a task',
			[[outputOf(image(0.07, { images: [{}], missing: [{}] }))]],
			['warning: 1 image could not be downloaded: see the field "missing". Downloading again is free.', 'info: 1 image for 0.07 USD.'],
		],
		[
			'tasks',
			[[outputOf(task)], [outputOf(task)]],
			['info: 2 tasks submitted, which cost about 0.07 USD. Pin this output while you build the next nodes: executing this node again pays again.'],
		],
		[
			'a dry run',
			[[outputOf({ dryRun: true, estimatedCost: { amount: 4, unit: 'credits' } })]],
			['info: Dry run: nothing was sent. A real run would cost about 4 credits.'],
		],
		[
			'a dry run without a price',
			[[outputOf({ dryRun: true, estimatedCost: null })]],
			['info: Dry run: nothing was sent. The cost of a real run is not known.'],
		],
		[
			'a warning once for all items',
			[[outputOf(image(1, { warnings: ['Too large.'] }))], [outputOf(image(1, { warnings: ['Too large.'] }))]],
			['warning: Too large. (2 items)', 'info: 2 images for 2 USD.'],
		],
		[
			'a warning about a task once for all its images',
			[[outputOf(image(1, { warnings: ['Only 2 of 3 images were returned.'] })), outputOf(image(1, { warnings: ['Only 2 of 3 images were returned.'] }))]],
			['warning: Only 2 of 3 images were returned.', 'info: 2 images for 2 USD.'],
		],
		[
			'its warnings as text and not as HTML',
			[[outputOf(image(1, { warnings: ['Wider than <b>x</b>.'] }))]],
			['warning: Wider than &lt;b&gt;x&lt;/b&gt;.', 'info: 1 image for 1 USD.'],
		],
		[
			'who was asked in vain, once for all images of a task',
			[
				[
					outputOf(image(6, { taskId: 't1', attempts: [{ provider: 'example', kind: 'insufficientCredits', message: 'Example has no credits.' }] })),
					outputOf(image(6, { taskId: 't1', attempts: [{ provider: 'example', kind: 'insufficientCredits', message: 'Example has no credits.' }] })),
				],
				[outputOf(image(6, { taskId: 't2', attempts: [{ provider: 'example', kind: 'insufficientCredits', message: 'Example has no credits.' }] }))],
			],
			['warning: Example did not take 2 jobs: Example has no credits.', 'info: 3 images for 18 USD.'],
		],
		['nothing of what passes through', [[outputOf(image(1, { warnings: ['Old.'] }), { unchanged: true })]], []],
		['nothing of nothing', [[], []], []],
	])('says %s', (_, outcomes, expected) => {
		expect(said(outcomes)).toEqual(expected);
	});

	test('names failures first', () => {
		const [first, ...others] = said([[outputOf(image(1))], [refused]]);
		expect(first).toMatch(/^warning: 1 of 2 items failed\. Item 1: Example .*no hats &amp; caps/);
		expect(others).toEqual(['info: 1 image for 1 USD.']);
	});

	test('lists five warnings and counts the others', () => {
		const warnings = Array.from({ length: 8 }, (_, index) => `Warning ${index}.`);
		const hints = said([[outputOf(image(1, { warnings }))]]);
		expect(hints).toHaveLength(7);
		expect(hints[5]).toBe('warning: 3 other warnings: see the field "warnings" of the items.');
	});
});
