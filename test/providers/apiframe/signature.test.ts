/** Vectors: key `afk_test_key`, once with the digest's bytes as HMAC key and once with its hex text. */
import { createHash, createHmac } from 'node:crypto';

import { checkApiframeSignature } from '../../../nodes/providers/apiframe/signature';

const key = 'afk_test_key';
const body = Buffer.from('{"event":"completed","jobId":"a1b2c3d4-e5f6-7890-abcd-ef1234567890","status":"COMPLETED"}');
const vectors = {
	bytes: '01ee75765348135b9601e1b7e39018eb01d6df0061a2e5403fced3937407ee05',
	hex: '37b8ef5984aa8c3cd0648af6c619cd93d1d3c476ebdbc569c31566c32d5f7e66',
};
const check = (signature: string, bytes: Uint8Array = body, apiKey = key) => checkApiframeSignature(bytes, { 'x-webhook-signature': signature }, apiKey);

test.each(Object.entries(vectors))('keyed with the digest as %s', (_, signature) => {
	expect(check(signature)).toBe(true);
	expect(check(`sha256=${signature}`)).toBe(true);
	expect(check(`SHA256=${signature.toUpperCase()}`)).toBe(true);
	expect(check(` sha256=${signature} `)).toBe(true);
});

test.each(Object.entries(vectors))('%s: another body or key is refused', (_, signature) => {
	expect(check(signature, Buffer.concat([body, Buffer.from(' ')]))).toBe(false);
	expect(check(signature, new Uint8Array())).toBe(false);
	expect(check(signature, body, 'afk_test_keY')).toBe(false);
});

test.each(['', 'sha256=', 'sha256=zz', 'nonsense', vectors.bytes.slice(0, 62), `${vectors.bytes}00`, `sha1=${vectors.bytes}`, vectors.bytes.replace('0', '1')])(
	'"%s" is refused',
	(signature) => {
		expect(check(signature)).toBe(false);
	},
);

test('a signature keyed with the API key itself is refused', () => {
	expect(check(createHmac('sha256', key).update(body).digest('hex'))).toBe(false);
	expect(check(createHash('sha256').update(body).digest('hex'))).toBe(false);
});

test('every byte of the raw body counts, readable or not', () => {
	const raw = Buffer.from([0xff, 0xfe, 0x00, 0x7b]);
	const signature = createHmac('sha256', createHash('sha256').update(key).digest()).update(raw).digest('hex');
	expect(check(signature, raw)).toBe(true);
});

test('without a signature there is no verdict', () => {
	expect(checkApiframeSignature(body, {}, key)).toBeUndefined();
});
