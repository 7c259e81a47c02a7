import axios from 'axios';

import { directives, joinScenarios, parseScenario, Strikes, withoutDirectives } from './scenario';
import { startSimulator, type Simulator } from './server';
import { clientOf, until, validBody } from './testClient';

describe('directives', () => {
	test('are read from a prompt with their parameters', () => {
		expect(parseScenario('a fox [[submit=429;retry-after=2;times=always]] and [[never]]')).toEqual([
			{ name: 'submit', value: '429', parameters: { 'retry-after': '2', times: 'always' } },
			{ name: 'never', value: '', parameters: {} },
		]);
		expect(withoutDirectives('a fox [[never]] runs')).toBe('a fox runs');
	});

	test('that are unknown are an error', () => expect(() => parseScenario('[[sumbit=500]]')).toThrow('sumbit'));

	test('of the prompt stand above the defaults of the same name', () => {
		const joined = joinScenarios(parseScenario('[[image=403]]'), parseScenario('[[image=404]][[fewer=1]]'));
		expect(joined.map(({ name, value }) => `${name}=${value}`)).toEqual(['image=403', 'fewer=1']);
	});

	test('strike as often as they say, one after the other', () => {
		const strikes = new Strikes();
		const both = directives(parseScenario('[[submit=429]][[submit=500;times=2]]'), 'submit');
		expect([1, 2, 3, 4].map(() => strikes.take('here', both)?.value)).toEqual(['429', '500', '500', undefined]);
		expect(strikes.take('elsewhere', both)?.value).toBe('429');
	});
});

let simulator: Simulator;

beforeAll(async () => {
	simulator = await startSimulator({ timeFactor: 0.001, seed: 7 });
});
afterEach(() => simulator.reset());
afterAll(() => simulator.close());

const submit = (prompt: string) => clientOf(simulator, 'apixo').submit(validBody('apixo', prompt));

async function finishedTask(prompt: string) {
	await submit(prompt);
	await until(() => ['succeeded', 'failed'].includes(simulator.tasks[0]?.state ?? ''));
	const [task] = simulator.tasks;
	if (task === undefined) throw new Error('no task');
	return { task, look: () => clientOf(simulator, 'apixo').status(task.id) };
}

describe('submits', () => {
	test.each([
		['500', 500, 0],
		['402', 402, 0],
		['401', 401, 0],
		['502html', 502, 0],
		['200-error', 200, 0],
		['not-json', 200, 1],
		['no-id', 200, 1],
	])('submit=%s answers %i and leaves %i paid task(s)', async (value, status, tasks) => {
		const reply = await submit(`[[submit=${value}]]`);
		expect(reply.status).toBe(status);
		expect(reply.data?.data?.taskId).toBeUndefined();
		expect(simulator.tasks).toHaveLength(tasks);
	});

	test.each([
		['reset-before', 0],
		['reset-after', 1],
	])('submit=%s breaks the connection and leaves %i paid task(s)', async (value, tasks) => {
		await expect(submit(`[[submit=${value}]]`)).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect(simulator.tasks).toHaveLength(tasks);
		expect(simulator.requests[0]?.status).toBe(0);
	});

	test('submit=stall accepts and never answers', async () => {
		const path = `${simulator.baseUrls.apixo}/generateTask/seedream-4-5`;
		const headers = { Authorization: 'Bearer demo-apixo' };
		const stalled = axios.post(path, validBody('apixo', '[[submit=stall]]'), { headers, timeout: 100, proxy: false });
		await expect(stalled).rejects.toMatchObject({ code: 'ECONNABORTED' });
		expect(simulator.tasks).toHaveLength(1);
	});

	test('submit=429 says when to come back, and then accepts', async () => {
		expect((await submit('[[submit=429;retry-after=2]]')).headers['retry-after']).toBe('2');
		expect((await submit('[[submit=429;retry-after=2]]')).status).toBe(200);
		const dated = await submit('[[submit=429;retry-after-date=2]]');
		expect(Date.parse(String(dated.headers['retry-after']))).toBeGreaterThan(Date.now());
	});

	test('refuse', async () => {
		expect(await submit('[[refuse]]')).toMatchObject({ status: 403, data: { code: 403, data: null } });
	});
});

describe('status checks', () => {
	test('status faults pass by', async () => {
		const { look } = await finishedTask('[[status=500;times=2]][[status=404]][[status=html]][[status=word:brewing]]');
		const seen: unknown[] = [];
		for (let count = 0; count < 6; count++) {
			const { status, data } = await look();
			seen.push(typeof data === 'string' ? 'text' : status === 200 ? data.data.state : status);
		}
		expect(seen).toEqual([500, 500, 404, 'text', 'brewing', 'success']);
	});

	test('words in other case', async () => {
		const { look } = await finishedTask('[[status=uppercase]]');
		expect((await look()).data.data.state).toBe('SUCCESS');
	});

	test('a broken connection', async () => {
		const { look } = await finishedTask('[[status=reset]]');
		await expect(look()).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect((await look()).status).toBe(200);
	});

	test('fail: with the code, and paid back', async () => {
		const { task, look } = await finishedTask('[[fail=SensitiveContent]]');
		expect((await look()).data.data).toMatchObject({ state: 'failed', failCode: 'SensitiveContent' });
		expect(task.charged).toBe(0);
	});

	test('fewer images are charged as fewer', async () => {
		const { task } = await finishedTask('[[fewer=1]]');
		expect(task.images).toHaveLength(1);
		expect(task.charged).toBe(0.035);
	});

	test('results in other forms', async () => {
		const broken = await finishedTask('[[result=broken-json]]');
		const text = (await broken.look()).data.data.resultJson;
		expect(() => JSON.parse(text) as unknown).toThrow();
		simulator.reset();
		const object = await finishedTask('[[result=object]]');
		expect((await object.look()).data.data.resultJson.resultUrls).toHaveLength(2);
		simulator.reset();
		const none = await finishedTask('[[no-urls]]');
		expect(JSON.parse((await none.look()).data.data.resultJson)).toEqual({ resultUrls: [] });
	});

	test('never, and a default for all tasks', async () => {
		await axios.post(`${simulator.origin}/__scenario`, '[[never]]', { proxy: false });
		await submit('a fox');
		expect(simulator.tasks[0]).toMatchObject({ readyAt: null, charged: 0.07 });
		await axios.post(`${simulator.origin}/__reset`, '', { proxy: false });
		expect(simulator.tasks).toHaveLength(0);
	});

	test('check-references fails a task whose reference is no image', async () => {
		const references = [`${simulator.origin}/`];
		const input = { mode: 'image-to-image', prompt: 'a fox [[check-references]]', max_images: 1, image_urls: references };
		await clientOf(simulator, 'apixo').submit({ input });
		await until(() => simulator.tasks[0]?.state === 'failed');
	});
});
