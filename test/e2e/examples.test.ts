/** Every workflow of examples/ as a user imports it, run to its end at the providers' own pace. */
import { setTimeout as sleep } from 'node:timers/promises';

import { imageHeader } from '../../nodes/core/image/imageHeader';
import { linkCredentials } from './support/demoCredentials';
import { startTelegramDouble, type TelegramDouble } from './support/doubles/telegram';
import { chainFiles, conversationFiles, exampleFiles, nodeOf, readExample } from './support/exampleFiles';
import { takePhoto } from './support/photo';
import { type Execution, type WorkflowToCreate } from './support/restClient';
import { openSession } from './support/session';
import { startStorage, type Storage } from './support/storage';
import { assertSucceeded, itemsOf, runWorkflow } from './support/workflow';

const session = openSession();
const read = (file: string) => readExample(file, session.n8n.url);
/** Starts by itself, for tasks that another example submits. */
const started = 'callback-trigger.json';
const elsewhere: readonly string[] = [...chainFiles, ...conversationFiles];
const runnable = exampleFiles.filter((file) => file !== started && !elsewhere.includes(file));
/** Answers a photo that is sent to its webhook. */
const answering = 'restyle-uploaded-photo.json';

/** How many images are returned, by which node. */
const expected: Record<string, { node: string; images: number }> = {
	'ad-in-three-formats.json': { node: 'Three formats', images: 3 },
	'any-provider-catalog.json': { node: 'Images', images: 4 },
	'callback-one-workflow.json': { node: 'Images', images: 3 },
	'callback-trigger-submit.json': { node: 'Store the list', images: 0 },
	'callback-with-poll-behind.json': { node: 'Images', images: 2 },
	'demo.json': { node: 'All images', images: 9 },
	'five-providers.json': { node: 'All images', images: 6 },
	'monthly-budget.json': { node: 'Images', images: 3 },
	'product-shots-to-storage.json': { node: 'Shoot', images: 6 },
	'restyle-uploaded-photo.json': { node: 'Restyle', images: 1 },
	'return-task-and-wait.json': { node: 'Images', images: 2 },
	'second-provider.json': { node: 'Images', images: 2 },
};

/** Rows that a user's table may have besides, and a provider that calls twice. */
function addTroubleTo(workflow: WorkflowToCreate): void {
	const { parameters } = nodeOf(workflow, 'Products');
	const { products } = JSON.parse(parameters.jsonOutput as string) as { products: Array<{ sku: string; product: string }> };
	expect(products).toHaveLength(20);
	const [first, ...others] = products.map(({ sku, product }) => ({ sku, product: `${product}, of the table` }));
	const rows = [
		{ ...first, product: `${first?.product ?? ''} [[callback=twice]]` },
		...others,
		{ sku: 'cup-01', product: 'a cup that fails, of the table [[fail=SensitiveContent]]' },
		{ sku: 'cup-02', product: 'a cup that is refused, of the table [[refuse]]' },
	];
	parameters.jsonOutput = JSON.stringify({ products: rows });
}

const waitsForCalls = (workflow: WorkflowToCreate) => nodeOf(workflow, 'Wait for the callbacks').parameters;

/** Too short for the second task, which is not announced. */
function makeSecondLate(workflow: WorkflowToCreate): void {
	expect(waitsForCalls(workflow).timeout).toBe(120);
	waitsForCalls(workflow).timeout = 5;
	const { parameters } = nodeOf(workflow, 'Prompts');
	parameters.jsonOutput = (parameters.jsonOutput as string).replace('[[slow=60]]', '[[duration=8]]');
}

/** What a test changes in an example before it runs. */
const changes: Readonly<Record<string, (workflow: WorkflowToCreate) => void>> = {
	'callback-trigger-submit.json': addTroubleTo,
	'callback-with-poll-behind.json': makeSecondLate,
};

const finished = new Map<string, Promise<Execution>>();
let receiverId: string;
let storage: Storage;
let telegram: TelegramDouble;
let answer: { type: string | null; bytes: Buffer };

/** All that came out at a node, which may have run for each of its branches. */
const allItemsOf = (execution: Execution, node: string) => (execution.data.resultData.runData[node] ?? []).flatMap(({ data }) => data?.main?.[0] ?? []);
const imagesIn = (items: ReturnType<typeof allItemsOf>) =>
	items.flatMap(({ binary }) => Object.values(binary ?? {})).filter(({ mimeType }) => mimeType === 'image/png');

/** What a user fills in for the services behind the images. */
async function createServiceCredentials(): Promise<void> {
	[storage, telegram] = await Promise.all([startStorage(), startTelegramDouble()]);
	await session.client.createCredential({ name: 'Your S3 storage', type: 's3', data: storage.credential });
	await session.client.createCredential({ name: 'Your Telegram bot', type: 'telegramApi', data: { accessToken: telegram.token, baseUrl: telegram.url } });
}

/** The call that the example's note shows. */
async function sendPhoto(workflow: WorkflowToCreate): Promise<Execution> {
	const created = await session.client.createWorkflow(workflow);
	await session.client.activateWorkflow(created);
	const form = new FormData();
	form.append('data', new File([await takePhoto('jpeg')], 'photo.jpg', { type: 'image/jpeg' }));
	form.append('style', 'a charcoal drawing');
	const response = await fetch(`${session.n8n.url}/webhook/restyle-uploaded-photo`, { method: 'POST', body: form });
	answer = { type: response.headers.get('content-type'), bytes: Buffer.from(await response.arrayBuffer()) };
	await session.client.deactivateWorkflow(created.id);
	const [run] = await session.client.listExecutions(created.id);
	return await session.client.waitForExecution(run?.id ?? '');
}

// All at once, because APIXO's own pace alone takes twenty seconds.
beforeAll(async () => {
	await createServiceCredentials();
	const known = await session.client.listCredentials();
	const receiver = await session.client.createWorkflow(linkCredentials(read(started), known));
	await session.client.activateWorkflow(receiver);
	receiverId = receiver.id;
	for (const file of runnable) {
		const workflow = linkCredentials(read(file), known);
		changes[file]?.(workflow);
		finished.set(file, file === answering ? sendPhoto(workflow) : runWorkflow(session, workflow));
	}
	await Promise.allSettled(finished.values());
}, 240_000);

afterAll(async () => {
	await session.client.deactivateWorkflow(receiverId);
	await Promise.all([storage.stop(), telegram.stop()]);
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

/** Every run of the trigger's workflow, once there are so many. */
async function runsOfReceiver(count: number): Promise<Execution[]> {
	const endsAt = Date.now() + 60_000;
	while ((await session.client.listExecutions(receiverId)).length < count && Date.now() < endsAt) await sleep(500);
	const listed = await session.client.listExecutions(receiverId);
	return await Promise.all(listed.map(async ({ id }) => await session.client.waitForExecution(id)));
}

async function runOf(file: string): Promise<Execution> {
	const execution = await finished.get(file);
	if (execution === undefined) throw new Error('It was not run');
	return execution;
}

const listedIn = (execution: Execution) => itemsOf(execution, 'Accepted').map(({ json }) => json as Record<'sku' | 'provider' | 'taskId' | 'picture', string>);

/** What callback-trigger.json and callback-trigger-submit.json store. */
const ofTheTable = /^(seedream-apixo|tasks)-/;

test('callback-trigger.json stores every picture of the table that callback-trigger-submit.json submits, each once', async () => {
	const submitted = await runOf('callback-trigger-submit.json');
	const rows = listedIn(submitted);
	const good = rows.filter(({ sku }) => sku !== 'cup-01');
	expect([rows.length, good.length]).toEqual([21, 20]);
	const runs = await runsOfReceiver(rows.length);
	for (const run of runs) assertSucceeded(run);
	expect(runs.flatMap((run) => itemsOf(run, 'Seedream Generate Trigger').map(({ json }) => json.taskId as string)).sort()).toEqual(
		rows.map(({ taskId }) => taskId).sort(),
	);
	const pictures = good.map(({ picture }) => `${picture}.png`).sort();
	expect(runs.flatMap((run) => itemsOf(run, 'Store')).length).toBe(20);
	const keys = (await storage.listKeys()).filter((key) => ofTheTable.test(key));
	expect(keys.filter((key) => key.startsWith('seedream-')).sort()).toEqual(pictures);
	for (const { bytes, type } of await Promise.all(pictures.map(storage.read))) expect([type, imageHeader(bytes)?.mimeType]).toEqual(['image/png', 'image/png']);
	const tasks = await session.simulator.tasks('of the table');
	expect(tasks.map(({ id }) => id).sort()).toEqual(rows.map(({ taskId }) => taskId).sort());
});

test('the list that callback-trigger-submit.json stores says which picture is of which product', async () => {
	const rows = listedIn(await runOf('callback-trigger-submit.json'));
	const lists = (await storage.listKeys()).filter((key) => key.startsWith('tasks-'));
	expect(lists).toEqual([expect.stringMatching(/^tasks-\d{4}-\d\d-\d\d-\d{6}\.csv$/)]);
	const lines = (await storage.read(lists[0] ?? '')).bytes
		.toString('utf8')
		.replace(/^\ufeff/, '')
		.trim()
		.split(/\r?\n/);
	expect(lines).toEqual(['sku,provider,taskId,picture', ...rows.map(({ sku, provider, taskId, picture }) => [sku, provider, taskId, picture].join(','))]);
	expect(new Set(rows.map(({ sku }) => sku)).size).toBe(rows.length);
});

test('refused rows are reported at once, failed tasks by the trigger', async () => {
	const submitted = await runOf('callback-trigger-submit.json');
	expect(itemsOf(submitted, 'Not accepted').map(({ json }) => json)).toEqual([
		expect.objectContaining({ sku: 'cup-02', details: expect.objectContaining({ failure: expect.objectContaining({ kind: 'contentRejected' }) }) }),
	]);
	const failed = listedIn(submitted).find(({ sku }) => sku === 'cup-01');
	await runsOfReceiver(21);
	expect(telegram.messages.map(({ chatId, text }) => [chatId, text])).toEqual([
		['123456789', expect.stringMatching(new RegExp(`^Task ${failed?.taskId ?? ''} brought no picture\\. .*SensitiveContent`))],
	]);
});

test('callback-with-poll-behind.json collects what no callback reported in time', async () => {
	const execution = await runOf('callback-with-poll-behind.json');
	const tasks = itemsOf(execution, 'Submit').map(({ json }) => json.taskId as string);
	expect(tasks).toHaveLength(2);
	const late = itemsOf(execution, 'Collect the late ones');
	expect(late.map(({ json }) => json.taskId)).toContain(tasks[1]);
	expect(imagesIn(late)).toHaveLength(late.length);
	expect(
		allItemsOf(execution, 'Images')
			.map(({ json }) => json.taskId as string)
			.sort(),
	).toEqual([...tasks].sort());
	expect(allItemsOf(execution, 'Failed')).toEqual([]);
});

test('callback-with-poll-behind.json has nothing to collect if all callbacks arrive', async () => {
	const workflow = linkCredentials(read('callback-with-poll-behind.json'), await session.client.listCredentials());
	const { parameters } = nodeOf(workflow, 'Prompts');
	parameters.jsonOutput = (parameters.jsonOutput as string).replace('[[callback=none]] [[slow=60]]', '[[duration=6]]');
	const execution = await runWorkflow(session, workflow);
	assertSucceeded(execution);
	expect(itemsOf(execution, 'Images').map(({ json }) => json.taskId)).toEqual(itemsOf(execution, 'Submit').map(({ json }) => json.taskId));
	expect(imagesIn(itemsOf(execution, 'Images'))).toHaveLength(2);
	expect(Object.keys(execution.data.resultData.runData)).not.toContain('Collect the late ones');
}, 60_000);

test('the second provider takes the jobs that the first one cannot', async () => {
	const execution = await finished.get('second-provider.json');
	if (execution === undefined) throw new Error('It was not run');
	expect(itemsOf(execution, 'First choice', 1).map(({ json }) => json.details)).toEqual([
		expect.objectContaining({ failure: expect.objectContaining({ kind: 'insufficientCredits', tryElsewhere: true }) }),
		expect.objectContaining({ failure: expect.objectContaining({ kind: 'insufficientCredits', tryElsewhere: true }) }),
	]);
	expect(itemsOf(execution, 'Second choice').map(({ json }) => json.provider)).toEqual(['pixwith', 'pixwith']);
});

test('the second provider takes only jobs that the first certainly did not, and the images are in input order', async () => {
	const workflow = linkCredentials(read('second-provider.json'), await session.client.listCredentials());
	const node = (name: string) => nodeOf(workflow, name);
	const jobs = ['a tram [[submit=402]]', 'a boat', 'a lane [[refuse]]', 'a bay [[submit=reset-after]]'].map((prompt, index) => ({
		order: index + 1,
		prompt: `taken over: ${prompt}`,
	}));
	node('Prompts').parameters.jsonOutput = JSON.stringify({ jobs });
	const name = 'APIXO (demo)';
	node('First choice').credentials = { apixoApi: { id: session.credentialIds[name] ?? null, name } };
	for (const one of ['First choice', 'Second choice']) node(one).parameters.options = { pollInterval: 0.2 };
	// PixWith would obey the directives as well.
	node('Second choice').parameters.prompt = "={{ $json.prompt.replace(/\\[\\[.*?\\]\\]/g, '').trim() }}";
	const execution = await runWorkflow(session, workflow);
	assertSucceeded(execution);
	expect(allItemsOf(execution, 'Images').map(({ json }) => [json.order, json.provider])).toEqual([
		[1, 'pixwith'],
		[2, 'apixo'],
	]);
	expect(imagesIn(allItemsOf(execution, 'Images'))).toHaveLength(2);
	const left = allItemsOf(execution, 'Needs a person').map(({ json }) => (json.details as { failure: { kind: string; tryElsewhere: boolean } }).failure);
	expect(left).toMatchObject([
		{ kind: 'contentRejected', tryElsewhere: false },
		{ kind: 'outcomeUnknown', tryElsewhere: false },
	]);
}, 60_000);

test('the services that receive the images have them', async () => {
	const stored = ['bag-12', 'lamp-07', 'mug-01'].flatMap((sku) => [`${sku}-1.png`, `${sku}-2.png`]);
	expect((await storage.listKeys()).filter((key) => !ofTheTable.test(key))).toEqual(stored);
	for (const { bytes, type } of await Promise.all(stored.map(storage.read))) expect([type, imageHeader(bytes)?.mimeType]).toEqual(['image/png', 'image/png']);
	expect(telegram.sent.map(({ method, chatId, caption }) => [method, chatId, caption])).toEqual([
		['sendPhoto', '123456789', 'Feed: 2048 × 2048'],
		['sendPhoto', '123456789', 'Story: 1600 × 2848'],
		['sendPhoto', '123456789', 'Header: 2848 × 1600'],
	]);
	expect({ type: answer.type, mimeType: imageHeader(answer.bytes)?.mimeType }).toEqual({ type: 'image/png', mimeType: 'image/png' });
});

test('the style that was sent is in the prompt', async () => {
	await expect(session.simulator.tasks('a charcoal drawing')).resolves.toMatchObject([{ provider: 'pixwith', references: 1, state: 'succeeded' }]);
});

test('monthly-budget.json writes down what a run cost, and gives the next one what is left', async () => {
	const first = await runOf('monthly-budget.json');
	expect(itemsOf(first, 'What is left')[0]?.json).toEqual({ spent: 0, left: 5 });
	expect(itemsOf(first, 'Write it down')[0]?.json).toMatchObject({ spent: 0.105 });
	const workflow = linkCredentials(read('monthly-budget.json'), await session.client.listCredentials());
	const budget = nodeOf(workflow, 'Budget').parameters as { assignments: { assignments: Array<{ name: string; value: unknown }> } };
	for (const one of budget.assignments.assignments) if (one.name === 'budget') one.value = 0.15;
	nodeOf(workflow, 'Generate').parameters.options = { spendingLimit: "={{ $('What is left').first().json.left }}", pollInterval: 0.2 };
	const second = await runWorkflow(session, workflow);
	assertSucceeded(second);
	expect(itemsOf(second, 'What is left')[0]?.json).toEqual({ spent: 0.105, left: 0.045 });
	expect(imagesIn(itemsOf(second, 'Images'))).toHaveLength(1);
	expect(itemsOf(second, 'Not this month').map(({ json }) => (json.details as { failure: { kind: string } }).failure.kind)).toEqual([
		'spendingLimit',
		'spendingLimit',
	]);
	expect(itemsOf(second, 'Write it down')[0]?.json).toMatchObject({ spent: 0.14 });
}, 60_000);

test('any-provider-catalog.json says which providers were tried, and pays only once', async () => {
	const execution = await runOf('any-provider-catalog.json');
	const images = itemsOf(execution, 'Images').map(({ json }) => json as { provider: string; attempts: Array<{ provider: string; kind: string }> });
	expect(images.map(({ provider }) => provider)).toEqual(['pixwith', 'pixwith', 'pixwith', 'pixwith']);
	for (const { attempts } of images) expect(attempts).toEqual([expect.objectContaining({ provider: 'apixo', kind: 'insufficientCredits' })]);
	await expect(session.simulator.tasks('Catalog photo of')).resolves.toHaveLength(4);
});
