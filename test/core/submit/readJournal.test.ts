import { readJournal } from '../../../nodes/core/submit/readJournal';

const owner = { execution: '1', pass: 0, item: 0, provider: 'example', credential: 'a' };
const counted = { amount: 0.035, unit: 'USD' };
const accepted = { owner, counted, state: 'accepted', execution: '1', ref: { provider: 'example', taskId: 'task_1', submittedAt: '2026-11-20T12:00:00.000Z' } };
const unknown = { owner, counted, state: 'unknown', draft: {}, failure: { kind: 'outcomeUnknown' } };
const sending = { owner, counted, state: 'sending', draft: {} };

const journal = (change: object = {}) => ({ firstExecution: '1', pass: 0, entries: {}, refusals: {}, spent: {}, freed: {}, ...change });

test.each([
	[undefined],
	[null],
	[7],
	['journal'],
	[[]],
	[{}],
	[journal({ entries: null })],
	[journal({ entries: [] })],
	[journal({ spent: 3 })],
	[journal({ pass: '0' })],
	[journal({ pass: Number.NaN })],
	[journal({ firstExecution: undefined })],
	[{ version: 2, jobs: { a: accepted } }],
])('%j is not a journal', (found) => {
	expect(readJournal(found)).toBeUndefined();
});

test('entries of every state are kept, and the journal is the same object', () => {
	const found = journal({ entries: { a: accepted, b: unknown, c: sending } });
	expect(readJournal(found)).toBe(found);
	expect(Object.keys(found.entries)).toEqual(['a', 'b', 'c']);
});

test.each([
	['nothing', null],
	['a list', []],
	['no owner', { ...accepted, owner: undefined }],
	['an owner without a pass', { ...accepted, owner: { item: 0, provider: 'example' } }],
	['a state that nobody knows', { ...accepted, state: 'paid' }],
	['an accepted task without an id', { ...accepted, ref: { provider: 'example' } }],
	['no sum', { ...accepted, counted: undefined }],
	['an unknown outcome without its failure', { ...unknown, failure: undefined }],
	['a submit without what is known of its task', { ...sending, draft: undefined }],
])('an entry that is %s is dropped, the others are kept', (_, entry) => {
	expect(readJournal(journal({ entries: { good: accepted, bad: entry } }))?.entries).toEqual({ good: accepted });
});

test('sums that are not numbers are dropped, because they would disable a limit', () => {
	const spent = { USD: 1.4, credits: 'many', images: Number.NaN, points: -3, coins: Infinity };
	expect(readJournal(journal({ spent, freed: { a: 1, b: null }, refusals: { a: { failure: {} }, b: 3 } }))).toMatchObject({
		spent: { USD: 1.4 },
		freed: { a: 1 },
		refusals: { a: { failure: {} } },
	});
});
