import nock from 'nock';
import { type ProviderId, providerIds } from '../../nodes/providers';
import { credentials } from '../../scripts/credentials';
import { runCredentialTest } from './runCredentialTest';

type Reply = [status: number, body: nock.Body];

interface Case {
	name: string;
	baseUrl: string;
	method: 'GET' | 'POST';
	path: string;
	header: [name: string, value: string];
	accepted: Reply[];
	refused: Reply[];
}

const REFUSED_BY_STATUS: Reply[] = [
	[401, { error: 'Unauthorized' }],
	[403, { error: 'Forbidden' }],
	[429, { error: 'Too many requests' }],
	[500, { error: 'Internal server error' }],
	[502, '<html>Bad gateway</html>'],
	[503, ''],
	[504, ''],
];

const cases: Readonly<Record<ProviderId, Case>> = {
	pixwith: {
		name: 'pixwithApi',
		baseUrl: 'https://api.pixwith.ai',
		method: 'POST',
		path: '/api/task/get_credits',
		header: ['api-key', 'the-key'],
		accepted: [
			[200, { code: 1, message: 'success', data: { credits: 500 } }],
			[200, { code: '1', data: { credits: 0 } }],
		],
		refused: [
			[200, { code: 0, message: 'Invalid API KEY' }],
			[200, { code: 0, message: 'Invalid API KEY', data: { credits: 0 } }],
			[200, { code: '0', data: { credits: 0 } }],
			[200, { code: 2, msg: 'Invalid API key. Get a valid API key at https://pixwith.ai/api' }],
			[200, { code: 0, data: null }],
			[200, '<html>Welcome</html>'],
			[404, { error: 'Not found' }],
		],
	},
	apixo: {
		name: 'apixoApi',
		baseUrl: 'https://api.apixo.ai/api/v1',
		method: 'GET',
		path: '/api/v1/apikeys/current-balance',
		header: ['authorization', 'Bearer the-key'],
		accepted: [
			[200, { code: 200, message: 'success', data: 74.87 }],
			[200, { code: 200, message: 'success', data: 0 }],
		],
		refused: [
			[200, { code: 401, message: 'Invalid API key', data: null }],
			[200, { code: 401, message: 'Invalid API key', data: { error: 'Invalid API key' } }],
			[200, { code: '401', message: 'Invalid API key', data: {} }],
			[200, { code: '403', message: 'Forbidden', data: 0 }],
			[200, { message: 'Invalid API key' }],
			[404, { error: 'Not found' }],
		],
	},
	apiInOne: {
		name: 'apiInOneApi',
		baseUrl: 'https://apiin.one/api/v1',
		method: 'GET',
		path: '/api/v1/tasks/credential-test',
		header: ['authorization', 'Bearer the-key'],
		accepted: [
			[404, { error: { code: 404, message: 'Task not found', type: 'not_found' } }],
			[400, { error: { code: 400, message: 'Invalid task', type: 'invalid_request' } }],
			[200, { code: 404, message: 'Task not found' }],
		],
		refused: [
			[200, { error: { code: 401, message: 'Invalid API key', type: 'invalid_request' } }],
			[200, { error: { code: '401', message: 'Invalid API key' } }],
			[200, { code: 401, msg: 'Invalid API key' }],
			[200, { code: '401', msg: 'Invalid API key' }],
			[200, { code: '403', msg: 'Forbidden' }],
			[200, { error: { code: '403', message: 'Forbidden' } }],
			[402, { error: { code: 402, message: 'Payment required' } }],
		],
	},
	pixelDojo: {
		name: 'pixelDojoApi',
		baseUrl: 'https://pixeldojo.ai/api/v1',
		method: 'GET',
		path: '/api/v1/jobs/job_credential_test',
		header: ['authorization', 'Bearer the-key'],
		accepted: [
			[404, { error: 'Job not found' }],
			[400, { error: { code: 'invalid_job', message: 'Invalid job id' } }],
		],
		refused: [[402, { error: 'Payment required' }]],
	},
	apiframe: {
		name: 'apiframeApi',
		baseUrl: 'https://api.apiframe.ai',
		method: 'GET',
		path: '/v2/me',
		header: ['x-api-key', 'the-key'],
		accepted: [[200, { user: { id: 'user-1', email: 'someone@example.com', role: 'owner' }, team: null, apiKey: null }]],
		refused: [[404, { error: 'Not found' }]],
	},
};

describe.each(providerIds)('%s', (id) => {
	const credential = credentials[id];
	const { name, baseUrl, method, path, header, accepted, refused } = cases[id];

	/** On a 401 n8n asks a second time. */
	function announce([status, body]: Reply): void {
		nock(new URL(baseUrl).origin, { reqheaders: { [header[0]]: header[1] } })
			.intercept(path, method)
			.times(status === 401 ? 2 : 1)
			.reply(status, body, { 'Content-Type': typeof body === 'string' ? 'text/html' : 'application/json' });
	}

	test('is called so, and asks for a key and a base URL', () => {
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

	test.each(['/', '///'])('takes a base URL that ends in %s', async (ending) => {
		const [reply] = accepted;
		if (reply) announce(reply);
		expect(await runCredentialTest(credential, { apiKey: 'the-key', baseUrl: `${baseUrl}${ending}` })).toMatchObject({
			status: 'OK',
		});
	});

	test('takes the key nowhere else on a redirect', async () => {
		nock(new URL(baseUrl).origin).intercept(path, method).reply(302, '', { Location: 'https://elsewhere.example/' });
		expect(await runCredentialTest(credential, { apiKey: 'the-key', baseUrl })).toMatchObject({ status: 'Error' });
	});

	test('fails where nobody listens', async () => {
		expect(await runCredentialTest(credential, { apiKey: 'the-key', baseUrl: 'http://127.0.0.1:1' })).toEqual({ status: 'Error', message: expect.stringContaining('refused') });
	});
});

test('PixWith is asked with an empty JSON object, which n8n would leave out', async () => {
	nock('https://api.pixwith.ai', { reqheaders: { 'content-type': 'application/json' } })
		.post('/api/task/get_credits', (body) => JSON.stringify(body) === '{}')
		.reply(200, { code: 1, data: { credits: 1 } });
	const data = { apiKey: 'the-key', baseUrl: 'https://api.pixwith.ai' };
	expect(await runCredentialTest(credentials.pixwith, data)).toMatchObject({ status: 'OK' });
});
