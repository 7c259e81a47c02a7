import type { IncomingMessage, ServerResponse } from 'node:http';

import type { LogEntry } from './log';

/** One request on its way through the simulator. */
export interface Exchange {
	request: IncomingMessage;
	response: ServerResponse;
	url: URL;
	body: Buffer;
	entry: LogEntry;
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
	const parts: Buffer[] = [];
	for await (const part of request) parts.push(part as Buffer);
	return Buffer.concat(parts);
}

/** What the log shows of a body. */
export function readableBody(body: Buffer, type: string): unknown {
	if (body.length === 0) return undefined;
	if (type.startsWith('multipart/')) return `<multipart, ${body.length} bytes>`;
	const text = body.toString('utf8');
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text.slice(0, 2000);
	}
}
