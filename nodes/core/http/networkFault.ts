import { oneLine } from '../text';
import type { NotSent } from './send';

/** The codes of faults that happen before any byte of the request is sent. */
const neverSentCodes = new Set([
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
]);
/** n8n's own egress rules, which refuse before connecting. */
const forbiddenByN8n = /^Ssrf/;
const forbiddenCode = 'BLOCKED_BY_N8N';

const proxyCode = 'PROXY_REFUSED';
/** What proxy clients say when a proxy hangs up or refuses before the server is reached. */
const refusedByProxy = /proxy connection ended|before receiving connect response|tunneling socket could not be established/i;

const sentences: Readonly<Record<string, string>> = {
	ECONNREFUSED: 'the connection was refused',
	ENOTFOUND: 'the host name was not found',
	EAI_AGAIN: 'the host name could not be looked up',
	ECONNRESET: 'the connection was closed before a reply arrived',
	EPIPE: 'the connection was closed before a reply arrived',
	ETIMEDOUT: 'no reply came in time',
	ECONNABORTED: 'no reply came in time',
	ERR_INVALID_URL: 'the URL is not valid',
	[proxyCode]: 'the proxy of this n8n did not connect to it',
	[forbiddenCode]:
		'this n8n forbids requests to that address: whoever runs it can allow the host with N8N_SSRF_ALLOWED_HOSTNAMES or N8N_SSRF_ALLOWED_IP_RANGES',
};

export interface NetworkFault {
	code: string;
	/** One sentence without a period. */
	message: string;
	/** Whether the request certainly did not reach the server. */
	neverSent: boolean;
	/** Whether n8n's own rules forbid the address, so that no retry helps. */
	isForbidden: boolean;
}

interface ErrorLike {
	code?: unknown;
	name?: unknown;
	message?: unknown;
	syscall?: unknown;
	cause?: unknown;
	errors?: unknown;
}

const isErrorLike = (value: unknown): value is ErrorLike => typeof value === 'object' && value !== null;

/** An error and everything it wraps: n8n's errors hold the network's own one below `cause`. */
function* chain(error: unknown): Generator<ErrorLike> {
	let current = error;
	for (let depth = 0; depth < 6 && isErrorLike(current); depth++) {
		yield current;
		// one error per address that was tried
		if (Array.isArray(current.errors)) yield* current.errors.filter(isErrorLike);
		current = current.cause;
	}
}

/** What happened to a failed request, and whether the server may have seen it. If in doubt, it may have. */
export function readNetworkFault(error: unknown): NetworkFault {
	let code = '';
	let message = '';
	let neverSent = false;
	let isForbidden = false;
	let isRefusedByProxy = false;
	for (const link of chain(error)) {
		const own = typeof link.code === 'string' ? link.code : '';
		if (typeof link.message === 'string' && refusedByProxy.test(link.message)) isRefusedByProxy = true;
		if (typeof link.name === 'string' && forbiddenByN8n.test(link.name)) isForbidden = true;
		if (own !== '' && (code === '' || own in sentences)) code = own;
		if (typeof link.message === 'string' && message === '') message = link.message;
		if (neverSentCodes.has(own) || link.syscall === 'connect') neverSent = true;
	}
	if (isRefusedByProxy) code = proxyCode;
	if (isForbidden) code = forbiddenCode;
	const said = message === '' ? 'the request did not succeed' : message;
	return {
		code: code === '' ? 'NETWORK' : code,
		message: sentences[code] ?? said,
		neverSent: neverSent || isForbidden || isRefusedByProxy,
		isForbidden,
	};
}

/** A reply that came from the user's own proxy: the server never saw the request. */
export function proxyRefusal(status: number, words: string): NotSent {
	const why = status === 407 ? 'asks for a user name and password' : `refused to connect to it`;
	const said = words === '' ? '' : `: "${oneLine(words).slice(0, 120)}"`;
	return { kind: 'neverSent', code: proxyCode, message: `the proxy of this n8n ${why} (HTTP ${status}${said})` };
}
