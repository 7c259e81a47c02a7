/** The schemas that the editor shows before the first run, compared with the real output of the nodes. */
import path from 'node:path';

import { loadOutputSchema } from 'n8n-core';
import type { IDataObject } from 'n8n-workflow';

import { contractOf } from '../support/contractOf';
import { runWorkflow } from './support/engine';
import { runGenerate, runWait, useSimulated } from './support/simulated';

const simulated = useSimulated();

interface Schema {
	readonly type?: unknown;
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly items?: Schema;
}

/** As n8n finds it. */
function shippedSchema(node: string, operation?: string): Schema {
	const nodeDir = path.resolve(__dirname, '..', '..', 'nodes', node);
	const schema = loadOutputSchema({ nodeDir, version: 1, ...(operation === undefined ? {} : { operation }) });
	if (schema === undefined) throw new Error(`n8n finds no output schema of ${node}`);
	return schema;
}

const typeOf = (value: unknown): string => (Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value);

/** The differences between a value and its schema, the order of names included. */
function differences(schema: Schema | undefined, value: unknown, place = 'item'): string[] {
	if (schema === undefined) return [`${place} is not in the schema`];
	const type = typeOf(value);
	if (type !== schema.type && !(type === 'integer' && schema.type === 'number')) return [`${place} is of type ${type}`];
	if (Array.isArray(value)) return value.flatMap((one, index) => differences(schema.items, one, `${place}[${index}]`));
	if (type !== 'object') return [];
	const told = Object.keys(schema.properties ?? {});
	const found = Object.keys(value as IDataObject);
	if (told.join() !== found.join()) return [`${place} has ${found.join()} instead of ${told.join()}`];
	return found.flatMap((name) => differences(schema.properties?.[name], (value as IDataObject)[name], `${place}.${name}`));
}

test.each(['textToImage', 'imageToImage'])('the output of Generate with %s matches its schema', async (operation) => {
	const finished = await runGenerate(simulated, {
		parameters: { operation, imageUrls: 'https://example.com/cup.png', imageCount: 2, ...contractOf('apixo').imageParameters },
	});
	const [item] = finished.items('Generate');
	expect(differences(shippedSchema('SeedreamGenerate', operation), item?.json)).toEqual([]);
});

test.each(['textToImage', 'imageToImage'])('the output of Any Provider with %s matches its schema', async (operation) => {
	const finished = await runWorkflow({
		nodes: [
			{ name: 'Items', type: 'itemSource', parameters: { items: [{}] as never } },
			{
				name: 'Any',
				type: 'n8n-nodes-seedream.seedreamAnyProvider',
				parameters: { providers: ['apixo', 'pixwith'], operation, prompt: 'a fox', imageUrls: 'https://example.com/cup.png', options: { pollInterval: 0.05 } },
			},
		],
		connect: [['Items', 'Any']],
		// The first is refused, so that the item names the provider that was asked before.
		credentials: { ...simulated.credentials, apixoApi: { ...simulated.credentials.apixoApi, apiKey: 'wrong' } },
	});
	const [item] = finished.items('Any');
	expect(differences(shippedSchema('SeedreamAnyProvider', operation), item?.json)).toEqual([]);
});

test('the output of Wait for Task matches its schema', async () => {
	const submitted = await runGenerate(simulated, { parameters: { completion: 'returnTask' } });
	const finished = await runWait(simulated, { items: submitted.items('Generate').map(({ json }) => json) });
	const [item] = finished.items('Wait');
	expect(differences(shippedSchema('SeedreamWaitForTask'), item?.json)).toEqual([]);
});

test('a field that is missing, of another type or elsewhere is reported', () => {
	const schema: Schema = { type: 'object', properties: { one: { type: 'string' }, two: { type: 'array', items: { type: 'number' } } } };
	expect(differences(schema, { one: 'x', two: [1, 2.5] })).toEqual([]);
	expect(differences(schema, { two: [], one: 'x' })).toEqual(['item has two,one instead of one,two']);
	expect(differences(schema, { one: 1, two: ['x'] })).toEqual(['item.one is of type integer', 'item.two[0] is of type string']);
});
