import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

import { type ProviderId, providers } from '../../nodes/providers';
import type { Finished } from './support/engine';
import { detailsOf, imagesIn, leaksIn, stopDetailsOf, submitsOf, type FailureDetails } from './support/observe';
import { representatives } from './support/representatives';
import { credentialTypeOf, runGenerate, useSimulated } from './support/simulated';

const simulated = useSimulated();

const ids = providers.map((provider) => provider.id);
const nameOf = (id: ProviderId): string => providers.find((provider) => provider.id === id)?.displayName ?? '';

const failureKeys = ['code', 'kind', 'mayBeCharged', 'message', 'remedy', 'retryable', 'tryElsewhere'];

async function runThree(provider: ProviderId, directive: string, onError?: string): Promise<Finished> {
	return await runGenerate(simulated, {
		items: [
			{ prompt: 'a fox', sku: 'chair' },
			{ prompt: `a fox ${directive}`, sku: 'lamp' },
			{ prompt: 'a fox', sku: 'sofa' },
		],
		parameters: { provider, prompt: '={{ $json.prompt }}', options: { pollInterval: 0.03 } },
		node: onError === undefined ? {} : { onError },
	});
}

/** What differs from run to run. */
function withoutIdentity(details: FailureDetails): unknown {
	const { taskId, submittedAt, urls, ...rest } = details;
	return { ...rest, hasTask: taskId !== undefined, hasTime: submittedAt !== undefined, urls: urls.length };
}

/** The facts of an accepted task that a following Wait for Task needs. */
const ofATask = ['callback', 'estimatedCost', 'failure', 'imagesRequested', 'model', 'prompt', 'provider', 'status', 'submittedAt', 'taskId', 'urls'];

const faults: Array<[name: string, directive: string, expected: (id: ProviderId) => object, keys: string[]]> = [
	[
		'a task that fails',
		'[[fail=SensitiveContent]]',
		(id) => ({
			provider: id,
			status: 'failed',
			imagesRequested: 1,
			urls: [],
			failure: {
				kind: 'contentRejected',
				message: expect.stringContaining('The request may contain sensitive content'),
				retryable: false,
				mayBeCharged: !['apixo', 'apiframe'].includes(id),
				tryElsewhere: false,
				remedy: 'Change the prompt or the reference images.',
			},
		}),
		ofATask,
	],
	[
		'a submit that is refused',
		'[[refuse]]',
		(id) => ({
			provider: id,
			status: 'failed',
			urls: [],
			failure: { kind: 'contentRejected', retryable: false, mayBeCharged: false, tryElsewhere: false },
		}),
		['failure', 'imagesRequested', 'provider', 'status', 'urls'],
	],
	[
		'a task that is late',
		'[[never]]',
		(id) => ({
			provider: id,
			status: 'timedOut',
			failure: { kind: 'timedOut', retryable: true, tryElsewhere: false },
		}),
		ofATask,
	],
	[
		'images that cannot be fetched',
		'[[image=404]]',
		(id) => ({
			provider: id,
			status: 'failed',
			urls: [expect.stringMatching(/^http/)],
			failure: { kind: 'downloadFailed', retryable: true, tryElsewhere: false },
		}),
		[...ofATask.slice(0, 3), 'imageCount', 'imageIndex', ...ofATask.slice(3)],
	],
];

describe.each(representatives)('%s', (provider) => {
	test.each(faults)('%s: the same facts in every mode, and no other item is lost', async (_name, directive, expected, keys) => {
		const limited = directive === '[[never]]';
		// A task that failed for good holds nothing more.
		const collectable = limited || directive === '[[image=404]]';
		const runs: Finished[] = [];
		for (const onError of [undefined, 'continueRegularOutput', 'continueErrorOutput']) {
			simulated.simulator.reset();
			const finished = limited ? await runLate(provider, onError) : await runThree(provider, directive, onError);
			expect(submitsOf(simulated)).toHaveLength(3);
			const paid = simulated.simulator.tasks.map((task) => task.id);
			if (onError === undefined) {
				// Everything that was paid is named, in words and as data; what can still bring images is listed as such.
				const error = finished.error('Generate');
				for (const id of paid) expect(`${error?.message} ${error?.description}`).toContain(id);
				const { accepted, failures } = stopDetailsOf(error);
				const named = [...accepted, ...failures].map(({ taskId }) => taskId).filter((id) => id !== undefined);
				expect(new Set(named)).toEqual(new Set(paid));
				expect(accepted.map(({ itemIndex }) => itemIndex)).toEqual(collectable ? [0, 1, 2] : [0, 2]);
			}
			expect(leaksIn(finished.run, simulated)).toEqual([]);
			runs.push(finished);
		}
		const [stopped, regular, errorOutput] = runs as [Finished, Finished, Finished];

		const [fact, ...others] = stopDetailsOf(stopped.error('Generate')).failures;
		expect(others).toEqual([]);
		if (fact === undefined) throw new Error('no failure');
		expect(fact).toMatchObject(expected(provider));
		expect(Object.keys(fact).sort()).toEqual(keys);
		for (const key of Object.keys(fact.failure)) expect(failureKeys).toContain(key);

		const output = regular.items('Generate');
		expect(output.map((item) => item.pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		expect(output.map((item) => item.json.status)).toEqual(['succeeded', undefined, 'succeeded']);
		expect(Object.keys(output[1]?.json ?? {}).sort()).toEqual(['details', 'error', 'prompt', 'sku']);
		expect(output[1]?.json.sku).toBe('lamp');

		expect(imagesIn(errorOutput.items('Generate')).map((item) => item.pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
		const [failed, ...more] = errorOutput.items('Generate', 1);
		expect(more).toEqual([]);
		expect(failed?.pairedItem).toEqual({ item: 1 });
		expect(Object.keys(failed?.json ?? {}).sort()).toEqual(['details', 'error', 'prompt', 'sku']);

		const plain = withoutIdentity(fact);
		expect(withoutIdentity(detailsOf(output[1]))).toEqual(plain);
		expect(withoutIdentity(detailsOf(failed))).toEqual(plain);
		const messages = [stopped.error('Generate')?.message, output[1]?.json.error, failed?.json.error] as string[];
		const tasks = [fact.taskId, detailsOf(output[1]).taskId, detailsOf(failed).taskId];
		const neutral = messages.map((message, index) => message.replaceAll(tasks[index] ?? '-', '<task>'));
		expect(new Set(neutral).size).toBe(1);
		expect(neutral[0]).toContain(nameOf(provider));
		if (keys.includes('taskId')) expect(neutral[0]).toContain('<task>');
		expect(stopped.error('Generate')?.description).toContain(fact.failure.remedy);
	});
});

async function runLate(provider: ProviderId, onError: string | undefined): Promise<Finished> {
	return await runGenerate(simulated, {
		items: [
			{ prompt: 'a fox [[duration=0.05]]', sku: 'chair' },
			{ prompt: 'a fox [[never]]', sku: 'lamp' },
			{ prompt: 'a fox [[duration=0.05]]', sku: 'sofa' },
		],
		parameters: { provider, prompt: '={{ $json.prompt }}', options: { pollInterval: 0.03, timeout: 1 } },
		node: onError === undefined ? {} : { onError },
	});
}

describe('secrets', () => {
	const key = 'sk-live-0123456789/+"x';

	async function againstServer(listener: RequestListener, provider: ProviderId, onError?: string): Promise<Finished> {
		const server = createServer(listener);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		try {
			return await runGenerate(
				{ ...simulated, credentials: { [credentialTypeOf(provider)]: { apiKey: key, baseUrl } } },
				{ parameters: { provider, options: { timeout: 1, pollInterval: 0.05 } }, node: onError === undefined ? {} : { onError } },
			);
		} finally {
			server.close();
		}
	}

	const secret = { credentials: { any: { apiKey: key } } };
	const replies: Array<[string, (sent: string) => [status: number, body: string]]> = [
		['401 that quotes it', (sent) => [401, JSON.stringify({ error: `The key ${sent} is wrong`, message: `The key ${sent} is wrong`, code: 401 })]],
		['500 page that quotes it', (sent) => [500, `<html>Authorization: ${sent} ${encodeURIComponent(sent)}</html>`]],
		['unreadable success that quotes it', (sent) => [200, `ok, ${sent}`]],
		['refusal that quotes it in the code', (sent) => [400, JSON.stringify({ error: { code: sent, message: 'no' }, code: 0, message: sent })]],
	];

	describe.each(ids)('%s', (provider) => {
		test.each(replies)('a %s does not show the key in any output', async (_name, reply) => {
			const seen: string[] = [];
			const listener: RequestListener = (request, response) => {
				const sent = String(request.headers.authorization ?? request.headers['api-key'] ?? request.headers['x-api-key']).replace('Bearer ', '');
				seen.push(sent);
				const [status, body] = reply(sent);
				request.resume();
				response.writeHead(status, { 'Content-Type': 'application/json', 'X-Echo': sent }).end(body);
			};
			for (const onError of [undefined, 'continueRegularOutput', 'continueErrorOutput']) {
				const finished = await againstServer(listener, provider, onError);
				expect(leaksIn(finished.run, secret)).toEqual([]);
				if (onError === undefined) expect(finished.error('Generate')?.message).toContain(nameOf(provider));
			}
			// The key was really sent and echoed, else this proves nothing.
			expect(seen).toContain(key);
		});

		test('a broken connection does not show the key in any output', async () => {
			const listener: RequestListener = (request) => void request.socket.destroy();
			const finished = await againstServer(listener, provider);
			expect(stopDetailsOf(finished.error('Generate')).failures[0]?.failure.kind).toBe('outcomeUnknown');
			expect(leaksIn(finished.run, secret)).toEqual([]);
		});
	});

	test('the search for a key finds it in every encoding', () => {
		const error = new Error(`no: ${key}`);
		expect(leaksIn({ run: [{ deep: { error } }] }, secret)).not.toEqual([]);
		expect(leaksIn({ headers: { [key]: 1 } }, secret)).toHaveLength(1);
		expect(leaksIn({ error: new Error('no', { cause: { key } }) }, secret)).toEqual([key]);
		expect(leaksIn({ nothing: 'here' }, secret)).toEqual([]);
	});
});
