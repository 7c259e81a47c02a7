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
/** The address that a user puts in: of this n8n. */
const read = (file: string) => JSON.parse(readFileSync(path.join(folder, file), 'utf8').replaceAll('http://localhost:5678', session.n8n.url)) as WorkflowToCreate;
/** Starts by itself, for tasks that another example submits. */
const started = 'callback-trigger.json';
const runnable = files.filter((file) => file !== started);

/** How many images come out, at which node. */
const expected: Record<string, { node: string; images: number }> = {
	'callback-one-workflow.json': { node: 'Images', images: 3 },
	'callback-trigger-submit.json': { node: 'Accepted', images: 0 },
	'callback-with-poll-behind.json': { node: 'Images', images: 2 },
	'demo.json': { node: 'All images', images: 9 },
	'five-providers.json': { node: 'All images', images: 6 },
	'return-task-and-wait.json': { node: 'Images', images: 2 },
	'second-provider.json': { node: 'Images', images: 2 },
};

const finished = new Map<string, Promise<Execution>>();
let receiverId: string;

/** All that came out at a node, which may have run for each of its branches. */
const allItemsOf = (execution: Execution, node: string) => (execution.data.resultData.runData[node] ?? []).flatMap(({ data }) => data?.main?.[0] ?? []);
const imagesIn = (items: ReturnType<typeof allItemsOf>) => items.flatMap(({ binary }) => Object.values(binary ?? {})).filter(({ mimeType }) => mimeType === 'image/png');

// All at once, because APIXO's own pace alone takes twenty seconds.
beforeAll(async () => {
	const known = await session.client.listCredentials();
	const receiver = await session.client.createWorkflow(linkCredentials(read(started), known));
	await session.client.activateWorkflow(receiver);
	receiverId = receiver.id;
	for (const file of runnable) finished.set(file, runWorkflow(session, linkCredentials(read(file), known)));
	await Promise.allSettled(finished.values());
}, 240_000);

afterAll(async () => {
	await session.client.deactivateWorkflow(receiverId);
});

test('each example is expected here', () => {
	expect(Object.keys(expected).sort()).toEqual([...runnable].sort());
});

test.each(runnable)('%s runs to its end', async (file) => {
	const execution = await finished.get(file);
	if (execution === undefined) throw new Error('It was not run');
	assertSucceeded(execution);
	const { node, images } = expected[file] ?? { node: '', images: 0 };
	const items = allItemsOf(execution, node);
	expect(items.length).toBeGreaterThan(0);
	expect(imagesIn(items)).toHaveLength(images);
});

test('callback-trigger.json runs once for every task that callback-trigger-submit.json submits', async () => {
	const execution = await finished.get('callback-trigger-submit.json');
	if (execution === undefined) throw new Error('It was not run');
	const submitted = itemsOf(execution, 'Accepted').map(({ json }) => json.taskId as string);
	expect(submitted).toHaveLength(2);
	const endsAt = Date.now() + 60_000;
	let runs: Execution[] = [];
	while (runs.length < submitted.length && Date.now() < endsAt) {
		const listed = await session.client.listExecutions(receiverId);
		runs = await Promise.all(listed.map(async ({ id }) => await session.client.waitForExecution(id)));
	}
	expect(runs).toHaveLength(2);
	for (const run of runs) expect(imagesIn(allItemsOf(run, 'Images'))).toHaveLength(1);
	expect(runs.flatMap((run) => allItemsOf(run, 'Images').map(({ json }) => json.taskId as string)).sort()).toEqual([...submitted].sort());
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
