import type { JsonObject } from './json';
import type { RawBody } from './multipart';

/** A request to a provider, below the base URL of its credential. Holds no secret. */
export interface ApiRequest {
	method: 'GET' | 'POST';
	/** Starts with a slash. */
	path: string;
	headers?: Readonly<Record<string, string>>;
	body?: JsonObject;
	/** Instead of a JSON body: an upload. */
	rawBody?: RawBody;
}

/** What became of a request. */
export type SendOutcome =
	| {
			kind: 'reply';
			status: number;
			headers: Readonly<Record<string, string>>;
			/** Parsed JSON where the body was JSON, else the text. */
			body: unknown;
	  }
	/** Certainly not received: refused connection, unknown host, failed TLS handshake. */
	| { kind: 'neverSent'; code: string; message: string }
	/** May have been received: reset or time-out after sending. */
	| { kind: 'lost'; code: string; message: string };

export type Reply = Extract<SendOutcome, { kind: 'reply' }>;

/** Sends one request once, with the credential. Never rejects but with Aborted. */
export type Send = (request: ApiRequest, timeoutMilliseconds: number) => Promise<SendOutcome>;
