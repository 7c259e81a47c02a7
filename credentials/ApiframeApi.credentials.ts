import type { IAuthenticate, Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';

import { usableKey } from './usableKey';

export class ApiframeApi implements ICredentialType {
	name = 'apiframeApi';

	displayName = 'Apiframe API';

	icon: Icon = { light: 'file:../icons/apiframe.svg', dark: 'file:../icons/apiframe.dark.svg' };

	documentationUrl = 'https://apiframe.ai/docs';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'Get it from <a href="https://app.apiframe.ai" target="_blank">your Apiframe account</a>. It starts with afk_.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.apiframe.ai',
			required: true,
			description: 'Address of the API. Change it only for a proxy, a private gateway or the simulator.',
		},
	];

	// Not n8n's generic form: with Binary Mode: Combined, n8n 2.41 cannot resolve its expression ("hasn't been executed").
	authenticate: IAuthenticate = async (credentials, request) => {
		const key = usableKey(credentials, request, 'Apiframe API credential');
		request.headers = { ...request.headers, 'X-API-Key': key };
		return request;
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl.trim().replace(/\\/+$/, "") || "https://api.apiframe.ai"}}',
			url: '/v2/me',
			disableFollowRedirect: true,
		},
	};
}
