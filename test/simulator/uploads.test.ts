import axios from 'axios';

import { drawPicture } from './picture';
import { encodePng } from './png';
import { startSimulator, type Simulator } from './server';
import { authentication, clientOf, validBody } from './testClient';

let simulator: Simulator;
let file: Buffer;

beforeAll(async () => {
	simulator = await startSimulator({ timeFactor: 0.001, seed: 7 });
	const text = { provider: 'apixo', providerName: 'APIXO', prompt: 'a fox', number: 1, count: 1, references: 0 } as const;
	file = await encodePng(drawPicture({ ...text, width: 64, height: 64 }), 64, 64);
});
afterEach(() => simulator.reset());
afterAll(() => simulator.close());

interface Announced {
	upload_url: { url: string; fields: Record<string, string> };
	image_url: string;
}

async function announce(): Promise<Announced> {
	const request = { image_name: 'photo.png', content_type: 'image/png' };
	const { data } = await clientOf(simulator, 'pixwith').post('/api/task/pre_url', request);
	return data.data;
}

function post(url: string, entries: [string, string | Buffer][], headers: Record<string, string> = {}) {
	const form = new FormData();
	for (const [name, value] of entries) {
		form.append(name, typeof value === 'string' ? value : new Blob([Uint8Array.from(value)]), ...(typeof value === 'string' ? [] : ['photo.png']));
	}
	return axios.post(url, form, { headers, validateStatus: () => true, proxy: false });
}

describe('PixWith', () => {
	const entriesOf = (announced: Announced): [string, string | Buffer][] => [...Object.entries(announced.upload_url.fields), ['file', file]];

	test('stores a presigned upload, and the job may then use its URL', async () => {
		const announced = await announce();
		const job = { ...validBody('pixwith', 'a fox'), image_urls: [announced.image_url] };
		expect((await clientOf(simulator, 'pixwith').submit(job)).data).toEqual({ code: 0, message: 'Invalid image url' });
		expect((await post(announced.upload_url.url, entriesOf(announced))).status).toBe(204);
		expect((await clientOf(simulator, 'pixwith').submit(job)).data.code).toBe(1);
		const stored = await axios.get<Buffer>(announced.image_url, { responseType: 'arraybuffer', proxy: false });
		expect(stored.data.equals(file)).toBe(true);
	});

	test('takes no other types', async () => {
		const request = { image_name: 'photo.webp', content_type: 'image/webp' };
		const { data } = await clientOf(simulator, 'pixwith').post('/api/task/pre_url', request);
		expect(data).toEqual({ code: 0, message: 'Invalid image format' });
	});

	test.each<[string, (entries: [string, string | Buffer][]) => [string, string | Buffer][], Record<string, string>]>([
		['a missing field', (entries) => entries.slice(1), {}],
		['a field twice', (entries) => [...entries.filter(([name]) => name === 'policy'), ...entries], {}],
		['a changed field', (entries) => entries.map(([name, value]) => [name, name === 'policy' ? 'x' : value]), {}],
		['an extra field', (entries) => [['more', 'x'], ...entries], {}],
		['the file not last', (entries) => [...entries.slice(-1), ...entries.slice(0, -1)], {}],
		['the API key', (entries) => entries, { 'Api-Key': 'demo-pixwith' }],
		['too much', (entries) => [...entries.slice(0, -1), ['file', Buffer.alloc(10_000_001)]], {}],
		['another type', (entries) => [...entries.slice(0, -1), ['file', Buffer.from('GIF89a…')]], {}],
	])('storage refuses %s', async (_, change, headers) => {
		const announced = await announce();
		const reply = await post(announced.upload_url.url, change(entriesOf(announced)), headers);
		expect(reply.status).toBeGreaterThanOrEqual(400);
	});
});

describe('Apiframe', () => {
	const url = () => `${simulator.baseUrls.apiframe}/v2/uploads`;
	const key = authentication('apiframe', 'afk_demo');

	test('answers 201 with the URL of the file', async () => {
		const reply = await post(url(), [['file', file]], key);
		expect(reply.status).toBe(201);
		expect(reply.data).toMatchObject({ kind: 'image', contentType: 'image/png', byteSize: file.length });
		const stored = await axios.get<Buffer>(reply.data.url, { responseType: 'arraybuffer', proxy: false });
		expect(stored.data.equals(file)).toBe(true);
	});

	test('refuses what is no image, another field, a wrong key', async () => {
		expect((await post(url(), [['file', Buffer.from('hello')]], key)).status).toBe(400);
		expect((await post(url(), [['image', file]], key)).status).toBe(400);
		expect((await post(url(), [['file', file]])).status).toBe(401);
	});
});
