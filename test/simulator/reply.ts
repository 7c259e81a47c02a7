import type { ServerResponse } from 'node:http';

import type { JsonObject } from '../../nodes/core/json';

/** What goes back to the client: JSON, or text with its own type. */
export interface Reply {
	status: number;
	headers?: Readonly<Record<string, string>>;
	body: JsonObject | string;
}

export const errorPage = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';

function typeOf(body: string): string {
	return body.startsWith('<') ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8';
}

export function sendReply(response: ServerResponse, reply: Reply): void {
	if (response.destroyed || response.headersSent) return;
	const isText = typeof reply.body === 'string';
	const body = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
	const type = isText ? typeOf(body) : 'application/json';
	response.writeHead(reply.status, {
		'Content-Type': type,
		'Content-Length': reply.status === 204 ? 0 : Buffer.byteLength(body),
		...reply.headers,
	});
	response.end(reply.status === 204 ? undefined : body);
}

/** Breaks the connection the hard way, as a crashed peer does. */
export function breakConnection(response: ServerResponse): void {
	const { socket } = response;
	if (socket === null) return;
	if ('resetAndDestroy' in socket) socket.resetAndDestroy();
}
