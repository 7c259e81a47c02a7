import type { IAuthenticate, Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';

import { usableKey } from './usableKey';

export class ApixoApi implements ICredentialType {
	name = 'apixoApi';

	displayName = 'APIXO API';

	icon: Icon = { light: 'file:../icons/apixo.svg', dark: 'file:../icons/apixo.dark.svg' };

	documentationUrl = 'https://apixo.ai/docs';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'Get it from <a href="https://apixo.ai" target="_blank">your APIXO account</a>',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.apixo.ai/api/v1',
			required: true,
			description: 'Address of the API. Change it only for a proxy, a private gateway or the simulator.',
		},
	];

	// Not n8n's generic form: with Binary Mode: Combined, n8n 2.41 cannot resolve its expression ("hasn't been executed").
	authenticate: IAuthenticate = async (credentials, request) => {
		const key = usableKey(credentials, request, 'APIXO API credential');
		request.headers = { ...request.headers, Authorization: `Bearer ${key}` };
		return request;
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl.trim().replace(/\\/+$/, "") || "https://api.apixo.ai/api/v1"}}',
			url: '/apikeys/current-balance',
			disableFollowRedirect: true,
		},
		rules: [
			{ type: 'responseSuccessBody', properties: { key: 'code', value: 401, message: 'APIXO did not accept the key' } },
			{ type: 'responseSuccessBody', properties: { key: 'code', value: '401', message: 'APIXO did not accept the key' } },
			{ type: 'responseSuccessBody', properties: { key: 'code', value: 403, message: 'APIXO did not accept the key' } },
			{ type: 'responseSuccessBody', properties: { key: 'code', value: '403', message: 'APIXO did not accept the key' } },
			{ type: 'responseSuccessBody', properties: { key: 'data', value: null, message: 'APIXO did not accept the key: its reply contains no balance' } },
			{ type: 'responseSuccessBody', properties: { key: 'data', value: undefined, message: 'APIXO did not accept the key: its reply contains no balance' } },
		],
	};
}
