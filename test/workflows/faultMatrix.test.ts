/** Every fault against every provider, over real sockets. `npm run faults` prints the table and writes docs/fault-matrix.md. */
import dns from 'node:dns';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';

import { findProvider, type ProviderId, providers } from '../../nodes/providers';
import { contractOf } from '../support/contractOf';
import type * as CompressedTime from './support/compressedTime';
import type { CredentialData, Finished } from './support/engine';
import { documented } from './support/faultDocument';
import { expectedOf, faultGroups, modelOf, type Column, type FaultRow, type Place } from './support/faultRows';
import { renderMatrix, type Cell } from './support/faultTable';
import { detailsOf, failuresIn, imagesIn, leaksIn, requestsOf, submitsOf } from './support/observe';
import { credentialTypeOf, runGenerate, startSimulated, type Simulated } from './support/simulated';

jest.mock('../../nodes/host/execution/realClock', () =>
	jest.requireActual<typeof CompressedTime>('./support/compressedTime').compressedClock(jest.requireActual('../../nodes/host/execution/realClock')),
);

const withCount = providers.filter(({ fields }) => fields.some(({ name }) => name === 'imageCount')).map(({ id }) => id);
const nameOf = (id: ProviderId): string => findProvider(id)?.displayName ?? '';

let simulated: Simulated;
/** Ports without a provider behind them. */
let closedPort: number;
let hangingUp: Server;
let redirecting: ReturnType<typeof createHttpServer>;
let hungUp: string[] = [];
let redirected: string[] = [];

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listening = async <Kind extends Server>(server: Kind): Promise<Kind> =>
	await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));

beforeAll(async () => {
	simulated = await startSimulated();
	const gone = await listening(createServer());
	closedPort = portOf(gone);
	await new Promise((resolve) => gone.close(resolve));
	hangingUp = await listening(
		createServer((socket) => {
			socket.on('error', () => undefined);
			// The first line of the request names the provider; the rest is never read.
			socket.once('data', (data) => {
				hungUp.push(/\/place\/(\w+)/.exec(data.toString())?.[1] ?? '');
				socket.resetAndDestroy();
			});
		}),
	);
	redirecting = await listening(
		createHttpServer((request, response) => {
			redirected.push(/\/place\/(\w+)/.exec(request.url ?? '')?.[1] ?? '');
			request.resume();
			response.writeHead(307, { Location: `${simulated.simulator.elsewhere}/stolen` }).end();
		}),
	);
	const { lookup } = dns;
	// Names that look public to the node, without a network.
	jest.spyOn(dns, 'lookup').mockImplementation(((name: string, options: object, done: (error: unknown, address?: unknown, family?: number) => void) => {
		if (name.endsWith('.invalid')) return void done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND', syscall: 'getaddrinfo' }));
		return lookup(name === 'gateway.example.com' ? '127.0.0.1' : name, options as dns.LookupOptions, done as never);
	}) as never);
});
/** The pictures are drawn in this process: where the machine is busy, the first ones would take longer than a download may be silent at this pace. */
beforeAll(async () => {
	const undisturbed = (count: number): FaultRow => ({ name: '', count, options: { downloadImages: false }, expect: () => ({ posts: 1, images: count }) });
	const columns = new Set(faultGroups.flatMap((group) => group.columns));
	await Promise.all([1, 2].flatMap((count) => [...columns].map(async (column) => await run(undisturbed(count), column))));
	for (const url of simulated.simulator.tasks.flatMap(({ images }) => images)) await (await fetch(url)).arrayBuffer();
});
afterAll(async () => {
	jest.restoreAllMocks();
	hangingUp.close();
	redirecting.close();
	await simulated.simulator.close();
});

function baseUrlAt(place: Place, provider: ProviderId): string {
	const url = new URL(simulated.simulator.baseUrls[provider]);
	switch (place) {
		case 'simulator':
			break;
		case 'closed port':
			url.port = String(closedPort);
			break;
		case 'unknown host':
			url.hostname = 'api.nowhere.invalid';
			break;
		case 'no TLS':
			return url.href.replace('http:', 'https:');
		case 'hangs up':
			return `http://127.0.0.1:${portOf(hangingUp)}/place/${provider}`;
		case 'redirects':
			return `http://127.0.0.1:${portOf(redirecting)}/place/${provider}`;
		case 'public name':
			url.hostname = 'gateway.example.com';
	}
	return url.href;
}

function credentialsOf(row: FaultRow, provider: ProviderId): CredentialData {
	const type = credentialTypeOf(provider);
	const valid = simulated.simulator.demoKeys[provider];
	const apiKey = row.key === 'wrong' ? `not-the-key-of-${provider}` : row.key === 'broke' ? `${valid}-broke` : valid;
	return { [type]: { apiKey, baseUrl: baseUrlAt(row.place ?? 'simulator', provider) } };
}

interface Outcome {
	finished: Finished;
	prompt: string;
	count: number;
	credentials: CredentialData;
}

/** The faulty job, and one without faults in the same run, which has the default model. */
async function run(row: FaultRow, column: Column): Promise<Outcome> {
	const { provider } = column;
	const model = modelOf(column);
	// The same picture for all models, and yet a prompt of its own.
	const note = column.model === undefined ? undefined : `[[note=${column.model}]]`;
	const prompt = ['a fox', note, row.directives].filter((part) => part !== undefined).join(' ');
	const count = withCount.includes(provider) ? (row.count ?? 1) : 1;
	const credentials = credentialsOf(row, provider);
	const finished = await runGenerate(
		{ ...simulated, credentials },
		{
			items: [
				{ prompt, count, model: column.model },
				{ prompt: 'a hare', count: 1, model: row.concernsAll === true ? column.model : undefined },
			],
			parameters: {
				provider,
				prompt: '={{ $json.prompt }}',
				model: '={{ $json.model ?? "seedream-4.5" }}',
				...(withCount.includes(provider) ? { imageCount: '={{ $json.count }}' } : {}),
				...(model === undefined ? {} : row.parameters?.(model)),
				options: { pollInterval: 1, timeout: row.timeout ?? 600, ...row.options },
			},
			node: { onError: 'continueRegularOutput' },
		},
	);
	return { finished, prompt, count, credentials };
}

function postsOf(row: FaultRow, provider: ProviderId, prompt: string): number {
	// These two answer before they know which job it is: half of the POSTs are those of the other job.
	if (row.place === 'hangs up') return hungUp.filter((id) => id === provider).length / 2;
	if (row.place === 'redirects') return redirected.filter((id) => id === provider).length / 2;
	return submitsOf(simulated, provider).filter(({ body }) => JSON.stringify(body).includes(`"${prompt}"`)).length;
}

const cells = new Map<FaultRow, Map<Column, Cell>>();

describe.each(faultGroups)('$title', ({ rows, columns }) => {
	describe.each(rows.map((row) => [row.name, row] as const))('%s', (_name, row) => {
		const outcomes = new Map<Column, Outcome>();

		beforeAll(async () => {
			simulated.simulator.reset();
			hungUp = [];
			redirected = [];
			await Promise.all(columns.map(async (column) => outcomes.set(column, await run(row, column))));
		});

		test.each(columns)('$displayName', (column) => {
			const { provider, model = 'seedream-4.5' } = column;
			const { finished, prompt, count, credentials } = outcomes.get(column) as Outcome;
			const expected = expectedOf(row, column, count);
			const output = finished.items('Generate');
			const own = output.filter((item) => (item.pairedItem as { item: number }).item === 0);
			const beside = output.filter((item) => (item.pairedItem as { item: number }).item === 1);
			const tasks = simulated.simulator.tasks.filter((task) => task.provider === provider && task.prompt === prompt);
			const charged = tasks.reduce((sum, task) => sum + task.charged, 0);
			const images = imagesIn(own);
			const [failed, ...moreFailed] = failuresIn(own).map(detailsOf);
			const posts = postsOf(row, provider, prompt);
			const found = `${posts} POST${posts === 1 ? '' : 's'}, ${failed === undefined ? '' : `${failed.failure.kind}, `}${images.length} image${images.length === 1 ? '' : 's'}, ${charged > 0 ? 'charged once' : 'not charged'}`;
			const measured = cells.get(row) ?? new Map<Column, Cell>();
			cells.set(row, measured.set(column, { posts, images: images.length, kind: failed?.failure.kind, charged: charged > 0 }));

			expect(finished.run.data.resultData.error).toBeUndefined();
			expect({ posts, images: images.length, kind: failed?.failure.kind, found }).toEqual({
				posts: expected.posts,
				images: expected.images,
				kind: expected.kind,
				found,
			});
			expect(moreFailed).toEqual([]);

			// Nothing paid twice: one task at most, and it cost what one task costs.
			expect(tasks.length).toBeLessThanOrEqual(1);
			const [task] = tasks;
			expect(charged).toBeLessThanOrEqual(contractOf(provider).price.amount * count + 1e-9);
			// No paid task is lost: its images are returned, or a failure says that it was paid and how to collect it.
			const made = new Set(task?.images.filter((url) => url !== '')).size;
			const whole = images.length > 0 && images.length === made;
			if (charged > 0 && !whole) expect(failed?.failure.mayBeCharged).toBe(true);
			if (task === undefined && failed !== undefined && failed.failure.kind !== 'outcomeUnknown') {
				expect(failed.failure.mayBeCharged).toBe(false);
			}
			// Only a job that certainly was not taken may go to another provider.
			if (task !== undefined || failed?.failure.kind === 'outcomeUnknown') expect(failed?.failure.tryElsewhere ?? false).toBe(false);

			const usualType = column.model === undefined ? 'image/png' : expect.stringMatching(/^image\/(png|jpeg)$/);
			for (const item of images) {
				expect(item.json).toMatchObject({ provider, model, taskId: task?.id, status: 'succeeded', mimeType: expected.mimeType ?? usualType });
				expect(task?.images).toContain(item.json.url);
				expect(item.binary?.data?.id).toBeDefined();
				if (expected.warning !== undefined) expect(item.json.warnings).toContainEqual(expect.stringMatching(expected.warning));
			}
			if (failed !== undefined) {
				const message = failuresIn(own)[0]?.json.error as string;
				expect(message).toContain(nameOf(provider));
				if (expected.message !== undefined) expect(message).toMatch(expected.message);
				expect(failed.failure.remedy.length).toBeGreaterThan(20);
				expect(failed.provider).toBe(provider);
				if (task !== undefined && row.idLost !== true) {
					expect(failed.taskId).toBe(task.id);
					expect(message).toContain(task.id);
					expect(failed.submittedAt).toBeDefined();
				}
				if (failed.failure.kind === 'downloadFailed') expect(failed.urls.every((url) => task?.images.includes(url))).toBe(true);
			}
			// The other job is not affected.
			if (row.concernsAll !== true) expect(imagesIn(beside)).toHaveLength(1);
			else expect(beside).toHaveLength(1);

			// No key in any output, error or journal, nor sent anywhere but to the provider.
			expect(leaksIn(finished.run, { credentials })).toEqual([]);
			for (const request of requestsOf(simulated, 'image', provider)) expect(request.hasCredential).toBe(false);
			expect(simulated.simulator.requests.filter(({ path }) => path.includes('stolen'))).toEqual([]);
		});
	});
});

test('docs/fault-matrix.md shows what was measured here', () => {
	const measured = [...cells.values()].reduce((sum, row) => sum + row.size, 0);
	// Where only some of the cells ran (`-t`) there is nothing to compare.
	if (measured < faultGroups.reduce((sum, { rows, columns }) => sum + rows.length * columns.length, 0)) return;
	const text = renderMatrix(faultGroups, cells);
	expect(documented('single', text)).toBe(text);
});
