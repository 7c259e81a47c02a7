import type * as FakeRealClock from '../../support/fakeRealClock';
import { openAccounts } from '../../../nodes/host/execution/account';
import { acceptedIn, forgetDelivered, openSession, type SessionRules } from '../../../nodes/host/generate/session';
import { taskRefOf } from '../../../nodes/core/task/taskRef';
import { draftOf } from '../../../nodes/host/generate/prepareSubmission';
import type { JournalEntry } from '../../../nodes/core/submit/journal';
import { fakeStart } from '../../support/fakeClock';
import { fakeNode, type FakeNodeRules } from '../../support/fakeNode';
import { emptyJournal, fakeRun, planFor, sessionFor } from '../../support/fakeRun';

jest.mock('../../../nodes/host/execution/realClock', () => jest.requireActual<typeof FakeRealClock>('../../support/fakeRealClock'));

const draft = draftOf(planFor(), { method: 'POST', path: '/tasks' });
const entryOf = (item: number, pass = 0): JournalEntry => ({
	state: 'accepted',
	owner: { execution: '1', pass, item, provider: 'example', credential: 'c' },
	execution: '1',
	counted: { amount: 0.07, unit: 'USD' },
	ref: taskRefOf(draft, { taskId: `task_${item}` }, fakeStart),
});
const { ref: _ref, execution: _execution, ...rest } = entryOf(1) as Extract<JournalEntry, { state: 'accepted' }>;
const sending: JournalEntry = { ...rest, state: 'sending', draft };
const journalWith = (entries: Record<string, JournalEntry>) => ({ ...emptyJournal(), entries, freed: { a: 1, b: 1 } });

test('a session holds the run, the pass, the journal and the rules of the node', () => {
	const rules: SessionRules = {
		count: jest.fn(),
		limit: jest.fn(),
		rawParameters: () => ({ prompt: 'typed' }),
		credentialOf: (_, provider) => `of ${provider}`,
	};
	const open = (more: FakeNodeRules, isTool = false) => {
		const { context } = fakeNode({ executionId: '9', runIndex: 4, ...more });
		return openSession(context, rules, { items: [], isTool, accountOf: openAccounts(context) });
	};
	const session = open({});
	expect(session).toMatchObject({
		executionId: '9',
		nodeId: 'node',
		pass: 4,
		isTool: false,
		rawParameters: { prompt: 'typed' },
		journal: { firstExecution: '9', pass: 4 },
	});
	expect([session.count, session.limit, session.credentialOf('x'), session.keys.size]).toEqual([rules.count, rules.limit, 'of x', 0]);
	expect(open({}, true).pass).toBe(0);
});

test('a session knows the tasks that an earlier try left in the journal', () => {
	const { context } = fakeNode();
	context.getContext('node').seedreamJournal = journalWith({ a: entryOf(0), b: sending });
	const rules: SessionRules = { count: jest.fn(), limit: jest.fn(), rawParameters: jest.fn(), credentialOf: jest.fn() };
	const { tasks } = openSession(context, rules, { items: [], isTool: false, accountOf: openAccounts(context) });
	expect(tasks).toEqual(new Map([['example task_0', 'a']]));
});

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
