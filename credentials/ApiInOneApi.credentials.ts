import type { IAuthenticate, Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';

import { usableKey } from './usableKey';

export class ApiInOneApi implements ICredentialType {
	name = 'apiInOneApi';

	displayName = 'API in One API';

	icon: Icon = { light: 'file:../icons/apiInOne.svg', dark: 'file:../icons/apiInOne.dark.svg' };

	documentationUrl = 'https://apiin.one/docs';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'Get it from <a href="https://apiin.one" target="_blank">your API in One account</a>. It starts with aio_.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://apiin.one/api/v1',
			required: true,
			description: 'Address of the API. Change it only for a proxy, a private gateway or the simulator.',
		},
		{
			displayName:
				'API in One has no free request that proves a key. The test asks for a task that does not exist, so success only means that the key was not rejected.',
			name: 'testNotice',
			type: 'notice',
			default: '',
		},
	];

	// Not n8n's generic form: with Binary Mode: Combined, n8n 2.41 cannot resolve its expression ("hasn't been executed").
	authenticate: IAuthenticate = async (credentials, request) => {
		const key = usableKey(credentials, request, 'API in One API credential');
		request.headers = { ...request.headers, Authorization: `Bearer ${key}` };
		return request;
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl.trim().replace(/\\/+$/, "") || "https://apiin.one/api/v1"}}',
			url: '/tasks/credential-test',
			ignoreHttpStatusErrors: {
				ignore: true,
				except: [301, 302, 303, 307, 308, 401, 402, 403, 429, 500, 501, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 530],
			},
			disableFollowRedirect: true,
		},
		// Each code twice, because n8n compares strictly and such gateways send a number or a text.
		rules: [
			{ type: 'responseSuccessBody', properties: { key: 'error.code', value: 401, message: 'API in One rejected the key' } },
			{ type: 'responseSuccessBody', properties: { key: 'error.code', value: '401', message: 'API in One rejected the key' } },
			{ type: 'responseSuccessBody', properties: { key: 'error.code', value: 403, message: 'API in One rejected the key' } },
			{ type: 'responseSuccessBody', properties: { key: 'error.code', value: '403', message: 'API in One rejected the key' } },
			{ type: 'responseSuccessBody', properties: { key: 'code', value: 401, message: 'API in One rejected the key' } },
			{ type: 'responseSuccessBody', properties: { key: 'code', value: '401', message: 'API in One rejected the key' } },
			{ type: 'responseSuccessBody', properties: { key: 'code', value: 403, message: 'API in One rejected the key' } },
			{ type: 'responseSuccessBody', properties: { key: 'code', value: '403', message: 'API in One rejected the key' } },
		],
	};
}
