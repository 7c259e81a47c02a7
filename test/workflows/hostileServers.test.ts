/** Servers that never end a reply, send too much, or answer in the provider's place: in compressed time, on the real engine. */
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

import type * as CompressedTime from './support/compressedTime';
import { timeFactor } from './support/compressedTime';
import type { Finished } from './support/engine';
import { detailsOf, stopDetailsOf } from './support/observe';
import { runGenerate } from './support/simulated';
import { encodePng } from './support/smallPng';

jest.mock('../../nodes/host/execution/realClock', () =>
	jest.requireActual<typeof CompressedTime>('./support/compressedTime').compressedClock(jest.requireActual('../../nodes/host/execution/realClock')),
);

const megabyte = 1_048_576;

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

interface Rules {
	submit?: Answer;
	status?: Answer;
	image?: Answer;
}

const json =
	(body: unknown, status = 200): Answer =>
	(response) => {
		response.writeHead(status, { 'Content-Type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));
	};

/** Sends a little every 20 ms until the client disconnects. */
const drip =
	(piece: string | Buffer, first: string | Buffer = ''): Answer =>
	(response) => {
		response.writeHead(200, { 'Content-Type': 'application/json' });
		response.write(first);
		const timer = setInterval(() => response.write(piece), 20);
		response.on('close', () => clearInterval(timer));
	};

/** Sends so many megabytes of spaces, as fast as the client reads them. */
const flood =
	(megabytes: number, tail = ''): Answer =>
	(response) => {
		response.writeHead(200, { 'Content-Type': 'application/json' });
		const blanks = Buffer.alloc(megabyte, 0x20);
		let left = megabytes;
		const write = (): void => {
			while (left > 0 && !response.destroyed) {
				left -= 1;
				if (!response.write(blanks)) {
					response.once('drain', write);
					return;
				}
			}
			response.end(tail);
		};
		write();
	};

/** 469 kB that are 450 MB once they are decompressed: gzip takes one member after the other. */
const bomb = Buffer.concat(Array.from<Buffer>({ length: 450 }).fill(gzipSync(Buffer.alloc(megabyte, 0x20), { level: 9 })));
const gzipBomb: Answer = (response) => {
	response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }).end(bomb);
};

const open = new Set<{ close(): unknown; closeAllConnections?(): void }>();

async function listen(listener: RequestListener): Promise<{ origin: string; server: Server }> {
	const server = createServer(listener);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	open.add(server);
	return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** APIXO's contract, with the changes of the test. */
async function serve(rules: Rules): Promise<{ origin: string; posts: () => number; closed: () => number }> {
	let posts = 0;
	let closed = 0;
	const { origin } = await listen((request, response) => {
		request.resume();
		response.on('close', () => (closed += 1));
		const { url = '', method } = request;
		if (url.startsWith('/image'))
			return (rules.image ?? ((image) => image.writeHead(200, { 'Content-Type': 'image/png' }).end(encodePng(7, 5, 200))))(response, request);
		if (method === 'POST') {
			posts += 1;
			return (rules.submit ?? json({ code: 200, data: { taskId: `task_${posts}` } }))(response, request);
		}
		const taskId = new URL(url, origin).searchParams.get('taskId');
		const done = { code: 200, data: { taskId, state: 'success', resultJson: JSON.stringify({ resultUrls: [`${origin}/image-${taskId}.png`] }) } };
		return (rules.status ?? json(done))(response, request);
	});
	return { origin, posts: () => posts, closed: () => closed };
}

async function run(baseUrl: string, given: { items?: number; options?: object; onError?: string; apiKey?: string } = {}): Promise<Finished> {
	const credentials = { apixoApi: { apiKey: given.apiKey ?? 'sk-hostile-0123', baseUrl } };
	return await runGenerate(
		{ credentials },
		{
			items: Array.from({ length: given.items ?? 1 }, (_, index) => ({ index })),
			parameters: { options: { timeout: 60, pollInterval: 1, ...given.options } },
			node: given.onError === 'stop' ? {} : { onError: given.onError ?? 'continueRegularOutput' },
		},
	);
}

const failureOf = (finished: Finished) => detailsOf(finished.items('Generate')[0] ?? { json: {} });

/** The most memory that was held while something ran, above what there was before, in MB. */
async function mostMemory(work: () => Promise<unknown>): Promise<number> {
	const held = (): number => process.memoryUsage().rss / megabyte;
	const before = held();
	let most = before;
	const timer = setInterval(() => (most = Math.max(most, held())), 5);
	await work().finally(() => clearInterval(timer));
	return Math.round(most - before);
}

afterEach(() => {
	for (const server of open) {
		server.closeAllConnections?.();
		server.close();
	}
	open.clear();
});

describe('an API reply that never ends', () => {
	test('to a status check times out, and a later check finds the task', async () => {
		let checks = 0;
		const { origin } = await serve({
			status: (response, request) =>
				checks++ === 0
					? drip(' ')(response, request)
					: json({ code: 200, data: { taskId: 'task_1', state: 'success', resultJson: JSON.stringify({ resultUrls: [`${origin}/image.png`] }) } })(
							response,
							request,
						),
		});
		const finished = await run(origin, { options: { timeout: 120 } });
		expect(finished.items('Generate')[0]?.binary).toBeDefined();
	});

	test('to every status check does not outlast the deadline, and the failure names the task', async () => {
		const { origin } = await serve({ status: drip(' ') });
		expect(failureOf(await run(origin))).toMatchObject({ status: 'timedOut', taskId: 'task_1', failure: { kind: 'timedOut' } });
	});

	test('to a submit leaves its outcome unknown, and the connection is closed', async () => {
		const { origin, posts, closed } = await serve({ submit: drip(' ') });
		const { status, failure } = failureOf(await run(origin));
		expect({ status, kind: failure.kind, mayBeCharged: failure.mayBeCharged }).toEqual({ status: 'unknown', kind: 'outcomeUnknown', mayBeCharged: true });
		expect(failure.message).toMatch(/no complete reply arrived in time/);
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect([posts(), closed()]).toEqual([1, 1]);
	});
});

describe.each<[string, Answer]>([
	['300 MB', flood(300)],
	['459 kB of gzip that are 450 MB', gzipBomb],
])('an API reply of %s', (name, answer) => {
	test('to a submit leaves its outcome unknown and the memory small', async () => {
		const { origin, posts } = await serve({ submit: answer });
		let finished: Finished | undefined;
		const memory = await mostMemory(async () => (finished = await run(origin)));
		process.stderr.write(`${name}: ${memory} MB above before\n`);
		expect(finished === undefined ? undefined : failureOf(finished)).toMatchObject({
			status: 'unknown',
			failure: { kind: 'outcomeUnknown', message: expect.stringMatching(/larger than 4 MB/) },
		});
		expect(posts()).toBe(1);
		expect(memory).toBeLessThan(150);
	});

	test('to a status check is a temporary fault', async () => {
		const { origin } = await serve({ status: answer });
		expect(failureOf(await run(origin, { options: { timeout: 10 } }))).toMatchObject({
			taskId: 'task_1',
			failure: { kind: 'timedOut', message: expect.stringMatching(/larger than 4 MB|no complete reply arrived in time/) },
		});
	});

	test('with a refusal status is the refusal', async () => {
		const { origin } = await serve({
			submit: (response, request) => {
				const { writeHead } = response;
				response.writeHead = ((_status: number, headers: Record<string, string>) => writeHead.call(response, 402, headers)) as never;
				answer(response, request);
			},
		});
		expect(failureOf(await run(origin))).toMatchObject({
			status: 'failed',
			failure: { kind: 'insufficientCredits', message: 'HTTP 402', mayBeCharged: false },
		});
	});
});

test('a reply of 3 MB is read', async () => {
	const { origin } = await serve({ submit: flood(3, '{"code":200,"data":{"taskId":"task_big"}}') });
	expect((await run(origin)).items('Generate')[0]?.json).toMatchObject({ taskId: 'task_big', status: 'succeeded' });
});

test('a compressed reply and one with a byte order mark are read', async () => {
	const packed: Answer = (response) =>
		response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('\ufeff{"code":200,"data":{"taskId":2064875200729235458}}'));
	const { origin } = await serve({ submit: packed });
	expect((await run(origin)).items('Generate')[0]?.json).toMatchObject({ taskId: '2064875200729235458', status: 'succeeded' });
});

describe('a slow image host', () => {
	const png = encodePng(7, 5, 200);

	test.each<[string, Answer, RegExp]>([
		['sends a byte now and then', drip(Buffer.alloc(1), png.subarray(0, 40)), /too slow: \d+ bytes in 6\d seconds/],
		['goes silent', (response) => void response.writeHead(200).write(png.subarray(0, 40)), /no data arrived for 30 seconds/],
		['never answers', () => undefined, /no data arrived for 30 seconds/],
	])('that %s is aborted, under Stop too, and every task is named', async (name, answer, words) => {
		const { origin } = await serve({ image: answer });
		expect(failureOf(await run(origin))).toMatchObject({ taskId: 'task_1', failure: { kind: 'downloadFailed', message: expect.stringMatching(words) } });

		let checks = 0;
		const both = await serve({
			image: answer,
			status: (response, request) => {
				const taskId = new URL(request.url ?? '', both.origin).searchParams.get('taskId');
				checks += 1;
				// One is being downloaded by the time that the other fails.
				if (taskId === 'task_1')
					return json({ code: 200, data: { taskId, state: checks > 20 ? 'failed' : 'processing', failMsg: 'no luck' } })(response, request);
				return json({ code: 200, data: { taskId, state: 'success', resultJson: JSON.stringify({ resultUrls: [`${both.origin}/image.png`] }) } })(
					response,
					request,
				);
			},
		});
		const start = Date.now();
		const stopped = await run(both.origin, { items: 2, options: { timeout: 600 }, onError: 'stop' });
		process.stderr.write(`An image host that ${name}: ended after ${((Date.now() - start) / 1000) * timeFactor} s under Stop\n`);
		const { accepted, failures } = stopDetailsOf(stopped.error('Generate'));
		expect(new Set([...accepted, ...failures].map(({ taskId }) => taskId))).toEqual(new Set(['task_1', 'task_2']));
		expect(stopped.error('Generate')?.description).toContain('task_2');
	});
});

describe("the user's own proxy", () => {
	const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'NO_PROXY', 'no_proxy', 'ALL_PROXY', 'all_proxy'];
	const before = names.map((name) => [name, process.env[name]] as const);
	const proxied = (origin: string): void => {
		for (const name of names) delete process.env[name];
		process.env.HTTP_PROXY = origin;
		process.env.HTTPS_PROXY = origin;
	};
	afterEach(() => {
		for (const [name, value] of before) {
			if (value === undefined) delete process.env[name];
			else process.env[name] = value;
		}
	});
	const expected = { status: 'failed', failure: { kind: 'providerUnavailable', mayBeCharged: false, message: expect.stringMatching(/proxy/) } };

	test('that asks for a password is named', async () => {
		const { origin } = await listen((_request, response) => response.writeHead(407, { 'Proxy-Authenticate': 'Basic' }).end('no'));
		proxied(origin);
		expect(failureOf(await run('http://api.example/v1'))).toMatchObject(expected);
	});

	test.each([
		['answers 502', 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 5\r\n\r\nnope!'],
		['answers 407', 'HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n'],
		['answers 403 without a body', 'HTTP/1.1 403 Forbidden\r\n\r\n'],
		['hangs up', ''],
	])('that is to connect and %s is named', async (_name, answer) => {
		const proxy = createTcpServer((socket) => {
			socket.on('error', () => undefined);
			socket.once('data', () => socket.end(answer));
		});
		await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
		open.add(proxy);
		proxied(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
		expect(failureOf(await run('https://api.example/v1'))).toMatchObject(expected);
	});
});
