/** How a job gets accepted: by an earlier try, by repeating its request, or by being sent. */
import type { SendOutcome } from '../../../nodes/core/http/send';
import type { Provider } from '../../../nodes/core/provider/provider';
import type { AcceptedEntry, JournalEntry } from '../../../nodes/core/submit/journal';
import { CredentialFault } from '../../../nodes/host/execution/account';
import { isTaken, type Job } from '../../../nodes/host/generate/job';
import { takeJob } from '../../../nodes/host/generate/takeJob';
import { invalidInput } from '../../../nodes/host/output/failureItem';
import { fakeChannel, fakeRun, jobFor, planFor, sessionFor, type FakeChannel } from '../../support/fakeRun';
import { plainProvider } from '../../support/madeUpProvider';
import * as entries from '../../support/journalEntries';
import { lostConnection, reply } from '../../support/fakeSend';

const taken = reply(200, { data: { taskId: 'task_new' } });
const owner = { ...entries.owner, request: 'request' };
const accepted: AcceptedEntry = { ...entries.accepted, owner, ref: { ...entries.accepted.ref, callback: 'resumeWorkflow' } };
const unknown = { ...entries.unknown, owner };
const repeatable = { ...entries.repeatable, owner };

interface Given {
	earlier?: JournalEntry;
	answers?: readonly SendOutcome[];
	job?: Partial<Omit<Job, 'options' | 'earlier'>>;
	submitAgainIfUnknown?: boolean;
	executionId?: string;
	/** The providers whose credential has no key. */
	locked?: readonly string[];
}

async function take({ earlier, answers = [taken], job: more = {}, submitAgainIfUnknown = false, executionId = '1', locked = [] }: Given = {}) {
	const channels: FakeChannel[] = [];
	const fake = fakeRun({}, (clock, provider: Provider) => {
		if (locked.includes(provider.id)) return new CredentialFault('no key');
		const channel = fakeChannel(clock, answers, provider);
		channels.push(channel);
		return channel;
	});
	const job = jobFor({ options: { submitAgainIfUnknown }, ...(earlier === undefined ? {} : { earlier }), ...more });
	const session = sessionFor(fake, { executionId });
	if (earlier !== undefined) session.journal.entries[job.key] = earlier;
	const result = await takeJob(job, session);
	return { result, requests: channels.flatMap(({ sent }) => sent.requests) };
}

describe('a new job', () => {
	test('is sent to the one provider that is chosen', async () => {
		const { result, requests } = await take();
		expect(result).toMatchObject({ ref: { taskId: 'task_new' }, channel: { provider: { id: 'example' } }, plan: { itemIndex: 0 } });
		expect(isTaken(result)).toBe(true);
		expect(requests).toHaveLength(1);
	});

	test('that is refused is a failure of the item', async () => {
		const { result } = await take({ answers: [reply(402, { message: 'no credits' })] });
		expect(result).toMatchObject({ itemIndex: 0, imagesRequested: 2, failure: { kind: 'insufficientCredits' } });
		expect(isTaken(result)).toBe(false);
	});

	test('without a credential is not sent', async () => {
		expect(await take({ locked: ['example'] })).toMatchObject({
			result: { nothingSent: true, failure: { kind: 'authentication', message: 'no key' } },
			requests: [],
		});
	});

	test('with several providers goes to the first that takes it', async () => {
		const { result } = await take({
			job: { unable: [{ rank: 0, provider: 'plain', kind: 'invalidInput', message: 'too many' }], plans: [planFor({ rank: 1 })] },
		});
		expect(result).toMatchObject({ ref: { taskId: 'task_new', attempts: [{ provider: 'plain', message: 'too many' }] } });
	});
});

describe('of several providers, one whose credential has no key', () => {
	const plans = [planFor({ rank: 0 }), planFor({ rank: 1 }, plainProvider)] as const;
	const attempt = { provider: 'example', kind: 'authentication', message: 'no key' };

	test('is skipped, and the task names it', async () => {
		const { result, requests } = await take({ job: { unable: [], plans: [...plans] }, locked: ['example'] });
		expect(result).toMatchObject({ ref: { provider: 'plain', attempts: [attempt] } });
		expect(requests).toHaveLength(1);
	});

	test('is named with the others if none can be asked', async () => {
		const { result, requests } = await take({ job: { unable: [], plans: [...plans] }, locked: ['example', 'plain'] });
		expect(result).toMatchObject({ failure: { message: expect.stringMatching(/no key.*no key/) }, attempts: [attempt, { ...attempt, provider: 'plain' }] });
		expect(requests).toEqual([]);
	});
});

describe('the task of an earlier try', () => {
	test('of the same request is reused with its plan and its callback', async () => {
		const { result, requests } = await take({ earlier: accepted });
		expect(result).toMatchObject({ ref: { taskId: 'task_1', callback: 'resumeWorkflow', warnings: [] }, plan: { itemIndex: 0 } });
		expect(requests).toEqual([]);
	});

	test.each([
		['others', { ...owner, request: 'of then' }],
		['not known', { ...owner, request: undefined }],
	])('whose values are now %s is reused with a warning', async (_, entryOwner) => {
		const { result, requests } = await take({
			earlier: { ...accepted, owner: entryOwner },
			job: { identity: { request: entryOwner.request === undefined ? undefined : 'request' } },
		});
		expect(result).toMatchObject({ ref: { taskId: 'task_1', warnings: [expect.stringMatching(/^The values of this item have changed/)] } });
		expect(result).not.toHaveProperty('plan');
		expect(requests).toEqual([]);
	});

	test('of another execution is polled, because its callback goes to that execution', async () => {
		expect((await take({ earlier: accepted, executionId: '2' })).result).toMatchObject({ ref: { callback: 'none' } });
	});

	test('is reused even if the values are invalid now', async () => {
		const fault = invalidInput(0, undefined, ['Prompt is empty']);
		expect((await take({ earlier: accepted, job: { plans: [], fault } as never })).result).toMatchObject({ ref: { taskId: 'task_1' } });
	});

	test('has no plan if another provider is chosen now', async () => {
		const ofAnother = { ...accepted, ref: { ...accepted.ref, provider: 'another' } };
		expect((await take({ earlier: ofAnother })).result).not.toHaveProperty('plan');
	});

	test('is named if its account cannot be opened', async () => {
		expect((await take({ earlier: accepted, locked: ['example'] })).result).toMatchObject({
			taskId: 'task_1',
			failure: { kind: 'authentication', mayBeCharged: true },
		});
	});
});

describe('an earlier try whose outcome is not known', () => {
	test('is not sent again', async () => {
		const { result, requests } = await take({ earlier: unknown });
		expect(result).toMatchObject({ failure: unknown.failure });
		expect(requests).toEqual([]);
	});

	test('is sent again with Submit Again if Unknown', async () => {
		const { result, requests } = await take({ earlier: unknown, submitAgainIfUnknown: true });
		expect(result).toMatchObject({ ref: { taskId: 'task_new' } });
		expect(requests).toHaveLength(1);
	});

	test('stays unknown if the values are invalid now', async () => {
		const fault = invalidInput(0, undefined, ['Prompt is empty']);
		const { result } = await take({ earlier: unknown, submitAgainIfUnknown: true, job: { plans: [], fault } as never });
		expect(result).toMatchObject({ failure: { kind: 'outcomeUnknown', message: expect.stringMatching(/another try failed: Prompt is empty/) } });
	});

	test('is repeated unchanged if an idempotency key makes that harmless', async () => {
		const { result, requests } = await take({ earlier: repeatable });
		expect(requests).toEqual([repeatable.repeatable]);
		expect(result).toMatchObject({ ref: { taskId: 'task_new' } });
		expect(result).not.toHaveProperty('plan');
		expect((await take({ earlier: repeatable, answers: [lostConnection] })).result).toMatchObject({ failure: { kind: 'outcomeUnknown' } });
	});
});

test('a job with a fault and no earlier try fails', async () => {
	const { result, requests } = await take({ job: { plans: [], fault: invalidInput(0, undefined, ['Prompt is empty']) } as never });
	expect(result).toMatchObject({ nothingSent: true, failure: { message: 'Prompt is empty' } });
	expect(requests).toEqual([]);
});
