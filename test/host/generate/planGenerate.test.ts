import type { IExecuteFunctions } from 'n8n-workflow';

import { planGenerate } from '../../../nodes/host/generate/planGenerate';

/** n8n takes the fallback only where a parameter is not there; an expression that finds nothing is undefined. */
function contextWith(parameters: Readonly<Record<string, unknown>>): IExecuteFunctions {
	const getNodeParameter = (name: string, _itemIndex: number, fallback: unknown) => (Object.hasOwn(parameters, name) ? parameters[name] : fallback);
	return { getNodeParameter } as unknown as IExecuteFunctions;
}

const given = { provider: 'apixo', operation: 'textToImage', prompt: 'a fox' };

describe('a parameter of the provider', () => {
	test('that is not there has its default', async () => {
		const plan = await planGenerate(contextWith(given), 0, false);
		expect(plan).toMatchObject({ plans: [{ images: { requested: 1 }, checked: { task: { values: { sizing: 'preset', resolution: '2K', aspectRatio: '1:1', imageCount: 1 } } } }] });
	});

	test('whose expression finds nothing is named, and nothing is sent for it', async () => {
		const plan = await planGenerate(contextWith({ ...given, imageCount: undefined }), 0, false);
		expect(plan).toMatchObject({ plans: [], fault: { nothingSent: true, failure: { kind: 'invalidInput', message: expect.stringMatching(/^Image Count .*but is nothing/) } } });
	});
});
