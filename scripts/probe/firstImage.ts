import type { Readable } from 'node:stream';

import axios, { isAxiosError } from 'axios';

import { BadDownload, guardBytes } from '../../nodes/core/image/guardBytes';
import type { Size } from '../../nodes/core/image/imageSize';
import { readNetworkFault } from '../../nodes/core/http/networkFault';
import { proxyFor } from './axiosSend';
import { isPrivateUrl, isUrl } from '../../nodes/core/http/url';

export type FetchedImage = { kind: 'image'; host: string; mimeType: string; bytes: number; size?: Size } | { kind: 'failed'; reason: string };

const timeoutMilliseconds = 120_000;
const maxBytes = 50 * 1_048_576;

/** Fetches an image without any credential, looks at its type and size, and throws it away. */
export async function fetchImage(address: string, baseUrl: string): Promise<FetchedImage> {
	if (!isUrl(address)) return { kind: 'failed', reason: 'the URL is not valid' };
	const url = new URL(address);
	const base = new URL(baseUrl);
	if (url.protocol !== 'https:' && (url.protocol !== 'http:' || base.protocol !== 'http:')) {
		return { kind: 'failed', reason: `the URL begins with ${url.protocol}// instead of https://` };
	}
	if (isPrivateUrl(url) && !isPrivateUrl(base)) return { kind: 'failed', reason: 'the URL points into a private network' };
	try {
		const reply = await axios.get<Readable>(url.href, {
			responseType: 'stream',
			timeout: timeoutMilliseconds,
			signal: AbortSignal.timeout(timeoutMilliseconds),
			maxRedirects: 5,
			validateStatus: () => true,
			...proxyFor(url.href),
		});
		if (reply.status !== 200) {
			reply.data.destroy();
			return { kind: 'failed', reason: `HTTP ${reply.status}` };
		}
		try {
			const { header, bytes, total } = await guardBytes(reply.data, { maxBytes });
			// Read to its end, where the guard tells whether it is whole.
			while ((await bytes.next()).done !== true);
			const image: FetchedImage = { kind: 'image', host: url.hostname, mimeType: header.mimeType, bytes: total() };
			return header.size === undefined ? image : { ...image, size: header.size };
		} finally {
			reply.data.destroy();
		}
	} catch (error) {
		if (error instanceof BadDownload) return { kind: 'failed', reason: error.message };
		// A cut connection comes from the socket, a refused one from axios.
		if (!isAxiosError(error) && typeof (error as Partial<NodeJS.ErrnoException>).code !== 'string') throw error;
		const { message, code } = readNetworkFault(error);
		return { kind: 'failed', reason: `${message} (${code})` };
	}
}
