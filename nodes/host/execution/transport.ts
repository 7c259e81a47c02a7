import type { IHttpRequestOptions } from 'n8n-workflow';

import { Aborted, type Clock } from '../../core/clock';
import { proxyRefusal, readNetworkFault } from '../../core/http/networkFault';
import type { ApiRequest, Send, SendOutcome } from '../../core/http/send';
import { replyJson } from '../../core/http/replyJson';
import { isJsonObject, parseJson } from '../../core/json';
import type { Provider } from '../../core/provider/provider';
import type { Redactor } from '../../core/redactor';
import { oneLine } from '../../core/text';
import type { Account } from './account';
import { isHttpReply, mostReplyBytes, readText } from './httpReply';
import { cancelSignalOf, type NodeContext } from './nodeContext';
import { refusedByProxy } from './refusedByProxy';
import { LimitReached, openTimeLimit, type TimeLimit } from './timeLimit';

/** n8n gives header names as the server wrote them. */
function cleanHeaders(headers: unknown, { text }: Redactor): Record<string, string> {
	if (typeof headers !== 'object' || headers === null) return {};
	return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), text(String(value))]));
}

/** n8n replaces a request's abort signal with the one of the context that the helper is called on, so that context must return ours. */
function withSignal(context: NodeContext, signal: AbortSignal): NodeContext {
	return Object.create(context, { getExecutionCancelSignal: { value: () => signal } }) as NodeContext;
}

function optionsFor(request: ApiRequest, account: Account): IHttpRequestOptions {
	const options: IHttpRequestOptions = {
		method: request.method,
		url: `${account.baseUrl}${request.path}`,
		headers: { Accept: 'application/json', ...request.headers },
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// A redirect would send the key to another address.
		disableFollowRedirect: true,
	};
	if (request.body !== undefined) {
		options.body = request.body;
		options.headers = { ...options.headers, 'Content-Type': 'application/json' };
	}
	if (request.rawBody !== undefined) {
		options.body = Buffer.from(request.rawBody.bytes.buffer, request.rawBody.bytes.byteOffset, request.rawBody.bytes.byteLength);
		options.headers = { ...options.headers, 'Content-Type': request.rawBody.contentType };
	}
	return options;
}

/**
 * Sends requests with the node's credential, which n8n adds. Replies are read piece by piece: a reply must neither fill the
 * memory nor go on forever.
 */
export function createSend(context: NodeContext, provider: Provider, account: Account, clock: Clock): Send {
	const { redactor } = account;
	const stop = cancelSignalOf(context);
	// The clock may be stopped because of another item, which ends no request in progress.
	const isStopped = (): boolean => stop?.aborted === true;
	const read = async (reply: unknown, { method, url }: IHttpRequestOptions, limit: TimeLimit): Promise<SendOutcome> => {
		if (!isHttpReply(reply)) return { kind: 'lost', code: 'NETWORK', message: 'the reply could not be read' };
		const { statusCode: status } = reply;
		let soFar = '';
		const keep = (read: string): void => {
			soFar = read;
		};
		// If its end does not arrive, or not in time, a refusal stays a refusal, and a complete JSON object stays the reply.
		const { text, isWhole } = await limit.race(readText(reply.body, keep)).catch((error: unknown) => {
			if (!isStopped() && (status >= 400 || isJsonObject(parseJson(soFar)))) return { text: soFar, isWhole: false };
			throw error;
		});
		// Closing the body does not end the request.
		if (!isWhole) limit.end();
		// A refusal's own text may say more than JSON in it.
		const parsed = status < 300 ? replyJson(text) : parseJson(text);
		if (!isWhole && status < 400 && !isJsonObject(parsed)) {
			return { kind: 'lost', code: 'REPLY_TOO_LARGE', message: `its reply is larger than ${mostReplyBytes / 1_048_576} MB` };
		}
		// A proxy does not answer in JSON, and a GET is repeated anyway.
		if (method === 'POST' && parsed === undefined && (await refusedByProxy(context, url, status, clock)))
			return proxyRefusal(status, oneLine(redactor.text(text)));
		const body = parsed === undefined ? redactor.text(text) : redactor.json(parsed);
		return { kind: 'reply', status, headers: cleanHeaders(reply.headers, redactor), body };
	};
	const explain = (error: unknown): SendOutcome => {
		if (isStopped()) throw new Aborted(true);
		if (error instanceof LimitReached) return { kind: 'lost', code: 'ETIMEDOUT', message: 'no complete reply arrived in time' };
		const fault = readNetworkFault(error);
		return { kind: fault.neverSent ? 'neverSent' : 'lost', code: fault.code, message: oneLine(redactor.text(fault.message)) };
	};
	return async (request, timeoutMilliseconds) => {
		if (clock.isAborted()) throw new Aborted();
		const limit = openTimeLimit(clock, stop, timeoutMilliseconds);
		const options = { ...optionsFor(request, account), timeout: timeoutMilliseconds, abortSignal: limit.signal };
		const ask = async (): Promise<unknown> =>
			await context.helpers.httpRequestWithAuthentication.call(withSignal(context, limit.signal), provider.credentialType, options, {
				credentialsDecrypted: account.decrypted,
			});
		try {
			return await read(await limit.race(ask()), options, limit);
		} catch (error) {
			return explain(error);
		} finally {
			limit.close();
		}
	};
}
