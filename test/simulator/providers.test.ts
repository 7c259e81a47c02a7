import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type ProviderId, providerIds } from '../../nodes/providers';
import { simulatedProviders } from './simulatedProviders';
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

describe('a task from submit to success, as each contract words it', () => {
	const image = (id: string, number: number) => `${simulator.origin}/images/${id}/${number}.png`;

	test('PixWith', async () => {
		const client = clientOf(simulator, 'pixwith');
		const { data } = await client.submit(validBody('pixwith', 'a fox'));
		expect(data).toEqual({ code: 1, message: 'success', data: { task_id: expect.any(String), estimated_time: 1 } });
		const id = data.data.task_id;
		await finished();
		expect((await client.status(id)).data).toEqual({
			code: 1,
			message: 'success',
			data: { task_id: id, status: 2, result_urls: [image(id, 1), image(id, 2)] },
		});
		expect((await client.post('/api/task/get_credits')).data).toEqual({ code: 1, data: { credits: 99_988 } });
	});

	test('APIXO', async () => {
		const client = clientOf(simulator, 'apixo');
		const { data } = await client.submit(validBody('apixo', 'a fox'));
		expect(data).toEqual({ code: 200, message: 'success', data: { taskId: expect.stringMatching(/^task_\d{8}$/) } });
		const id = data.data.taskId;
		await finished();
		const reply = (await client.status(id)).data;
		expect(reply).toMatchObject({ code: 200, data: { taskId: id, state: 'success', costTime: expect.any(Number) } });
		expect(JSON.parse(reply.data.resultJson)).toEqual({ resultUrls: [image(id, 1), image(id, 2)] });
		expect((await client.get('/apikeys/current-balance')).data).toEqual({ code: 200, message: 'success', data: 999.93 });
	});

	test('API in One', async () => {
		const client = clientOf(simulator, 'apiInOne');
		const { data } = await client.submit(validBody('apiInOne', 'a fox'));
		expect(data).toEqual({
			code: 200,
			message: 'success',
			data: { task_id: expect.stringMatching(/^n30\w+_seed$/), status: 'IN_PROGRESS' },
		});
		const id = data.data.task_id;
		await finished();
		expect((await client.status(id)).data.data).toEqual({
			task_id: id,
			status: 'completed',
			output: { image_urls: [image(id, 1)] },
		});
	});

	test('PixelDojo', async () => {
		const client = clientOf(simulator, 'pixelDojo');
		const { status, data } = await client.submit(validBody('pixelDojo', 'a fox'));
		expect(status).toBe(202);
		expect(data).toMatchObject({ status: 'pending', creditCost: 2, creditsRemaining: 9998 });
		expect(data.statusUrl).toBe(`${simulator.baseUrls.pixelDojo}/jobs/${data.jobId}`);
		await finished();
		expect((await client.status(data.jobId)).data).toMatchObject({
			jobId: data.jobId,
			status: 'completed',
			output: { images: [image(data.jobId, 1), image(data.jobId, 2)] },
			creditCost: 2,
		});
	});

	test('Apiframe', async () => {
		const client = clientOf(simulator, 'apiframe');
		const { status, data } = await client.submit(validBody('apiframe', 'a fox'));
		expect(status).toBe(202);
		expect(data).toEqual({ jobId: expect.stringMatching(/^[\da-f-]{36}$/), status: 'QUEUED' });
		await finished();
		expect((await client.status(data.jobId)).data).toMatchObject({
			id: data.jobId,
			status: 'COMPLETED',
			progress: 100,
			result: { images: [image(data.jobId, 1)] },
			error: null,
			creditCost: 4,
		});
		expect((await client.get('/v2/me')).data).toMatchObject({ team: { credits: 99_996 } });
	});
});

const refusals: Readonly<Record<ProviderId, { status: number; key: unknown; credits: unknown; unknown: unknown }>> = {
	pixwith: {
		status: 200,
		key: { code: 0, message: 'Invalid API KEY' },
		credits: { code: 0, message: 'Credits not enough' },
		unknown: { code: 0, message: expect.stringContaining('colour is not a known field') },
	},
	apixo: {
		status: 400,
		key: { code: 401, message: 'Invalid API key', data: null },
		credits: { code: 400, message: 'Insufficient credits', data: null },
		unknown: { code: 400, message: 'Bad request', data: { error: 'colour is not a known field' } },
	},
	apiInOne: {
		status: 400,
		key: { error: { code: 401, message: 'Invalid API key', type: 'authentication_error' } },
		credits: { error: expect.objectContaining({ code: 402 }) },
		unknown: { error: { code: 400, message: 'colour is not a known field', type: 'invalid_request' } },
	},
	pixelDojo: {
		status: 400,
		key: { error: { code: 'unauthorized', message: 'Invalid API key' } },
		credits: { error: expect.objectContaining({ code: 'insufficient_credits' }) },
		unknown: { error: { code: 'validation_error', message: 'colour is not a known field' } },
	},
	apiframe: {
		status: 400,
		key: { error: 'Invalid API key' },
		credits: { error: 'Insufficient credits', creditsRequired: 4, creditsAvailable: 0 },
		unknown: { error: 'Validation failed', details: { colour: ['is not a known field'] } },
	},
};

describe.each(providerIds)('%s refuses', (provider) => {
	const expected = refusals[provider];

	test('a wrong key', async () => {
		const reply = await clientOf(simulator, provider, 'wrong').submit(validBody(provider, 'a fox'));
		expect(reply.data).toEqual(expected.key);
		expect(reply.status).toBe(provider === 'pixwith' ? 200 : 401);
		expect(simulator.tasks).toHaveLength(0);
	});

	test('a job without credits', async () => {
		const key = `${simulator.demoKeys[provider]}-broke`;
		const reply = await clientOf(simulator, provider, key).submit(validBody(provider, 'a fox'));
		expect(reply.data).toEqual(expected.credits);
	});

	test('an unknown field', async () => {
		const reply = await clientOf(simulator, provider).submit({ ...validBody(provider, 'a fox'), colour: 'red' });
		expect(reply.status).toBe(expected.status);
		expect(reply.data).toEqual(expected.unknown);
	});

	test('a body without its required fields', async () => {
		const reply = await clientOf(simulator, provider).submit({});
		expect(JSON.stringify(reply.data)).toContain('is required');
	});

	test('an unknown task, also a task of another key', async () => {
		const client = clientOf(simulator, provider);
		expect(JSON.stringify((await client.status('nothing')).data)).toMatch(/not found/i);
		await client.submit(validBody(provider, 'a fox'));
		const other = clientOf(simulator, provider, `${simulator.demoKeys[provider]}_broke`);
		expect(JSON.stringify((await other.status(simulator.tasks[0]?.id ?? '')).data)).toMatch(/not found/i);
	});
});

describe('values that a contract does not allow', () => {
	test.each<[ProviderId, string, Record<string, unknown>]>([
		['pixwith', 'num_outputs', { options: { prompt_optimization: true, num_outputs: 5, resolution: '2K', aspect_ratio: '1:1' } }],
		['pixwith', 'prompt_optimization', { options: { prompt_optimization: 'yes', resolution: '2K', aspect_ratio: '1:1' } }],
		['apixo', 'max_images', { input: { mode: 'text-to-image', prompt: 'a', max_images: '1' } }],
		['apixo', 'input.size', { input: { mode: 'text-to-image', prompt: 'a', max_images: 1, size: '1024x1024' } }],
		['apixo', 'input.size', { input: { mode: 'text-to-image', prompt: 'a', max_images: 1, size: '2K', resolution: '2K' } }],
		['apixo', 'callback_url', { request_type: 'callback' }],
		['apixo', 'input.image_urls', { input: { mode: 'image-to-image', prompt: 'a', max_images: 1 } }],
		['apiInOne', 'quality', { quality: '4K' }],
		['apiInOne', 'image_urls', { model: 'seedream/4.5-edit' }],
		['pixelDojo', 'num_images', { num_images: 7 }],
		['pixelDojo', 'customHeight', { image_size: 'custom', customWidth: 2048 }],
		['pixelDojo', 'seed', { seed: 1.5 }],
		['apiframe', 'width', { seedreamParams: { size: 'custom', width: 5000, height: 4096 } }],
		['apiframe', 'match_input_image', { seedreamParams: { aspect_ratio: 'match_input_image' } }],
		['apiframe', 'image_input', { seedreamParams: { image_input: ['data:image/png;base64,AAAA'] } }],
	])('%s: %s', async (provider, named, change) => {
		const reply = await clientOf(simulator, provider).submit({ ...validBody(provider, 'a fox'), ...change });
		expect(JSON.stringify(reply.data)).toContain(named);
		expect(simulator.tasks).toHaveLength(0);
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
	const looks = await Promise.all(flaky.tasks.map(async ({ id }) => await client.status(id)));
	expect(new Set(looks.map(({ status }) => status))).toEqual(new Set([200, 503]));
	await flaky.close();
});

test.each(simulatedProviders)('the README tells where $id is, and its key', ({ displayName, prefix, demoKey }) => {
	expect(readFileSync(join(__dirname, 'README.md'), 'utf8')).toContain(`| ${displayName} | \`${prefix}\` | \`${demoKey}\` |`);
});
