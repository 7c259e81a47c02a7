import { createHash, createHmac, timingSafeEqual } from 'crypto';

/**
 * `X-Webhook-Signature: sha256=<hex>` is an HMAC-SHA256 over the raw body, keyed with SHA-256 of the API key. Its own SDK
 * takes the digest's bytes as the key, another published client its hex text, and the docs do not say: both are accepted.
 */
export function checkApiframeSignature(rawBody: Uint8Array, headers: Readonly<Record<string, string>>, apiKey: string): boolean | undefined {
	const header = headers['x-webhook-signature'];
	if (header === undefined) return undefined;
	const given = Buffer.from(header.trim().replace(/^sha256=/i, ''), 'hex');
	const digest = createHash('sha256').update(apiKey).digest();
	return [digest, digest.toString('hex')]
		.map((key) => createHmac('sha256', key).update(rawBody).digest())
		.map((expected) => given.length === expected.length && timingSafeEqual(given, expected))
		.includes(true);
}
