import type { IWebhookFunctions } from 'n8n-workflow';

import { isJsonObject, parseJson, type JsonObject } from '../../core/json';
import type { Provider } from '../../core/provider/provider';
import { taskIdAt } from '../../core/provider/taskIdAt';
import { objectIn } from '../../core/provider/unwrapped';
import { findProvider, providers } from '../../providers';

// The part of Express used here; a community node cannot rely on its types.
interface RequestObject {
	rawBody?: unknown;
	readRawBody?(): Promise<void>;
}
interface ResponseObject {
	headersSent: boolean;
	status(code: number): { end(): void };
}

/** A callback as it was received. Only the task id is ever read from its body. */
export interface CallbackRequest {
	body: JsonObject;
	rawBody: Uint8Array;
	headers: Readonly<Record<string, string>>;
	/** The value of `?provider=` in the URL. */
	claimed: Provider | undefined;
}

/** In bytes. A callback is about one task; the largest known ones have a few thousand. */
const largestBody = 262_144;

export type TooLarge = 'tooLarge';

export const isTooLarge = (request: CallbackRequest | TooLarge): request is TooLarge => request === 'tooLarge';

export async function readCallbackRequest(context: IWebhookFunctions): Promise<CallbackRequest | TooLarge> {
	const request = context.getRequestObject() as RequestObject;
	const headers = Object.fromEntries(Object.entries(context.getHeaderData()).map(([name, value]) => [name.toLowerCase(), String(value)]));
	if (Number(headers['content-length']) > largestBody) return 'tooLarge';
	// n8n reads the raw body only on request.
	await request.readRawBody?.();
	const rawBody: Uint8Array = Buffer.isBuffer(request.rawBody) ? request.rawBody : new Uint8Array();
	if (rawBody.length > largestBody) return 'tooLarge';
	const parsed: unknown = context.getBodyData();
	const reread = rawBody.length > 0 ? parseJson(new TextDecoder().decode(rawBody)) : undefined;
	const body = objectIn(reread) ?? objectIn(parsed) ?? {};
	const query = context.getQueryData();
	const claimed = isJsonObject(query) && typeof query.provider === 'string' ? findProvider(query.provider) : undefined;
	return { body, rawBody, headers, claimed };
}

/** Whether it has a signature, valid or not. */
export const isSigned = ({ headers }: CallbackRequest): boolean => headers['x-webhook-signature'] !== undefined;

/** The providers that may have sent this callback: the one that its URL names, otherwise all whose format matches. */
export function possibleSenders(request: CallbackRequest): Provider[] {
	const { body, claimed } = request;
	if (claimed !== undefined) return [claimed];
	const fitting = providers.filter((provider) => provider.readCallback?.(body) !== undefined);
	return isSigned(request) ? fitting.filter((provider) => provider.checkSignature !== undefined) : fitting;
}

/**
 * The task id that a callback of this provider names. If the URL says whose callback it is, the id may be anywhere: most bodies are not
 * documented, and without the id the workflow would never see the images.
 */
export function taskIdIn({ body, claimed }: CallbackRequest, provider: Provider): string | undefined {
	if (provider.readCallback === undefined) return undefined;
	const isClaimed = claimed?.id === provider.id;
	return provider.readCallback(body) ?? (isClaimed ? taskIdAt(body, ...provider.taskIdPaths) : undefined);
}

/** The task id that a callback names, read as one of its possible senders would write it. */
export function namedTaskId(request: CallbackRequest): string | undefined {
	return possibleSenders(request)
		.map((provider) => taskIdIn(request, provider))
		.find((id) => id !== undefined);
}

/** Answers the caller before the work is done. The webhook's result then tells n8n not to answer again. */
export function answerNow(context: IWebhookFunctions, status: number): void {
	const response = context.getResponseObject() as ResponseObject;
	if (!response.headersSent) response.status(status).end();
}
