import { providerIds } from '../../nodes/providers';
import { contractOf } from '../support/contractOf';
import { startSimulator, type Simulator } from './server';
import { clientOf, until, validBody } from './testClient';

let simulator: Simulator;

beforeAll(async () => {
	simulator = await startSimulator({ timeFactor: 0.001, seed: 7 });
});
afterEach(() => simulator.reset());
afterAll(() => simulator.close());

async function finished(): Promise<void> {
	await until(() => simulator.tasks.every(({ state }) => state === 'succeeded' || state === 'failed'));
}

describe.each(providerIds)('%s', (provider) => {
	test('words a task from submit to success as its contract does', async () => {
		const { walkthrough } = contractOf(provider);
		const client = clientOf(simulator, provider);
		const { status, data } = await client.submit(validBody(provider, 'a fox'));
		const [task] = simulator.tasks;
		const id = task?.id ?? '';
		const [code, accepted] = walkthrough.accepted(id);
		expect({ status, data }).toMatchObject({ status: code, data: accepted });
		await finished();
		const urls = (simulator.tasks[0]?.images ?? []).map((_, index) => `${simulator.origin}/images/${id}/${index + 1}.png`);
		expect(urls.length).toBeGreaterThan(0);
		expect((await client.status(id)).data).toMatchObject(walkthrough.finished(id, urls));
		if (walkthrough.balance === undefined) return;
		const { method, path, reply } = walkthrough.balance;
		const balance = await (method === 'GET' ? client.get(path) : client.post(path));
		expect(balance.data).toMatchObject(reply);
	});
});

describe.each(providerIds)('%s refuses', (provider) => {
	const { refusals, request } = contractOf(provider);

	test('a wrong key', async () => {
		const reply = await clientOf(simulator, provider, 'wrong').submit(validBody(provider, 'a fox'));
		const [status, data] = refusals.key;
		expect({ status: reply.status, data: reply.data }).toMatchObject({ status, data });
		expect(simulator.tasks).toHaveLength(0);
	});

	test('a job without credits', async () => {
		const key = `${simulator.demoKeys[provider]}-broke`;
		const reply = await clientOf(simulator, provider, key).submit(validBody(provider, 'a fox'));
		expect(reply.data).toMatchObject(refusals.credits);
	});

	test('an unknown field', async () => {
		const reply = await clientOf(simulator, provider).submit({ ...validBody(provider, 'a fox'), colour: 'red' });
		const [status, data] = refusals.unknownField;
		expect({ status: reply.status, data: reply.data }).toMatchObject({ status, data });
	});

	test('a body without its required fields', async () => {
		const reply = await clientOf(simulator, provider).submit({});
		expect(JSON.stringify(reply.data)).toContain('is required');
	});

	test.each(request.refused)('what its contract does not allow: %s in %j', async (named, change) => {
		const reply = await clientOf(simulator, provider).submit({ ...validBody(provider, 'a fox'), ...change });
		expect(JSON.stringify(reply.data)).toContain(named);
		expect(simulator.tasks).toHaveLength(0);
	});

	test('an unknown task, also a task of another key', async () => {
		const client = clientOf(simulator, provider);
		expect(JSON.stringify((await client.status('nothing')).data)).toMatch(/not found/i);
		await client.submit(validBody(provider, 'a fox'));
		const other = clientOf(simulator, provider, `${simulator.demoKeys[provider]}_broke`);
		expect(JSON.stringify((await other.status(simulator.tasks[0]?.id ?? '')).data)).toMatch(/not found/i);
	});
});

test('Apiframe takes a custom size that is too small for the model, and the job fails', async () => {
	const seedreamParams = { size: 'custom', width: 1024, height: 1024 };
	const { data } = await clientOf(simulator, 'apiframe').submit({ ...validBody('apiframe', 'a fox'), seedreamParams });
	await finished();
	const reply = (await clientOf(simulator, 'apiframe').status(data.jobId)).data;
	expect(reply).toMatchObject({ status: 'FAILED', error: expect.stringContaining('3686400'), creditCost: 0 });
});

test('the log hides all but the end of a key and says which kind a request was', async () => {
	const client = clientOf(simulator, 'apixo');
	await client.submit(validBody('apixo', 'a fox'));
	await client.get('/apikeys/current-balance');
	expect(simulator.requests.map(({ kind, status }) => [kind, status])).toEqual([
		['submit', 200],
		['balance', 200],
	]);
	expect(simulator.requests[0]?.headers.authorization).toBe('…pixo');
	expect(simulator.requests[0]?.taskId).toBe(simulator.tasks[0]?.id);
});

test('Apiframe returns the first job for the same idempotency key and refuses another body with it', async () => {
	const client = clientOf(simulator, 'apiframe');
	const headers = { 'Idempotency-Key': 'one' };
	const first = await client.submit(validBody('apiframe', 'a fox'), headers);
	const second = await client.submit(validBody('apiframe', 'a fox'), headers);
	expect(second.data.jobId).toBe(first.data.jobId);
	expect((await client.submit(validBody('apiframe', 'a cat'), headers)).status).toBe(409);
	expect(simulator.tasks).toHaveLength(1);
	expect(simulator.balance('apiframe')).toBe(99_996);
});

test('the same seed plays the same ids', async () => {
	const ids: string[] = [];
	for (let run = 0; run < 2; run++) {
		const other = await startSimulator({ seed: 3, timeFactor: 0.001 });
		ids.push((await clientOf(other, 'apixo').submit(validBody('apixo', 'a fox'))).data.data.taskId);
		await other.close();
	}
	expect(ids[0]).toBe(ids[1]);
});

test('a rate limit answers 429 with Retry-After', async () => {
	const limited = await startSimulator({ rateLimit: { provider: 'pixelDojo', perMinute: 2 } });
	const client = clientOf(limited, 'pixelDojo');
	const replies = await Promise.all([1, 2, 3].map(() => client.status('nothing')));
	expect(replies.map(({ status }) => status).sort()).toEqual([404, 404, 429]);
	expect(Number(replies.find(({ status }) => status === 429)?.headers['retry-after'])).toBeGreaterThan(50);
	await limited.close();
});

test('a flaky provider refuses the given share, and never charges for it', async () => {
	const flaky = await startSimulator({ flaky: 0.3, seed: 5, timeFactor: 0.001 });
	const client = clientOf(flaky, 'apixo');
	const submits = await Promise.all(Array.from({ length: 100 }, async () => await client.submit(validBody('apixo', 'a fox'))));
	const refused = submits.filter(({ status }) => status === 429);
	expect(refused.length).toBeGreaterThan(15);
	expect(refused.length).toBeLessThan(45);
	expect(flaky.tasks).toHaveLength(100 - refused.length);
	const checks = await Promise.all(flaky.tasks.map(async ({ id }) => await client.status(id)));
	expect(new Set(checks.map(({ status }) => status))).toEqual(new Set([200, 503]));
	await flaky.close();
});
