/** Which journal entry an item's job works on, and what that means for it. */
import { hashOf, type JournalEntry } from '../../../nodes/core/submit/journal';
import { credentialIdOf, deadlineOf, isSettled, mayRepeat, openJobs, requestKeyOf, type Job } from '../../../nodes/host/generate/job';
import type { Session } from '../../../nodes/host/generate/session';
import type { ReadItem } from '../../../nodes/host/plan/generatePlan';
import { invalidInput, type ItemFailure } from '../../../nodes/host/output/failureItem';
import { defaultOptions } from '../../../nodes/host/panel/options';
import { fakeStart } from '../../support/fakeClock';
import { fakeNode } from '../../support/fakeNode';
import { emptyJournal, fakeRun, jobFor, planFor, sessionFor } from '../../support/fakeRun';
import { accepted, draft, owner, repeatable, sending, unknown } from '../../support/journalEntries';
import { simpleProvider } from '../../support/madeUpProvider';

jest.mock('../../../nodes/providers', () => jest.requireActual<object>('../../support/madeUpRegistry'));

const itemAt = (itemIndex: number, more: object = {}): ReadItem => ({
	itemIndex,
	options: defaultOptions,
	completion: 'waitForImages',
	files: [],
	plans: [planFor({ itemIndex })],
	request: { prompt: `fox ${itemIndex}` },
	...more,
});
const faultyAt = (itemIndex: number): ReadItem =>
	itemAt(itemIndex, { plans: [], fault: invalidInput(itemIndex, undefined, ['Prompt is empty']), request: undefined });

/** The jobs of these items; the journal holds copies of these entries. */
function opened(
	items: ReadItem[],
	entries: Record<string, JournalEntry> = {},
	more: Partial<Session> = {},
	inputs: unknown[] = items.map(({ itemIndex }) => ({ item: itemIndex })),
) {
	const fake = fakeRun({ items: inputs.map((json) => ({ json: json as never })) });
	const session = sessionFor(fake, { journal: { ...emptyJournal(), entries: structuredClone(entries) }, ...more });
	return { session, jobs: openJobs(items, session) };
}
const jobOf = (one: Job | ItemFailure | undefined): Job => {
	if (one === undefined || 'failure' in one) throw new Error('The item was meant to be a job');
	return one;
};

describe('an item without an earlier try', () => {
	test('is a job with a key of its own', () => {
		const { session, jobs } = opened([itemAt(0), itemAt(1, { completion: 'returnTask' })], {}, { pass: 3 });
		expect(jobs).toMatchObject([
			{ itemIndex: 0, key: '3.0', provider: { id: 'example' }, completion: 'waitForImages' },
			{ itemIndex: 1, key: '3.1', completion: 'returnTask' },
		]);
		expect(jobs[0]).not.toHaveProperty('earlier');
		expect([...session.keys]).toEqual(['3.0', '3.1']);
	});

	test('and with a fault is a failure', () => {
		const { session, jobs } = opened([faultyAt(0)]);
		expect(jobs).toMatchObject([{ failure: { kind: 'invalidInput', message: 'Prompt is empty' } }]);
		expect(session.keys.size).toBe(0);
	});

	test('does not take the key of another item', () => {
		const { jobs } = opened([itemAt(0)], { '0.0': { ...accepted, owner: { ...owner, item: 7 } } });
		expect(jobs).toMatchObject([{ key: '0.0.1' }]);
	});

	test('keeps what is known of providers that cannot take it', () => {
		const unable = [{ rank: 1, provider: 'plain', kind: 'invalidInput' as const, message: 'too many' }];
		expect(opened([itemAt(0, { unable })]).jobs).toMatchObject([{ unable }]);
		expect(jobOf(opened([itemAt(0)]).jobs[0])).not.toHaveProperty('unable');
	});
});

describe('an item with an earlier try', () => {
	test('of this execution continues it, even if its values have changed', () => {
		const { session, jobs } = opened([itemAt(0, { request: { prompt: 'another' } })], { '0.0': accepted });
		expect(jobs).toMatchObject([{ key: '0.0', provider: { id: 'example' }, earlier: { state: 'accepted' } }]);
		expect([...session.keys]).toEqual(['0.0']);
	});

	test('continues it even if its values are invalid now', () => {
		const { session, jobs } = opened([faultyAt(0)], { '0.0': accepted });
		expect(jobs).toMatchObject([{ key: '0.0', fault: { failure: { kind: 'invalidInput' } }, earlier: { state: 'accepted' } }]);
		expect([...session.keys]).toEqual(['0.0']);
	});

	test('of an earlier execution takes over its entry', () => {
		const typed = jobOf(opened([itemAt(0)]).jobs[0]).identity.typed;
		const entry = { ...accepted, owner: { ...owner, typed, item: 4 } };
		const { session, jobs } = opened([itemAt(0)], { '0.4': entry }, { executionId: '2' });
		expect(jobs).toMatchObject([{ key: '0.4' }]);
		expect(session.journal.entries['0.4']?.owner).toEqual({ ...owner, typed, execution: '2', item: 0 });
	});

	test('keeps the hash of the typed values if they cannot be read now', () => {
		const circular: Record<string, unknown> = {};
		circular.self = circular;
		const { session, jobs } = opened([itemAt(0)], { '0.0': { ...accepted, owner: { ...owner, typed: 'then' } } }, {}, [circular]);
		expect(jobOf(jobs[0]).identity.typed).toBeUndefined();
		expect(session.journal.entries['0.0']?.owner.typed).toBe('then');
	});

	test.each([
		['1', 'resumeWorkflow', 'resumeWorkflow'],
		['0', 'resumeWorkflow', 'none'],
		['0', 'url', 'url'],
	] as const)('that execution %s sent with the callback %s is continued with %s, because a resume URL is of one execution', (execution, callback, expected) => {
		const entry = { ...repeatable, owner: { ...owner, execution, request: hashOf({ prompt: 'fox 0' }) }, draft: { ...draft, callback } };
		expect(opened([itemAt(0)], { '0.0': entry }).jobs).toMatchObject([{ key: '0.0', earlier: { repeatable: {}, draft: { callback: expected } } }]);
	});

	test.each([
		[1, 'may be sent again'],
		[22.9, 'may be sent again'],
		[23.1, 'may not'],
		[24 * 365, 'may not'],
		[undefined, 'may not'],
	])('with an idempotency key of %p hours ago %s, because the provider forgets keys after a day', (hours, may) => {
		const sentAt = hours === undefined ? {} : { sentAt: fakeStart - hours * 3_600_000 };
		const { session, jobs } = opened([itemAt(0)], { '0.0': { ...repeatable, ...sentAt, owner: { ...owner, provider: 'credits' } } });
		const job = jobOf(jobs[0]);
		expect([mayRepeat(job), isSettled(job)]).toEqual([may === 'may be sent again', true]);
		expect(session.journal.entries['0.0']?.state).toBe('unknown');
	});

	test('at a provider that this version does not know is not sent again, and its task is named', () => {
		const gone = { ...owner, provider: 'gone' };
		const { session, jobs } = opened([itemAt(0), faultyAt(1), itemAt(2, { options: { ...defaultOptions, submitAgainIfUnknown: true } })], {
			'0.0': { ...accepted, owner: gone },
			'0.1': { ...accepted, owner: { ...gone, item: 1 } },
			'0.2': { ...repeatable, owner: { ...gone, item: 2 } },
		});
		const words = { message: expect.stringContaining('"gone"'), mayBeCharged: true, tryElsewhere: false };
		expect(jobs).toMatchObject([
			{ itemIndex: 0, taskId: 'task_1', nothingSent: true, failure: { kind: 'invalidInput', ...words } },
			{ itemIndex: 1, taskId: 'task_1', nothingSent: true, failure: { kind: 'invalidInput', ...words } },
			{ itemIndex: 2, nothingSent: false, failure: { kind: 'outcomeUnknown', ...words } },
		]);
		expect(Object.keys(session.journal.entries)).toEqual(['0.0', '0.1', '0.2']);
	});
});

test('the typed values are the parameters, the item and the files, not the resulting request', () => {
	const typedOf = (item: ReadItem, input: object, rawParameters: unknown) => jobOf(opened([item], {}, { rawParameters }, [input]).jobs[0]).identity.typed;
	const typed = typedOf(itemAt(0), { sku: 1 }, { prompt: '={{ $now }}' });
	expect(typedOf(itemAt(0, { request: 'another' }), { sku: 1 }, { prompt: '={{ $now }}' })).toBe(typed);
	const others = [
		typedOf(itemAt(0), { sku: 2 }, { prompt: '={{ $now }}' }),
		typedOf(itemAt(0), { sku: 1 }, { prompt: 'a fox' }),
		typedOf(itemAt(0, { files: ['hash'] }), { sku: 1 }, { prompt: '={{ $now }}' }),
	];
	expect(new Set([typed, ...others]).size).toBe(4);
	// n8n keeps an item's files in its JSON under Binary Mode: Combined, with ids that change.
	expect(typedOf(itemAt(0), { sku: 1, _files: { data: { id: 'new' } } }, { prompt: '={{ $now }}' })).toBe(typed);
});

describe("a tool's call", () => {
	const isTool = true;

	test('is found by its request, not by its index', () => {
		const journal = emptyJournal();
		const key = (request: unknown) => jobOf(opened([itemAt(0, { request })], {}, { isTool, journal }).jobs[0]).key;
		const first = key('a fox');
		expect(first).toMatch(/^0\.0\..{22}$/);
		expect([key('a fox'), key('a hare') === first]).toEqual([`${first}.1`, false]);
	});

	test('continues the entry that a failed call left', () => {
		const key = jobOf(opened([itemAt(0)], {}, { isTool }).jobs[0]).key;
		expect(opened([itemAt(0)], { [key]: sending }, { isTool }).jobs).toMatchObject([{ key, earlier: { state: 'sending' } }]);
	});

	test('with a fault claims nothing', () => {
		expect(opened([faultyAt(0)], {}, { isTool }).jobs).toMatchObject([{ failure: { kind: 'invalidInput' } }]);
	});
});

test.each<[string, JournalEntry | undefined, boolean, { mayRepeat: boolean; isSettled: boolean }]>([
	['nothing', undefined, false, { mayRepeat: false, isSettled: false }],
	['an accepted task', accepted, false, { mayRepeat: false, isSettled: true }],
	['an accepted task and the wish to repeat', accepted, true, { mayRepeat: false, isSettled: true }],
	['an unknown outcome', unknown, false, { mayRepeat: false, isSettled: true }],
	['an interrupted submit', sending, false, { mayRepeat: false, isSettled: true }],
	['an unknown outcome and the wish to repeat', unknown, true, { mayRepeat: true, isSettled: false }],
	['a request with an idempotency key', repeatable, false, { mayRepeat: true, isSettled: true }],
])('after %s', (_, earlier, submitAgainIfUnknown, expected) => {
	const job = jobFor({ options: { submitAgainIfUnknown }, ...(earlier === undefined ? {} : { earlier }) });
	expect({ mayRepeat: mayRepeat(job), isSettled: isSettled(job) }).toEqual(expected);
});

test('nothing of a job is sent after Timeout, counted from the beginning of the run', () => {
	expect(deadlineOf(jobFor({ options: { timeout: 30 } }), fakeRun().run)).toBe(fakeStart + 30_000);
});

test('the credential of a provider is the one chosen in the node', () => {
	const { context } = fakeNode({ credentials: { exampleApi: {} } });
	expect([credentialIdOf(context, 'example'), credentialIdOf(context, 'plain'), credentialIdOf(context, 'none')]).toEqual(['id of exampleApi', '', '']);
	expect(credentialIdOf(fakeNode({ more: { getNode: () => ({}) } }).context, simpleProvider.id)).toBe('');
});

test('a refusal is remembered for the pass, the item, the provider, the credential and the request', () => {
	const session = sessionFor(fakeRun());
	const another = { ...simpleProvider, id: 'another' };
	const keys = [
		requestKeyOf(jobFor(), planFor(), session),
		requestKeyOf(jobFor({ itemIndex: 1 }), planFor(), session),
		requestKeyOf(jobFor(), planFor(), { ...session, pass: 1 }),
		requestKeyOf(jobFor(), planFor({}, another), session),
		requestKeyOf(jobFor(), planFor(), { ...session, credentialOf: () => 'another' }),
		requestKeyOf(jobFor({ identity: { request: 'another' } }), planFor(), session),
	];
	expect(new Set(keys).size).toBe(6);
	expect(requestKeyOf(jobFor({ identity: { typed: 'other', request: 'request' } }), planFor(), session)).toBe(keys[0]);
});
