/** A failed task that cost nothing leaves the sums and the journal; one that may be charged stays. */
import { taskFailure } from '../../../nodes/core/reply/providerFailure';
import type { JournalEntry } from '../../../nodes/core/submit/journal';
import { forgetFreeTask } from '../../../nodes/host/generate/forgetFreeTask';
import { requestKeyOf } from '../../../nodes/host/generate/job';
import { journalledSubmit } from '../../../nodes/host/generate/journalledSubmit';
import { emptyJournal, fakeChannel, fakeRun, jobFor, planFor, sessionFor } from '../../support/fakeRun';
import { accepted, unknown } from '../../support/journalEntries';
import { simpleProvider } from '../../support/madeUpProvider';

describe('an accepted task that failed', () => {
	const failed = (kind: 'generationFailed' | 'contentRejected', isFree: boolean) =>
		taskFailure({ ...simpleProvider, failedTasksAreFree: isFree }, kind, { message: 'no' });
	const forget = (failure: ReturnType<typeof failed>, entry: JournalEntry = accepted, hasPlan = true) => {
		const fake = fakeRun();
		const plan = planFor();
		const job = jobFor({ plans: [plan], earlier: entry });
		const journal = { ...emptyJournal(), entries: { [job.key]: entry }, spent: { USD: 0.1 } };
		const session = sessionFor(fake, { journal });
		forgetFreeTask(failure, job, hasPlan ? plan : undefined, session);
		return { plan, session, journal: session.journal, channel: fakeChannel(fake.run.clock), key: requestKeyOf(job, plan, session) };
	};

	test('at no cost is subtracted, and its next try is a new job', () => {
		expect(forget(failed('generationFailed', true)).journal).toEqual({ ...emptyJournal(), freed: { '0.0': 1 }, spent: { USD: 0.03 } });
	});

	test('at no cost for a lasting reason is not sent again in this execution, and its task is named', async () => {
		const given = forget(failed('contentRejected', true));
		expect(given.journal.refusals[given.key]).toMatchObject({ execution: '1', ref: { taskId: 'task_1' } });
		const next = await journalledSubmit(jobFor({ plans: [given.plan] }), { plan: given.plan, channel: given.channel }, given.session);
		expect(next).toMatchObject({ kind: 'failed', failure: { kind: 'contentRejected' }, ref: { taskId: 'task_1' } });
		expect(given.channel.sent.requests).toEqual([]);
	});

	test('is not remembered as a refusal of changed values', () => {
		const { journal } = forget(failed('contentRejected', true), accepted, false);
		expect([journal.entries, journal.refusals]).toEqual([{}, {}]);
	});

	test.each<[string, JournalEntry, boolean]>([
		['and may be charged', accepted, false],
		['in an earlier try, while a later one is not known', unknown, true],
	])('%s is not changed', (_, entry, isFree) => {
		const { journal } = forget(failed('generationFailed', isFree), entry);
		expect(journal).toEqual({ ...emptyJournal(), entries: { '0.0': entry }, spent: { USD: 0.1 } });
	});

	test('counts its images if these are limited', () => {
		const { journal } = forget(failed('generationFailed', true), { ...accepted, counted: { amount: 9, unit: 'images' } });
		expect(journal.spent).toEqual({ USD: 0.1, images: 0 });
	});
});
