/**
 * What depends on n8n's settings: where it keeps files (on disk, in its database, in memory), the workflow setting that
 * shows them inside an item's JSON, and its protection against internal addresses.
 */
import { imageHeader } from '../../nodes/core/image/imageHeader';
import { openAnotherInstance } from './support/anotherInstance';
import { parkNode, submitNode } from './support/callbacks';
import type { Execution } from './support/restClient';
import { openSession, type Session } from './support/session';
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

const shared = openSession();
const { simulator } = shared;
const sessions = new Map<string, Session>();
const stops: Array<() => Promise<void>> = [];

const sessionIn = (mode: string): Session => {
	const session = sessions.get(mode);
	if (session === undefined) throw new Error(`No n8n runs in ${mode} mode`);
	return session;
};

/** One more n8n with the same package, for the length of these tests. */
async function open(environment: Readonly<Record<string, string>>): Promise<Session> {
	const { session, stop } = await openAnotherInstance(shared, environment);
	stops.push(stop);
	return session;
}

/** n8n's protection against internal addresses, with the simulator's address allowed. */
const guarded = { N8N_SSRF_PROTECTION_ENABLED: 'true', N8N_SSRF_ALLOWED_IP_RANGES: '127.0.0.1/32' };

beforeAll(async () => {
	// What n8n 2.41 takes by itself where it is told nothing.
	sessions.set('filesystem', shared);
	const inMemory = open({ N8N_DEFAULT_BINARY_DATA_MODE: 'default' });
	// One n8n less to start: the two settings have nothing to do with each other.
	const inDatabase = open({ N8N_DEFAULT_BINARY_DATA_MODE: 'database', ...guarded });
	sessions.set('default', await inMemory).set('database', await inDatabase);
}, 200_000);

afterAll(async () => {
	for (const stop of stops.reverse()) await stop();
});

/** Edits what comes in by the field `data`, the default. */
const edit = (session: Session, provider: 'apiframe' | 'apixo' | 'pixwith', prompt: string, more: NodeToCreate['parameters'] = {}): NodeToCreate =>
	generateNode(session, provider, { operation: 'imageToImage', imageSource: 'binary', prompt: `${prompt} [[check-references]]`, ...more }, { name: 'Edit' });

async function run(session: Session, name: string, nodes: readonly NodeToCreate[], settings: Record<string, unknown> = {}): Promise<Execution> {
	const workflow = workflowOf(name, [...itemsNodes([{}]), ...nodes]);
	return await runWorkflow(session, { ...workflow, settings: { ...workflow.settings, ...settings } });
}

describe.each([
	['filesystem', /^filesystem/],
	['database', /^database/],
	['default', undefined],
] as const)('files in %s mode', (mode, place) => {
	test('ten images of one task on one item', async () => {
		const session = sessionIn(mode);
		const execution = await run(session, `ten, ${mode}`, [
			generateNode(session, 'apixo', { prompt: `ten harbours, ${mode}`, imageCount: 10, options: { outputMode: 'itemPerTask' } }),
		]);
		assertSucceeded(execution);
		const [item, ...others] = itemsOf(execution, 'Generate');
		expect(others).toHaveLength(0);
		const files = Object.entries(item?.binary ?? {});
		expect(files.map(([field]) => field)).toEqual(Array.from({ length: 10 }, (_, index) => (index === 0 ? 'data' : `data_${index}`)));
		for (const [, file] of files) {
			if (place === undefined) expect(file.id).toBeUndefined();
			else expect(file.id).toMatch(place);
		}
		const all = await Promise.all(files.map(async ([, file]) => await session.client.getBinary(file)));
		expect(all.map(({ length }) => length)).toEqual((item?.json.images as Array<{ fileSize: number }>).map(({ fileSize }) => fileSize));
		expect(all.map((bytes) => imageHeader(bytes)?.mimeType)).toEqual(Array(10).fill('image/png'));
	});

	test.each(['pixwith', 'apiframe'] as const)('an image is uploaded to %s as a reference', async (provider) => {
		const session = sessionIn(mode);
		const prompt = `a harbour at night, ${mode}, ${provider}`;
		const execution = await run(session, prompt, [generateNode(session, 'apixo', { prompt: 'a harbour' }), edit(session, provider, prompt)]);
		assertSucceeded(execution);
		await expect(simulator.tasks(prompt)).resolves.toMatchObject([{ references: 1, state: 'succeeded' }]);
	});

	test(
		place === undefined
			? 'APIXO, which fetches references, cannot have one: the error names the remedy'
			: 'APIXO fetches an image as a reference from this n8n',
		async () => {
			const session = sessionIn(mode);
			const prompt = `a harbour at dawn, ${mode}`;
			const execution = await run(session, prompt, [generateNode(session, 'pixwith', { prompt: 'a harbour' }), edit(session, 'apixo', prompt)]);
			if (place !== undefined) {
				assertSucceeded(execution);
				await expect(simulator.tasks(prompt)).resolves.toMatchObject([{ references: 1, state: 'succeeded' }]);
				return;
			}
			expect(execution.status).toBe('error');
			expect(errorOf(execution)).toMatch(/APIXO.*keeps files in memory.*N8N_DEFAULT_BINARY_DATA_MODE=filesystem/s);
			await expect(simulator.submits(prompt)).resolves.toHaveLength(0);
		},
	);
});

describe('workflow setting Binary mode: combined', () => {
	const combined = { binaryMode: 'combined' };

	test('the image is in the JSON, where the next node finds it', async () => {
		const hash: NodeToCreate = {
			name: 'Hash',
			type: 'n8n-nodes-base.crypto',
			typeVersion: 1,
			parameters: { action: 'hash', type: 'SHA256', binaryData: true, binaryPropertyName: '_files.data', dataPropertyName: 'hash', encoding: 'hex' },
		};
		const execution = await run(shared, 'combined', [generateNode(shared, 'apixo', { prompt: 'a heath' }), hash], combined);
		assertSucceeded(execution);
		const [item] = itemsOf(execution, 'Generate');
		expect(item?.binary).toBeUndefined();
		expect(item?.json).toMatchObject({ status: 'succeeded', _files: { data: { mimeType: 'image/png', fileName: item?.json.fileName } } });
		expect(itemsOf(execution, 'Hash')[0]?.json.hash).toMatch(/^[0-9a-f]{64}$/);
	});

	test.each([
		['its usual name', 'data'],
		['its path', '_files.data'],
		['an expression', '={{ $json._files.data }}'],
	])('the image is a reference by %s', async (name, inputDataFieldNames) => {
		const prompt = `a heath in snow, by ${name}`;
		const execution = await run(
			shared,
			prompt,
			[generateNode(shared, 'apixo', { prompt: 'a heath' }), edit(shared, 'pixwith', prompt, { inputDataFieldNames })],
			combined,
		);
		assertSucceeded(execution);
		await expect(simulator.tasks(prompt)).resolves.toMatchObject([{ references: 1, state: 'succeeded' }]);
	});

	test('Wait for Task does not download an image again', async () => {
		const prompt = 'a heath, fetched once';
		const execution = await run(shared, prompt, [generateNode(shared, 'apixo', { prompt }), waitNode(shared, ['apixo'])], combined);
		assertSucceeded(execution);
		const [task] = await simulator.tasks(prompt);
		expect(itemsOf(execution, 'Wait')[0]?.json).toMatchObject({ taskId: task?.id, _files: { data: { mimeType: 'image/png' } } });
		await expect(simulator.downloads(task?.id ?? '')).resolves.toHaveLength(1);
	});

	test('Wait for Task polls instead of parking, because no callback could resume it', async () => {
		const prompt = 'a heath, not called back [[duration=2]]';
		const nodes = [submitNode(shared, 'apixo', { prompt }), parkNode(shared, ['apixo'], { options: { pollInterval: 0.5 } })];
		const execution = await run(shared, prompt, [...nodes, { name: 'Behind', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} }], combined);
		assertSucceeded(execution);
		const [item, ...others] = itemsOf(execution, 'Behind');
		expect(others).toHaveLength(0);
		expect(item?.json.status).toBe('succeeded');
		expect(item?.json._files).toMatchObject({ data: { mimeType: 'image/png' } });
		expect(item?.pairedItem).toEqual({ item: 0 });
	});
});

describe('Binary Mode: Combined, if n8n keeps files in memory: n8n leaves them in the binary fields', () => {
	const combined = { binaryMode: 'combined' };

	test('the image is returned there, and Wait for Task does not fetch it again', async () => {
		const session = sessionIn('default');
		const prompt = 'a moor, fetched once';
		const execution = await run(session, prompt, [generateNode(session, 'apixo', { prompt }), waitNode(session, ['apixo'])], combined);
		assertSucceeded(execution);
		const [task] = await simulator.tasks(prompt);
		const [item] = itemsOf(execution, 'Wait');
		expect(item?.json).toMatchObject({ taskId: task?.id, status: 'succeeded' });
		expect(item?.json._files).toBeUndefined();
		expect(item?.binary?.data).toMatchObject({ mimeType: 'image/png', fileName: item?.json.fileName });
		await expect(simulator.downloads(task?.id ?? '')).resolves.toHaveLength(1);
	});

	test('the image is a reference by its name', async () => {
		const session = sessionIn('default');
		const prompt = 'a moor in snow';
		const execution = await run(session, prompt, [generateNode(session, 'apixo', { prompt: 'a moor' }), edit(session, 'pixwith', prompt)], combined);
		assertSucceeded(execution);
		await expect(simulator.tasks(prompt)).resolves.toMatchObject([{ references: 1, state: 'succeeded' }]);
	});

	test.each([
		['pixwith', '_files.data', /names "_files\.data", but the item has data/],
		['pixwith', '={{ $binary.data }}', /expression that gives .*\.png without its content; name the field instead: the item has data/],
		['apixo', 'data', /APIXO.*keeps files in memory.*N8N_DEFAULT_BINARY_DATA_MODE=filesystem/s],
	] as const)('%s cannot have one by %s: the error says why, and nothing is sent', async (provider, inputDataFieldNames, message) => {
		const session = sessionIn('default');
		const prompt = `a moor in rain, by ${inputDataFieldNames}`;
		const execution = await run(
			session,
			prompt,
			[generateNode(session, 'pixwith', { prompt: 'a moor' }), edit(session, provider, prompt, { inputDataFieldNames })],
			combined,
		);
		expect(execution.status).toBe('error');
		expect(errorOf(execution)).toMatch(message);
		await expect(simulator.submits(prompt)).resolves.toHaveLength(0);
	});
});

test('an expression names the file of an earlier node', async () => {
	const prompt = 'a heath, by an expression';
	const set: NodeToCreate = {
		name: 'Words',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: { mode: 'raw', jsonOutput: '{"word":"snow"}', options: {} },
	};
	const nodes = [
		generateNode(shared, 'apixo', { prompt: 'a heath' }),
		set,
		edit(shared, 'pixwith', prompt, { inputDataFieldNames: "={{ $('Generate').item.binary.data }}" }),
	];
	const execution = await run(shared, prompt, nodes);
	assertSucceeded(execution);
	await expect(simulator.tasks(prompt)).resolves.toMatchObject([{ references: 1, state: 'succeeded' }]);
});

describe('with protection against internal addresses', () => {
	test('an allowed provider works as usual', async () => {
		const session = sessionIn('database');
		const execution = await runChain(session, [{}], generateNode(session, 'apixo', { prompt: 'a guarded fox' }));
		assertSucceeded(execution);
		expect(itemsOf(execution, 'Generate')[0]?.binary?.data?.mimeType).toBe('image/png');
	});

	test('a result at an address that is not allowed is not fetched, and says who can allow it', async () => {
		const session = sessionIn('database');
		const prompt = 'a fox behind the fence [[image=private:127.0.0.2]]';
		const execution = await runChain(session, [{}], generateNode(session, 'apixo', { prompt }));
		const [task] = await simulator.tasks('a fox behind the fence');
		expect(errorOf(execution)).toContain('APIXO generated the image, but it could not be downloaded: this n8n forbids requests to that address');
		expect(errorOf(execution)).toContain(`Task ${task?.id}`);
	});
});
