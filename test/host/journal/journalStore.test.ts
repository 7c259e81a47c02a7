import { openJournal, passOf } from '../../../nodes/host/journal/journalStore';
import { fakeNode } from '../../support/fakeNode';
import { emptyJournal } from '../../support/fakeRun';

test('a first run begins a journal, which n8n keeps', () => {
	const node = fakeNode({ executionId: '7' });
	const journal = openJournal(node.context, 2);
	expect(journal).toEqual({ ...emptyJournal(), firstExecution: '7', pass: 2 });
	expect(node.kept).toEqual({ seedreamJournal: journal });
	expect(node.kept.seedreamJournal).toBe(journal);
});

test('a retry continues the journal of the execution that it retries', () => {
	const kept = { seedreamJournal: { ...emptyJournal(), spent: { USD: 1 } } };
	const journal = openJournal(fakeNode({ executionId: '8', kept }).context, 0);
	expect(journal).toBe(kept.seedreamJournal);
	expect(journal).toMatchObject({ firstExecution: '1', spent: { USD: 1 } });
});

test('a new pass of a loop drops the entries of the previous pass', () => {
	const kept = { seedreamJournal: { ...emptyJournal(), spent: { USD: 1 }, freed: { '0.0': 1 } } };
	expect(openJournal(fakeNode({ kept }).context, 1)).toEqual({ ...emptyJournal(), pass: 1, spent: { USD: 1 } });
});

test('what cannot be read as a journal is replaced', () => {
	const kept = { seedreamJournal: 'gone' };
	expect(openJournal(fakeNode({ kept }).context, 0)).toEqual(emptyJournal());
});

test.each<[unknown, boolean, number]>([
	[3, false, 3],
	[3, true, 0],
	[undefined, false, 0],
])('run index %s (tool: %s) is pass %i', ($runIndex, isTool, pass) => {
	const { context } = fakeNode({ more: { getWorkflowDataProxy: () => ({ $runIndex }) } });
	expect(passOf(context, isTool)).toBe(pass);
});
