import { Readable } from 'node:stream';

import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { textAt } from '../../../nodes/core/json';
import type { Provider } from '../../../nodes/core/provider/provider';
import { Aborted } from '../../../nodes/core/clock';
import { RateGate } from '../../../nodes/core/http/rateGate';
import type { SendOutcome } from '../../../nodes/core/http/send';
import type { BinaryFile } from '../../../nodes/host/references/references';
import { createRedactor } from '../../../nodes/core/redactor';
import { createRun, type Channel, type Run } from '../../../nodes/host/execution/run';
import { urlForFile } from '../../../nodes/host/references/upload';
import { createFakeClock, letPass, type FakeClock } from '../../support/fakeClock';
import { fakeSend, lostConnection, refusedConnection, reply } from '../../support/fakeSend';
import { fullProvider as takesFiles, makeProvider, simpleProvider as fetchesByUrl } from '../../support/madeUpProvider';
import { stoppable } from '../../support/stoppable';
import type { NodeContext } from '../../../nodes/host/execution/nodeContext';

const stored: BinaryFile = {
	field: 'data',
	hash: 'ab12',
	fileName: 'reference-1-data.png',
	mimeType: 'image/png',
	bytes: 1000,
	binary: { id: 'filesystem-v2:1', data: 'filesystem-v2', mimeType: 'image/png' },
};
const inMemory: BinaryFile = { ...stored, bytes: 5, binary: { data: Buffer.from('bytes').toString('base64'), mimeType: 'image/png' } };

type Helpers = Partial<IExecuteFunctions['helpers']>;

const noSend = fakeSend([]).send;

/** Asks for a place in a storage of its own before each upload. */
const namesStorage = makeProvider({
	adapter: {
		bodyStatus: (body) => (body.code === 0 ? 400 : undefined),
		upload: {
			ticket: ({ fileName }) => ({ method: 'POST', path: '/places', body: { fileName } }),
			place(ticket) {
				const url = textAt(ticket, 'place.url');
				const fileUrl = textAt(ticket, 'fileUrl');
				return url === undefined || fileUrl === undefined ? undefined : { target: { url }, fields: [['key', 'k']], fileUrl };
			},
			readUrl: () => undefined,
		},
	},
});

function channelTo(provider: Provider, send = noSend, baseUrl = provider.baseUrl): Channel {
	return { provider, account: { baseUrl, redactor: createRedactor([]) }, send, gate: new RateGate(createFakeClock()) } as unknown as Channel;
}

function runWith(helpers: Helpers, concurrency = 20, random?: () => number): Run & { clock: FakeClock } {
	return { ...createRun({ helpers } as NodeContext, concurrency), clock: stoppable(createFakeClock(random)) };
}

/** With its rate limit on the run's clock. */
const gated = (channel: Channel, run: Run): Channel => ({ ...channel, gate: new RateGate(run.clock) });

type StorageReply = { statusCode: number; body?: unknown } | Error;

/** A storage outside the provider's origin: answers from a list, whose last entry repeats. */
function storage(answers: readonly StorageReply[]) {
	const posts: IHttpRequestOptions[] = [];
	const httpRequest = async (options: IHttpRequestOptions): Promise<unknown> => {
		const answer = answers[Math.min(posts.length, answers.length - 1)];
		posts.push(options);
		if (answer === undefined || answer instanceof Error) throw answer ?? new Error('Nothing was meant to be posted');
		return answer;
	};
	return { posts, httpRequest: httpRequest as Helpers['httpRequest'] };
}

const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
const failure = (kind: string, message: RegExp | string) => ({
	kind: 'failed',
	failure: { kind, message: typeof message === 'string' ? message : expect.stringMatching(message), mayBeCharged: false },
});

describe('a file for a provider that fetches by URL', () => {
	const link = (url: string): Helpers => ({ createBinarySignedUrl: () => url });

	test('is given as a link to this n8n', async () => {
		const url = 'https://n8n.example.com/rest/binary-data/signed?token=t';
		await expect(urlForFile(stored, channelTo(fetchesByUrl), runWith(link(url)))).resolves.toEqual({ kind: 'url', url });
	});

	test('is refused if this n8n has no such links', async () => {
		await expect(urlForFile(stored, channelTo(fetchesByUrl), runWith({}))).resolves.toMatchObject(failure('invalidInput', /Update n8n, or pass image URLs/));
	});

	test('is refused if this n8n keeps it in memory', async () => {
		const run = runWith(link('https://n8n.example.com/rest/binary-data/signed?token=t'));
		await expect(urlForFile(inMemory, channelTo(fetchesByUrl), run)).resolves.toMatchObject(failure('invalidInput', /N8N_DEFAULT_BINARY_DATA_MODE=filesystem/));
	});

	test.each(['http://localhost:5678', 'http://127.0.0.1:5678', 'https://192.168.1.20', 'http://n8n', 'https://n8n.local', 'http://[fd00::1]:5678', ''])(
		'is refused if n8n is at "%s", which no provider can reach',
		async (origin) => {
			const run = runWith(link(`${origin}/rest/binary-data/signed?token=t`));
			await expect(urlForFile(stored, channelTo(fetchesByUrl), run)).resolves.toMatchObject(
				failure('invalidInput', /^Example .* cannot reach this n8n at its own address\. Set N8N_EDITOR_BASE_URL/),
			);
		},
	);

	test('may be at a private address if the provider is', async () => {
		const url = 'http://localhost:5678/rest/binary-data/signed?token=t';
		await expect(urlForFile(stored, channelTo(fetchesByUrl, noSend, 'http://127.0.0.1:4600/example'), runWith(link(url)))).resolves.toEqual({
			kind: 'url',
			url,
		});
	});
});

describe('an upload to the provider', () => {
	const url = 'https://images.example.com/1.png';
	const taken = reply(201, { data: { url } });
	const tooMany = reply(429, { error: 'slow down' });
	const uploaded = { kind: 'url', url };

	test.each<[what: string, answers: SendOutcome[], requests: number, result: object]>([
		['taken', [taken], 1, uploaded],
		['500 twice', [reply(500, {}), reply(500, {}), taken], 3, uploaded],
		['500, then a lost connection', [reply(500, {}), lostConnection, taken], 3, uploaded],
		['a refused connection', [refusedConnection, taken], 2, uploaded],
		['500 for good', [reply(500, {})], 3, failure('providerUnavailable', /^uploading a reference image: HTTP 500/)],
		['lost connections for good', [lostConnection], 3, failure('providerUnavailable', /^uploading a reference image: the connection was closed/)],
		['429 if another provider is asked instead', [tooMany], 1, failure('rateLimited', 'uploading a reference image: slow down')],
		['the file refused', [reply(400, { error: 'is not an image' })], 1, failure('invalidInput', 'is not an image')],
		['the key refused', [reply(401, { error: 'unknown key' })], 1, failure('authentication', 'unknown key')],
		['a reply without a URL', [reply(201, { id: 'file_1' })], 1, failure('unexpectedReply', 'its reply to an upload contains no URL')],
	])('%s', async (_what, answers, count, result) => {
		const { send, requests } = fakeSend(answers);
		const run = runWith({});
		await expect(urlForFile(inMemory, channelTo(takesFiles, send), run)).resolves.toMatchObject(result);
		expect(requests.map(({ path }) => path)).toEqual(Array.from({ length: count }, () => '/uploads'));
		expect(run.clock.sleeps).toEqual([1000, 2000].slice(0, count - 1));
	});

	test.each<[string, SendOutcome[], number, object]>([
		['is sent in its turn, however often the rate was limited', [...Array.from({ length: 5 }, () => tooMany), taken], 6, uploaded],
		[
			'is rate-limited at once if the pause is longer than a run waits',
			[reply(429, { error: 'slow down' }, { 'retry-after': '3600' })],
			1,
			failure('rateLimited', /slow down \(it asks to wait 3600 seconds/),
		],
		['fails after three other faults', [tooMany, lostConnection, tooMany, reply(500, {}), lostConnection], 5, failure('providerUnavailable', /closed/)],
	])('with a deadline %s', async (_what, answers, count, result) => {
		const { send, requests } = fakeSend(answers);
		const run = runWith({});
		await expect(urlForFile(inMemory, gated(channelTo(takesFiles, send), run), run, run.clock.now() + 600_000)).resolves.toMatchObject(result);
		expect(requests).toHaveLength(count);
	});

	test('is tried again after up to a quarter more, at random', async () => {
		const run = runWith({}, 20, () => 0.4);
		await urlForFile(inMemory, channelTo(takesFiles, fakeSend([reply(500, {})]).send), run);
		expect(run.clock.sleeps).toEqual([1100, 2200]);
	});

	test('waits as long as a rate limit asks before it is sent again', async () => {
		const { send, requests } = fakeSend([reply(429, { error: 'slow down' }, { 'retry-after': '20' }), taken]);
		const run = runWith({});
		await expect(urlForFile(inMemory, gated(channelTo(takesFiles, send), run), run, run.clock.now() + 600_000)).resolves.toMatchObject(uploaded);
		expect(requests).toHaveLength(2);
		expect(run.clock.elapsed()).toBeGreaterThanOrEqual(20_000);
	});

	test('stops waiting for a rate limit when nothing more is to be sent', async () => {
		const { send, requests } = fakeSend([reply(429, { error: 'slow down' }, { 'retry-after': '200' })]);
		const run = runWith({});
		run.clock.at(5000, () => run.clock.abort());
		await expect(urlForFile(inMemory, gated(channelTo(takesFiles, send), run), run, run.clock.now() + 600_000)).rejects.toBeInstanceOf(Aborted);
		expect(requests).toHaveLength(1);
	});

	test('is rate-limited at its deadline', async () => {
		const { send } = fakeSend([tooMany]);
		const run = runWith({});
		const result = await urlForFile(inMemory, gated(channelTo(takesFiles, send), run), run, run.clock.now() + 10_000);
		expect(result).toMatchObject(failure('rateLimited', 'uploading a reference image: slow down'));
		expect(run.clock.elapsed()).toBeLessThan(15_000);
	});

	test.each([
		[20, 4],
		[2, 2],
	])('of many files with Concurrency %i: %i at a time', async (concurrency, most) => {
		let atOnce = 0;
		let mostAtOnce = 0;
		const { send, requests } = fakeSend(async () => {
			mostAtOnce = Math.max(mostAtOnce, ++atOnce);
			await new Promise(setImmediate);
			atOnce--;
			return taken;
		});
		const channel = channelTo(takesFiles, send);
		const run = runWith({}, concurrency);
		await Promise.all(Array.from({ length: 12 }, async (_, index) => await urlForFile({ ...inMemory, hash: `file ${index}` }, channel, run)));
		expect(requests).toHaveLength(12);
		expect(mostAtOnce).toBe(most);
	});

	test('is shared by items with the same file, and a failed one is tried again for the next item', async () => {
		const { send, requests } = fakeSend([reply(400, { error: 'not this one' }), taken]);
		const channel = channelTo(takesFiles, send);
		const run = runWith({});
		const upload = async () => await urlForFile(inMemory, channel, run);
		const kinds = (results: Array<{ kind: string }>) => results.map(({ kind }) => kind);
		expect(kinds(await Promise.all([upload(), upload()]))).toEqual(['failed', 'failed']);
		expect(requests).toHaveLength(1);
		expect(kinds(await Promise.all([upload(), upload()]))).toEqual(['url', 'url']);
		expect(kinds([await upload()])).toEqual(['url']);
		expect(requests).toHaveLength(2);
	});
});

describe('an upload to a storage that the provider names', () => {
	const storageUrl = 'https://bucket.s3.example.com/';
	const fileUrl = 'https://images.example.com/1.png';
	const ticketFor = (url: string) => reply(200, { place: { url }, fileUrl });
	const tookIt = { statusCode: 204, body: '' };
	const denied = { statusCode: 403, body: '<Error><Code>AccessDenied</Code></Error>' };

	test.each<[what: string, answers: StorageReply[], posts: number, result: object]>([
		['taken', [tookIt], 1, { kind: 'url', url: fileUrl }],
		['503, then 429', [{ statusCode: 503 }, { statusCode: 429 }, tookIt], 3, { kind: 'url', url: fileUrl }],
		['a lost connection', [reset, tookIt], 2, { kind: 'url', url: fileUrl }],
		[
			'503 for good',
			[{ statusCode: 503, body: 'slow down' }],
			3,
			failure('providerUnavailable', 'its storage did not accept a reference image: HTTP 503 slow down'),
		],
		['lost connections for good', [reset], 3, failure('providerUnavailable', /^its storage did not accept a reference image: the connection was closed/)],
		['refused', [denied], 1, failure('providerUnavailable', /^its storage did not accept a reference image: HTTP 403 .*AccessDenied/)],
		['a redirect', [{ statusCode: 307 }], 1, failure('providerUnavailable', 'its storage did not accept a reference image: HTTP 307')],
	])('%s', async (_what, answers, count, result) => {
		const { posts, httpRequest } = storage(answers);
		const { send, requests } = fakeSend([ticketFor(storageUrl)]);
		const run = runWith({ httpRequest });
		await expect(urlForFile(inMemory, channelTo(namesStorage, send), run)).resolves.toMatchObject(result);
		expect(requests.map(({ path }) => path)).toEqual(['/places']);
		expect(posts.map(({ url }) => url)).toEqual(Array.from({ length: count }, () => storageUrl));
		// The key stays with the provider, also where the storage would send it on.
		expect(posts[0]).toMatchObject({
			method: 'POST',
			disableFollowRedirect: true,
			headers: { 'Content-Type': expect.stringContaining('multipart/form-data') },
		});
		expect(Object.keys(posts[0]?.headers ?? {})).toEqual(['Content-Type']);
		expect(run.clock.sleeps).toEqual([1000, 2000].slice(0, count - 1));
	});

	test.each<[number, object]>([
		[204, { kind: 'url', url: fileUrl }],
		[403, failure('providerUnavailable', 'its storage did not accept a reference image: HTTP 403')],
	])('counts by its status if the rest of the reply does not arrive: HTTP %i', async (statusCode, result) => {
		const { posts, httpRequest } = storage([{ statusCode, body: new Readable({ read: () => undefined }) }]);
		const run = runWith({ httpRequest });
		const uploading = urlForFile(inMemory, channelTo(namesStorage, fakeSend([ticketFor(storageUrl)]).send), run);
		void letPass(run.clock, 121);
		await expect(uploading).resolves.toMatchObject(result);
		expect(posts).toHaveLength(1);
		expect(run.clock.alarms()).toBe(0);
	});

	test.each([
		'http://127.0.0.1:6379/',
		'http://localhost/',
		'http://169.254.169.254/latest/meta-data',
		'https://10.0.0.7/',
		'https://[::1]/',
		'https://redis/',
		'https://rebound.example/',
		'no URL',
	])('is not posted to %s', async (place) => {
		const { posts, httpRequest } = storage([tookIt]);
		const { send } = fakeSend([ticketFor(place)]);
		const getSecureEgressFilter = () => ({
			validateUrl: async ({ hostname }: URL) =>
				hostname === 'rebound.example' ? { ok: false, error: Object.assign(new Error(), { name: 'SsrfBlockedIpError' }) } : { ok: true },
		});
		const run = runWith({ httpRequest, getSecureEgressFilter } as unknown as Helpers);
		await expect(urlForFile(inMemory, channelTo(namesStorage, send), run)).resolves.toMatchObject(
			failure('unexpectedReply', 'its upload address is not a public URL'),
		);
		expect(posts).toEqual([]);
	});

	test('is not posted over http if the provider uses https', async () => {
		const { posts, httpRequest } = storage([tookIt]);
		const { send } = fakeSend([ticketFor('http://storage.example/uploads')]);
		await expect(urlForFile(inMemory, channelTo(namesStorage, send), runWith({ httpRequest }))).resolves.toMatchObject(
			failure('unexpectedReply', /not a public URL \(the URL begins with http:\/\/ instead of https:\/\/\)/),
		);
		expect(posts).toEqual([]);
	});

	test('does not show the key that the storage quotes in a message', async () => {
		const key = 'sk/Ab3+Xy9/secret';
		const { httpRequest } = storage([{ statusCode: 403, body: `<Error>${encodeURIComponent(key).toLowerCase()} and ${key.replaceAll('/', '&sol;')}</Error>` }]);
		const { send } = fakeSend([ticketFor('https://storage.example/uploads')]);
		const channel = channelTo(namesStorage, send);
		const keyed = { ...channel, account: { ...channel.account, redactor: createRedactor([key]) } };
		await expect(urlForFile(inMemory, keyed, runWith({ httpRequest }))).resolves.toMatchObject(
			failure('providerUnavailable', /HTTP 403 \[hidden\] and \[hidden\]$/),
		);
	});

	test('may be private if the provider is', async () => {
		const { posts, httpRequest } = storage([tookIt]);
		const channel = channelTo(namesStorage, fakeSend([ticketFor('http://10.0.0.8/uploads')]).send, 'http://10.0.0.7/example');
		await expect(urlForFile(inMemory, channel, runWith({ httpRequest }))).resolves.toEqual({ kind: 'url', url: fileUrl });
		expect(posts).toHaveLength(1);
	});

	test.each([
		['place', { fileUrl }],
		['URL for the file', { place: { url: storageUrl } }],
	])('is not posted if the reply names no %s', async (_what, data) => {
		const { posts, httpRequest } = storage([tookIt]);
		const { send } = fakeSend([reply(200, data)]);
		await expect(urlForFile(inMemory, channelTo(namesStorage, send), runWith({ httpRequest }))).resolves.toMatchObject(
			failure('unexpectedReply', 'its reply to an upload contains no URL'),
		);
		expect(posts).toEqual([]);
	});

	test('is not posted if the ticket is refused', async () => {
		const { posts, httpRequest } = storage([tookIt]);
		const { send, requests } = fakeSend([reply(200, { code: 0, message: 'Invalid image format' })]);
		await expect(urlForFile(inMemory, channelTo(namesStorage, send), runWith({ httpRequest }))).resolves.toMatchObject(
			failure('invalidInput', 'Invalid image format'),
		);
		expect(requests).toHaveLength(1);
		expect(posts).toEqual([]);
	});

	test('ends at once when the run is stopped', async () => {
		const run = runWith({});
		const { posts, httpRequest } = storage([reset]);
		run.context.helpers.httpRequest = async (options: IHttpRequestOptions) => {
			run.clock.abort();
			return await httpRequest?.(options);
		};
		await expect(urlForFile(inMemory, channelTo(namesStorage, fakeSend([ticketFor(storageUrl)]).send), run)).rejects.toBeInstanceOf(Aborted);
		expect(posts).toHaveLength(1);
	});
});
