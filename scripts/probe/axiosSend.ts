/** A second transport: core and providers work on plain axios as well as on n8n's helpers. */
import axios, { isAxiosError } from 'axios';
import type { ICredentialType, IHttpRequestOptions } from 'n8n-workflow';

import type { Send } from '../../nodes/core/http/send';
import { parseJson } from '../../nodes/core/json';
import { readNetworkFault } from '../../nodes/core/http/networkFault';
import { isPrivateUrl } from '../../nodes/core/http/url';

/** The headers that a credential type adds to a request, with the key filled in. */
export function authHeaders(credential: ICredentialType, key: string): Record<string, string> {
	const { authenticate } = credential;
	if (typeof authenticate !== 'function') throw new Error(`${credential.name} does not sign requests in a function`);
	const request: IHttpRequestOptions = { url: '', headers: {} };
	// It is synchronous, so the headers are set when it returns.
	authenticate({ apiKey: key }, request).catch(() => undefined);
	return request.headers as Record<string, string>;
}

/** As in the nodes, a reply must neither fill the memory nor go on forever. */
const mostReplyBytes = 4 * 1_048_576;

/** Leaves HTTPS_PROXY and NO_PROXY to axios, but never uses a proxy for addresses on this machine or in its network. */
export function proxyFor(url: string): { proxy?: false } {
	return isPrivateUrl(new URL(url)) ? { proxy: false } : {};
}

/** Sends with axios alone. Redirects are not followed, because they would send the key elsewhere. */
export function axiosSend(baseUrl: string, headersOfKey: Readonly<Record<string, string>>, options: { proxy?: false } = {}): Send {
	return async (request, timeout) => {
		try {
			const { status, headers, data } = await axios.request<string>({
				method: request.method,
				url: `${baseUrl}${request.path}`,
				headers: { ...headersOfKey, ...request.headers },
				data: request.body,
				timeout,
				signal: AbortSignal.timeout(timeout),
				maxContentLength: mostReplyBytes,
				maxRedirects: 0,
				responseType: 'text',
				transformResponse: (text: string) => text,
				validateStatus: () => true,
				...options,
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
