import axios, { isAxiosError } from 'axios';
import type { IAuthenticateGeneric, ICredentialType } from 'n8n-workflow';

import type { Send } from '../../nodes/core/http';
import { parseJson } from '../../nodes/core/json';
import { readNetworkFault } from '../../nodes/host/networkFault';

export const testKey = 'the-key';

/** The headers that a credential type adds to a request, with the test key filled in. */
export function authHeaders(credential: ICredentialType): Record<string, string> {
	const { properties } = credential.authenticate as IAuthenticateGeneric;
	return Object.fromEntries(
		Object.entries(properties.headers ?? {}).map(([name, value]) => [
			name,
			typeof value === 'string' ? value.replace(/^=/, '').replace(/\{\{\s*\$credentials\.apiKey\s*\}\}/, testKey) : '',
		]),
	);
}

/** Sends with axios alone: the core needs no n8n to talk to a provider. */
export function axiosSend(baseUrl: string, credential: ICredentialType): Send {
	return async (request, timeout) => {
		try {
			const { status, headers, data } = await axios.request<string>({
				method: request.method,
				url: `${baseUrl}${request.path}`,
				headers: { ...authHeaders(credential), ...request.headers },
				data: request.body,
				timeout,
				maxRedirects: 0,
				proxy: false,
				responseType: 'text',
				transformResponse: (text: string) => text,
				validateStatus: () => true,
			});
			const plain = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
			return { kind: 'reply', status, headers: Object.fromEntries(plain), body: parseJson(data) ?? data };
		} catch (error) {
			if (!isAxiosError(error)) throw error;
			const { code, message, neverSent } = readNetworkFault(error);
			return { kind: neverSent ? 'neverSent' : 'lost', code, message };
		}
	};
}
