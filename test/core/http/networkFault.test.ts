import { AxiosError } from 'axios';
import { NodeApiError, type INode } from 'n8n-workflow';

import { readNetworkFault } from '../../../nodes/core/http/networkFault';

const node: INode = { id: '1', name: 'Generate', type: 'test', typeVersion: 1, position: [0, 0], parameters: {} };

const withCode = (code: string, more: object = {}): Error => Object.assign(new Error(`connect ${code} 127.0.0.1:1`), { code, ...more });
const axiosError = (code: string, more: object = {}): Error => Object.assign(new AxiosError(`connect ${code}`, code), more);
const wrapped = (cause: unknown): Error => new Error('The service refused the connection', { cause });

describe('was certainly never sent', () => {
	test.each([
		'ECONNREFUSED',
		'ENOTFOUND',
		'EAI_AGAIN',
		'EAI_FAIL',
		'ERR_INVALID_URL',
		'ERR_UNSUPPORTED_PROTOCOL',
		'ERR_INVALID_CHAR',
		'EPROTO',
		'CERT_HAS_EXPIRED',
		'CERT_NOT_YET_VALID',
		'DEPTH_ZERO_SELF_SIGNED_CERT',
		'ERR_TLS_CERT_ALTNAME_INVALID',
		'SELF_SIGNED_CERT_IN_CHAIN',
		'UNABLE_TO_GET_ISSUER_CERT',
		'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
		'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	])('%s', (code) => {
		for (const error of [withCode(code), axiosError(code), wrapped(withCode(code)), wrapped(wrapped(axiosError(code)))]) {
			expect(readNetworkFault(error)).toMatchObject({ code, neverSent: true });
		}
	});

	test('a time-out while connecting, which the system call tells', () => {
		expect(readNetworkFault(withCode('ETIMEDOUT', { syscall: 'connect' }))).toMatchObject({ code: 'ETIMEDOUT', neverSent: true });
	});

	test('as n8n wraps it', () => {
		const error = new NodeApiError(node, { message: 'x', code: 'ECONNREFUSED' });
		expect(readNetworkFault(Object.assign(error, { cause: withCode('ECONNREFUSED') }))).toMatchObject({ code: 'ECONNREFUSED', neverSent: true });
	});

	test('one error per address that was tried', () => {
		const both = new AggregateError([withCode('ECONNREFUSED', { syscall: 'connect' }), withCode('ENETUNREACH', { syscall: 'connect' })]);
		expect(readNetworkFault(both)).toMatchObject({ code: 'ECONNREFUSED', neverSent: true });
	});

	test.each(['SsrfBlockedIpError', 'SsrfBlockedHostnameError'])("what n8n's own egress rules forbid, with who can allow it (%s)", (name) => {
		const blocked = Object.assign(new Error('The request was blocked'), { name });
		const message = expect.stringContaining('N8N_SSRF_ALLOWED_HOSTNAMES') as string;
		expect(readNetworkFault(wrapped(blocked))).toEqual({ code: 'BLOCKED_BY_N8N', message, neverSent: true, isForbidden: true });
	});
});

describe('may have arrived', () => {
	test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'ERR_BAD_RESPONSE', 'UNHEARD_OF'])('%s', (code) => {
		for (const error of [withCode(code), axiosError(code), wrapped(axiosError(code))]) {
			expect(readNetworkFault(error)).toMatchObject({ code, neverSent: false });
		}
	});

	test.each([new Error('something'), 'a text', undefined, null, 42, {}, { code: 7, message: {} }, []])('%p', (error) => {
		expect(readNetworkFault(error)).toMatchObject({ code: 'NETWORK', neverSent: false });
	});

	test('a reset that a system call other than connect reports', () => {
		expect(readNetworkFault(withCode('ECONNRESET', { syscall: 'read' })).neverSent).toBe(false);
	});
});

describe('the words', () => {
	test.each([
		['ECONNREFUSED', 'the connection was refused'],
		['ENOTFOUND', 'the host name was not found'],
		['ECONNRESET', 'the connection was closed before a reply arrived'],
		['ETIMEDOUT', 'no reply came in time'],
		['ECONNABORTED', 'no reply came in time'],
	])('of %s are plain', (code, message) => {
		expect(readNetworkFault(axiosError(code)).message).toBe(message);
	});

	test("are the error's own message for other codes, and never empty", () => {
		expect(readNetworkFault(withCode('CERT_HAS_EXPIRED', { message: 'certificate has expired' })).message).toBe('certificate has expired');
		expect(readNetworkFault({}).message).toBe('the request did not succeed');
	});

	test("come from the network's code, even if a wrapper has a code of its own", () => {
		expect(readNetworkFault(Object.assign(wrapped(withCode('ECONNRESET')), { code: 'ERR_WRAPPED' }))).toEqual({
			code: 'ECONNRESET',
			message: 'the connection was closed before a reply arrived',
			neverSent: false,
			isForbidden: false,
		});
	});
});

test('a circular chain of causes ends', () => {
	const error = new Error('round');
	error.cause = error;
	expect(readNetworkFault(error)).toEqual({ code: 'NETWORK', message: 'round', neverSent: false, isForbidden: false });
});
