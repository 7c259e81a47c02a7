import axios from 'axios';

import { encodeJpeg } from './jpeg';
import { drawPicture, wrapText, type PictureText } from './picture';
import { encodePng } from './png';
import { startSimulator, type Simulator } from './server';
import { clientOf, until, validBody } from './testClient';
import { encodeWebp } from './webp';

let simulator: Simulator;

beforeAll(async () => {
	simulator = await startSimulator({ timeFactor: 0.001, seed: 7 });
});
afterEach(() => simulator.reset());
afterAll(() => simulator.close());

async function imagesOf(prompt: string): Promise<string[]> {
	await clientOf(simulator, 'apixo').submit(validBody('apixo', prompt));
	await until(() => simulator.tasks[0]?.state === 'succeeded');
	return simulator.tasks[0]?.images ?? [];
}

const download = (url: string, timeout = 2000) =>
	axios.get<Buffer>(url, { responseType: 'arraybuffer', validateStatus: () => true, maxRedirects: 0, timeout, proxy: false });

async function firstImage(directive: string) {
	const [url = ''] = await imagesOf(`a fox [[image=${directive}]]`);
	return download(url);
}

const picture: PictureText = {
	provider: 'apixo',
	providerName: 'APIXO',
	prompt: 'a fox',
	width: 4096,
	height: 4096,
	number: 1,
	count: 1,
	references: 0,
};

describe('files', () => {
	test('a PNG of 4096 × 4096 is small and its header says its size', async () => {
		const file = await encodePng(drawPicture(picture), 4096, 4096);
		expect([file.readUInt32BE(16), file.readUInt32BE(20)]).toEqual([4096, 4096]);
		expect(file.length).toBeLessThan(500_000);
	});

	test('JPEG and WebP have the size asked for in their headers', () => {
		const jpeg = encodeJpeg(drawPicture(picture), 2848, 1600);
		const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
		expect([jpeg.readUInt16BE(frame + 7), jpeg.readUInt16BE(frame + 5)]).toEqual([2848, 1600]);
		const webp = encodeWebp(drawPicture(picture), 2848, 1600);
		const bits = webp.readUInt32LE(21);
		expect([(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1]).toEqual([2848, 1600]);
	});

	test('long prompts are cut', () => expect(wrapText('one two three four', 9, 2)).toEqual(['one two', 'three…']));
});

describe('downloads', () => {
	test('need no key and come in the size of the provider’s table', async () => {
		const [url = ''] = await imagesOf('a fox');
		const reply = await download(url);
		expect(reply.headers['content-type']).toBe('image/png');
		expect([reply.data.readUInt32BE(16), reply.data.readUInt32BE(20)]).toEqual([2048, 2048]);
		expect(simulator.requests.at(-1)).toMatchObject({ kind: 'image', provider: 'apixo', hasCredential: false, status: 200 });
	});

	test('a key that comes along is noticed', async () => {
		const [url = ''] = await imagesOf('a fox');
		await axios.get(url, { headers: { Authorization: 'Bearer demo-apixo' }, proxy: false });
		expect(simulator.requests.at(-1)?.hasCredential).toBe(true);
	});

	test.each(['403', '404'])('image=%s', async (status) => expect((await firstImage(status)).status).toBe(Number(status)));

	test('image=500 once', async () => {
		const [url = ''] = await imagesOf('a fox [[image=500;times=1]]');
		expect((await download(url)).status).toBe(500);
		expect((await download(url)).status).toBe(200);
	});

	test('only one of the images', async () => {
		const urls = await imagesOf('a fox [[image=404;only=2]]');
		expect(await Promise.all(urls.map(async (url) => (await download(url)).status))).toEqual([200, 404]);
	});

	test('redirects lead to the image, here and at another origin', async () => {
		const here = await firstImage('redirect');
		expect(here.headers.location).toContain(`${simulator.origin}/`);
		expect((await download(String(here.headers.location))).status).toBe(200);
		simulator.reset();
		const away = await firstImage('redirect-elsewhere');
		expect(away.headers.location).toContain(`${simulator.elsewhere}/`);
		expect((await download(String(away.headers.location))).status).toBe(200);
		expect(simulator.requests.at(-1)).toMatchObject({ kind: 'image', note: 'at the other origin' });
	});

	test('image=truncated breaks off', async () => {
		const [url = ''] = await imagesOf('a fox [[image=truncated]]');
		await expect(download(url)).rejects.toMatchObject({ message: expect.stringMatching(/aborted|reset/i) });
	});

	test('image=stall sends a beginning and nothing more', async () => {
		const [url = ''] = await imagesOf('a fox [[image=stall]]');
		await expect(download(url, 150)).rejects.toMatchObject({ code: 'ECONNABORTED' });
	});

	test('image=drip:1 keeps sending for a second, and the file is whole', async () => {
		const [url = ''] = await imagesOf('a fox [[image=drip:1]]');
		const startedAt = Date.now();
		const arrivals: number[] = [];
		const pieces: Buffer[] = [];
		const { data } = await axios.get<AsyncIterable<Buffer>>(url, { responseType: 'stream', proxy: false });
		for await (const piece of data) {
			arrivals.push(Date.now() - startedAt);
			pieces.push(piece);
		}
		expect(Buffer.concat(pieces).subarray(-8, -4).toString()).toBe('IEND');
		expect(arrivals.length).toBeGreaterThanOrEqual(5);
		expect(arrivals[0]).toBeLessThan(700);
		expect(arrivals.at(-1)).toBeGreaterThanOrEqual(900);
	});

	test('files that are not what they should be', async () => {
		expect((await firstImage('cut')).data.subarray(-8, -4).toString()).not.toBe('IEND');
		simulator.reset();
		expect((await firstImage('html')).headers['content-type']).toContain('text/html');
		simulator.reset();
		expect((await firstImage('wrong-type')).headers['content-type']).toBe('application/octet-stream');
		simulator.reset();
		expect((await firstImage('empty')).data).toHaveLength(0);
	});

	test('image=big:3 is a whole PNG of about 3 MB', async () => {
		const { data } = await firstImage('big:3');
		expect(data.length).toBeGreaterThan(3_000_000);
		expect(data.subarray(-8, -4).toString()).toBe('IEND');
	});

	test('URLs at a private address, twice the same, empty', async () => {
		expect((await imagesOf('[[image=private]]'))[0]).toMatch(/^http:\/\/10\.0\.0\.1\//);
		simulator.reset();
		const [first, second] = await imagesOf('[[image=duplicate]]');
		expect(first).toBe(second);
		simulator.reset();
		expect(await imagesOf('[[image=empty-url]]')).toContain('');
	});

	test.each(['jpeg', 'webp'])('image=%s', async (format) => {
		expect((await firstImage(format)).headers['content-type']).toBe(`image/${format}`);
	});

	test('the page shows the tasks', async () => {
		await imagesOf('a fox & a hen');
		const { data } = await axios.get<string>(simulator.origin, { proxy: false });
		expect(data).toContain('a fox &amp; a hen');
		const thumbnail = /\/__thumbnail\/[^"]+/.exec(data)?.[0] ?? '';
		expect((await download(`${simulator.origin}${thumbnail}`)).data.readUInt32BE(16)).toBe(640);
	});
});
