import type { JsonObject } from '../json';
import type { RawBody } from './multipart';

/** A request to a provider, below the base URL of its credential. Holds no secret. */
export interface ApiRequest {
	method: 'GET' | 'POST';
	/** Starts with a slash. */
	path: string;
	headers?: Readonly<Record<string, string>>;
	body?: JsonObject;
	/** The body of an upload, instead of a JSON body. */
	rawBody?: RawBody;
}

/** Encodes any text as part of a path or query. Lone surrogates cannot be encoded and are replaced. */
export function pathPart(text: string): string {
	return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}

/** The outcome of a request. */
export type SendOutcome =
	| {
			kind: 'reply';
			status: number;
			headers: Readonly<Record<string, string>>;
			/** Parsed JSON if the body was JSON, otherwise the text. */
			body: unknown;
	  }
	/** Certainly not received: refused connection, unknown host, failed TLS handshake. */
	| { kind: 'neverSent'; code: string; message: string }
	/** May have been received: reset or time-out after sending. */
	| { kind: 'lost'; code: string; message: string };

export type Reply = Extract<SendOutcome, { kind: 'reply' }>;

export type NotSent = Extract<SendOutcome, { kind: 'neverSent' }>;

/** Not sent, because the provider asked for a pause beyond the deadline. */
export const heldBack = {
	kind: 'neverSent',
	code: 'RATE_LIMITED',
	message: 'it asked to wait longer than Timeout allows',
} as const satisfies SendOutcome;

/** Not sent, because its deadline had passed. */
export const tooLate = {
	kind: 'neverSent',
	code: 'TOO_LATE',
	message: 'Timeout ran out before it could be sent',
} as const satisfies NotSent;

/**
 * Sends one request once, with the credential. Rejects only with Aborted. The timeout covers the whole reply. With a
 * deadline (on the run's clock), a request also waits for a 429 pause that begins before it is sent, and is not sent if
 * that takes too long. `beforeSending` is called just before sending, after all waiting: if it returns an outcome, nothing is
 * sent.
 */
export type Send = (request: ApiRequest, timeoutMilliseconds: number, deadline?: number, beforeSending?: () => NotSent | undefined) => Promise<SendOutcome>;
