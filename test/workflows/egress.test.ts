/**
 * Result URLs that lead into a private network by their host name, on n8n's own egress rules. The names are looked up in a
 * table of this test; n8n's rules and its HTTP client are the real ones.
 */
import { Container } from '@n8n/di';
import { DnsResolver } from '@n8n/backend-network';
import { SsrfProtectionConfig } from '@n8n/config';
import nock from 'nock';

import { startSimulator, type Simulator } from '../simulator/server';
import type { Finished } from './support/engine';
import { runGenerate, runWait, startSimulated } from './support/simulated';
import { encodePng } from './support/smallPng';

/** Names under `.example` exist nowhere else. */
const addresses: Readonly<Record<string, string>> = {
	'api.example': '8.8.4.4',
	'images.example': '8.8.8.8',
	'rebound.example': '10.1.2.3',
	'metadata.example': '169.254.169.254',
	'own-api.example': '10.0.0.7',
	'own-images.example': '10.0.0.8',
	'sixth.example': 'fd00::1',
	'nowhere.example': '::',
	'carrier.example': '100.100.100.200',
	'multicast.example': '224.0.0.1',
	'translated.example': '64:ff9b::7f00:1',
	'site.example': 'fec0::1',
	'six-to-four.example': '2002:7f00:1::',
	'teredo.example': '2001:0:7f00:1::',
	'mapped.example': '::ffff:0:7f00:1',
	'assigned.example': '192.0.0.170',
};

const asked: string[] = [];

beforeEach(() => {
	asked.length = 0;
	jest.spyOn(Container.get(DnsResolver), 'lookup').mockImplementation(async (name) => {
		asked.push(name);
		const address = addresses[name];
		if (address === undefined) throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' });
		return [{ address, family: address.includes(':') ? 6 : 4 }];
	});
});

afterEach(() => {
	jest.restoreAllMocks();
});

/** Wait for Task with a finished task, whose image is all there is to fetch. */
async function fetchImage(url: string, baseUrl = 'https://api.example/api/v1'): Promise<Finished> {
	const items = [{ provider: 'apixo', taskId: 'task_1', status: 'succeeded', url }];
	return await runWait({ credentials: { apixoApi: { apiKey: 'demo-apixo', baseUrl } } }, { items, node: { onError: 'continueRegularOutput' } });
}

const wordsOf = (finished: Finished): unknown => finished.items('Wait')[0]?.json.error;
const isDelivered = (finished: Finished): boolean => finished.items('Wait')[0]?.binary?.data !== undefined;
const serve = (origin: string): nock.Scope =>
	nock(origin)
		.get('/1.png')
		.reply(200, encodePng(7, 5, 200), { 'Content-Type': 'image/png' });

describe('a provider in the internet', () => {
	test('may name images in the internet', async () => {
		serve('https://images.example');
		expect(isDelivered(await fetchImage('https://images.example/1.png'))).toBe(true);
		expect(asked).toContain('images.example');
	});

	test.each(Object.keys(addresses).filter((name) => !/^(api|images|own-.*)\.example$/.test(name)))(
		'may not name %s, which leads into a private network',
		async (name) => {
			const finished = await fetchImage(`https://${name}/1.png`);
			expect(wordsOf(finished)).toMatch(/could not be downloaded: the URL points into a private network/);
		},
	);

	test('may not redirect to such a name', async () => {
		nock('https://images.example').get('/1.png').reply(302, '', { Location: 'https://rebound.example/1.png' });
		expect(wordsOf(await fetchImage('https://images.example/1.png'))).toMatch(/private network/);
	});

	test('has its images downloaded if only a proxy can resolve names', async () => {
		serve('https://elsewhere.example');
		expect(isDelivered(await fetchImage('https://elsewhere.example/1.png', 'https://api.elsewhere.example/api/v1'))).toBe(true);
		expect(asked).toContain('elsewhere.example');
	});

	test('may not name a host that does not resolve although its own does, because it may resolve inside a moment later', async () => {
		expect(wordsOf(await fetchImage('https://elsewhere.example/1.png'))).toMatch(/private network/);
	});
});

test('a gateway whose own name leads into a private network may name images there', async () => {
	serve('https://own-images.example');
	expect(isDelivered(await fetchImage('https://own-images.example/1.png', 'https://own-api.example/api/v1'))).toBe(true);
});

test('a gateway at a private address may name any images, and no name is looked up for it', async () => {
	serve('https://own-images.example');
	expect(isDelivered(await fetchImage('https://own-images.example/1.png', 'http://10.0.0.7/api/v1'))).toBe(true);
	expect(asked).toEqual([]);
});

describe('an n8n that enforces its rules on all requests', () => {
	let simulator: Simulator;
	const rules = Container.get(SsrfProtectionConfig);

	beforeAll(async () => {
		simulator = await startSimulator({ timeFactor: 0.01, seed: 1 });
		rules.enabled = true;
	});
	afterAll(async () => {
		rules.enabled = false;
		await simulator.close();
	});

	test('refuses in the request itself, so that nothing is sent or paid', async () => {
		const simulated = await startSimulated();
		const finished = await runGenerate(simulated, { node: { onError: 'continueRegularOutput' } });
		expect(finished.items('Generate')[0]?.json).toMatchObject({
			error: expect.stringMatching(
				/^APIXO could not be reached and did not take the job: this n8n forbids requests to that address.*N8N_SSRF_ALLOWED_HOSTNAMES.*BLOCKED_BY_N8N/,
			),
			details: { failure: { kind: 'providerUnavailable', mayBeCharged: false } },
		});
		expect(simulated.simulator.requests).toEqual([]);
		await simulated.simulator.close();
	});

	test('refuses a download in the request itself, once', async () => {
		const finished = await fetchImage(`${simulator.origin}/files/none.png`, simulator.baseUrls.apixo);
		expect(wordsOf(finished)).toMatch(/could not be downloaded: this n8n forbids requests to that address/);
		expect(simulator.requests).toEqual([]);
	});
});
