/** What is written into the journal around a paid request, and what a later try finds there. */
import { Aborted } from '../../../nodes/core/clock';
import type { SendOutcome } from '../../../nodes/core/http/send';
import type { Provider } from '../../../nodes/core/provider/provider';
import { submitFailure } from '../../../nodes/core/reply/providerFailure';
import type { JournalEntry, OpenEntry } from '../../../nodes/core/submit/journal';
import { claimEntry, spentWithLive } from '../../../nodes/host/journal/liveCalls';
import { requestKeyOf, type Job } from '../../../nodes/host/generate/job';
import type { Session } from '../../../nodes/host/generate/session';
import type { Attempt } from '../../../nodes/host/generate/attempt';
import { journalledSubmit } from '../../../nodes/host/generate/journalledSubmit';
import type { GeneratePlan } from '../../../nodes/host/plan/generatePlan';
import type { Reference } from '../../../nodes/host/references/references';
import { fakeStart } from '../../support/fakeClock';
import { emptyJournal, fakeChannel, fakeRun, jobFor, planFor, sessionFor } from '../../support/fakeRun';
import { doubt, draft, owner, unknown } from '../../support/journalEntries';
import { simpleProvider } from '../../support/madeUpProvider';
import { lostConnection, refusedConnection, reply, type Answers } from '../../support/fakeSend';
import { taskRefOf } from '../../../nodes/core/task/taskRef';

const taken = reply(200, { data: { taskId: 'task_1' } });
const invalid = reply(400, { message: 'bad parameter' });
const noCredits = reply(402, { message: 'Insufficient credits' });
const USD = (amount: number) => ({ amount, unit: 'USD' as const });
const idempotent: Provider = { ...simpleProvider, submit: { ...simpleProvider.submit, idempotencyHeader: 'Idempotency-Key' } };

interface Given {
	answers?: Answers;
	provider?: Provider;
	plan?: Partial<GeneratePlan>;
	job?: Partial<Omit<Job, 'options'>>;
	timeout?: number;
	session?: Partial<Session>;
	attempt?: Partial<Omit<Attempt, 'plan' | 'repeat'>>;
	earlier?: JournalEntry;
}

/** One job that is about to be sent, and what is seen of it. */
function ready({ answers = [taken], provider = simpleProvider, plan: more = {}, timeout = 600, ...given }: Given = {}) {
	const fake = fakeRun();
	const session = sessionFor(fake, given.session);
	const channel = fakeChannel(fake.run.clock, answers, provider);
	const plan = planFor(more, provider);
	const job = jobFor({
		plans: [plan],
		provider,
		options: { timeout },
		...(given.earlier === undefined ? {} : { earlier: given.earlier }),
		...given.job,
	});
	if (given.earlier !== undefined) session.journal.entries[job.key] = given.earlier;
	const submit = async () => await journalledSubmit(job, { plan, channel, ...given.attempt }, session);
	return { ...fake, session, journal: session.journal, channel, plan, job, submit, requests: channel.sent.requests };
}

describe('an accepted job', () => {
	test('is in the journal before it is sent, with its cost', async () => {
		const seen: unknown[] = [];
		const given = ready({
			answers: () => {
				seen.push(structuredClone(given.journal));
				return taken;
			},
		});
		await given.submit();
		expect(seen).toMatchObject([{ entries: { '0.0': { state: 'sending', counted: USD(0.07), draft: { prompt: 'a red fox' } } }, spent: { USD: 0.07 } }]);
	});

	test('is recorded with its task, counted once, and named in the log and in the execution', async () => {
		const given = ready();
		await expect(given.submit()).resolves.toMatchObject({ kind: 'accepted', ref: { taskId: 'task_1', submittedAt: new Date(fakeStart).toISOString() } });
		expect(given.journal).toMatchObject({
			entries: { '0.0': { state: 'accepted', execution: '1', owner: { ...owner, typed: 'typed', request: 'request' }, ref: { taskId: 'task_1' } } },
			spent: { USD: 0.07 },
			refusals: {},
		});
		expect(given.node.customData).toEqual({ seedreamTasks: 'example:task_1' });
		expect(given.node.infos).toEqual(['Example accepted task task_1 (execution 1, item 0)']);
	});

	test.each<[string, Partial<Given>, Record<string, number>]>([
		['what its reply says', { provider: { ...simpleProvider, readSubmit: () => ({ taskId: 't', cost: USD(0.5) }) } }, { USD: 0.5 }],
		['its images if these are limited', { session: { count: () => ({ amount: 2, unit: 'images' }) } }, { images: 2 }],
		['nothing if nobody knows the price', { provider: { ...simpleProvider, cost: { ...simpleProvider.cost, perImage: undefined } } }, { USD: 0 }],
	])('counts %s', async (_, rules, spent) => {
		const given = ready(rules);
		await given.submit();
		expect(given.journal.spent).toEqual(spent);
	});

	test('says so if the provider answers with the task of another item', async () => {
		const given = ready({ session: { tasks: new Map([['example task_1', '0.4']]) } });
		const words = 'The provider answered with the task of item 4, so both items have the same images.';
		const other = await ready().submit();
		if (other.kind !== 'accepted') throw new Error('It was not accepted');
		given.journal.entries['0.4'] = { state: 'accepted', owner: { ...owner, item: 4 }, execution: '1', counted: USD(0.07), ref: other.ref };
		await expect(given.submit()).resolves.toMatchObject({ ref: { warnings: [words] } });
	});

	test('has no such warning if the other task failed at no cost and is forgotten', async () => {
		const tasks = new Map([['example task_1', '0.4']]);
		await expect(ready({ session: { tasks } }).submit()).resolves.toMatchObject({ ref: { warnings: [] } });
		expect(tasks).toEqual(new Map([['example task_1', '0.0']]));
	});

	test('says which providers were asked before', async () => {
		const attempts = [{ provider: 'example', kind: 'rateLimited' as const, message: 'busy' }];
		await expect(ready({ attempt: { attempts } }).submit()).resolves.toMatchObject({ ref: { attempts } });
	});

	test('of a tool call is counted only in the journal', async () => {
		const given = ready();
		claimEntry(given.journal, given.job.key, { cost: USD(0.07), executionId: '1' });
		await given.submit();
		given.journal.entries = {};
		expect(spentWithLive(given.journal, new Set())).toEqual({ USD: 0.07 });
	});
});

describe('a refused job', () => {
	test('leaves no entry and no cost, and is not sent again in this execution', async () => {
		const given = ready({ answers: [invalid] });
		const first = await given.submit();
		expect(first).toMatchObject({ kind: 'failed', failure: { kind: 'invalidInput', message: 'bad parameter' } });
		expect(given.journal).toEqual({ ...emptyJournal(), spent: { USD: 0 }, refusals: expect.any(Object) });
		await expect(given.submit()).resolves.toEqual(first);
		expect(given.requests).toHaveLength(1);
	});

	test('is sent again by a retry of the execution', async () => {
		const given = ready({ answers: [invalid] });
		await given.submit();
		await journalledSubmit(given.job, { plan: given.plan, channel: given.channel }, { ...given.session, executionId: '2' });
		expect(given.requests).toHaveLength(2);
	});

	test('for a temporary reason is sent again', async () => {
		const given = ready({ answers: [noCredits] });
		await given.submit();
		expect(given.journal.refusals).toEqual({});
		await given.submit();
		expect(given.requests).toHaveLength(2);
	});
});

describe('a job whose outcome is not known', () => {
	test('stays in the journal and stays counted', async () => {
		const given = ready({ answers: [lostConnection] });
		await expect(given.submit()).resolves.toMatchObject({ kind: 'failed', failure: { kind: 'outcomeUnknown', mayBeCharged: true } });
		expect(given.journal).toMatchObject({ entries: { '0.0': { state: 'unknown', failure: { kind: 'outcomeUnknown' } } }, spent: { USD: 0.07 } });
		expect(given.journal.entries['0.0']).not.toHaveProperty('repeatable');
	});

	test('keeps its whole request if an idempotency key makes a repetition harmless', async () => {
		const given = ready({ answers: [lostConnection], provider: idempotent });
		await given.submit();
		expect(given.journal.entries['0.0']).toMatchObject({ repeatable: given.requests[0], sentAt: fakeStart });
		expect(given.requests[0]?.headers).toEqual({ 'Idempotency-Key': expect.stringMatching(/^[\da-f]{64}$/) });
	});

	test('stays unknown if the next try is refused, and that refusal is not remembered', async () => {
		const given = ready({ answers: [invalid], earlier: unknown });
		await expect(given.submit()).resolves.toMatchObject({
			failure: { kind: 'outcomeUnknown', mayBeCharged: true, message: 'the connection was cut off; another try failed: bad parameter' },
		});
		expect(given.journal.entries).toEqual({ '0.0': unknown });
		expect(given.journal.refusals).toEqual({});
	});

	test('is not answered from a remembered refusal', async () => {
		const given = ready({ earlier: unknown });
		given.journal.refusals[requestKeyOf(given.job, given.plan, given.session)] = { failure: doubt, execution: '1' };
		await expect(given.submit()).resolves.toMatchObject({ kind: 'accepted' });
	});
});

describe('Stop', () => {
	test('before the job is sent leaves no entry and no cost', async () => {
		const given = ready();
		given.session.run.clock.stop();
		await expect(given.submit()).rejects.toMatchObject({ sent: false });
		expect(given.journal).toEqual({ ...emptyJournal(), spent: { USD: 0 } });
		expect(given.requests).toEqual([]);
	});

	test('while waiting for the reply keeps the entry of the sent job and counts it', async () => {
		const given = ready({ answers: () => Promise.reject(new Aborted(true)) });
		await expect(given.submit()).rejects.toMatchObject({ sent: true });
		expect(given.journal).toMatchObject({ entries: { '0.0': { state: 'sending' } }, spent: { USD: 0.07 } });
	});
});

describe('reference images', () => {
	const file = (bytes: Partial<Extract<Reference, { kind: 'file' }>['file']> = {}): Reference => ({
		kind: 'file',
		file: { field: 'data', hash: 'h', fileName: 'a.png', mimeType: 'image/png', bytes: 1, binary: { data: 'AA==', mimeType: 'image/png' }, ...bytes },
	});

	test('that are URLs are sent in order', async () => {
		const references: Reference[] = ['a', 'b'].map((name) => ({ kind: 'url', url: `https://example.com/${name}.png` }));
		const given = ready({ plan: { references } });
		await given.submit();
		expect(given.requests[0]?.body).toMatchObject({ images: ['https://example.com/a.png', 'https://example.com/b.png'] });
	});

	test('that the provider cannot reach fail the job before it is sent', async () => {
		const given = ready({ plan: { references: [file()] } });
		await expect(given.submit()).resolves.toMatchObject({ kind: 'failed', isUnsent: true, failure: { kind: 'invalidInput', mayBeCharged: false } });
		expect(given.requests).toEqual([]);
		expect(given.journal).toEqual(emptyJournal());
	});

	test('that cannot be read fail the job by name, even after a try whose outcome is not known', async () => {
		const broken = { plan: { references: [file({ binary: null as never })] } };
		await expect(ready(broken).submit()).resolves.toMatchObject({ failure: { message: expect.stringMatching(/^n8n could not read a reference image: /) } });
		await expect(ready({ ...broken, earlier: unknown }).submit()).resolves.toMatchObject({
			isUnsent: true,
			failure: { kind: 'outcomeUnknown', message: expect.stringMatching(/another try failed: n8n could not read/) },
		});
	});

	const uploading = (urlOf: () => Promise<SendOutcome>) =>
		ready({
			timeout: 20,
			plan: { references: [file()] },
			provider: { ...simpleProvider, upload: { place: () => ({ target: { path: '/uploads' }, fields: [] }), readUrl: () => 'https://example.com/a.png' } },
			answers: urlOf,
		});

	test('whose upload never ends fail the job at the Timeout', async () => {
		const given = uploading(() => new Promise(() => undefined));
		const submitted = given.submit();
		given.clock.at(21_000, () => undefined);
		await expect(submitted).resolves.toMatchObject({ isUnsent: true, failure: { kind: 'timedOut', mayBeCharged: false } });
		expect(given.requests.map(({ path }) => path)).toEqual(['/uploads']);
		expect(given.clock.alarms()).toBe(0);
	});

	test('whose upload was held up by a rate limit until the Timeout say so', async () => {
		const given = uploading(() => new Promise(() => undefined));
		given.channel.gate.refused(60, 'slow down');
		const submitted = given.submit();
		given.clock.at(21_000, () => undefined);
		await expect(submitted).resolves.toMatchObject({ isUnsent: true, failure: { kind: 'rateLimited', message: 'slow down', mayBeCharged: false } });
	});

	test('whose upload waits for a rate limit are given up when nothing more is to be sent', async () => {
		const given = uploading(() => Promise.resolve(reply(429, { error: 'slow down' }, { 'retry-after': '15' })));
		given.clock.at(5000, () => given.session.run.clock.stop());
		await expect(given.submit()).rejects.toMatchObject({ sent: false });
		expect(given.requests).toHaveLength(1);
	});

	test('whose upload is stopped mean that nothing was paid', async () => {
		const given = uploading(() => Promise.reject(new Aborted(true)));
		await expect(given.submit()).rejects.toMatchObject({ sent: false });
		expect(given.journal.entries).toEqual({});
	});
});

describe('an idempotency key', () => {
	const keyOf = async (rules: Given = {}, freed = 0) => {
		const given = ready({ ...rules, provider: idempotent });
		if (freed > 0) given.journal.freed['0.0'] = freed;
		await given.submit();
		return given.requests[0]?.headers?.['Idempotency-Key'];
	};

	test('belongs to the job: it differs for another request, item or execution, and after a task that was free', async () => {
		const key = await keyOf();
		expect(await keyOf()).toBe(key);
		const others = [
			await keyOf({ job: { identity: { request: 'another' } } }),
			await keyOf({ job: { key: '0.1' } }),
			await keyOf({ session: { journal: { ...ready().journal, firstExecution: '2' } } }),
			await keyOf({ session: { nodeId: 'another' } }),
			await keyOf({}, 1),
		];
		expect(new Set([key, ...others]).size).toBe(6);
	});

	test('is sent again with the same request, which is counted once', async () => {
		const request = { method: 'POST' as const, path: '/tasks', headers: { 'Idempotency-Key': 'k' }, body: { prompt: 'sent before' } };
		const entry: OpenEntry = { ...unknown, repeatable: request };
		const given = ready({ provider: idempotent, earlier: entry, session: { journal: { ...ready().journal, spent: { USD: 0.07 } } } });
		await expect(journalledSubmit(given.job, { repeat: { ...entry, repeatable: request }, channel: given.channel }, given.session)).resolves.toMatchObject({
			ref: { prompt: 'sent before' },
		});
		expect(given.requests).toEqual([request]);
		expect(given.journal.spent).toEqual({ USD: 0.07 });

		const lost = ready({ answers: [lostConnection], provider: idempotent, earlier: entry });
		await journalledSubmit(lost.job, { repeat: { ...entry, repeatable: request, sentAt: 7 }, channel: lost.channel }, lost.session);
		// The provider counts from the first time.
		expect(lost.journal.entries['0.0']).toMatchObject({ state: 'unknown', sentAt: 7 });

		const refused = ready({ answers: [noCredits], provider: idempotent, earlier: entry, session: { journal: { ...ready().journal, spent: { USD: 0.07 } } } });
		await expect(
			journalledSubmit(refused.job, { repeat: { ...entry, repeatable: request }, channel: refused.channel }, refused.session),
		).resolves.toMatchObject({ failure: { kind: 'outcomeUnknown' } });
		expect(refused.journal).toMatchObject({ entries: { '0.0': entry }, spent: { USD: 0.07 } });
	});
});

test('the rules for skipping a provider are passed on to the submit', async () => {
	const closed = ready({ attempt: { skipsClosedGate: true } });
	closed.channel.gate.refused(10, 'slow down');
	await expect(closed.submit()).resolves.toMatchObject({ failure: { kind: 'rateLimited', message: 'slow down' } });
	expect(closed.requests).toEqual([]);

	const alone = ready({ answers: [reply(429, { message: 'slow down' }), taken] });
	await expect(alone.submit()).resolves.toMatchObject({ kind: 'accepted' });

	const out = submitFailure(simpleProvider, 'authentication', { message: 'wrong key' });
	const over = ready({ attempt: { reasonToSkip: () => out } });
	await over.submit();
	expect(over.requests).toEqual([]);

	const unreached = jest.fn();
	const away = ready({ answers: [refusedConnection, taken], attempt: { onUnreached: unreached } });
	await expect(away.submit()).resolves.toMatchObject({ kind: 'accepted' });
	expect(unreached).toHaveBeenCalledTimes(1);
});

test('a job is not sent after its Timeout', async () => {
	const given = ready({ timeout: 1 });
	given.clock.at(1000, () => undefined);
	await given.clock.sleep(1001);
	await expect(given.submit()).resolves.toMatchObject({ failure: { kind: 'timedOut', mayBeCharged: false } });
	expect(given.requests).toEqual([]);
});

test('what is known of an accepted task comes from the reply first', () => {
	const before = { ...draft, estimatedSeconds: 12 };
	expect(taskRefOf(before, { taskId: 't' }, fakeStart)).toEqual({ ...before, taskId: 't', submittedAt: new Date(fakeStart).toISOString() });
	expect(taskRefOf(before, { taskId: 't', estimatedSeconds: 3, cost: USD(1), creditsRemaining: 0 }, fakeStart)).toMatchObject({
		estimatedSeconds: 3,
		estimatedCost: USD(1),
		creditsRemaining: 0,
	});
});
