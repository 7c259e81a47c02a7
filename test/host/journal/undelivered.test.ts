/** The tasks that a run has accepted and not delivered yet. */
import type { JournalEntry } from '../../../nodes/core/submit/journal';
import { acceptedIn, forgetDelivered } from '../../../nodes/host/journal/undelivered';
import { emptyJournal, fakeRun, sessionFor } from '../../support/fakeRun';
import { accepted, sending } from '../../support/journalEntries';

const entryOf = (item: number, pass = 0): JournalEntry => ({
	...accepted,
	owner: { ...accepted.owner, pass, item },
	ref: { ...accepted.ref, taskId: `task_${item}` },
});
const journalWith = (entries: Record<string, JournalEntry>) => ({ ...emptyJournal(), entries, freed: { a: 1, b: 1 } });

test('the accepted tasks are those of this pass, or for a tool those of its own calls', () => {
	const journal = journalWith({ a: entryOf(0), b: sending, c: entryOf(2, 1), d: entryOf(3) });
	const tasks = [
		{ itemIndex: 0, provider: 'example', taskId: 'task_0' },
		{ itemIndex: 3, provider: 'example', taskId: 'task_3' },
	];
	expect(acceptedIn(sessionFor(fakeRun(), { journal }))).toEqual(tasks);
	expect(acceptedIn(sessionFor(fakeRun(), { journal, isTool: true, keys: new Set(['b', 'd']) }))).toEqual([tasks[1]]);
});

describe('a delivered job', () => {
	test('is forgotten, with its count of free tasks', () => {
		const journal = journalWith({ a: entryOf(0), b: entryOf(1) });
		forgetDelivered({ key: 'a' }, sessionFor(fakeRun(), { journal }));
		expect([Object.keys(journal.entries), journal.freed]).toEqual([['b'], { b: 1 }]);
	});

	test('of a tool is kept for an agent that is retried', () => {
		const journal = journalWith({ a: entryOf(0), b: sending });
		const session = sessionFor(fakeRun(), { journal, isTool: true, executionId: '5' });
		forgetDelivered({ key: 'a' }, session);
		forgetDelivered({ key: 'b' }, session);
		expect(journal.entries).toEqual({ a: { ...entryOf(0), delivered: '5' } });
		expect(journal.freed).toEqual({ a: 1, b: 1 });
	});
});
