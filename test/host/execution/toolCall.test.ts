import type { INode } from 'n8n-workflow';

import { isToolCall, isToolNode, throwsFailures } from '../../../nodes/host/execution/toolCall';
import { fakeNode } from '../../support/fakeNode';

test.each<[string, Parameters<typeof fakeNode>[0], { isToolCall: boolean; throwsFailures: boolean }]>([
	['a node in a workflow', {}, { isToolCall: false, throwsFailures: true }],
	['a node under Continue', { onError: 'continueRegularOutput' }, { isToolCall: false, throwsFailures: false }],
	['a node with an error output', { onError: 'continueErrorOutput' }, { isToolCall: false, throwsFailures: false }],
	['a tool that n8n runs like any other node', { type: 'seedreamGenerateTool' }, { isToolCall: true, throwsFailures: true }],
	['a tool that an older agent calls inside of itself', { isToolExecution: true }, { isToolCall: true, throwsFailures: false }],
])('%s', (_, rules, expected) => {
	const { context } = fakeNode(rules);
	expect({ isToolCall: isToolCall(context), throwsFailures: throwsFailures(context) }).toEqual(expected);
});

test('a webhook has neither mode', () => {
	const { context } = fakeNode();
	const webhook = { getNode: context.getNode } as typeof context;
	expect([isToolCall(webhook), throwsFailures(webhook)]).toEqual([false, true]);
});

test('a node whose type only contains the word Tool is not a tool', () => {
	expect(isToolNode({ type: 'n8n-nodes-seedream.toolSeedream' } as INode)).toBe(false);
});
