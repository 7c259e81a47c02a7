/** Why a job may not be sent, found before any job is: accounts, limits, the balance. */
import { numberAt } from '../../../nodes/core/json';
import type { Provider } from '../../../nodes/core/provider/provider';
import { CredentialFault } from '../../../nodes/host/execution/account';
import { admitJobs } from '../../../nodes/host/generate/admitJobs';
import type { Job } from '../../../nodes/host/generate/job';
import type { Session } from '../../../nodes/host/generate/session';
import { claimEntry } from '../../../nodes/host/journal/liveCalls';
import { emptyJournal, fakeChannel, fakeRun, jobFor, sessionFor } from '../../support/fakeRun';
import { accepted, counted, unknown } from '../../support/journalEntries';
import { simpleProvider } from '../../support/madeUpProvider';
import { reply } from '../../support/fakeSend';

interface Given {
	session?: Partial<Session>;
	/** Spending Limit. */
	limit?: number;
	/** What is left in the account. */
	balance?: number;
	lockedProviders?: readonly string[];
}

async function admit(jobs: readonly Job[], { session: more = {}, limit = 0, balance, lockedProviders = [] }: Given = {}) {
	const requests: string[] = [];
	const opened: string[] = [];
	const fake = fakeRun({}, (clock, provider) => {
		opened.push(provider.id);
		if (lockedProviders.includes(provider.id)) return new CredentialFault('no key');
		const asked: Provider = { ...provider, balance: { request: { method: 'GET', path: '/balance' }, read: (body) => numberAt(body, 'left') } };
		return fakeChannel(
			clock,
			(_, { path }) => {
				requests.push(path);
				return reply(200, balance === undefined ? {} : { left: balance });
			},
			asked,
		);
	});
	const cost = (images: number) => ({ amount: Math.round(images * 3500) / 100_000, unit: 'USD' });
	const session = sessionFor(fake, {
		limit: ({ images }) => ({ cost: cost(images.requested), limit, allowUnknownCost: false }),
		...more,
	});
	const refused = await admitJobs(jobs, session);
	return { refused: jobs.map((job) => refused.get(job)), requests, opened };
}
const kinds = ({ refused }: Awaited<ReturnType<typeof admit>>) => refused.map((one) => one?.failure.kind);
const three = (more: Parameters<typeof jobFor>[0] = {}) => [0, 1, 2].map((itemIndex) => jobFor({ itemIndex, ...more }));

describe('an account', () => {
	test('that can be opened admits its jobs', async () => {
		expect(kinds(await admit(three()))).toEqual([undefined, undefined, undefined]);
	});

	test('that cannot be opened refuses its jobs, naming a task that one of them already has', async () => {
		const { refused } = await admit([jobFor(), jobFor({ earlier: accepted })], { lockedProviders: ['example'] });
		expect(refused).toMatchObject([
			{ nothingSent: true, failure: { kind: 'authentication', message: 'no key', mayBeCharged: false } },
			{ taskId: 'task_1', failure: { kind: 'authentication', mayBeCharged: true } },
		]);
	});

	test('of one of several providers is opened when its turn comes', async () => {
		expect(await admit([jobFor({ unable: [] })], { lockedProviders: ['example'] })).toMatchObject({ refused: [undefined], opened: [] });
	});

	test('of the provider that took the job before must open, even with several providers', async () => {
		expect(kinds(await admit([jobFor({ unable: [], earlier: accepted })], { lockedProviders: ['example'] }))).toEqual(['authentication']);
	});

	test('of a provider that is no longer chosen is not opened, and the failure names the provider', async () => {
		const { refused, opened } = await admit([jobFor({ unable: [], earlier: accepted })], { session: { credentialOf: () => undefined } });
		expect(refused).toMatchObject([{ taskId: 'task_1', failure: { kind: 'invalidInput', message: expect.stringMatching(/went to Example/) } }]);
		expect(opened).toEqual([]);
	});
});

describe('Spending Limit', () => {
	test('refuses the jobs that exceed it', async () => {
		const { refused } = await admit(three(), { limit: 0.15 });
		expect(refused).toMatchObject([undefined, undefined, { nothingSent: true, failure: { kind: 'spendingLimit', mayBeCharged: false } }]);
	});

	test('counts what was spent before and what other calls are about to spend', async () => {
		const journal = { ...emptyJournal(), spent: { USD: 0.1 } };
		expect(kinds(await admit(three(), { limit: 0.17, session: { journal } }))).toEqual([undefined, 'spendingLimit', 'spendingLimit']);
		claimEntry(journal, 'another call', { cost: counted, executionId: '1' });
		expect(kinds(await admit(three(), { limit: 0.17, session: { journal } }))).toEqual(['spendingLimit', 'spendingLimit', 'spendingLimit']);
	});

	test('admits jobs that an earlier try has decided, without counting them again', async () => {
		const jobs = [jobFor({ earlier: accepted }), jobFor({ earlier: unknown }), jobFor(), jobFor()];
		expect(kinds(await admit(jobs, { limit: 0.1 }))).toEqual([undefined, undefined, undefined, 'spendingLimit']);
	});

	test('does not count jobs that are refused for another reason', async () => {
		const other = { ...simpleProvider, id: 'other' };
		const jobs = [jobFor({ provider: other }), jobFor()];
		expect(kinds(await admit(jobs, { limit: 0.07, lockedProviders: ['other'] }))).toEqual(['authentication', undefined]);
	});

	test('says so if an earlier try may have been accepted', async () => {
		const { refused } = await admit([jobFor({ earlier: unknown, options: { submitAgainIfUnknown: true } })], { limit: 0.01 });
		expect(refused).toMatchObject([
			{ failure: { kind: 'spendingLimit', mayBeCharged: true, message: expect.stringMatching(/; an earlier try of this job may have been accepted$/) } },
		]);
		expect(refused[0]).not.toHaveProperty('nothingSent');
	});

	test('does not apply to an item that only has an earlier task', async () => {
		const left = jobFor({ plans: [], earlier: accepted } as never);
		expect(kinds(await admit([left, jobFor()], { limit: 0.07 }))).toEqual([undefined, undefined]);
	});
});

describe('Check Balance', () => {
	const checking = { options: { checkBalance: true } };

	test('refuses the jobs that do not fit, after asking once', async () => {
		const result = await admit(three(checking), { balance: 0.15 });
		expect(kinds(result)).toEqual([undefined, undefined, 'insufficientCredits']);
		expect(result.refused[2]).toMatchObject({ nothingSent: true, failure: { message: expect.stringMatching(/^the balance is 0.15 USD/) } });
		expect(result.requests).toEqual(['/balance']);
	});

	test('is off unless it is chosen', async () => {
		expect(await admit(three(), { balance: 0 })).toMatchObject({ refused: [undefined, undefined, undefined], requests: [] });
	});

	test('refuses nothing if the balance is not known', async () => {
		expect(kinds(await admit(three(checking)))).toEqual([undefined, undefined, undefined]);
	});

	test('does not apply to jobs that an earlier try has decided or that are refused already', async () => {
		const jobs = [jobFor({ earlier: accepted, ...checking }), jobFor(checking), jobFor(checking)];
		expect(kinds(await admit(jobs, { balance: 0.07, limit: 0.07 }))).toEqual([undefined, undefined, 'spendingLimit']);
		expect(await admit([jobFor({ earlier: accepted, ...checking })], { balance: 0 })).toMatchObject({ refused: [undefined], requests: [] });
	});
});
