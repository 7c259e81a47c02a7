import type * as FakeRealClock from '../../support/fakeRealClock';
import { openAccounts } from '../../../nodes/host/execution/account';
import { openSession, type SessionRules } from '../../../nodes/host/generate/session';
import { fakeNode, type FakeNodeRules } from '../../support/fakeNode';
import { emptyJournal } from '../../support/fakeRun';
import { accepted, sending } from '../../support/journalEntries';

jest.mock('../../../nodes/host/execution/realClock', () => jest.requireActual<typeof FakeRealClock>('../../support/fakeRealClock'));

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
	context.getContext('node').seedreamJournal = { ...emptyJournal(), entries: { a: accepted, b: sending } };
	const rules: SessionRules = { count: jest.fn(), limit: jest.fn(), rawParameters: jest.fn(), credentialOf: jest.fn() };
	const { tasks } = openSession(context, rules, { items: [], isTool: false, accountOf: openAccounts(context) });
	expect(tasks).toEqual(new Map([['example task_1', 'a']]));
});
