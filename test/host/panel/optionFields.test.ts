import type { OptionField } from '../../../nodes/core/provider/option';
import { optionFields } from '../../../nodes/host/panel/optionFields';

const fields: readonly OptionField[] = optionFields;
const nodesWith = (node: OptionField['nodes'][number]) => fields.filter(({ nodes }) => nodes.includes(node)).map(({ name }) => name);

test('each option is listed once, in the order of its name in the panel', () => {
	expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length);
	const shown = fields.map(({ displayName }) => displayName);
	expect(shown).toEqual([...shown].sort((one, other) => one.localeCompare(other)));
});

test('only the nodes that submit jobs have options that limit the cost', () => {
	const sending = ['maxTasksInFlight', 'submitAgainIfUnknown', 'dryRun'];
	for (const node of ['generate', 'anyProvider'] as const) expect(nodesWith(node)).toEqual(expect.arrayContaining(sending));
	for (const node of ['wait', 'trigger'] as const) expect(nodesWith(node).filter((name) => sending.includes(name))).toEqual([]);
	expect([nodesWith('generate').includes('spendingLimit'), nodesWith('anyProvider').includes('maxImages')]).toEqual([true, true]);
});
