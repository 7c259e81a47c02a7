/** Every workflow of examples/ as a user imports it, run to its end at the providers' own pace. */
import { imageHeader } from '../../nodes/core/imageBytes';
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

/** How many images come out, at which node. */
const expected: Record<string, { node: string; images: number }> = {
	'ad-in-three-formats.json': { node: 'Three formats', images: 3 },
	'callback-one-workflow.json': { node: 'Images', images: 3 },
	'callback-trigger-submit.json': { node: 'Accepted', images: 0 },
	'callback-with-poll-behind.json': { node: 'Images', images: 2 },
	'demo.json': { node: 'All images', images: 9 },
	'five-providers.json': { node: 'All images', images: 6 },
	'product-shots-to-storage.json': { node: 'Shoot', images: 6 },
	'restyle-uploaded-photo.json': { node: 'Restyle', images: 1 },
	'return-task-and-wait.json': { node: 'Images', images: 2 },
	'second-provider.json': { node: 'Images', images: 2 },
};

const finished = new Map<string, Promise<Execution>>();
let receiverId: string;
let storage: Storage;
let telegram: TelegramDouble;
let answer: { type: string | null; bytes: Buffer };

/** All that came out at a node, which may have run for each of its branches. */
const allItemsOf = (execution: Execution, node: string) => (execution.data.resultData.runData[node] ?? []).flatMap(({ data }) => data?.main?.[0] ?? []);
const imagesIn = (items: ReturnType<typeof allItemsOf>) => items.flatMap(({ binary }) => Object.values(binary ?? {})).filter(({ mimeType }) => mimeType === 'image/png');

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

test('the second provider takes over only what was certainly not taken, and the images come in input order', async () => {
	const workflow = linkCredentials(read('second-provider.json'), await session.client.listCredentials());
	const node = (name: string) => nodeOf(workflow, name);
	const jobs = ['a tram [[submit=402]]', 'a boat', 'a lane [[refuse]]', 'a bay [[submit=reset-after]]'].map((prompt, index) => ({ order: index + 1, prompt: `taken over: ${prompt}` }));
	node('Prompts').parameters.jsonOutput = JSON.stringify({ jobs });
	const name = 'APIXO (demo)';
	node('First choice').credentials = { apixoApi: { id: session.credentialIds[name] ?? null, name } };
	for (const one of ['First choice', 'Second choice']) node(one).parameters.options = { pollInterval: 0.2 };
	// PixWith would obey the directives as well.
	node('Second choice').parameters.prompt = "={{ $json.prompt.replace(/\\[\\[.*?\\]\\]/g, '').trim() }}";
	const execution = await runWorkflow(session, workflow);
	assertSucceeded(execution);
	expect(allItemsOf(execution, 'Images').map(({ json }) => [json.order, json.provider])).toEqual([[1, 'pixwith'], [2, 'apixo']]);
	expect(imagesIn(allItemsOf(execution, 'Images'))).toHaveLength(2);
	const left = allItemsOf(execution, 'Needs a person').map(({ json }) => (json.details as { failure: { kind: string; tryElsewhere: boolean } }).failure);
	expect(left).toMatchObject([{ kind: 'contentRejected', tryElsewhere: false }, { kind: 'outcomeUnknown', tryElsewhere: false }]);
}, 60_000);

test('the services behind the images have got them', async () => {
	const stored = ['bag-12', 'lamp-07', 'mug-01'].flatMap((sku) => [`${sku}-1.png`, `${sku}-2.png`]);
	expect(await storage.listKeys()).toEqual(stored);
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
