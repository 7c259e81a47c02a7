import type { IncomingHttpHeaders } from 'node:http';
import type { ProviderId } from '../../nodes/providers';

export type RequestKind = 'submit' | 'status' | 'upload' | 'balance' | 'image' | 'callback' | 'other';

/** One request that the simulator got, or, for callbacks and reference checks, sent. */
export interface LogEntry {
	time: string;
	provider?: ProviderId;
	kind: RequestKind;
	method: string;
	path: string;
	headers: Record<string, string>;
	body?: unknown;
	/** HTTP status of the answer; 0 where the connection was broken or nothing was answered. */
	status: number;
	taskId?: string;
	/** Whether a credential came along. Downloads must not carry one. */
	hasCredential: boolean;
	/** What the simulator did on purpose, or what went wrong. */
	note?: string;
}

const secretHeaders = new Set(['authorization', 'api-key', 'x-api-key']);

/** Headers as text, with all but the last four characters of a credential hidden. */
export function readableHeaders(headers: IncomingHttpHeaders): Record<string, string> {
	const readable: Record<string, string> = {};
	for (const [name, value] of Object.entries(headers)) {
		const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
		readable[name] = secretHeaders.has(name) ? `…${text.slice(-4)}` : text;
	}
	return readable;
}

export function carriesCredential(headers: IncomingHttpHeaders): boolean {
	return Object.keys(headers).some((name) => secretHeaders.has(name));
}
