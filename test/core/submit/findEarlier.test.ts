import fc from 'fast-check';

import { findEarlier, type JobOfRun } from '../../../nodes/core/submit/findEarlier';
import type { EntryOwner, Journal } from '../../../nodes/core/submit/journal';

const draft = {
	provider: 'example',
	status: 'submitted' as const,
	prompt: 'a fox',
	model: 'seedream-4.5',
	imagesRequested: 1,
	callback: 'none' as const,
	warnings: [],
};

const ownerOf = (owner: Partial<EntryOwner>): EntryOwner => ({
	execution: '1',
	pass: 0,
	item: 0,
	provider: 'example',
	credential: 'c',
	typed: 't',
	request: 'r',
	...owner,
});

function journalWith(owners: ReadonlyArray<Partial<EntryOwner>>): Journal {
	const entries = owners.map(
		(owner, index) => [`k${index}`, { state: 'sending' as const, counted: { amount: 1, unit: 'credits' }, draft, owner: ownerOf(owner) }] as const,
	);
	return { firstExecution: '1', pass: 0, entries: Object.fromEntries(entries), refusals: {}, spent: {}, freed: {} };
}

const find = (owners: ReadonlyArray<Partial<EntryOwner>>, jobs: readonly JobOfRun[], execution: string, credential: string | undefined = 'c') =>
	findEarlier(journalWith(owners), jobs, { execution, pass: 0, credentialOf: () => credential });

const job = (item: number, typed: string | undefined = 't', request: string | undefined = 'r'): JobOfRun => ({ item, typed, request });

describe('within one execution', () => {
	test.each<[string, JobOfRun]>([
		['the same values', job(0)],
		['other values', job(0, 'T', 'R')],
		['values that are no longer valid', { item: 0 }],
	])('an item finds its entry even if its values have changed: %s', (_, one) => {
		expect(find([{}], [one], '1')).toEqual(['k0']);
	});

	test('no item finds the entry of another item, even if the jobs are the same', () => {
		expect(find([{ item: 1 }], [job(0), job(1)], '1')).toEqual([undefined, 'k0']);
	});

	test('the credential is not compared, because it cannot have been changed meanwhile', () => {
		expect(find([{}], [job(0)], '1', 'other')).toEqual(['k0']);
	});
});

describe('in an execution that retries another', () => {
	test.each<[string, JobOfRun, string | undefined]>([
		['what was typed and the item are the same, the request is not', job(0, 't', 'R'), 'k0'],
		['the request is the same, what was typed is not', job(0, 'T', 'r'), 'k0'],
		['what was typed is the same, and the request is no longer valid', { item: 0, typed: 't' }, 'k0'],
		['both are others', job(0, 'T', 'R'), undefined],
		['neither can be read', { item: 0 }, undefined],
	])('%s', (_, one, key) => {
		expect(find([{}], [one], '2')).toEqual([key]);
	});

	test('two jobs whose values could not be read are not the same', () => {
		expect(find([{ typed: undefined, request: undefined }], [{ item: 0 }], '2')).toEqual([undefined]);
	});

	test.each([
		['another credential is another account', 'other', undefined],
		['a provider that is no longer selected is named, not forgotten', undefined, 'k0'],
	])('%s', (_, credential, key) => {
		const journal = journalWith([{}]);
		expect(findEarlier(journal, [job(0)], { execution: '2', pass: 0, credentialOf: () => credential })).toEqual([key]);
	});

	test('an entry of another pass is not found', () => {
		expect(find([{ pass: 1 }], [job(0)], '2')).toEqual([undefined]);
	});

	test('an item that moved finds its entry, each entry is found once, and each item takes its own first', () => {
		// Three equal jobs; a fourth item that is now before them has none.
		expect(find([{ item: 0 }, { item: 1 }, { item: 2 }], [job(0), job(1), job(2), job(3)], '2')).toEqual(['k0', 'k1', 'k2', undefined]);
		expect(
			find(
				[
					{ item: 0, typed: 'a', request: 'a' },
					{ item: 1, typed: 'b', request: 'b' },
				],
				[job(0, 'x', 'x'), job(1, 'a', 'a'), job(2, 'b', 'b')],
				'2',
			),
		).toEqual([undefined, 'k0', 'k1']);
		expect(find([{ item: 1 }], [job(0), job(1)], '2')).toEqual([undefined, 'k0']);
	});
});

test('with any changes no entry is found twice, and an unchanged retry finds them all', () => {
	const word = fc.constantFrom('a', 'b', 'c', undefined);
	const identity = fc.record({ typed: word, request: word });
	fc.assert(
		fc.property(fc.array(identity, { maxLength: 8 }), fc.array(identity, { maxLength: 8 }), fc.constantFrom('1', '2'), (before, now, execution) => {
			const owners = before.map((one, item) => ({ ...one, item }));
			const found = find(
				owners,
				now.map((one, item) => ({ ...one, item })),
				execution,
			);
			const keys = found.filter((key) => key !== undefined);
			if (new Set(keys).size !== keys.length) return false;
			const same = find(
				owners,
				before.map((one, item) => ({ ...one, item })),
				execution,
			);
			return before.every((one, item) => (execution !== '1' && one.typed === undefined && one.request === undefined) || same[item] === `k${item}`);
		}),
		{ numRuns: 200 },
	);
});
