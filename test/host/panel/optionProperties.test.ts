import { NodeHelpers, type INode, type INodeParameters, type INodeTypeDescription } from 'n8n-workflow';

import { optionFields } from '../../../nodes/host/panel/optionFields';
import { optionProperties } from '../../../nodes/host/panel/optionProperties';
import type { OptionNode } from '../../../nodes/core/provider/option';
import { stylePresets } from '../../../nodes/core/parameters/stylePresets';

/** The options that n8n shows where the node's parameters are these. */
function shown(node: OptionNode, parameters: INodeParameters): string[] {
	const description = { name: 'node', properties: [] } as unknown as INodeTypeDescription;
	const asNode: INode = { id: '1', name: 'Node', type: 'n8n-nodes-seedream.node', typeVersion: 1, position: [0, 0], parameters };
	return optionProperties(node)
		.filter((option) => NodeHelpers.displayParameter({}, option, asNode, description, parameters))
		.map(({ name }) => name);
}

const aboutImages = ['downloadImages', 'fileName', 'maxFileSize', 'maxTasksInFlight', 'outputBinaryField', 'outputMode', 'pollInterval'];

test('with Return Task only options that have an effect are shown', () => {
	const waiting = shown('generate', { provider: 'apixo', completion: 'waitForImages' });
	const returning = shown('generate', { provider: 'apixo', completion: 'returnTask', callback: 'none' });
	expect(waiting.filter((name) => !returning.includes(name)).sort()).toEqual([...aboutImages].sort());
	expect(returning.every((name) => waiting.includes(name))).toBe(true);
});

test.each<[INodeParameters, boolean]>([
	[{ provider: 'apixo', completion: 'returnTask', callback: 'url' }, true],
	[{ provider: 'apixo', completion: 'returnTask', callback: 'resumeWorkflow' }, true],
	[{ provider: 'apixo', completion: 'returnTask', callback: 'none' }, false],
	[{ provider: 'apixo', completion: 'waitForImages', callback: 'url' }, false],
	[{ provider: 'pixwith', completion: 'returnTask', callback: 'url' }, false],
])('a private callback URL may be allowed with %j: %s', (parameters, isOffered) => {
	expect(shown('generate', parameters).includes('allowPrivateCallbackUrl')).toBe(isOffered);
});

test.each<[string, string, boolean]>([
	['modelId', 'pixelDojo', true],
	['modelId', 'apixo', false],
	['statusPath', 'apiInOne', true],
	['resultPath', 'apiInOne', true],
	['statusPath', 'pixelDojo', false],
	['checkBalance', 'apixo', true],
	['checkBalance', 'apiframe', true],
	['checkBalance', 'pixwith', true],
	['checkBalance', 'apiInOne', false],
	['checkBalance', 'pixelDojo', false],
	['submitAgainIfUnknown', 'apixo', true],
	['submitAgainIfUnknown', 'apiframe', true],
])('%s with %s: %s', (name, provider, isOffered) => {
	expect(shown('generate', { provider, completion: 'waitForImages' }).includes(name)).toBe(isOffered);
});

test.each(['wait', 'trigger'] as const)('%s shows the paths of API in One if it is selected, with its name', (node) => {
	expect(shown(node, { providers: ['apixo', 'apiInOne'] })).toEqual(expect.arrayContaining(['statusPath', 'resultPath']));
	expect(shown(node, { providers: ['apixo'] }).filter((name) => name.endsWith('Path'))).toEqual([]);
	expect(optionProperties(node).find(({ name }) => name === 'statusPath')?.displayName).toBe('API in One: Status Path');
});

test('each list is a copy in the order of the alphabet, which n8n may change', () => {
	for (const node of ['generate', 'anyProvider', 'wait', 'trigger'] as const) {
		const properties = optionProperties(node);
		const names = properties.map(({ displayName }) => displayName);
		expect(names).toEqual([...names].sort((one, other) => one.localeCompare(other)));
		for (const property of properties) property.description = 'changed';
	}
	expect(JSON.stringify(optionFields)).not.toContain('changed');
});

test('properties have no keys that n8n does not know', () => {
	const keys = (['generate', 'wait'] as const).flatMap(optionProperties).flatMap((property) => Object.keys(property));
	for (const ours of ['nodes', 'refusal', 'emptyIsDefault', 'wire']) expect(keys).not.toContain(ours);
});

test('the panel offers exactly the style presets of core', () => {
	const option = optionFields.find(({ name }) => name === 'stylePreset');
	const offered = (option && 'options' in option ? option.options : []).map(({ value }) => value);
	expect(offered.filter((value) => value !== 'none')).toEqual(stylePresets.map(({ value }) => value));
});
