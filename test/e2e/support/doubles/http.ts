import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo } from 'node:net';

export interface Received {
	readonly method: string;
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
}

export interface Answer {
	readonly status?: number;
	readonly type?: string;
	readonly body: string | Buffer;
}

export interface HttpDouble {
	readonly url: string;
	readonly received: Received[];
	stop(): Promise<void>;
}

export const jsonAnswer = (body: unknown, status = 200): Answer => ({ status, type: 'application/json', body: JSON.stringify(body) });

/** A local replacement for a web service; it keeps every request. */
export async function startHttpDouble(answer: (request: Received) => Answer): Promise<HttpDouble> {
	const received: Received[] = [];
	const server = createServer((request, response) => {
		const pieces: Buffer[] = [];
		request.on('data', (piece: Buffer) => pieces.push(piece));
		request.on('end', () => {
			const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(pieces) };
			received.push(one);
			const { status = 200, type = 'text/plain', body } = answer(one);
			response.writeHead(status, { 'Content-Type': type }).end(body);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		received,
		stop: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
