import type { IAuthenticate, Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';

import { usableKey } from './usableKey';

export class PixelDojoApi implements ICredentialType {
	name = 'pixelDojoApi';

	displayName = 'PixelDojo API';

	icon: Icon = { light: 'file:../icons/pixelDojo.svg', dark: 'file:../icons/pixelDojo.dark.svg' };

	documentationUrl = 'https://pixeldojo.ai/api-platform';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'Get it from <a href="https://pixeldojo.ai/api-platform" target="_blank">your PixelDojo account</a>. It starts with pd_.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://pixeldojo.ai/api/v1',
			required: true,
			description: 'Address of the API. Change it only for a proxy, a private gateway or the simulator.',
		},
		{
			displayName:
				'PixelDojo has no free request that proves a key. The test asks for a job that does not exist, so success only means that the key was not rejected.',
			name: 'testNotice',
			type: 'notice',
			default: '',
		},
	];

	// Not n8n's generic form: with Binary Mode: Combined, n8n 2.41 cannot resolve its expression ("hasn't been executed").
	authenticate: IAuthenticate = async (credentials, request) => {
		const key = usableKey(credentials, request, 'PixelDojo API credential');
		request.headers = { ...request.headers, Authorization: `Bearer ${key}` };
		return request;
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl.trim().replace(/\\/+$/, "") || "https://pixeldojo.ai/api/v1"}}',
			url: '/jobs/job_credential_test',
			ignoreHttpStatusErrors: {
				ignore: true,
				except: [301, 302, 303, 307, 308, 401, 402, 403, 429, 500, 501, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 530],
			},
			disableFollowRedirect: true,
		},
		// Before n8n 2.11, the rules above have no effect and every status passes, so only the body shows the error.
		rules: [
			{ type: 'responseSuccessBody', properties: { key: 'error.code', value: 'unauthorized', message: 'PixelDojo rejected the key' } },
			{ type: 'responseSuccessBody', properties: { key: 'error.code', value: 'invalid_api_key', message: 'PixelDojo rejected the key' } },
			{ type: 'responseSuccessBody', properties: { key: 'error.code', value: 401, message: 'PixelDojo rejected the key' } },
			{ type: 'responseSuccessBody', properties: { key: 'error', value: 'Unauthorized', message: 'PixelDojo rejected the key' } },
			{ type: 'responseSuccessBody', properties: { key: 'error', value: 'Invalid API key', message: 'PixelDojo rejected the key' } },
			{ type: 'responseSuccessBody', properties: { key: 'message', value: 'Unauthorized', message: 'PixelDojo rejected the key' } },
		],
	};
}
