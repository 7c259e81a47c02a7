import { createHash, createHmac } from 'node:crypto';

import { startHttpDouble, type Answer, type Received } from './http';

export interface StoredObject {
	readonly bytes: Buffer;
	readonly type: string;
}

export interface StorageDouble {
	readonly url: string;
	readonly bucket: string;
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	/** By key, in the order in which they came. */
	readonly objects: Map<string, StoredObject>;
	stop(): Promise<void>;
}

const bucket = 'product-shots';
const accessKeyId = 'demo-key-id';
const secretAccessKey = 'demo-secret';

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

/** AWS Signature Version 4 over exactly this request, as an S3 server computes it. */
function isSigned({ method, path, headers, body }: Received): boolean {
	const found = /Credential=([^/]+)\/(\d+)\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=(\w+)/.exec(headers.authorization ?? '');
	const [, keyId, day = '', region = '', signedHeaders = '', signature] = found ?? [];
	if (keyId !== accessKeyId) return false;
	const announced = String(headers['x-amz-content-sha256'] ?? sha256(body));
	if (announced !== 'UNSIGNED-PAYLOAD' && announced !== sha256(body)) return false;
	const { pathname, searchParams } = new URL(path, 'http://storage');
	const query = [...searchParams].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).sort();
	const lines = signedHeaders.split(';').map((name) => `${name}:${String(headers[name] ?? '').trim()}`);
	const request = [method, pathname, query.join('&'), ...lines, '', signedHeaders, announced].join('\n');
	const scope = `${day}/${region}/s3/aws4_request`;
	const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(request)].join('\n');
	const key = ['s3', 'aws4_request'].reduce(hmac, hmac(hmac(`AWS4${secretAccessKey}`, day), region));
	return hmac(key, text).toString('hex') === signature;
}

function fault(status: number, code: string): Answer {
	return { status, type: 'application/xml', body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>` };
}

/** An S3-compatible server for one bucket, path style: it says where the bucket is and takes objects, whose signature and checksum it verifies. */
export async function startStorageDouble(): Promise<StorageDouble> {
	const objects = new Map<string, StoredObject>();
	const answer = (request: Received): Answer => {
		const { method, path, headers, body } = request;
		const { pathname, searchParams } = new URL(path, 'http://storage');
		const [, name, ...rest] = pathname.split('/').map(decodeURIComponent);
		if (name !== bucket) return fault(404, 'NoSuchBucket');
		if (!isSigned(request)) return fault(403, 'SignatureDoesNotMatch');
		const key = rest.join('/');
		if (method === 'GET' && key === '' && searchParams.has('location')) {
			return { type: 'application/xml', body: '<?xml version="1.0" encoding="UTF-8"?><LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu-central-1</LocationConstraint>' };
		}
		if (method !== 'PUT' || key === '') return fault(405, 'MethodNotAllowed');
		if (headers['content-md5'] !== createHash('md5').update(body).digest('base64')) return fault(400, 'BadDigest');
		objects.set(key, { bytes: body, type: headers['content-type'] ?? '' });
		return { body: '' };
	};
	const { url, stop } = await startHttpDouble(answer);
	return { url, bucket, accessKeyId, secretAccessKey, objects, stop };
}
