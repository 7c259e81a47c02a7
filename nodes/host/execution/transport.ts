import type { ICredentialsDecrypted, IExecuteFunctions, IHttpRequestOptions, IWebhookFunctions } from 'n8n-workflow';

import { Aborted, type Clock } from '../../core/clock';
import type { Send, SendOutcome } from '../../core/http/send';
import { isJsonObject, parseJson } from '../../core/json';
import { readNetworkFault } from '../../core/http/networkFault';
import type { Provider } from '../../core/provider/provider';
import { oneLine, redact } from '../../core/text';
import { isWebUrl } from '../../core/http/url';

export type NodeContext = IExecuteFunctions | IWebhookFunctions;

/** How a provider is reached with the node's credential. */
export interface Account {
	/** Without a trailing slash. */
	baseUrl: string;
	secrets: readonly string[];
	/** Changes when the user chooses another credential. */
	credentialId: string;
	/** As n8n read it, once: without it n8n reads and decrypts the credential again for every request. */
	decrypted: ICredentialsDecrypted;
}

/** What is wrong with a credential itself, found before anything is sent. */
export class CredentialFault {
	constructor(
		/** A sentence without capital and full stop. */
		readonly message: string,
	) {}
}

export async function openAccount(context: NodeContext, provider: Provider): Promise<Account | CredentialFault> {
	const name = `${provider.displayName} API credential`;
	const data = await context.getCredentials(provider.credentialType).catch(() => undefined);
	if (data === undefined) return new CredentialFault(`select a ${name} in the node`);
	const given = typeof data.baseUrl === 'string' ? data.baseUrl.trim() : '';
	const baseUrl = (given === '' ? provider.baseUrl : given).replace(/\/+$/, '');
	if (!isWebUrl(baseUrl)) {
		return new CredentialFault(`the Base URL in the ${name} must begin with https:// or http://`);
	}
	const apiKey = typeof data.apiKey === 'string' ? data.apiKey.trim() : '';
	if (apiKey === '') return new CredentialFault(`the ${name} has no API Key`);
	const chosen = context.getNode().credentials?.[provider.credentialType];
	const credentialId = chosen?.id ?? '';
	const decrypted = { id: credentialId, name: chosen?.name ?? '', type: provider.credentialType, data };
	return { baseUrl, secrets: [apiKey], credentialId, decrypted };
}

/** n8n gives header names as the server wrote them. */
function lowerCased(headers: unknown): Record<string, string> {
	if (typeof headers !== 'object' || headers === null) return {};
	return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function isFullReply(reply: unknown): reply is { statusCode: number; headers: unknown; body: unknown } {
	return isJsonObject(reply) && typeof reply.statusCode === 'number';
}

/** Sends requests with the node's credential, which n8n adds; reads replies as text so that secrets can be taken out first. */
export function createSend(context: NodeContext, provider: Provider, account: Account, clock: Clock): Send {
	const read = (reply: unknown): SendOutcome => {
		if (!isFullReply(reply)) return { kind: 'lost', code: 'NETWORK', message: 'the reply could not be read' };
		const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? '');
		const clean = redact(text, account.secrets);
		return { kind: 'reply', status: reply.statusCode, headers: lowerCased(reply.headers), body: parseJson(clean) ?? clean };
	};
	const explain = (error: unknown): SendOutcome => {
		if (clock.isAborted()) throw new Aborted(true);
		const fault = readNetworkFault(error);
		const message = redact(oneLine(fault.message), account.secrets);
		return { kind: fault.neverSent ? 'neverSent' : 'lost', code: fault.code, message };
	};
	return async (request, timeoutMilliseconds) => {
		if (clock.isAborted()) throw new Aborted();
		const options: IHttpRequestOptions = {
			method: request.method,
			url: `${account.baseUrl}${request.path}`,
			headers: { Accept: 'application/json', ...request.headers },
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			// A redirect would carry the key to wherever it points.
			disableFollowRedirect: true,
			timeout: timeoutMilliseconds,
		};
		if (request.body !== undefined) {
			options.body = request.body;
			options.headers = { ...options.headers, 'Content-Type': 'application/json' };
		}
		if (request.rawBody !== undefined) {
			options.body = Buffer.from(request.rawBody.bytes.buffer, request.rawBody.bytes.byteOffset, request.rawBody.bytes.byteLength);
			options.headers = { ...options.headers, 'Content-Type': request.rawBody.contentType };
		}
		return await context.helpers.httpRequestWithAuthentication
			.call(context, provider.credentialType, options, { credentialsDecrypted: account.decrypted })
			.then(read, explain);
	};
}
