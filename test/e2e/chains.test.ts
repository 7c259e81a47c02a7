/** Where images come from and go to in real workflows: nodes of n8n before and behind ours, with the field names that all of them have by default. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';

import { merge } from 'lodash';
import { type IDataObject } from 'n8n-workflow';

import { imageHeader } from '../../nodes/core/image/imageHeader';
import { readMultipart } from '../simulator/multipart';
import { openBrowser } from '../support/browser';
import { linkCredentials } from './support/demoCredentials';
import { chainFiles, nodeOf, readExample } from './support/exampleFiles';
import { takePhoto } from './support/photo';
import { type Execution, type Workflow, type WorkflowToCreate } from './support/restClient';
import { startServices, type Services } from './support/services';
import { openSession } from './support/session';
import { assertSucceeded, errorOf, generateNode, itemsNodes, itemsOf, runWorkflow, workflowOf, type NodeToCreate } from './support/workflow';

const session = openSession();
const { client, simulator } = session;

let services: Services;
let known: Array<{ id: string; name: string; type: string }>;
const executed = new Set<string>();

beforeAll(async () => {
	services = await startServices();
	// The other test files have credentials of these names as well, for services of their own.
	const own = services.credentials.map(async ({ name, type, data }) => ({
		id: await client.createCredential({ name: `${name}, for the chains`, type, data }),
		name,
		type,
	}));
	known = [...(await Promise.all(own)), ...(await client.listCredentials())];
});

afterAll(async () => await services.stop());

/** As a user imports it, and with other values in the nodes that are named. */
function importExample(file: (typeof chainFiles)[number] | 'restyle-uploaded-photo.json', changes: Record<string, IDataObject> = {}): WorkflowToCreate {
	executed.add(file);
	const workflow = linkCredentials(readExample(file, client.url), known);
	for (const [name, values] of Object.entries(changes)) merge(nodeOf(workflow, name).parameters, values);
	return workflow;
}

async function runExample(...example: Parameters<typeof importExample>): Promise<Execution> {
	const execution = await runWorkflow(session, importExample(...example));
	assertSucceeded(execution);
	return execution;
}

async function run(...workflow: Parameters<typeof workflowOf>): Promise<Execution> {
	const execution = await runWorkflow(session, linkCredentials(workflowOf(...workflow), known));
	assertSucceeded(execution);
	return execution;
}

async function bytesOf(execution: Execution, node: string): Promise<Buffer[]> {
	return await Promise.all(
		itemsOf(execution, node).map(async ({ binary }) => (binary?.data === undefined ? Buffer.alloc(0) : await client.getBinary(binary.data))),
	);
}

interface ImageFacts {
	readonly taskId: string;
	readonly url: string;
	readonly fileName: string;
	readonly width: number;
	readonly height: number;
}

const factsOf = (execution: Execution, node: string) => itemsOf(execution, node).map(({ json }) => json as unknown as ImageFacts);

const namesOf = (execution: Execution, node: string): unknown[] => itemsOf(execution, node).map(({ json }) => json.fileName);

describe('Generate and then', () => {
	test.concurrent('HTTP Request uploads each image as a form', async () => {
		const execution = await runExample('upload-by-http.json', { Upload: { url: `${services.web.url}/form` } });
		const received = services.web.received.filter(({ path }) => path === '/form');
		const forms = received.map(({ body, headers }) => readMultipart(body, headers['content-type']));
		const images = await bytesOf(execution, 'Pictures');
		expect(images).toHaveLength(2);
		const part = (wanted: string) => forms.map((parts) => parts?.find(({ name }) => name === wanted));
		const files = part('file');
		expect(files.map((file) => [file?.fileName, file?.type]).sort()).toEqual(
			namesOf(execution, 'Pictures')
				.map((name) => [name, 'image/png'])
				.sort(),
		);
		for (const image of images) expect(files.some((file) => file?.data.equals(image))).toBe(true);
		const said = (wanted: string) => part(wanted).map((one) => one?.data.toString());
		const facts = factsOf(execution, 'Pictures');
		expect(said('task')).toEqual(facts.map(({ taskId }) => taskId));
		expect(said('size')).toEqual(facts.map(({ width, height }) => `${width}x${height}`));
		expect(received.map(({ headers }) => headers.authorization)).toEqual(['Bearer web-service-key', 'Bearer web-service-key']);
	});

	test.concurrent('HTTP Request sends the image as the body', async () => {
		const Upload = { method: 'PUT', url: `=${services.web.url}/raw/{{ $json.fileName }}`, contentType: 'binaryData', inputDataFieldName: 'data' };
		const execution = await runExample('upload-by-http.json', { Pictures: { imageCount: 1 }, Upload });
		const [upload] = services.web.received.filter(({ path }) => path.startsWith('/raw/'));
		const [image] = await bytesOf(execution, 'Pictures');
		expect([upload?.path, upload?.headers['content-type']]).toEqual([`/raw/${String(namesOf(execution, 'Pictures')[0])}`, 'image/png']);
		expect(upload?.body.equals(image ?? Buffer.alloc(0))).toBe(true);
	});

	const mailsAbout = (subject: string) => services.mail.mails.filter((one) => one.subject.startsWith(subject));

	test.concurrent('Send Email puts each image into the mail of its own row', async () => {
		const execution = await runExample('send-by-email.json');
		const images = await bytesOf(execution, 'Picture');
		const mails = ['Robin', 'Kim'].map((name) => mailsAbout(`Your picture, ${name}`));
		expect(mails.map(({ length }) => length)).toEqual([1, 1]);
		expect(mails.flat().map(({ to }) => to)).toEqual([['robin@example.com'], ['kim@example.com']]);
		expect(mails.flat().map(({ attachments }) => attachments)).toEqual([
			[{ fileName: 'robin.png', type: 'image/png', bytes: images[0] }],
			[{ fileName: 'kim.png', type: 'image/png', bytes: images[1] }],
		]);
	});

	test.concurrent.each([
		['one file', 1],
		['three files of a task', 3],
	])('Send Email attaches %s', async (subject, imageCount) => {
		const fields = ['data', 'data_1', 'data_2'].slice(0, imageCount);
		const Customers = { jsonOutput: JSON.stringify({ customers: [{ name: 'Sam', email: 'sam@example.com', wish: `A sofa, ${subject}` }] }) };
		const Picture = { imageCount, options: { outputMode: 'itemPerTask', fileName: '' } };
		const Send = { subject, emailFormat: 'text', text: 'New pictures', options: { attachments: '', fileAttachments: fields.join(',') } };
		const execution = await runExample('send-by-email.json', { Customers, Picture, Send });
		const [item] = itemsOf(execution, 'Picture');
		const files = await Promise.all(fields.map(async (field) => await client.getBinary(item?.binary?.[field] ?? { data: '', mimeType: '' })));
		expect(files.map(({ length }) => length > 0)).toEqual(fields.map(() => true));
		const names = (item?.json.images as Array<{ fileName: string }>).map(({ fileName }) => fileName);
		const [sent, ...others] = mailsAbout(subject);
		expect(others).toHaveLength(0);
		expect(sent?.to).toEqual(['sam@example.com']);
		expect(sent?.attachments).toEqual(files.map((bytes, index) => ({ fileName: names[index], type: 'image/png', bytes })));
	});

	test.concurrent('Telegram sends a photo and a document', async () => {
		const send = (operation: string): NodeToCreate => ({
			name: operation,
			type: 'n8n-nodes-base.telegram',
			typeVersion: 1.2,
			parameters: { operation, chatId: '4711', binaryData: true, additionalFields: { caption: '=Task {{ $json.taskId }}' } },
			credentials: { telegramApi: { id: null, name: 'Your Telegram bot' } },
		});
		const nodes = [...itemsNodes([{}]), generateNode(session, 'apixo', { prompt: 'a chair, sent', imageCount: 2 }), send('sendPhoto'), send('sendDocument')];
		const execution = await run('chat', nodes, [
			['Start', 'List'],
			['List', 'Items'],
			['Items', 'Generate'],
			['Generate', 'sendPhoto'],
			['Generate', 'sendDocument'],
		]);
		const images = await bytesOf(execution, 'Generate');
		const [image] = itemsOf(execution, 'Generate');
		const caption = `Task ${image?.json.taskId as string}`;
		for (const method of ['sendPhoto', 'sendDocument']) {
			const sent = services.telegram.sent.filter((one) => one.method === method && one.caption === caption);
			expect(sent.map(({ chatId, fileName, type }) => [chatId, fileName, type])).toEqual(
				namesOf(execution, 'Generate').map((name) => ['4711', name, 'image/png']),
			);
			expect(sent.map(({ bytes }) => bytes)).toEqual(images);
			expect(itemsOf(execution, method).map(({ json }) => json.ok)).toEqual([true, true]);
		}
	});

	test.concurrent('S3 stores each image under its own name', async () => {
		const { storage } = services;
		const store: NodeToCreate = {
			name: 'Store',
			type: 'n8n-nodes-base.s3',
			typeVersion: 1,
			parameters: { resource: 'file', operation: 'upload', bucketName: storage.bucket },
			credentials: { s3: { id: null, name: 'Your S3 storage' } },
		};
		const execution = await run('storage', [...itemsNodes([{}]), generateNode(session, 'pixwith', { prompt: 'a chair, stored', imageCount: 4 }), store]);
		const names = namesOf(execution, 'Generate');
		expect(new Set(names).size).toBe(4);
		const images = await bytesOf(execution, 'Generate');
		expect(await storage.listKeys()).toEqual([...names].sort());
		expect(await Promise.all(names.map(async (name) => await storage.read(String(name))))).toEqual(images.map((bytes) => ({ bytes, type: 'image/png' })));
		expect(itemsOf(execution, 'Store').map(({ json }) => json.success)).toEqual([true, true, true, true]);
	});

	test.concurrent('Edit Image makes it small enough for a photo message', async () => {
		if (spawnSync('gm', ['version']).error !== undefined)
			throw new Error('GraphicsMagick, which the Edit Image node runs as gm, is not installed. Debian and Ubuntu: apt-get install graphicsmagick.');
		const prompt = 'A skyline of more megabytes than a photo may have [[image=big:12]]';
		const execution = await runExample('resize-for-messaging.json', { Panorama: { prompt, options: { pollInterval: 0.5 } } });
		const [large] = factsOf(execution, 'Panorama');
		expect(large).toMatchObject({ mimeType: 'image/png', warnings: [expect.stringContaining('Telegram'), expect.stringContaining('WhatsApp')] });
		expect(large?.width).toBeGreaterThan(5000);
		const [small] = await bytesOf(execution, 'Small copy');
		const header = imageHeader(small ?? Buffer.alloc(0));
		expect(header?.mimeType).toBe('image/jpeg');
		expect(header?.size?.width).toBe(1280);
		expect((large?.width ?? 0) / (large?.height ?? 0)).toBeCloseTo(1280 / (header?.size?.height ?? 0), 1);
		const [photo] = services.telegram.sent.filter(({ chatId }) => chatId === '123456789');
		expect(photo?.bytes).toEqual(small);
		expect([photo?.fileName, photo?.type]).toEqual([large?.fileName.replace(/png$/, 'jpeg'), 'image/jpeg']);
		expect(photo?.caption).toBe(`The original has ${large?.width} × ${large?.height} pixels: ${large?.url}`);
	});

	test.concurrent('Merge appends the images of two branches', async () => {
		const nodes: NodeToCreate[] = [
			...itemsNodes([{ prompt: 'an appended chair' }, { prompt: 'an appended lamp' }]),
			generateNode(session, 'apixo', { prompt: '={{ $json.prompt }}' }, { name: 'First' }),
			generateNode(session, 'apiframe', { prompt: '={{ $json.prompt }}' }, { name: 'Second' }),
			{ name: 'Both', type: 'n8n-nodes-base.merge', typeVersion: 3.2, parameters: { mode: 'append' } },
			{
				name: 'Type',
				type: 'n8n-nodes-base.crypto',
				typeVersion: 1,
				parameters: { action: 'hash', type: 'SHA256', binaryData: true, dataPropertyName: 'hash', encoding: 'hex' },
			},
		];
		const execution = await run('append', nodes, [
			['Start', 'List'],
			['List', 'Items'],
			['Items', 'First'],
			['Items', 'Second'],
			['First', 'Both'],
			['Second', 'Both', 0, 1],
			['Both', 'Type'],
		]);
		expect(itemsOf(execution, 'Both').map(({ json }) => json.provider)).toEqual(['apixo', 'apixo', 'apiframe', 'apiframe']);
		expect(new Set(itemsOf(execution, 'Type').map(({ json }) => json.hash)).size).toBe(4);
	});

	test.concurrent('Loop Over Items takes a list in batches and pays each item once', async () => {
		const execution = await runExample('rows-in-batches.json');
		const rows = itemsOf(execution, 'One item per row').map(({ json }) => json);
		expect(rows).toHaveLength(5);
		expect(execution.data.resultData.runData.Picture).toHaveLength(3);
		const tasks = await simulator.tasks('front view, plain light background');
		expect(tasks).toHaveLength(5);
		// The two of a batch are sent side by side, so the provider may number them either way.
		const promptOf = new Map<unknown, string>(tasks.map(({ id, prompt }) => [id, prompt]));
		const done = itemsOf(execution, 'Rows with their pictures');
		expect(done.map(({ json }) => [promptOf.get(json.taskId), json.sku, json.price])).toEqual(rows.map(({ prompt, sku, price }) => [prompt, sku, price]));
		expect(namesOf(execution, 'Rows with their pictures')).toEqual(rows.map(({ sku }) => `${sku as string}.png`));
		const images = await bytesOf(execution, 'Rows with their pictures');
		expect(images.map((bytes) => imageHeader(bytes)?.mimeType)).toEqual(Array(5).fill('image/png'));
		expect(new Set(images.map((bytes) => bytes.toString('base64'))).size).toBe(5);
	});

	test.concurrent('Loop Over Items continues after a refused row, and the row says why', async () => {
		const rows = ['a plain row', 'a bad row [[refuse]]', 'another row'].map((prompt, index) => ({ sku: `row-${index}`, prompt }));
		const execution = await runExample('rows-in-batches.json', { Rows: { jsonOutput: JSON.stringify({ rows }) } });
		const done = itemsOf(execution, 'Rows with their pictures').map(({ json }) => json);
		expect(done.map(({ sku, prompt, status }) => [sku, prompt, status])).toEqual([
			['row-0', rows[0]?.prompt, 'succeeded'],
			['row-1', rows[1]?.prompt, undefined],
			['row-2', rows[2]?.prompt, 'succeeded'],
		]);
		expect(done[1]).toMatchObject({ error: expect.stringContaining('PixWith'), details: { failure: { kind: 'contentRejected' } } });
		await expect(simulator.submits('a bad row')).resolves.toHaveLength(1);
	});

	test.concurrent('Merge puts two images on one item, and a third one combines them', async () => {
		const prompt = 'Put the teapot of image 1 onto the table in image 2.';
		const execution = await runExample('combine-photos.json', { Combine: { prompt: `${prompt} [[check-references]]` } });
		const [both, ...others] = itemsOf(execution, 'Both on one item');
		expect(others).toHaveLength(0);
		expect(Object.keys(both?.binary ?? {})).toEqual(['product', 'room']);
		await expect(simulator.tasks(prompt)).resolves.toMatchObject([{ provider: 'pixwith', references: 2, state: 'succeeded' }]);
		const [submit] = await simulator.submits(prompt);
		const { image_urls: references } = submit?.body as { image_urls: string[] };
		const sent = await Promise.all(references.map(async (url) => Buffer.from(await (await fetch(url)).arrayBuffer())));
		const made = await Promise.all(['product', 'room'].map(async (field) => await client.getBinary(both?.binary?.[field] ?? { data: '', mimeType: '' })));
		expect(sent.map((bytes, index) => bytes.equals(made[index] ?? Buffer.alloc(0)))).toEqual([true, true]);
		const [image] = await bytesOf(execution, 'Combine');
		expect(imageHeader(image ?? Buffer.alloc(0))?.mimeType).toBe('image/png');
	});
});

describe('an uploaded photo becomes a reference image', () => {
	const published: Workflow[] = [];

	afterAll(async () => {
		await Promise.all(published.map(async ({ id }) => await client.deactivateWorkflow(id)));
	});

	/** Under an address of its own, so that one example can be published several times. */
	async function publish(example: WorkflowToCreate, trigger: string): Promise<{ workflow: Workflow; address: string }> {
		const address = randomUUID();
		const nodes = example.nodes.map((node) =>
			node.name === trigger ? { ...node, webhookId: address, parameters: { ...node.parameters, path: address } } : node,
		);
		const workflow = await client.createWorkflow({ ...example, nodes });
		await client.activateWorkflow(workflow);
		published.push(workflow);
		return { workflow, address };
	}

	async function post(location: string, form: FormData): Promise<Response> {
		const response = await fetch(`${client.url}${location}`, { method: 'POST', body: form });
		if (!response.ok) throw new Error(`${location} was answered with ${response.status}: ${await response.text()}`);
		return response;
	}

	test.concurrent.each([
		['pixwith', 'PixWith (demo)', 'pixwithApi'],
		['apiframe', 'Apiframe (demo)', 'apiframeApi'],
		['apixo', 'APIXO (demo)', 'apixoApi'],
	])('Webhook, %s, and the answer is the image', async (provider, name, type) => {
		const style = `a watercolour by ${provider} [[check-references]]`;
		const example = importExample('restyle-uploaded-photo.json', { Restyle: { provider, options: { pollInterval: 0.5 } } });
		nodeOf(example, 'Restyle').credentials = { [type]: { id: session.credentialIds[name] ?? null, name } };
		const { address } = await publish(example, 'Photo');
		const form = new FormData();
		form.append('data', new File([await takePhoto('jpeg')], 'dog.jpg', { type: 'image/jpeg' }));
		form.append('style', style);
		const response = await post(`/webhook/${address}`, form);
		expect(response.headers.get('content-type')).toBe('image/png');
		expect(imageHeader(Buffer.from(await response.arrayBuffer()))?.mimeType).toBe('image/png');
		const [task, ...others] = await simulator.tasks(style);
		expect(task).toMatchObject({ provider, references: 1, state: 'succeeded' });
		expect(others).toHaveLength(0);
	});

	test.concurrent('Form with two photos', async () => {
		const prompt = 'two dogs in one picture';
		const Restyle = { prompt: `${prompt} [[check-references]]`, inputDataFieldNames: 'Photo_0, Photo_1' };
		const example = importExample('photo-from-form.json', { 'Photo form': { formFields: { values: [{ multipleFiles: true }] } }, Restyle });
		const { workflow, address } = await publish(example, 'Photo form');
		const form = new FormData();
		form.append('field-0', new File([await takePhoto('jpeg')], 'one.jpg', { type: 'image/jpeg' }));
		form.append('field-0', new File([await takePhoto('png')], 'two.png', { type: 'image/png' }));
		form.append('field-1', 'Woodcut');
		await post(`/form/${address}`, form);
		const endsAt = Date.now() + 30_000;
		let [started] = await client.listExecutions(workflow.id);
		while (started === undefined && Date.now() < endsAt) [started] = await client.listExecutions(workflow.id);
		// It waits for the page that the browser would open now.
		const execution = await client.waitForExecution(started?.id ?? '', { status: 'waiting' });
		expect(errorOf(execution)).toBeUndefined();
		expect(itemsOf(execution, 'Restyle').map(({ json }) => json.status)).toEqual(['succeeded']);
		await expect(simulator.tasks(prompt)).resolves.toMatchObject([{ references: 2, state: 'succeeded' }]);
	});

	test.concurrent('Form, filled in with a browser: the picture is shown and can be downloaded, and a file that is not a photo is reported', async () => {
		const prompt = 'restyled in a browser';
		const example = importExample('photo-from-form.json', { Restyle: { prompt: `=${prompt}: {{ $json.Style }} [[check-references]]` } });
		const { workflow, address } = await publish(example, 'Photo form');
		const { page, close } = await openBrowser(client);
		const fillIn = async (name: string, mimeType: string, buffer: Buffer): Promise<void> => {
			await page.goto(`${client.url}/form/${address}`);
			await page.locator('input[type=file]').setInputFiles({ name, mimeType, buffer });
			await page.locator('select').selectOption('Charcoal drawing');
			await page.locator('button[type=submit]').click();
		};
		try {
			const download = page.waitForEvent('download', { timeout: 60_000 });
			await fillIn('dog.jpg', 'image/jpeg', await takePhoto('jpeg'));
			await page.getByText('Here is your picture').waitFor({ timeout: 60_000 });
			// A text, because this project's types know no browser.
			await expect(page.evaluate<number>("document.querySelector('img').decode().then(() => document.querySelector('img').naturalWidth)")).resolves.toBe(2048);
			const [task, ...others] = await simulator.tasks(prompt);
			expect(others).toHaveLength(0);
			expect(task).toMatchObject({ prompt: `${prompt}: Charcoal drawing [[check-references]]`, references: 1, state: 'succeeded' });
			expect((await download).suggestedFilename()).toBe(`seedream-pixwith-${task?.id}-1.png`);

			await fillIn('dog.jpg', 'image/jpeg', Buffer.from('no photo at all'));
			await page.getByText('That did not work').waitFor({ timeout: 60_000 });
			await page
				.getByText(/Photo.*JPEG/s)
				.first()
				.waitFor();
			await expect(simulator.tasks(prompt)).resolves.toHaveLength(1);
			const runs = await client.listExecutions(workflow.id);
			for (const { id } of runs) assertSucceeded(await client.waitForExecution(id));
			expect(runs).toHaveLength(2);
		} finally {
			await close();
		}
	});
});

test('each example that belongs here was run', () => {
	expect([...executed]).toEqual(expect.arrayContaining([...chainFiles]));
});
