/** The one rule for URLs that came in a reply: none leads into a private network, unless the provider is there itself. */
import { urlFault } from '../../../nodes/host/execution/egress';
import { fakeNode } from '../../support/fakeNode';

const publicBase = 'https://api.example.com/v1';
const blocked = Object.assign(new Error('blocked'), { name: 'SsrfBlockedIpError' });
const unknown = Object.assign(new Error('not found'), { code: 'ENOTFOUND' });

/** Where names lead: to addresses, to an error of n8n's rules or of the look-up, or to an error that is thrown. */
type Names = Readonly<Record<string, readonly string[] | Error>>;

async function faultOf(url: string, { baseUrl = publicBase, names }: { baseUrl?: string; names?: Names } = {}) {
	const asked: string[] = [];
	const getSecureEgressFilter = () => ({
		validateUrl: async ({ hostname }: URL) => {
			asked.push(hostname);
			const found = names?.[hostname] ?? ['93.184.215.14'];
			return await Promise.resolve(found instanceof Error ? { ok: false, error: found } : { ok: true });
		},
		createSecureLookup: () => (hostname: string, _options: object, done: (error: Error | null, found: unknown) => void) => {
			const found = names?.[hostname] ?? ['93.184.215.14'];
			if (found instanceof Error) done(found, []);
			else
				done(
					null,
					found.map((address, index) => (index % 2 === 0 ? { address } : address)),
				);
		},
	});
	const node = fakeNode({ more: { helpers: names === undefined ? {} : { getSecureEgressFilter } } });
	return { fault: await urlFault(node.context, new URL(url), new URL(baseUrl)), asked };
}

test.each<[string, string, RegExp | undefined]>([
	['https://files.example.org/1.png', publicBase, undefined],
	['http://files.example.org/1.png', publicBase, /begins with http:\/\/ instead of https/],
	['ftp://files.example.org/1.png', publicBase, /begins with ftp:/],
	['https://192.168.1.20/1.png', publicBase, /private network/],
	['http://files.example.org/1.png', 'http://api.example.com', undefined],
	['ftp://files.example.org/1.png', 'http://api.example.com', /begins with ftp:/],
	['https://192.168.1.20/1.png', 'http://192.168.1.7/v1', undefined],
	['http://192.168.1.20/1.png', 'https://192.168.1.7/v1', /begins with http:/],
])('%s from a provider at %s: %s', async (url, baseUrl, expected) => {
	const { fault } = await faultOf(url, { baseUrl });
	if (expected === undefined) expect(fault).toBeUndefined();
	else expect(fault).toMatch(expected);
});

const url = 'https://files.example.org/1.png';
const inside = 'the URL points into a private network';

test.each<[string, Names, string | undefined]>([
	['to a public address', {}, undefined],
	['to a private address', { 'files.example.org': ['10.0.0.7'] }, inside],
	['to a public and a private address', { 'files.example.org': ['93.184.215.14', '10.0.0.7'] }, inside],
	['to what n8n forbids', { 'files.example.org': blocked }, inside],
	['to a private address if the provider is too', { 'files.example.org': ['10.0.0.7'], 'api.example.com': ['10.0.0.8'] }, undefined],
	['to a private address if nothing is known of the provider', { 'files.example.org': ['10.0.0.7'], 'api.example.com': unknown }, inside],
	['nowhere, although the provider is known', { 'files.example.org': unknown }, inside],
	['nowhere, as the provider does: behind a proxy no name is known', { 'files.example.org': unknown, 'api.example.com': unknown }, undefined],
	['nowhere if the provider is in the network', { 'files.example.org': unknown, 'api.example.com': ['10.0.0.8'] }, undefined],
])('a host name that leads %s', async (_, names, expected) => {
	expect((await faultOf(url, { names })).fault).toBe(expected);
});

test("the provider's own host and public addresses are not looked up", async () => {
	const names: Names = {};
	expect(await faultOf('https://api.example.com/1.png', { names })).toEqual({ fault: undefined, asked: [] });
	expect(await faultOf('https://93.184.215.14/1.png', { names })).toEqual({ fault: undefined, asked: [] });
});

test('an n8n without such rules, or without a lookup of its own, allows names', async () => {
	expect((await faultOf(url)).fault).toBeUndefined();
	const node = fakeNode({ more: { helpers: { getSecureEgressFilter: () => ({ validateUrl: async () => await Promise.resolve({ ok: true }) }) } } });
	await expect(urlFault(node.context, new URL(url), new URL(publicBase))).resolves.toBeUndefined();
});

test('an error that the rules throw is treated like one that they return', async () => {
	const throwing = (error: Error) =>
		fakeNode({ more: { helpers: { getSecureEgressFilter: () => ({ validateUrl: async () => await Promise.reject(error) }) } } });
	await expect(urlFault(throwing(blocked).context, new URL(url), new URL('https://8.8.8.8/v1'))).resolves.toBe(inside);
	await expect(urlFault(throwing(unknown).context, new URL(url), new URL(publicBase))).resolves.toBeUndefined();
});
