import { type Journal, type JournalEntry } from '../../../nodes/core/submit/journal';
import { claimEntry, countInJournal, releaseEntries, spentWithLive } from '../../../nodes/host/journal/liveCalls';

const job = { cost: { amount: 0.035, unit: 'USD' as const }, executionId: '7' };
const owner = { execution: '6', pass: 0, item: 0, provider: 'example', credential: 'c' };
const draft = {
	provider: 'example',
	status: 'submitted' as const,
	prompt: 'a fox',
	model: 'seedream-4.5',
	imagesRequested: 1,
	estimatedCost: job.cost,
	callback: 'none' as const,
	warnings: [],
};
const accepted = (delivered?: string): JournalEntry => ({
	state: 'accepted',
	owner,
	counted: job.cost,
	execution: '6',
	ref: {
		provider: 'example',
		taskId: 'task_1',
		status: 'submitted',
		prompt: 'a fox',
		model: 'seedream-4.5',
		submittedAt: '',
		imagesRequested: 1,
		callback: 'none',
		warnings: [],
	},
	...(delivered === undefined ? {} : { delivered }),
});
const journalWith = (entries: Journal['entries'] = {}, spent: Journal['spent'] = {}): Journal => ({
	firstExecution: '6',
	pass: 0,
	entries,
	refusals: {},
	spent,
	freed: {},
});

test('calls at the same time take entries of their own', () => {
	const journal = journalWith();
	expect([claimEntry(journal, 'a', job), claimEntry(journal, 'a', job), claimEntry(journal, 'b', job)]).toEqual(['a', 'a.1', 'b']);
});

test.each<{ entry: JournalEntry }>([{ entry: accepted() }, { entry: { state: 'sending', owner, draft, counted: job.cost } }])(
	'a call reuses the entry that an earlier call left ($entry.state)',
	({ entry }) => {
		const journal = journalWith({ 'a.1': entry });
		expect(claimEntry(journal, 'a', job)).toBe('a.1');
		// Another call is working on that one now.
		expect(claimEntry(journal, 'a', job)).toBe('a');
	},
);

test('a task that a retried execution had delivered is reused once', () => {
	const journal = journalWith({ a: accepted('6'), 'a.1': accepted('6') });
	const claimed = [claimEntry(journal, 'a', job), claimEntry(journal, 'a', job), claimEntry(journal, 'a', job)];
	expect(claimed).toEqual(['a', 'a.1', 'a.2']);
});

test('a task that this execution has delivered is not reused, because the agent wants another image', () => {
	const journal = journalWith({ a: accepted('7') });
	expect(claimEntry(journal, 'a', job)).toBe('a.1');
});

test('calls that have ended leave their entry to the next', () => {
	const journal = journalWith();
	releaseEntries(journal, [claimEntry(journal, 'a', job)]);
	expect(claimEntry(journal, 'a', job)).toBe('a');
});

test('the calls of another execution are counted separately', () => {
	claimEntry(journalWith(), 'a', job);
	expect(claimEntry(journalWith(), 'a', job)).toBe('a');
});

test('the cost of other calls counts as spent until the journal counts it or they end', () => {
	const journal = journalWith({}, { USD: 0.1, credits: 4 });
	const own = new Set([claimEntry(journal, 'own', job)]);
	const other = claimEntry(journal, 'other', job);
	expect(spentWithLive(journal, own)).toEqual({ USD: 0.135, credits: 4 });
	journal.entries[other] = accepted();
	expect(spentWithLive(journal, own)).toEqual({ USD: 0.1, credits: 4 });
	delete journal.entries[other];
	expect(spentWithLive(journal, own)).toEqual({ USD: 0.135, credits: 4 });
	countInJournal(journal, other);
	expect(spentWithLive(journal, own)).toEqual({ USD: 0.1, credits: 4 });
	releaseEntries(journal, [other]);
	expect(spentWithLive(journal, own)).toEqual({ USD: 0.1, credits: 4 });
});
