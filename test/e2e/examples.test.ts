/** Every workflow of examples/ as a user imports it, run to its end at the providers' own pace. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { linkCredentials } from './support/demoCredentials';
import { type Execution, type WorkflowToCreate } from './support/restClient';
import { rootFolder } from './support/runtime';
import { openSession } from './support/session';
import { assertSucceeded, itemsOf, runWorkflow } from './support/workflow';

const session = openSession();
const folder = path.join(rootFolder, 'examples');
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const read = (file: string) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as WorkflowToCreate;

/** How many images come out, at which node. */
const expected: Record<string, { node: string; images: number }> = {
	'demo.json': { node: 'All images', images: 9 },
	'five-providers.json': { node: 'All images', images: 6 },
	'return-task-and-wait.json': { node: 'Images', images: 2 },
	'second-provider.json': { node: 'Images', images: 2 },
};

const finished = new Map<string, Promise<Execution>>();

// All at once, because APIXO's own pace alone takes twenty seconds.
beforeAll(async () => {
	const known = await session.client.listCredentials();
	for (const file of files) finished.set(file, runWorkflow(session, linkCredentials(read(file), known)));
	await Promise.allSettled(finished.values());
});

test('each example is expected here', () => {
	expect(Object.keys(expected).sort()).toEqual([...files].sort());
});

test.each(files)('%s runs to its end', async (file) => {
	const execution = await finished.get(file);
	if (execution === undefined) throw new Error('It was not run');
	assertSucceeded(execution);
	const { node, images } = expected[file] ?? { node: '', images: 0 };
	const items = itemsOf(execution, node);
	expect(items.flatMap(({ binary }) => Object.values(binary ?? {})).filter(({ mimeType }) => mimeType === 'image/png')).toHaveLength(images);
});

test('the second provider takes over what the first one cannot do', async () => {
	const execution = await finished.get('second-provider.json');
	if (execution === undefined) throw new Error('It was not run');
	expect(itemsOf(execution, 'First choice', 1).map(({ json }) => json.details)).toEqual([
		expect.objectContaining({ failure: expect.objectContaining({ kind: 'insufficientCredits', tryElsewhere: true }) }),
		expect.objectContaining({ failure: expect.objectContaining({ kind: 'insufficientCredits', tryElsewhere: true }) }),
	]);
	expect(itemsOf(execution, 'Second choice').map(({ json }) => json.provider)).toEqual(['pixwith', 'pixwith']);
});

test.each(files)('%s names only demo credentials and nothing of an instance', (file) => {
	const text = readFileSync(path.join(folder, file), 'utf8');
	expect(text).not.toMatch(/instanceId|"versionId"|"active"|apiKey/);
	const names = read(file).nodes.flatMap(({ credentials = {} }) => Object.values(credentials).map(({ name }) => name));
	expect(names.length).toBeGreaterThan(0);
	for (const name of names) expect(name).toMatch(/\(demo/);
});
