import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import axios from 'axios';

export interface StoredObject {
	readonly bytes: Buffer;
	readonly type: unknown;
}

export interface Storage {
	readonly bucket: string;
	/** What a user fills in for it. */
	readonly credential: Readonly<Record<string, string | boolean>>;
	/** As anyone can read it from the server. */
	read(key: string): Promise<StoredObject>;
	listKeys(): Promise<string[]>;
	stop(): Promise<void>;
}

const bucket = 'product-shots';
/** The one account that s3rver has. */
const account = 'S3RVER';

/** An S3-compatible server, path style, with one empty bucket. It refuses requests that are not signed with the secret. */
export async function startStorage(): Promise<Storage> {
	// Not at the top of the file: it is installed together with n8n, which happens after this file is read.
	const { default: S3rver } = await import('@20minutes/s3rver');
	const directory = await mkdtemp(path.join(tmpdir(), 'seedream-storage-'));
	const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory, vhostBuckets: false, configureBuckets: [{ name: bucket }] });
	const { port } = await server.run();
	const endpoint = `http://127.0.0.1:${port}`;
	return {
		bucket,
		credential: { endpoint, region: 'eu-central-1', accessKeyId: account, secretAccessKey: account, forcePathStyle: true, ignoreSSLIssues: false },
		async read(key) {
			const { data, headers } = await axios.get<ArrayBuffer>(`${endpoint}/${bucket}/${encodeURIComponent(key)}`, { responseType: 'arraybuffer' });
			return { bytes: Buffer.from(data), type: headers['content-type'] };
		},
		async listKeys() {
			const { data } = await axios.get<string>(`${endpoint}/${bucket}`);
			return [...data.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key = '']) => key);
		},
		async stop() {
			// n8n keeps its connections open.
			server.httpServer.closeAllConnections();
			await server.close();
			await rm(directory, { recursive: true, force: true });
		},
	};
}
