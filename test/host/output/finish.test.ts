/** The outcomes of all items become the output, or under Stop the error that lists what can still be collected. */
import type { IExecuteFunctions } from 'n8n-workflow';

import { taskFailure, submitFailure } from '../../../nodes/core/reply/providerFailure';
import type { Outcome } from '../../../nodes/host/output/outcome';
import type { ItemFailure } from '../../../nodes/host/output/failureItem';
import { failuresIn, finish } from '../../../nodes/host/output/finish';
import { fakeNode, type FakeNodeRules } from '../../support/fakeNode';
import { simpleProvider } from '../../support/madeUpProvider';

jest.mock('../../../nodes/providers', () => jest.requireActual<object>('../../support/madeUpRegistry'));

const items = [{ json: { sku: 1 } }, { json: { sku: 2 } }];
const image = (taskId: string, itemIndex = 0): Outcome => ({ kind: 'item', item: { json: { taskId, status: 'succeeded' }, pairedItem: { item: itemIndex } } });
const failureOf = (failed: Partial<ItemFailure>): Outcome => ({
	kind: 'failure',
	failed: { itemIndex: 1, provider: simpleProvider, failure: submitFailure(simpleProvider, 'insufficientCredits', { message: 'no credits' }), ...failed },
});
const late = (taskId: string) => failureOf({ taskId, failure: taskFailure(simpleProvider, 'timedOut', { message: 'late' }) });
const over = (taskId: string) => failureOf({ taskId, failure: taskFailure(simpleProvider, 'generationFailed', { message: 'no' }) });
const task = (taskId: string, itemIndex = 0) => ({ itemIndex, provider: 'example', taskId });
const contextOf = (rules: FakeNodeRules = {}) => fakeNode({ items, ...rules });

test('items are returned in the order of the input, failures with the fields of their input', () => {
	const node = contextOf({ onError: 'continueRegularOutput' });
	expect(finish(node.context, [[image('a'), image('b')], [failureOf({})]], [])).toMatchObject([
		[{ json: { taskId: 'a' } }, { json: { taskId: 'b' } }, { json: { sku: 2, error: expect.stringMatching(/no credits/) }, pairedItem: { item: 1 } }],
	]);
	expect(node.hints.length).toBeGreaterThan(0);
});

test('under Stop a failure is thrown, and says which tasks can still be collected', () => {
	const { context, hints } = contextOf();
	const thrown = () => finish(context, [[late('a')], [over('b')]], [task('a'), task('b', 1), task('c', 1)]);
	expect(thrown).toThrow(/late/);
	const description = ((): string => {
		try {
			thrown();
			return '';
		} catch (error) {
			return (error as { description?: string }).description ?? '';
		}
	})();
	expect(description).toMatch(/Example a/);
	expect(description).toMatch(/Example c/);
	expect(description).not.toMatch(/Example b/);
	expect(hints).toEqual([]);
});

test('under Stop a run without failures is delivered', () => {
	expect(finish(contextOf().context, [[image('a')]], [task('a')])).toMatchObject([[{ json: { taskId: 'a' } }]]);
});

test('the failures of all items are found in order', () => {
	expect(failuresIn([[image('a'), late('b')], [], [over('c')]]).map(({ taskId }) => taskId)).toEqual(['b', 'c']);
});

test('if n8n’s getNode fails, paid images are still returned', () => {
	const { context } = contextOf({ onError: 'continueRegularOutput' });
	const broken: IExecuteFunctions = Object.assign(Object.create(context) as IExecuteFunctions, {
		getNode: () => {
			throw new Error('gone');
		},
	});
	expect(finish(broken, [[image('a')]], [])).toMatchObject([[{ json: { taskId: 'a' } }]]);
});
