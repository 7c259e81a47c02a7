import { readJournal } from '../../../nodes/core/submit/readJournal';

const owner = { execution: '1', pass: 0, item: 0, provider: 'example', credential: 'a' };
const counted = { amount: 0.035, unit: 'USD' };
const ref = { provider: 'example', taskId: 'task_1', submittedAt: '2026-11-20T12:00:00.000Z', warnings: [] };
const accepted = { owner, counted, state: 'accepted', execution: '1', ref };
const failure = { kind: 'outcomeUnknown', message: 'cut off', remedy: 'Look.' };
const unknown = { owner, counted, state: 'unknown', draft: { warnings: [] }, failure };
const sending = { owner, counted, state: 'sending', draft: { warnings: [] } };
const repeatable = { method: 'POST', path: '/tasks', body: {} };

const journal = (change: object = {}) => ({ firstExecution: '1', pass: 0, entries: {}, refusals: {}, spent: {}, freed: {}, ...change });
const read = (found: unknown) => readJournal(found, { firstExecution: '9', pass: 3 });

test.each([
	[undefined],
	[null],
	[7],
	['journal'],
	[[]],
	[{}],
	[journal({ entries: null })],
	[journal({ entries: [] })],
	[{ version: 2, jobs: { a: accepted } }],
])('%j is not a journal', (found) => {
	expect(read(found)).toBeUndefined();
});

test.each<[string, object, object]>([
	['sums', { spent: 3, refusals: undefined, freed: [] }, {}],
	['a pass', { pass: '0' }, { pass: 3 }],
	['an execution', { firstExecution: undefined }, { firstExecution: '9' }],
])('a journal without %s still has its entries', (_, change, expected) => {
	expect(read(journal({ entries: { a: accepted }, ...change }))).toEqual(journal({ entries: { a: accepted }, ...expected }));
});

test('entries of every state are kept, and the journal and its entries are the same objects', () => {
	const found = journal({ entries: { a: accepted, b: unknown, c: sending } });
	expect(read(found)).toBe(found);
	expect(Object.values(found.entries)).toEqual([accepted, unknown, sending]);
	expect((found.entries as Record<string, unknown>).a).toBe(accepted);
});

test.each([
	['nothing', null],
	['a list', []],
	['no owner', { ...accepted, owner: undefined }],
	['an owner without a pass', { ...accepted, owner: { item: 0, provider: 'example' } }],
])('an entry that is %s is dropped, because no job could find it; the others are kept', (_, entry) => {
	expect(read(journal({ entries: { good: accepted, bad: entry } }))?.entries).toEqual({ good: accepted });
});

test.each<[string, string, unknown, object]>([
	[
		'no owner, by its key and its task',
		'2.5',
		{ ...accepted, owner: undefined },
		{ ...accepted, owner: { ...owner, execution: '9', pass: 2, item: 5, credential: '' } },
	],
	[
		'no owner, behind a key of its item',
		'2.5.1',
		{ ...sending, owner: null, draft: { provider: 'example', warnings: [] } },
		{
			...sending,
			draft: { provider: 'example', warnings: [] },
			owner: { execution: '9', pass: 2, item: 5, provider: 'example', credential: '' },
		},
	],
	['numbers as text', 'a', { ...accepted, owner: { ...owner, pass: '0', item: '0' } }, accepted],
	[
		'no credential',
		'a',
		{ ...accepted, owner: { ...owner, typed: 't', credential: undefined } },
		{ ...accepted, owner: { ...owner, typed: 't', credential: '' } },
	],
	['a task whose ID is a number', 'a', { ...accepted, ref: { ...ref, taskId: 12 } }, { ...accepted, ref: { ...ref, taskId: '12' } }],
	[
		'nothing',
		'0.3',
		null,
		{
			owner: { execution: '9', pass: 0, item: 3, provider: '', credential: '' },
			counted: { amount: 0, unit: 'credits' },
			state: 'sending',
			draft: { warnings: [] },
		},
	],
])('an entry with %s is of the item that is named, which is not sent as if it were new', (_, key, entry, expected) => {
	expect(read(journal({ entries: { [key]: entry } }))?.entries).toEqual({ [key]: expected });
});

test.each<[string, object, object]>([
	['its warnings', { ...accepted, ref: { ...ref, warnings: undefined } }, accepted],
	['its sum', { ...accepted, counted: undefined }, { ...accepted, counted: { amount: 0, unit: 'credits' } }],
	['a state that this version knows', { ...accepted, state: 'delivered' }, accepted],
])('an accepted task without %s is still used', (_, entry, expected) => {
	expect(read(journal({ entries: { a: entry } }))?.entries.a).toEqual(expected);
});

test.each<[string, object, object]>([
	['of a state that nobody knows', { ...sending, state: 'paid' }, sending],
	['accepted without an id', { owner, counted, state: 'accepted', ref: { provider: 'example' } }, sending],
	['an unknown outcome without its failure', { ...unknown, failure: undefined }, sending],
	['an unknown outcome of a kind that nobody knows', { ...unknown, failure: { ...failure, kind: 'queued' } }, sending],
	['a submit without what is known of its task', { ...sending, draft: undefined }, sending],
	['a request without what is known of its task', { ...sending, draft: undefined, repeatable }, sending],
	['a submit that may be repeated, without warnings', { ...sending, draft: {}, repeatable }, { ...sending, repeatable }],
	['a submit that may be repeated, with a broken request', { ...sending, draft: {}, repeatable: 7 }, sending],
	['an unknown outcome without warnings', { ...unknown, draft: {} }, unknown],
])('an entry that is %s may have been paid, so its job is not sent as if it were new', (_, entry, expected) => {
	expect(read(journal({ entries: { a: entry } }))?.entries.a).toEqual(expected);
});

test('sums that are not numbers are dropped, because they would disable a limit', () => {
	const spent = { USD: 1.4, credits: 'many', images: Number.NaN, points: -3, coins: Infinity };
	expect(read(journal({ spent, freed: { a: 1, b: null }, refusals: { a: { failure }, b: 3, c: { failure: {} } } }))).toEqual({
		...journal(),
		spent: { USD: 1.4 },
		freed: { a: 1 },
		refusals: { a: { failure } },
	});
});
