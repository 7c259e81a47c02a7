/** Where images come from and go to in real workflows: nodes of n8n before and behind ours, with the field names that all of them have by default. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';

import { imageHeader } from '../../nodes/core/imageBytes';
import { readMultipart } from '../simulator/multipart';
import { jsonAnswer, startHttpDouble, type HttpDouble } from './support/doubles/http';
import { startMailDouble, type MailDouble } from './support/doubles/mail';
import { startStorageDouble, type StorageDouble } from './support/doubles/storage';
import { startTelegramDouble, type TelegramDouble } from './support/doubles/telegram';
import { takePhoto } from './support/photo';
import { type CredentialToCreate, type Execution } from './support/restClient';
import { openSession } from './support/session';
import { assertSucceeded, errorOf, generateNode, itemsNodes, itemsOf, runWorkflow, workflowOf, type NodeToCreate } from './support/workflow';

const session = openSession();
const { client, simulator } = session;

let web: HttpDouble;
let telegram: TelegramDouble;
let storage: StorageDouble;
let mail: MailDouble;

beforeAll(async () => {
	[web, telegram, storage, mail] = await Promise.all([
		startHttpDouble(({ body }) => jsonAnswer({ bytes: body.length })),
		startTelegramDouble(),
		startStorageDouble(),
		startMailDouble(),
	]);
});

afterAll(async () => {
	await Promise.all([web, telegram, storage, mail].map(async (double) => await double.stop()));
});

async function credentials(credential: CredentialToCreate): Promise<NodeToCreate['credentials']> {
	return { [credential.type]: { id: await client.createCredential(credential), name: credential.name } };
}

const telegramCredentials = async () =>
	await credentials({ name: 'A local bot', type: 'telegramApi', data: { accessToken: telegram.token, baseUrl: telegram.url } });

async function run(name: string, ...nodes: NodeToCreate[]): Promise<Execution> {
	const execution = await runWorkflow(session, workflowOf(name, [...itemsNodes([{}]), ...nodes]));
	assertSucceeded(execution);
	return execution;
}

async function bytesOf(execution: Execution, node: string): Promise<Buffer[]> {
	return await Promise.all(itemsOf(execution, node).map(async ({ binary }) => (binary?.data === undefined ? Buffer.alloc(0) : await client.getBinary(binary.data))));
}

const namesOf = (execution: Execution, node: string): unknown[] => itemsOf(execution, node).map(({ json }) => json.fileName);

describe('Generate and then', () => {
	test.concurrent('HTTP Request uploads each image as a form', async () => {
		const execution = await run('form upload', generateNode(session, 'apixo', { prompt: 'a chair, uploaded', imageCount: 2 }), {
			name: 'Upload',
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			parameters: {
				method: 'POST',
				url: `${web.url}/form`,
				sendBody: true,
				contentType: 'multipart-form-data',
				bodyParameters: {
					parameters: [
						{ parameterType: 'formBinaryData', name: 'file', inputDataFieldName: 'data' },
						{ name: 'task', value: '={{ $json.taskId }}' },
					],
				},
			},
		});
		const forms = web.received.filter(({ path }) => path === '/form').map(({ body, headers }) => readMultipart(body, headers['content-type']));
		const images = await bytesOf(execution, 'Generate');
		expect(images).toHaveLength(2);
		const files = forms.map((parts) => parts?.find(({ name }) => name === 'file'));
		expect(files.map((file) => [file?.fileName, file?.type]).sort()).toEqual(namesOf(execution, 'Generate').map((name) => [name, 'image/png']).sort());
		for (const image of images) expect(files.some((file) => file?.data.equals(image))).toBe(true);
	});

	test.concurrent('HTTP Request sends the image as the body', async () => {
		const execution = await run('body upload', generateNode(session, 'pixwith', { prompt: 'a chair, as a body' }), {
			name: 'Upload',
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			parameters: { method: 'PUT', url: `=${web.url}/raw/{{ $json.fileName }}`, sendBody: true, contentType: 'binaryData', inputDataFieldName: 'data' },
		});
		const [upload] = web.received.filter(({ path }) => path.startsWith('/raw/'));
		const [image] = await bytesOf(execution, 'Generate');
		expect([upload?.path, upload?.headers['content-type']]).toEqual([`/raw/${String(namesOf(execution, 'Generate')[0])}`, 'image/png']);
		expect(upload?.body.equals(image ?? Buffer.alloc(0))).toBe(true);
	});

	test.concurrent('Send Email attaches every image of a task', async () => {
		const attached = (name: string, options: Record<string, string>): NodeToCreate => ({
			name,
			type: 'n8n-nodes-base.emailSend',
			typeVersion: 2.1,
			parameters: { fromEmail: 'studio@example.com', toEmail: 'shop@example.com', subject: name, emailFormat: 'text', text: 'New pictures', options },
		});
		const given = await credentials({ name: 'A local mail server', type: 'smtp', data: { user: '', password: '', host: '127.0.0.1', port: mail.port, secure: false, disableStartTls: true } });
		const execution = await runWorkflow(
			session,
			workflowOf(
				'mail',
				[
					...itemsNodes([{}]),
					generateNode(session, 'pixwith', { prompt: 'a chair, mailed' }),
					generateNode(session, 'apiframe', { prompt: 'a lamp, mailed' }, { name: 'Inline' }),
					generateNode(session, 'apixo', { prompt: 'a sofa, mailed', imageCount: 3, options: { outputMode: 'itemPerTask' } }, { name: 'Set' }),
					{ ...attached('One file', { fileAttachments: 'data' }), credentials: given },
					{ ...attached('Embedded', { attachments: 'data' }), credentials: given },
					{ ...attached('Three files', { fileAttachments: 'data,data_1,data_2' }), credentials: given },
				],
				[
					['Start', 'List'],
					['List', 'Items'],
					['Items', 'Generate'],
					['Items', 'Inline'],
					['Items', 'Set'],
					['Generate', 'One file'],
					['Inline', 'Embedded'],
					['Set', 'Three files'],
				],
			),
		);
		assertSucceeded(execution);
		const got = (subject: string) => mail.mails.find((one) => one.subject === subject);
		expect(got('One file')?.to).toEqual(['shop@example.com']);
		for (const [subject, node] of [['One file', 'Generate'], ['Embedded', 'Inline']] as const) {
			expect(got(subject)?.attachments).toEqual([{ fileName: namesOf(execution, node)[0], type: 'image/png', bytes: (await bytesOf(execution, node))[0] }]);
		}
		const [item] = itemsOf(execution, 'Set');
		const files = await Promise.all(['data', 'data_1', 'data_2'].map(async (field) => await client.getBinary(item?.binary?.[field] ?? { data: '', mimeType: '' })));
		expect(files.map(({ length }) => length > 0)).toEqual([true, true, true]);
		expect(got('Three files')?.attachments.map(({ bytes }) => bytes)).toEqual(files);
	});

	test.concurrent('Telegram sends a photo and a document', async () => {
		const given = await telegramCredentials();
		const send = (operation: string): NodeToCreate => ({
			name: operation,
			type: 'n8n-nodes-base.telegram',
			typeVersion: 1.2,
			parameters: { operation, chatId: '4711', binaryData: true, additionalFields: { caption: '=Task {{ $json.taskId }}' } },
			credentials: given,
		});
		const execution = await runWorkflow(
			session,
			workflowOf('chat', [...itemsNodes([{}]), generateNode(session, 'apixo', { prompt: 'a chair, sent', imageCount: 2 }), send('sendPhoto'), send('sendDocument')], [
				['Start', 'List'],
				['List', 'Items'],
				['Items', 'Generate'],
				['Generate', 'sendPhoto'],
				['Generate', 'sendDocument'],
			]),
		);
		assertSucceeded(execution);
		const images = await bytesOf(execution, 'Generate');
		const [image] = itemsOf(execution, 'Generate');
		const caption = `Task ${image?.json.taskId as string}`;
		for (const method of ['sendPhoto', 'sendDocument']) {
			const sent = telegram.sent.filter((one) => one.method === method && one.caption === caption);
			expect(sent.map(({ chatId, fileName, type }) => [chatId, fileName, type])).toEqual(namesOf(execution, 'Generate').map((name) => ['4711', name, 'image/png']));
			expect(sent.map(({ bytes }) => bytes)).toEqual(images);
			expect(itemsOf(execution, method).map(({ json }) => json.ok)).toEqual([true, true]);
		}
	});

	test.concurrent('S3 stores each image under its own name', async () => {
		const { bucket, url, accessKeyId, secretAccessKey } = storage;
		const execution = await run('storage', generateNode(session, 'pixwith', { prompt: 'a chair, stored', imageCount: 4 }), {
			name: 'Store',
			type: 'n8n-nodes-base.s3',
			typeVersion: 1,
			parameters: { resource: 'file', operation: 'upload', bucketName: bucket },
			credentials: await credentials({ name: 'A local bucket', type: 's3', data: { endpoint: url, region: 'eu-central-1', accessKeyId, secretAccessKey, forcePathStyle: true, ignoreSSLIssues: false } }),
		});
		const names = namesOf(execution, 'Generate');
		expect(new Set(names).size).toBe(4);
		const images = await bytesOf(execution, 'Generate');
		expect(names.map((name) => storage.objects.get(String(name)))).toEqual(images.map((bytes) => ({ bytes, type: 'image/png' })));
		expect(itemsOf(execution, 'Store').map(({ json }) => json.success)).toEqual([true, true, true, true]);
	});

	test.concurrent('Edit Image makes it small enough for a photo message', async () => {
		if (spawnSync('gm', ['version']).error !== undefined) throw new Error('GraphicsMagick, which the Edit Image node runs as gm, is not installed. Debian and Ubuntu: apt-get install graphicsmagick.');
		// 4K at 21:9 is wider than Telegram's photos may be together with its height.
		const wide = generateNode(session, 'apixo', { prompt: 'a skyline, resized', resolution: '4K', aspectRatio: '21:9' });
		const resize: NodeToCreate = { name: 'Resize', type: 'n8n-nodes-base.editImage', typeVersion: 1, parameters: { operation: 'resize', width: 1280, height: 1280, resizeOption: 'onlyIfLarger', options: {} } };
		const send: NodeToCreate = { name: 'Send', type: 'n8n-nodes-base.telegram', typeVersion: 1.2, parameters: { operation: 'sendPhoto', chatId: '4712', binaryData: true, additionalFields: {} }, credentials: await telegramCredentials() };
		const execution = await run('resize', wide, resize, send);
		const [large] = itemsOf(execution, 'Generate');
		expect(large?.json).toMatchObject({ mimeType: 'image/png' });
		expect(Number(large?.json.width)).toBeGreaterThan(5000);
		const [small] = await bytesOf(execution, 'Resize');
		const size = imageHeader(small ?? Buffer.alloc(0))?.size;
		expect(size?.width).toBe(1280);
		expect(Number(large?.json.width) / Number(large?.json.height)).toBeCloseTo(1280 / (size?.height ?? 0), 1);
		const [photo] = telegram.sent.filter(({ chatId }) => chatId === '4712');
		expect(photo?.bytes).toEqual(small);
		expect(photo?.fileName).toBe(large?.json.fileName);
	});

	test.concurrent('Merge appends the images of two branches', async () => {
		const execution = await runWorkflow(
			session,
			workflowOf(
				'append',
				[
					...itemsNodes([{ prompt: 'an appended chair' }, { prompt: 'an appended lamp' }]),
					generateNode(session, 'apixo', { prompt: '={{ $json.prompt }}' }, { name: 'First' }),
					generateNode(session, 'apiframe', { prompt: '={{ $json.prompt }}' }, { name: 'Second' }),
					{ name: 'Both', type: 'n8n-nodes-base.merge', typeVersion: 3.2, parameters: { mode: 'append' } },
					{ name: 'Type', type: 'n8n-nodes-base.crypto', typeVersion: 1, parameters: { action: 'hash', type: 'SHA256', binaryData: true, dataPropertyName: 'hash', encoding: 'hex' } },
				],
				[
					['Start', 'List'],
					['List', 'Items'],
					['Items', 'First'],
					['Items', 'Second'],
					['First', 'Both'],
					['Second', 'Both', 0, 1],
					['Both', 'Type'],
				],
			),
		);
		assertSucceeded(execution);
		expect(itemsOf(execution, 'Both').map(({ json }) => json.provider)).toEqual(['apixo', 'apixo', 'apiframe', 'apiframe']);
		expect(new Set(itemsOf(execution, 'Type').map(({ json }) => json.hash)).size).toBe(4);
	});

	test.concurrent('Loop Over Items takes a list in batches and pays each item once', async () => {
		const prompts = Array.from({ length: 5 }, (_, index) => ({ prompt: `a looped chair ${index}` }));
		const execution = await runWorkflow(
			session,
			workflowOf(
				'loop',
				[
					...itemsNodes(prompts),
					{ name: 'Loop', type: 'n8n-nodes-base.splitInBatches', typeVersion: 3, parameters: { batchSize: 2, options: {} } },
					generateNode(session, 'apixo', { prompt: '={{ $json.prompt }}' }),
					{ name: 'Done', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
				],
				[
					['Start', 'List'],
					['List', 'Items'],
					['Items', 'Loop'],
					['Loop', 'Done', 0],
					['Loop', 'Generate', 1],
					['Generate', 'Loop'],
				],
			),
		);
		assertSucceeded(execution);
		const tasks = await simulator.tasks('a looped chair');
		expect(tasks).toHaveLength(5);
		// The two of a batch are sent side by side, so the provider may number them either way.
		const promptOf = new Map<unknown, string>(tasks.map(({ id, prompt }) => [id, prompt]));
		expect(itemsOf(execution, 'Done').map(({ json }) => promptOf.get(json.taskId))).toEqual(prompts.map(({ prompt }) => prompt));
		expect(new Set(namesOf(execution, 'Done')).size).toBe(5);
		expect((await bytesOf(execution, 'Done')).map((bytes) => imageHeader(bytes)?.mimeType)).toEqual(Array(5).fill('image/png'));
	});
});

describe('an uploaded photo becomes a reference image', () => {
	const restyle = (provider: 'apiframe' | 'apixo' | 'pixwith', prompt: string): NodeToCreate =>
		generateNode(session, provider, { operation: 'imageToImage', imageSource: 'binary', prompt: `${prompt} [[check-references]]` });

	async function post(location: string, form: FormData): Promise<Response> {
		const response = await fetch(`${client.url}${location}`, { method: 'POST', body: form });
		if (!response.ok) throw new Error(`${location} was answered with ${response.status}: ${await response.text()}`);
		return response;
	}

	test.concurrent.each(['pixwith', 'apiframe', 'apixo'] as const)('Webhook, %s, and the answer is the image', async (provider) => {
		const prompt = `a dog as a watercolour, ${provider}`;
		const webhookId = randomUUID();
		const workflow = await client.createWorkflow(
			workflowOf(`webhook ${provider}`, [
				{ name: 'Webhook', type: 'n8n-nodes-base.webhook', typeVersion: 2.1, webhookId, parameters: { httpMethod: 'POST', path: webhookId, responseMode: 'lastNode', responseData: 'firstEntryBinary', options: {} } },
				restyle(provider, prompt),
			]),
		);
		await client.activateWorkflow(workflow);
		const form = new FormData();
		form.append('data', new File([await takePhoto('jpeg')], 'dog.jpg', { type: 'image/jpeg' }));
		const response = await post(`/webhook/${webhookId}`, form);
		expect(response.headers.get('content-type')).toBe('image/png');
		expect(imageHeader(Buffer.from(await response.arrayBuffer()))?.mimeType).toBe('image/png');
		const [task, ...others] = await simulator.tasks(prompt);
		expect(task).toMatchObject({ provider, references: 1, state: 'succeeded' });
		expect(others).toHaveLength(0);
		await client.deactivateWorkflow(workflow.id);
	});

	test.concurrent('Form with two photos', async () => {
		const prompt = 'two dogs in one picture';
		const webhookId = randomUUID();
		const workflow = await client.createWorkflow(
			workflowOf('form', [
				{
					name: 'Form',
					type: 'n8n-nodes-base.formTrigger',
					typeVersion: 2.3,
					webhookId,
					parameters: { formTitle: 'Restyle', formFields: { values: [{ fieldLabel: 'Photo', fieldType: 'file', multipleFiles: true }] }, options: {} },
				},
				generateNode(session, 'pixwith', { operation: 'imageToImage', imageSource: 'binary', inputDataFieldNames: 'Photo_0, Photo_1', prompt: `${prompt} [[check-references]]` }),
			]),
		);
		await client.activateWorkflow(workflow);
		const form = new FormData();
		form.append('field-0', new File([await takePhoto('jpeg')], 'one.jpg', { type: 'image/jpeg' }));
		form.append('field-0', new File([await takePhoto('png')], 'two.png', { type: 'image/png' }));
		await post(`/form/${webhookId}`, form);
		const endsAt = Date.now() + 30_000;
		let [started] = await client.listExecutions(workflow.id);
		while (started === undefined && Date.now() < endsAt) [started] = await client.listExecutions(workflow.id);
		const execution = await client.waitForExecution(started?.id ?? '');
		expect(errorOf(execution)).toBeUndefined();
		expect(itemsOf(execution, 'Generate').map(({ json }) => json.status)).toEqual(['succeeded']);
		await expect(simulator.tasks(prompt)).resolves.toMatchObject([{ references: 2, state: 'succeeded' }]);
		await client.deactivateWorkflow(workflow.id);
	});
});
