import { lookup } from 'node:dns/promises';
import type { Readable } from 'node:stream';

import axios, { isAxiosError, type AxiosResponse } from 'axios';

import { BadDownload, guardBytes } from '../../nodes/core/image/guardBytes';
import type { Size } from '../../nodes/core/image/imageSize';
import { readNetworkFault } from '../../nodes/core/http/networkFault';
import { proxyFor } from './axiosSend';
import { isPrivateAddress } from '../../nodes/core/http/address';
import { isPrivateUrl, isUrl } from '../../nodes/core/http/url';

export type FetchedImage = { kind: 'image'; host: string; mimeType: string; bytes: number; size?: Size } | { kind: 'failed'; reason: string };

const timeoutMilliseconds = 120_000;
const maxBytes = 50 * 1_048_576;
const mostRedirects = 5;

/** What a host name resolves to on this machine; an address is not looked up. */
async function whereabouts(url: URL): Promise<'inside' | 'outside' | 'unknown'> {
	const host = url.hostname.replace(/^\[|\]$/g, '');
	if (isPrivateAddress(host) === false) return 'outside';
	const found = await lookup(host, { all: true }).catch(() => undefined);
	if (found === undefined) return 'unknown';
	return found.some(({ address }) => isPrivateAddress(address) !== false) ? 'inside' : 'outside';
}

/** The nodes' rule for every URL in a reply, with this machine's lookup instead of n8n's. */
async function urlFault(url: URL, base: URL): Promise<string | undefined> {
	if (isPrivateUrl(url) && !isPrivateUrl(base)) return 'the URL points into a private network';
	if (url.protocol !== 'https:' && (url.protocol !== 'http:' || base.protocol !== 'http:')) {
		return `the URL begins with ${url.protocol}// instead of https://`;
	}
	if (isPrivateUrl(base) || url.hostname === base.hostname) return undefined;
	const place = await whereabouts(url);
	if (place === 'outside') return undefined;
	const home = await whereabouts(base);
	const isInside = place === 'inside' ? home !== 'inside' : home === 'outside';
	return isInside ? 'the URL points into a private network' : undefined;
}

/** Follows redirects itself, so that each address is checked before the request. */
async function open(address: string, base: URL): Promise<AxiosResponse<Readable>> {
	let next = address;
	let url: URL | undefined;
	for (let hop = 0; hop <= mostRedirects; hop++) {
		if (!isUrl(next, url?.href)) throw new BadDownload('the URL is not valid', false);
		url = new URL(next, url);
		const fault = await urlFault(url, base);
		if (fault !== undefined) throw new BadDownload(hop === 0 ? fault : `the URL redirects, and ${fault}`, false);
		const reply = await axios.get<Readable>(url.href, {
			responseType: 'stream',
			timeout: timeoutMilliseconds,
			signal: AbortSignal.timeout(timeoutMilliseconds),
			maxRedirects: 0,
			validateStatus: () => true,
			...proxyFor(url.href),
		});
		const location: unknown = reply.headers.location;
		if (reply.status < 300 || reply.status >= 400 || typeof location !== 'string') return reply;
		reply.data.destroy();
		next = location;
	}
	throw new BadDownload(`the URL redirects more than ${mostRedirects} times`, false);
}

/** Fetches an image without any credential, checks its type and size, and discards it. */
export async function fetchImage(address: string, baseUrl: string): Promise<FetchedImage> {
	try {
		const reply = await open(address, new URL(baseUrl));
		if (reply.status !== 200) {
			reply.data.destroy();
			return { kind: 'failed', reason: `HTTP ${reply.status}` };
		}
		try {
			const { header, bytes, total } = await guardBytes(reply.data, { maxBytes });
			// Reads the file to its end, because the guard then reports whether it is complete.
			while ((await bytes.next()).done !== true);
			const image: FetchedImage = { kind: 'image', host: new URL(address).hostname, mimeType: header.mimeType, bytes: total() };
			return header.size === undefined ? image : { ...image, size: header.size };
		} finally {
			reply.data.destroy();
		}
	} catch (error) {
		if (error instanceof BadDownload) return { kind: 'failed', reason: error.message };
		// The error of a broken connection comes from the socket, that of a refused one from axios.
		if (!isAxiosError(error) && typeof (error as Partial<NodeJS.ErrnoException>).code !== 'string') throw error;
		const { message, code } = readNetworkFault(error);
		return { kind: 'failed', reason: `${message} (${code})` };
	}
}
