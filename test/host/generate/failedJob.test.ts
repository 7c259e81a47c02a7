/** What a failure says about its job: the task of an earlier try is never lost, and a job that may have been sent is never reported as unsent. */
import { submitFailure } from '../../../nodes/core/reply/providerFailure';
import type { JournalEntry, OpenEntry } from '../../../nodes/core/submit/journal';
import { abandonedJob, crashedJob, credentialFailed, doubtOf, failedJob, providerDeselected, stoppedJob } from '../../../nodes/host/generate/failedJob';
import { CredentialFault } from '../../../nodes/host/execution/account';
import { jobFor } from '../../support/fakeRun';
import { accepted, sending, unknown } from '../../support/journalEntries';
import { simpleProvider } from '../../support/madeUpProvider';

jest.mock('../../../nodes/providers', () => jest.requireActual<object>('../../support/madeUpRegistry'));

const { ref } = accepted;
const refused = submitFailure(simpleProvider, 'insufficientCredits', { message: 'no credits' });

describe('a failed job', () => {
	test('names its task, its images and the providers that were asked before', () => {
		const attempts = [{ provider: 'plain', kind: 'rateLimited' as const, message: 'busy' }];
		expect(failedJob(jobFor({ itemIndex: 3 }), simpleProvider, refused, { ...ref, attempts, imagesRequested: 5 })).toMatchObject({
			itemIndex: 3,
			provider: { id: 'example' },
			failure: refused,
			taskId: 'task_1',
			submittedAt: '2026-11-20T12:00:00.000Z',
			imagesRequested: 5,
			attempts,
		});
	});

	test('without a task says how many images were asked for', () => {
		const failed = failedJob(jobFor(), simpleProvider, refused);
		expect(failed).toMatchObject({ imagesRequested: 2 });
		expect(failed).not.toHaveProperty('taskId');
		expect(failed).not.toHaveProperty('attempts');
		expect(failedJob(jobFor({ plans: [] as never }), simpleProvider, refused)).not.toHaveProperty('imagesRequested');
	});
});

describe('a job that cannot go on', () => {
	test('and was never sent says that nothing was sent', () => {
		expect(abandonedJob(jobFor(), refused)).toMatchObject({
			nothingSent: true,
			failure: { kind: 'insufficientCredits', mayBeCharged: false, tryElsewhere: true },
		});
	});

	test('and has a task names it, may be charged, and proposes no other provider', () => {
		const failed = abandonedJob(jobFor({ earlier: accepted }), refused);
		expect(failed).toMatchObject({ taskId: 'task_1', failure: { kind: 'insufficientCredits', mayBeCharged: true, tryElsewhere: false } });
		expect(failed).not.toHaveProperty('nothingSent');
	});

	test.each<[string, OpenEntry, RegExp]>([
		['was lost', unknown, /^the connection was cut off; another try failed: no credits$/],
		['was interrupted', sending, /^an earlier try .*interrupted .*; another try failed: no credits$/],
	])('and %s stays unknown', (_, earlier, message) => {
		const failed = abandonedJob(jobFor({ earlier }), refused);
		expect(failed.failure).toMatchObject({ kind: 'outcomeUnknown', mayBeCharged: true, message: expect.stringMatching(message) });
		expect(failed).not.toHaveProperty('nothingSent');
	});

	test('because of its credential or its provider says what to do', () => {
		expect(credentialFailed(jobFor(), new CredentialFault('no key')).failure).toMatchObject({ kind: 'authentication', message: 'no key' });
		expect(providerDeselected(jobFor({ provider: simpleProvider, earlier: accepted }))).toMatchObject({
			taskId: 'task_1',
			// Example was not asked, so the sentence must not say that it refused anything.
			nothingSent: true,
			failure: {
				kind: 'invalidInput',
				message: expect.stringMatching(/went to Example/),
				remedy: expect.stringMatching(/Example again/),
			},
		});
	});
});

test('the unknown outcome of an earlier try is described in its original words', () => {
	expect(doubtOf(unknown, simpleProvider)).toBe(unknown.failure);
	expect(doubtOf(sending, simpleProvider)).toMatchObject({ kind: 'outcomeUnknown', mayBeCharged: true });
});

describe("the user's Stop", () => {
	test('while the task is running names the task', () => {
		expect(stoppedJob(jobFor(), false, accepted, ref)).toMatchObject({
			taskId: 'task_1',
			failure: { kind: 'cancelled', message: 'The execution was stopped while the task was running', mayBeCharged: true },
		});
	});

	test.each([
		[false, /stopped before the job was sent$/],
		[true, /it may have arrived$/],
	])('of a job that was on its way (%s) says whether it may have arrived', (mayBeCharged, message) => {
		expect(stoppedJob(jobFor(), mayBeCharged, undefined, undefined)).toMatchObject({
			failure: { kind: 'cancelled', message: expect.stringMatching(message), mayBeCharged },
		});
	});

	test('names the providers that were asked before', () => {
		const attempts = [{ provider: 'plain', kind: 'rateLimited' as const, message: 'busy' }];
		expect(stoppedJob(jobFor(), true, { ...sending, draft: { ...sending.draft, attempts } }, undefined)).toMatchObject({ attempts });
	});
});

describe('a bug', () => {
	const bug = new Error('boom\n  at line 1');

	test.each<[string, JournalEntry | undefined, object]>([
		['before anything was sent', undefined, { provider: { id: 'example' }, nothingSent: true, failure: { kind: 'invalidInput', message: 'boom at line 1' } }],
		[
			'after the task was accepted',
			accepted,
			{ provider: { id: 'example' }, taskId: 'task_1', failure: { kind: 'unexpectedReply', message: 'boom at line 1', mayBeCharged: true } },
		],
		[
			'while the outcome is not known',
			unknown,
			{ provider: { id: 'example' }, failure: { kind: 'outcomeUnknown', message: expect.stringMatching(/another try failed: boom at line 1/) } },
		],
	])('%s is a failure of its item', (_, entry, expected) => {
		expect(crashedJob(jobFor(), bug, entry)).toMatchObject(expected);
	});

	test('that is not an Error is quoted, and the task is named even if the journal lost it', () => {
		expect(crashedJob(jobFor(), 'just text', undefined, ref)).toMatchObject({
			taskId: 'task_1',
			provider: { id: 'example' },
			failure: { message: 'just text' },
		});
		const atNobody = { ...ref, provider: 'gone' };
		expect(crashedJob(jobFor(), bug, undefined, atNobody)).toMatchObject({ provider: { id: 'example' }, taskId: 'task_1' });
	});
});
