import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import axios from 'axios';

import { isJsonObject, parseJson, type JsonObject } from '../../../nodes/core/json';
import { readBody } from '../../simulator/exchange';

/** Changes a reply in place; `path` is the request's. */
export type Drift = (body: JsonObject, path: string) => void;

export interface DriftingProxy {
	origin: string;
	close(): Promise<void>;
}

/** A proxy that changes the simulator's replies, as if the provider had changed its API. */
export async function startDriftingProxy(target: string, drift: Drift): Promise<DriftingProxy> {
	const server = createServer((request, response) => {
		void (async () => {
			const { host: _host, 'content-length': _length, ...headers } = request.headers;
			const body = await readBody(request);
			const path = request.url ?? '/';
			const reply = await axios.request<string>({
				method: request.method,
				url: `${target}${path}`,
				headers,
				data: body.length > 0 ? body : undefined,
				proxy: false,
				responseType: 'text',
				transformResponse: (text: string) => text,
				validateStatus: () => true,
			});
			const parsed = parseJson(reply.data);
			if (isJsonObject(parsed)) drift(parsed, path);
			response.writeHead(reply.status, { 'Content-Type': 'application/json' });
			response.end(isJsonObject(parsed) ? JSON.stringify(parsed) : reply.data);
		})().catch(() => response.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
