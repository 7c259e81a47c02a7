import { providerIds } from '../../nodes/providers';
import { credentials } from '../../scripts/credentials';
import { contractOf } from '../support/contractOf';
import type { Reply } from '../support/providerContract';
import { runCredentialTest } from './runCredentialTest';
import { nock } from '../support/mockedHttp';

const REFUSED_BY_STATUS: Reply[] = [
	[401, { error: 'Unauthorized' }],
	[403, { error: 'Forbidden' }],
	[429, { error: 'Too many requests' }],
	[500, { error: 'Internal server error' }],
	[502, '<html>Bad gateway</html>'],
	[503, ''],
	[504, ''],
];

describe.each(providerIds)('%s', (id) => {
	const credential = credentials[id];
	const { name, baseUrl, method, path, header, accepted, refused } = contractOf(id).credential;

	/** On a 401 n8n asks a second time. */
	function announce([status, body]: Reply): void {
		nock(new URL(baseUrl).origin, { reqheaders: { [header[0]]: header[1] } })
			.intercept(path, method)
			.times(status === 401 ? 2 : 1)
			.reply(status, body, { 'Content-Type': typeof body === 'string' ? 'text/html' : 'application/json' });
	}

	test('has its promised name, and fields for a key and a base URL', () => {
		expect(credential.name).toBe(name);
		const fields = credential.properties.filter((property) => property.type !== 'notice');
		expect(fields.map((field) => field.name)).toEqual(['apiKey', 'baseUrl']);
		expect(fields.map((field) => field.default)).toEqual(['', baseUrl]);
		expect(fields[0]?.typeOptions?.password).toBe(true);
	});

	test.each(accepted)('accepts the key on %i %j', async (...reply) => {
		announce(reply);
		expect(await runCredentialTest(credential, { apiKey: 'the-key', baseUrl })).toMatchObject({ status: 'OK' });
	});

	test.each([...REFUSED_BY_STATUS, ...refused])('refuses the key on %i %j', async (...reply) => {
		announce(reply);
		expect(await runCredentialTest(credential, { apiKey: 'the-key', baseUrl })).toMatchObject({ status: 'Error' });
	});

	test.each(['/', '///'])('accepts a base URL that ends in %s', async (ending) => {
		const [reply] = accepted;
		if (reply) announce(reply);
		expect(await runCredentialTest(credential, { apiKey: 'the-key', baseUrl: `${baseUrl}${ending}` })).toMatchObject({
			status: 'OK',
		});
	});

	test.each([
		[' the-key\n', baseUrl],
		['\u200bthe-key\ufeff', ` ${baseUrl} `],
		['the-key', `\u2060${baseUrl}/\u200b\n`],
		['the-key', ''],
	])('trims invisible characters of key %j at %j', async (apiKey, address) => {
		const [reply] = accepted;
		if (reply) announce(reply);
		expect(await runCredentialTest(credential, { apiKey, baseUrl: address })).toMatchObject({ status: 'OK' });
	});

	test.each([
		['the-key', 'nonsense', 'must begin with https:// or http://'],
		['the-key', 'api.example.com/v1', 'must begin with https:// or http://'],
		['the-key', 'https://', 'must begin with https:// or http://'],
		['the-key', '/', 'must begin with https:// or http://'],
		['the-key', `${baseUrl}?x=1`, 'must have no ? or #'],
		['the-key', `${baseUrl}#x`, 'must have no ? or #'],
		['the-key', 'https://user:pass@api.example.com', 'must not contain a user name or password'],
		['', baseUrl, 'has no API Key'],
		[' ', baseUrl, 'has no API Key'],
		['Bearer the-key', baseUrl, 'begins with "Bearer "'],
	])('reports what is wrong with key %j at %j, and sends nothing', async (apiKey, address, says) => {
		expect(await runCredentialTest(credential, { apiKey, baseUrl: address })).toEqual({ status: 'Error', message: expect.stringContaining(says) });
	});

	test('does not send the key to the target of a redirect', async () => {
		nock(new URL(baseUrl).origin).intercept(path, method).reply(302, '', { Location: 'https://elsewhere.example/' });
		expect(await runCredentialTest(credential, { apiKey: 'the-key', baseUrl })).toMatchObject({ status: 'Error' });
	});

	test('fails if nothing listens at the address', async () => {
		expect(await runCredentialTest(credential, { apiKey: 'the-key', baseUrl: 'http://127.0.0.1:1' })).toEqual({
			status: 'Error',
			message: expect.stringContaining('refused'),
		});
	});
});

test('PixWith is asked with an empty JSON object, which n8n would leave out', async () => {
	nock('https://api.pixwith.ai', { reqheaders: { 'content-type': 'application/json' } })
		.post('/api/task/get_credits', (body) => JSON.stringify(body) === '{}')
		.reply(200, { code: 1, data: { credits: 1 } });
	const data = { apiKey: 'the-key', baseUrl: 'https://api.pixwith.ai' };
	expect(await runCredentialTest(credentials.pixwith, data)).toMatchObject({ status: 'OK' });
});
