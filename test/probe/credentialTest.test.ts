import type { Body } from 'nock';

import { providerIds, providers } from '../../nodes/providers';
import { credentials } from '../../scripts/credentials';
import { authHeaders, axiosSend } from '../../scripts/probe/axiosSend';
import { testCredential } from '../../scripts/probe/credentialTest';
import { runCredentialTest } from '../credentials/runCredentialTest';
import { nock } from '../support/mockedHttp';

const replies: Array<[status: number, body: Body]> = [
	[200, { code: 1, data: { credits: 500 } }],
	[200, { code: 200, message: 'success', data: 74.87 }],
	[200, { code: 0, message: 'Invalid API KEY' }],
	[200, { code: 401, msg: 'Invalid API key' }],
	[200, { error: { code: '401', message: 'Invalid API key' } }],
	[200, { user: { id: 'u' }, team: null, apiKey: null }],
	[200, '<html>Welcome</html>'],
	[302, ''],
	[400, { error: 'Bad request' }],
	[401, { error: 'Unauthorized' }],
	[402, { error: 'Payment required' }],
	[403, { error: 'Forbidden' }],
	[404, { error: { code: 404, message: 'Not found' } }],
	[429, { error: 'Too many requests' }],
	[500, { error: 'Internal server error' }],
	[503, ''],
];

/** The probe must not pass a key that n8n would refuse, nor the other way round. */
describe.each(providerIds)('the test of %s judges as n8n does', (id) => {
	const credential = credentials[id];
	const baseUrl = providers.find((provider) => provider.id === id)?.baseUrl ?? '';

	test.each(replies)('%i %j', async (status, body) => {
		const { url = '', method = 'GET' } = credential.test.request;
		const announce = (times: number): void => {
			nock(new URL(baseUrl).origin)
				.intercept(`${new URL(baseUrl).pathname.replace(/\/$/, '')}${url}`, method)
				.times(times)
				.reply(status, body, { 'Content-Type': typeof body === 'string' ? 'text/html' : 'application/json' });
		};
		// On a 401 n8n asks a second time.
		announce(status === 401 ? 2 : 1);
		const n8n = await runCredentialTest(credential, { apiKey: 'the-key', baseUrl });
		announce(1);
		const { passed } = await testCredential(credential, axiosSend(baseUrl, authHeaders(credential, 'the-key'), { proxy: false }));
		expect(passed).toBe(n8n.status === 'OK');
	});
});

test('the key is not sent to the target of a redirect', async () => {
	const credential = credentials.apixo;
	nock('https://api.apixo.ai').get('/api/v1/apikeys/current-balance').reply(302, '', { Location: 'https://elsewhere.example/' });
	const elsewhere = nock('https://elsewhere.example').get('/').reply(200, { code: 200, data: 1 });
	const { passed } = await testCredential(credential, axiosSend('https://api.apixo.ai/api/v1', authHeaders(credential, 'the-key'), { proxy: false }));
	expect({ passed, wasAsked: elsewhere.isDone() }).toEqual({ passed: false, wasAsked: false });
	nock.cleanAll();
});
