import type { IWebhookFunctions } from 'n8n-workflow';

import { nodeKeyOf } from '../../../nodes/host/callback/nodeKey';

const keyOf = (workflow: string | undefined, node: string): string =>
	nodeKeyOf({ getWorkflow: () => ({ id: workflow }), getNode: () => ({ id: node }) } as unknown as IWebhookFunctions);

test('nodes of different workflows, and of one workflow, have different keys', () => {
	const keys = [keyOf('a', '1'), keyOf('a', '2'), keyOf('b', '1'), keyOf(undefined, '1'), keyOf('a1', ''), keyOf('', 'a1')];
	expect(new Set(keys).size).toBe(6);
	expect(keyOf('a', '1')).toBe(keys[0]);
});
