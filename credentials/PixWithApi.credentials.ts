import type { IAuthenticate, Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';

import { usableKey } from './usableKey';

export class PixWithApi implements ICredentialType {
	name = 'pixwithApi';

	displayName = 'PixWith API';

	icon: Icon = { light: 'file:../icons/pixwith.svg', dark: 'file:../icons/pixwith.dark.svg' };

	documentationUrl = 'https://pixwith.ai/api';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'Get it from <a href="https://pixwith.ai/api" target="_blank">your PixWith account</a>',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.pixwith.ai',
			required: true,
			description: 'Address of the API. Change it only for a proxy, a private gateway or the simulator.',
		},
	];

	// Not n8n's generic form: with Binary Mode: Combined, n8n 2.41 cannot resolve its expression ("hasn't been executed").
	authenticate: IAuthenticate = async (credentials, request) => {
		const key = usableKey(credentials, request, 'PixWith API credential');
		request.headers = { ...request.headers, 'Api-Key': key };
		return request;
	};

	/** PixWith answers even a wrong key with 200: only a balance in the body proves that the key works. */
	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl.trim().replace(/\\/+$/, "") || "https://api.pixwith.ai"}}',
			url: '/api/task/get_credits',
			method: 'POST',
			// As text, because n8n drops an empty object.
			headers: { 'Content-Type': 'application/json' },
			body: '{}',
			disableFollowRedirect: true,
		},
		rules: [
			{ type: 'responseSuccessBody', properties: { key: 'code', value: 0, message: 'PixWith did not accept the key' } },
			{ type: 'responseSuccessBody', properties: { key: 'code', value: '0', message: 'PixWith did not accept the key' } },
			{ type: 'responseSuccessBody', properties: { key: 'code', value: 2, message: 'PixWith did not accept the key' } },
			{ type: 'responseSuccessBody', properties: { key: 'code', value: '2', message: 'PixWith did not accept the key' } },
			{
				type: 'responseSuccessBody',
				properties: { key: 'data.credits', value: undefined, message: 'PixWith did not accept the key: its reply contains no balance' },
			},
		],
	};
}
