/** The nodes of the installed package in real n8n, run from the editor's button. */
import { createHash } from 'node:crypto';

import { imageHeader } from '../../nodes/core/image/imageHeader';
import { type ProviderId, providers } from '../../nodes/providers';
import { contractOf } from '../support/contractOf';
import { openSession } from './support/session';
import {
	assertSucceeded,
	errorOf,
	generateNode,
	itemsNodes,
	itemsOf,
	runChain,
	runWorkflow,
	waitNode,
	workflowOf,
	type NodeToCreate,
} from './support/workflow';

const session = openSession();
const { client, simulator } = session;
const providerIds = providers.map(({ id }) => id);

describe.each(providerIds)('%s', (provider) => {
	test('waits for the images and stores them', async () => {
		const prompt = `a lighthouse, waited for, ${provider}`;
		const execution = await runChain(session, [{ prompt }], generateNode(session, provider, { prompt: '={{ $json.prompt }}' }));
		assertSucceeded(execution);
		const [item, ...others] = itemsOf(execution, 'Generate');
		expect(others).toHaveLength(0);
		expect(item?.json).toMatchObject({ provider, status: 'succeeded', imageIndex: 0, imageCount: 1, imagesRequested: 1, mimeType: 'image/png' });
		expect(item?.pairedItem).toEqual({ item: 0 });
		if (item?.binary?.data === undefined) throw new Error('No file in the field data');
		const bytes = await client.getBinary(item.binary.data);
		expect(bytes).toHaveLength(Number(item.json.fileSize));
		expect(imageHeader(bytes)?.size).toEqual({ width: item.json.width, height: item.json.height });
		await expect(simulator.tasks(prompt)).resolves.toHaveLength(1);
	});

	test('returns the task, which Wait for Task turns into images', async () => {
		const prompt = `a lighthouse, returned, ${provider}`;
		const execution = await runChain(
			session,
			[{ prompt }, { prompt: `${prompt}, again` }],
			generateNode(session, provider, { prompt: '={{ $json.prompt }}', completion: 'returnTask' }),
			waitNode(session, [provider]),
		);
		assertSucceeded(execution);
		const tasks = itemsOf(execution, 'Generate');
		expect(tasks.map(({ json }) => json.status)).toEqual(['submitted', 'submitted']);
		expect(tasks.map(({ binary }) => binary)).toEqual([undefined, undefined]);
		const images = itemsOf(execution, 'Wait');
		expect(images.map(({ json }) => json.taskId)).toEqual(tasks.map(({ json }) => json.taskId));
		expect(images.map(({ json, binary }) => [json.status, binary?.data?.mimeType])).toEqual([
			['succeeded', 'image/png'],
			['succeeded', 'image/png'],
		]);
		await expect(simulator.tasks(prompt)).resolves.toHaveLength(2);
	});

	test('edits an image by its URL', async () => {
		const prompt = `a lighthouse, edited, ${provider}`;
		const execution = await runChain(
			session,
			[{ prompt }],
			generateNode(session, 'apixo', { prompt: '={{ $json.prompt }}' }, { name: 'Original' }),
			generateNode(session, provider, {
				operation: 'imageToImage',
				prompt: `${prompt}, at night [[check-references]]`,
				imageUrls: '={{ $json.url }}',
				...contractOf(provider).imageParameters,
			}),
		);
		assertSucceeded(execution);
		expect(itemsOf(execution, 'Generate').map(({ json }) => json.status)).toEqual(['succeeded']);
		const [task] = await simulator.tasks(`${prompt}, at night`);
		expect(task).toMatchObject({ provider, references: 1, state: 'succeeded' });
	});
});

test('all providers in one workflow', async () => {
	const nodes = providerIds.map((provider) => generateNode(session, provider, { prompt: `={{ $json.prompt }}, five` }, { name: provider }));
	const merge: NodeToCreate = { name: 'All', type: 'n8n-nodes-base.merge', typeVersion: 3.2, parameters: { numberInputs: nodes.length } };
	const execution = await runWorkflow(
		session,
		workflowOf(
			'all providers',
			[...itemsNodes([{ prompt: 'a harbour' }, { prompt: 'a valley' }]), ...nodes, merge],
			[['Start', 'List'], ['List', 'Items'], ...nodes.flatMap(({ name }, index) => [['Items', name] as const, [name, 'All', 0, index] as const])],
		),
	);
	assertSucceeded(execution);
	const images = itemsOf(execution, 'All');
	expect(images.map(({ json }) => json.provider)).toEqual(providerIds.flatMap((id) => [id, id]));
	expect(images.every(({ binary }) => binary?.data?.id !== undefined)).toBe(true);
});

test('Wait for Task takes tasks of several providers', async () => {
	const submits = (['apixo', 'apiframe'] satisfies ProviderId[]).map((provider) =>
		generateNode(session, provider, { prompt: '={{ $json.prompt }}', completion: 'returnTask' }, { name: provider }),
	);
	const execution = await runWorkflow(
		session,
		workflowOf(
			'several',
			[
				...itemsNodes([{ prompt: 'a heron' }]),
				...submits,
				{ name: 'All', type: 'n8n-nodes-base.merge', typeVersion: 3.2, parameters: {} },
				waitNode(session, ['apixo', 'apiframe']),
			],
			[
				['Start', 'List'],
				['List', 'Items'],
				['Items', 'apixo'],
				['Items', 'apiframe'],
				['apixo', 'All'],
				['apiframe', 'All', 0, 1],
				['All', 'Wait'],
			],
		),
	);
	assertSucceeded(execution);
	expect(itemsOf(execution, 'Wait').map(({ json }) => [json.provider, json.status])).toEqual([
		['apixo', 'succeeded'],
		['apiframe', 'succeeded'],
	]);
});

describe("n8n's own nodes after it read the file", () => {
	test('Crypto hashes it', async () => {
		const execution = await runChain(session, [{}], generateNode(session, 'apixo', { prompt: 'a walnut, hashed', imageCount: 2 }), {
			name: 'Hash',
			type: 'n8n-nodes-base.crypto',
			typeVersion: 1,
			parameters: { action: 'hash', type: 'SHA256', binaryData: true, binaryPropertyName: 'data', dataPropertyName: 'hash', encoding: 'hex' },
		});
		assertSucceeded(execution);
		const images = itemsOf(execution, 'Generate');
		const expected = await Promise.all(
			images.map(async ({ binary }) =>
				binary?.data === undefined
					? ''
					: createHash('sha256')
							.update(await client.getBinary(binary.data))
							.digest('hex'),
			),
		);
		expect(expected).toHaveLength(2);
		expect(itemsOf(execution, 'Hash').map(({ json }) => json.hash)).toEqual(expected);
	});

	test('HTTP Request uploads it, Extract From File reads it', async () => {
		const { data } = await client.getCredential(session.credentialIds['Apiframe (demo)'] ?? '');
		const execution = await runWorkflow(
			session,
			workflowOf(
				'upload',
				[
					...itemsNodes([{}]),
					generateNode(session, 'pixwith', { prompt: 'a walnut, uploaded', imageCount: 2 }),
					{
						name: 'Upload',
						type: 'n8n-nodes-base.httpRequest',
						typeVersion: 4.2,
						parameters: {
							method: 'POST',
							url: `${String(data.baseUrl)}/v2/uploads`,
							sendHeaders: true,
							headerParameters: { parameters: [{ name: 'X-API-Key', value: 'afk_demo' }] },
							sendBody: true,
							contentType: 'multipart-form-data',
							bodyParameters: { parameters: [{ parameterType: 'formBinaryData', name: 'file', inputDataFieldName: 'data' }] },
						},
					},
					{
						name: 'Extract',
						type: 'n8n-nodes-base.extractFromFile',
						typeVersion: 1,
						parameters: { operation: 'binaryToPropery', binaryPropertyName: 'data', destinationKey: 'text', options: {} },
					},
				],
				[
					['Start', 'List'],
					['List', 'Items'],
					['Items', 'Generate'],
					['Generate', 'Upload'],
					['Generate', 'Extract'],
				],
			),
		);
		assertSucceeded(execution);
		const sizes = itemsOf(execution, 'Generate').map(({ json }) => json.fileSize);
		expect(sizes).toHaveLength(2);
		expect(itemsOf(execution, 'Upload').map(({ json }) => [json.byteSize, json.contentType])).toEqual(sizes.map((size) => [size, 'image/png']));
		expect(itemsOf(execution, 'Extract').map(({ json }) => Buffer.from(json.text as string, 'base64').length)).toEqual(sizes);
	});
});

describe('an item that fails', () => {
	const items = (name: string) => [
		{ prompt: `${name}, first`, sku: 'A1' },
		{ prompt: `${name}, second [[refuse]]`, sku: 'A2' },
		{ prompt: `${name}, third`, sku: 'A3' },
	];
	const parameters = { prompt: '={{ $json.prompt }}' };
	const behind: NodeToCreate = { name: 'Behind', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} };

	test('stops the run with an error that names the accepted tasks', async () => {
		const execution = await runChain(session, items('a stopped run'), generateNode(session, 'apixo', parameters), behind);
		expect(execution.status).toBe('error');
		const tasks = await simulator.tasks('a stopped run');
		expect(tasks).toHaveLength(2);
		const said = errorOf(execution) ?? '';
		expect(said).toContain('APIXO');
		for (const { id } of tasks) expect(said).toContain(id);
		expect(itemsOf(execution, 'Behind')).toHaveLength(0);
	});

	test('is returned in its place under Continue', async () => {
		const execution = await runChain(
			session,
			items('a continued run'),
			generateNode(session, 'apixo', parameters, { onError: 'continueRegularOutput' }),
			behind,
		);
		assertSucceeded(execution);
		const [first, second, third] = itemsOf(execution, 'Behind');
		expect([first?.json.status, third?.json.status]).toEqual(['succeeded', 'succeeded']);
		expect(second?.json).toMatchObject({
			sku: 'A2',
			error: expect.stringContaining('APIXO'),
			details: { provider: 'apixo', status: 'failed', failure: { kind: 'contentRejected', mayBeCharged: false, tryElsewhere: false } },
		});
		expect(second?.pairedItem).toEqual({ item: 1 });
	});

	test('leaves by the error output with its own fields', async () => {
		const execution = await runWorkflow(
			session,
			workflowOf(
				'error output',
				[
					...itemsNodes(items('a parted run')),
					generateNode(session, 'apixo', parameters, { onError: 'continueErrorOutput' }),
					behind,
					{ ...behind, name: 'Failed' },
				],
				[
					['Start', 'List'],
					['List', 'Items'],
					['Items', 'Generate'],
					['Generate', 'Behind', 0],
					['Generate', 'Failed', 1],
				],
			),
		);
		assertSucceeded(execution);
		expect(itemsOf(execution, 'Behind').map(({ json }) => json.status)).toEqual(['succeeded', 'succeeded']);
		const failed = itemsOf(execution, 'Failed');
		expect(failed).toHaveLength(1);
		expect(failed[0]?.json).toMatchObject({ sku: 'A2', prompt: 'a parted run, second [[refuse]]', details: { failure: { kind: 'contentRejected' } } });
	});

	test('that is invalid keeps all others from being sent', async () => {
		const execution = await runChain(session, [{ prompt: 'a checked run' }, { prompt: '' }], generateNode(session, 'apixo', parameters));
		expect(execution.status).toBe('error');
		expect(errorOf(execution)).toMatch(/prompt/i);
		await expect(simulator.submits('a checked run')).resolves.toHaveLength(0);
	});
});
