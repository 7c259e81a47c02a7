/** The download of one image: what is stored, refused or tried again, and that nothing stays open. */
import { Readable } from 'node:stream';

import { Aborted } from '../../../nodes/core/clock';
import { BadDownload } from '../../../nodes/core/image/guardBytes';
import { createRedactor } from '../../../nodes/core/redactor';
import { downloadImage, type DownloadRules } from '../../../nodes/host/output/download';
import { encodePng } from '../../workflows/support/smallPng';
import { createFakeClock, letPass } from '../../support/fakeClock';
import { fakeNode, type FakeReply } from '../../support/fakeNode';

const png = encodePng(7, 5, 200);
const url = 'https://files.example.com/1.png';
const key = 'sk-Ab3-Xy9-secret';

type Given = FakeReply | Error | (() => Promise<FakeReply>);

/** The replies of an image host; the last one repeats. */
function download(replies: readonly Given[], more: Partial<DownloadRules> & { at?: string; prepare?: () => Promise<undefined> } = {}) {
	const { at = url, prepare, ...rules } = more;
	const stop = new AbortController();
	const clock = createFakeClock();
	const bodies: Readable[] = [];
	const node = fakeNode({
		answer: async (_, number) => {
			const given = replies[Math.min(number, replies.length) - 1];
			const reply = typeof given === 'function' ? await given() : given;
			if (reply === undefined || reply instanceof Error) return reply ?? new Error('No reply was announced');
			const body = reply.body instanceof Readable ? reply.body : Readable.from(Array.isArray(reply.body) ? reply.body : [reply.body ?? png]);
			jest.spyOn(body, 'destroy');
			bodies.push(body);
			return { ...reply, body };
		},
		...(prepare === undefined ? {} : { more: { helpers: { prepareBinaryData: prepare } } }),
	});
	const result = downloadImage(node.context, at, {
		maxBytes: 1000,
		baseUrl: 'https://api.example.com/v1',
		fileName: ({ extension }) => `fox.${extension}`,
		signal: stop.signal,
		clock,
		redactor: createRedactor([key]),
		...rules,
	});
	return { result, clock, node, stop, bodies, asked: () => node.requests.map((request) => request.url) };
}

const ok = (body: unknown = png, headers: Record<string, unknown> = {}): FakeReply => ({ statusCode: 200, headers, body });
const at = (statusCode: number, body = '', headers: Record<string, unknown> = {}): FakeReply => ({ statusCode, headers, body: Buffer.from(body) });
const movedTo = (location: string, statusCode = 302): FakeReply => at(statusCode, '', { location });
const bad = (message: string | RegExp, retryable: boolean) =>
	expect.objectContaining({ name: 'BadDownload', message: typeof message === 'string' ? message : expect.stringMatching(message), retryable });

describe('an image', () => {
	test('is stored as a stream, with the extension of its real type', async () => {
		const { result, node, bodies, clock } = download([ok([png.subarray(0, 20), png.subarray(20)], { 'content-type': 'text/html' })]);
		await expect(result).resolves.toEqual({
			binary: { data: 'stored', fileName: 'fox.png', mimeType: 'image/png' },
			fileName: 'fox.png',
			mimeType: 'image/png',
			bytes: png.length,
			size: { width: 7, height: 5 },
		});
		expect(node.stored).toEqual([{ fileName: 'fox.png', mimeType: 'image/png', bytes: png }]);
		expect([bodies[0]?.destroyed, clock.alarms()]).toEqual([true, 0]);
	});

	test('is requested without a credential, following no redirect, and can be aborted', async () => {
		const { result, node } = download([ok()]);
		await result;
		expect(node.requests).toEqual([
			{
				method: 'GET',
				url,
				encoding: 'stream',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
				timeout: 30_000,
				abortSignal: expect.any(AbortSignal),
			},
		]);
	});
});

describe('a file that is not delivered', () => {
	test.each<[string, FakeReply, string | RegExp]>([
		['is larger than allowed by what the host says', ok(png, { 'content-length': '1001' }), /^the file is larger than the 0.001 MB allowed/],
		['is larger than allowed', ok([png, Buffer.alloc(1000)]), /^the file is larger than/],
		['is no image', ok(Buffer.from('<html>Log in</html>')), 'the file is not an image: "Log in"'],
		['quotes the key', ok(Buffer.from(`expired: ${key}`)), 'the file is not an image: "expired: [hidden]"'],
	])('because it %s is closed at once and not downloaded again', async (_, reply, message) => {
		const { result, bodies, asked, node } = download([reply]);
		await expect(result).resolves.toEqual(bad(message, false));
		// By the download itself; the end of the request would come with an error.
		expect(bodies[0]?.destroy).toHaveBeenCalledWith();
		expect([asked().length, node.stored]).toEqual([1, []]);
	});

	test.each<[string, FakeReply]>([
		['ends before its end marker', ok(png.subarray(0, -12))],
		['is shorter than announced', ok(png, { 'content-length': String(png.length + 1) })],
		['is shorter than announced as it is', ok(png, { 'content-length': String(png.length + 1), 'content-encoding': 'identity' })],
		['is empty', ok(Buffer.alloc(0))],
	])('because it %s is downloaded again', async (_, reply) => {
		const { result, asked, clock, bodies } = download([reply, ok()]);
		await expect(result).resolves.toMatchObject({ bytes: png.length });
		expect(asked()).toHaveLength(2);
		expect(clock.sleeps).toEqual([500]);
		expect(bodies.map(({ destroyed }) => destroyed)).toEqual([true, true]);
	});

	test('because n8n did not store it is not downloaded again', async () => {
		const { result, asked } = download([ok()], { prepare: async () => await Promise.resolve(undefined) });
		await expect(result).resolves.toEqual(bad('n8n did not store the file', false));
		expect(asked()).toHaveLength(1);
	});

	test('because n8n could not store it is closed', async () => {
		const wrapped = new Error('could not be stored', { cause: new Error('again', { cause: new BadDownload('the file is cut off', false) }) });
		const { result, bodies } = download([ok()], { prepare: async () => await Promise.reject(wrapped) });
		await expect(result).resolves.toEqual(bad('the file is cut off', false));
		expect(bodies[0]?.destroyed).toBe(true);
	});
});

test.each([
	['gzip', { 'content-length': '900', 'content-encoding': 'gzip' }],
	['nonsense', { 'content-length': 'many' }],
])('a Content-Length that is not the size of the file (%s) is ignored', async (_, headers) => {
	await expect(download([ok(png, headers)]).result).resolves.toMatchObject({ bytes: png.length });
});

describe('a reply that is not a file', () => {
	test.each<[number, boolean, string]>([
		[400, false, 'the image host answered HTTP 400: "sorry"'],
		[403, false, 'the image host answered HTTP 403 (the URL may have expired): "sorry"'],
		[404, false, 'the image host answered HTTP 404 (the URL may have expired): "sorry"'],
		[410, false, 'the image host answered HTTP 410 (the URL may have expired): "sorry"'],
		[304, false, 'the image host answered HTTP 304: "sorry"'],
		[408, true, 'the image host answered HTTP 408: "sorry"'],
		[429, true, 'the image host answered HTTP 429: "sorry"'],
		[500, true, 'the image host answered HTTP 500: "sorry"'],
		[503, true, 'the image host answered HTTP 503: "sorry"'],
	])('HTTP %i (retried: %s) is reported in its words', async (status, retryable, message) => {
		const { result, asked, clock, bodies } = download([at(status, 'sorry')]);
		await expect(result).resolves.toEqual(bad(message, retryable));
		expect(asked()).toHaveLength(retryable ? 3 : 1);
		expect(clock.sleeps).toEqual(retryable ? [500, 1000] : []);
		expect(bodies.every(({ destroyed }) => destroyed)).toBe(true);
	});

	test('of the proxy of this n8n is reported as the proxy’s', async () => {
		await expect(download([at(407, 'who are you')]).result).resolves.toEqual(bad(/^the proxy of this n8n asks for a user name/, false));
	});

	test('is quoted without the key, on one short line', async () => {
		await expect(download([at(403, `${key}\n${'x'.repeat(300)}`)]).result).resolves.toEqual(bad(/: "\[hidden\] x{111}"$/, false));
		const broken = new Readable({ read: () => undefined });
		broken.destroy(new Error('gone'));
		await expect(download([{ statusCode: 404, body: broken }]).result).resolves.toEqual(
			bad('the image host answered HTTP 404 (the URL may have expired)', false),
		);
	});
});

test.each([
	[404, 1, 'the image host answered HTTP 404 (the URL may have expired)'],
	[503, 3, 'the image host answered HTTP 503'],
])('a refusal whose body does not arrive is still a refusal: HTTP %i', async (statusCode, count, message) => {
	const { result, asked, clock } = download([async () => await Promise.resolve({ statusCode, body: new Readable({ read: () => undefined }) })]);
	void letPass(clock, 25);
	await expect(result).resolves.toEqual(bad(message, count > 1));
	expect(asked()).toHaveLength(count);
	expect(clock.alarms()).toBe(0);
});

describe('a redirect', () => {
	test('is followed, even a relative one, and its body is closed', async () => {
		const { result, asked, bodies } = download([movedTo('/2.png'), movedTo('https://cdn.example.org/3.png', 307), ok()]);
		await expect(result).resolves.toMatchObject({ bytes: png.length });
		expect(asked()).toEqual([url, 'https://files.example.com/2.png', 'https://cdn.example.org/3.png']);
		expect(bodies.map(({ destroyed }) => destroyed)).toEqual([true, true, true]);
	});

	test.each([
		['into a private network', 'http://169.254.169.254/latest', /private network/],
		['to plain text', 'http://cdn.example.org/1.png', /^the URL begins with http:/],
		['to nowhere', 'https://', /^the URL is not valid$/],
	])('%s is not followed', async (_, location, message) => {
		const { result, asked } = download([movedTo(location)]);
		await expect(result).resolves.toEqual(bad(message, false));
		expect(asked()).toEqual([url]);
	});

	test('is followed at most five times', async () => {
		const hops = [1, 2, 3, 4, 5].map((hop) => movedTo(`/hop-${hop}`));
		await expect(download([...hops, ok()]).result).resolves.toMatchObject({ bytes: png.length });
		const endless = download([movedTo('/again')]);
		await expect(endless.result).resolves.toEqual(bad('the URL redirects more than 5 times', false));
		expect(endless.asked()).toHaveLength(6);
	});
});

test.each([
	['ftp://files.example.com/1.png', /^the URL begins with ftp:/],
	['not a URL', /^the URL is not valid$/],
	['http://10.0.0.7/1.png', /private network/],
])('nothing is requested from %s', async (address, message) => {
	const { result, asked } = download([ok()], { at: address });
	await expect(result).resolves.toEqual(bad(message, false));
	expect(asked()).toEqual([]);
});

test('images may be in a private network if the provider is', async () => {
	await expect(download([ok()], { at: 'http://10.0.0.7/1.png', baseUrl: 'http://10.0.0.7/v1' }).result).resolves.toMatchObject({ bytes: png.length });
});

describe('a host that is slow', () => {
	/** A body that sends so many bytes each second, after the head of an image. */
	const dripping = (clock: () => ReturnType<typeof createFakeClock>, bytesPerSecond: number, seconds = 1): FakeReply => {
		async function* drip(): AsyncGenerator<Uint8Array> {
			yield png.subarray(0, 40);
			for (;;) {
				await clock().sleep(seconds * 1000);
				yield Buffer.alloc(bytesPerSecond * seconds);
			}
		}
		return ok(Readable.from(drip()));
	};
	const silent = async (): Promise<FakeReply> => await Promise.resolve(ok(new Readable({ read: () => undefined })));

	test.each<[string, () => Promise<FakeReply>]>([
		['sends nothing', silent],
		['never answers', async () => await new Promise(() => undefined)],
	])('and %s is aborted after 30 seconds and tried again', async (_, reply) => {
		const { result, clock, node } = download([reply]);
		void letPass(clock, 100);
		await expect(result).resolves.toEqual(bad('no data arrived for 30 seconds', true));
		expect(node.requests).toHaveLength(3);
		expect(clock.elapsed()).toBeGreaterThanOrEqual(91_500);
		expect(clock.elapsed()).toBeLessThan(96_000);
		// Closing the body alone would leave the request open.
		expect(node.requests.every(({ abortSignal }) => (abortSignal as AbortSignal).aborted)).toBe(true);
		expect(clock.alarms()).toBe(0);
	});

	test.each<[string, number, number, number, number]>([
		['a few bytes', 1, 5, 60, 60],
		['less than 64 bytes a second', 63, 1, 60, 61],
		['more, but never a file', 70, 1, 300, 301],
		['less than 8192 bytes a second', 8191, 1, 300, 301],
	])('with %s is aborted and not tried again', async (_, bytesPerSecond, pause, from, to) => {
		const { result, clock, node } = download([async () => await Promise.resolve(dripping(() => clock, bytesPerSecond, pause))], { maxBytes: 1e9 });
		await expect(result).resolves.toEqual(bad(/^the image host is too slow: \d+ bytes in \d+ seconds$/, false));
		expect(clock.elapsed() / 1000).toBeGreaterThanOrEqual(from);
		expect(clock.elapsed() / 1000).toBeLessThanOrEqual(to);
		expect(node.requests).toHaveLength(1);
		expect(clock.alarms()).toBe(0);
	});

	test('but fast enough is downloaded', async () => {
		async function* steady(): AsyncGenerator<Uint8Array> {
			yield png.subarray(0, 30);
			await clock.sleep(29_000);
			yield png.subarray(30, 50);
			await clock.sleep(29_000);
			yield png.subarray(50);
		}
		const { result, clock } = download([async () => await Promise.resolve(ok(Readable.from(steady())))]);
		await expect(result).resolves.toMatchObject({ bytes: png.length });
	});
});

describe('Stop', () => {
	test('before a download fetches nothing', async () => {
		const clock = createFakeClock();
		clock.abort();
		const { result, asked } = download([ok()], { clock });
		await expect(result).rejects.toBeInstanceOf(Aborted);
		expect(asked()).toEqual([]);
	});

	test('during a download ends its request', async () => {
		const { result, stop, node, clock } = download([
			async () => {
				stop.abort();
				return await new Promise(() => undefined);
			},
		]);
		await expect(result).rejects.toBeInstanceOf(Aborted);
		expect((node.requests[0]?.abortSignal as AbortSignal).aborted).toBe(true);
		expect([node.requests.length, clock.alarms()]).toEqual([1, 0]);
	});
});

describe('a connection that fails', () => {
	const reset = Object.assign(new Error(`socket hang up at ${key}`), { code: 'ECONNRESET' });
	const forbidden = Object.assign(new Error('blocked'), { name: 'SsrfBlockedIpError' });

	test('is tried again', async () => {
		const { result, asked } = download([reset, reset, ok()]);
		await expect(result).resolves.toMatchObject({ bytes: png.length });
		expect(asked()).toHaveLength(3);
	});

	test('every time is reported, without the key', async () => {
		await expect(download([reset]).result).resolves.toEqual(bad(/^the connection was/, true));
		await expect(download([new Error(`odd: ${key}`)]).result).resolves.toEqual(bad('odd: [hidden]', true));
	});

	test('because n8n forbids the address is not tried again', async () => {
		const { result, asked } = download([forbidden]);
		await expect(result).resolves.toEqual(bad(/^this n8n forbids requests to that address/, false));
		expect(asked()).toHaveLength(1);
	});
});
