import type { IBinaryData } from 'n8n-workflow';

import { Aborted, type Clock } from '../../core/clock';
import { proxyRefusal, readNetworkFault } from '../../core/http/networkFault';
import { isUrl } from '../../core/http/url';
import { BadDownload, guardBytes } from '../../core/image/guardBytes';
import type { ImageType } from '../../core/image/imageHeader';
import type { Size } from '../../core/image/imageSize';
import type { Redactor } from '../../core/redactor';
import { oneLine } from '../../core/text';
import { urlFault } from '../execution/egress';
import type { NodeContext } from '../execution/nodeContext';
import { openTimeLimit } from '../execution/timeLimit';

const silenceMilliseconds = 30_000;
/** The minimum average rates: a slow host gets five minutes, a nearly silent one gets one. */
const leastRates = [
	{ afterSeconds: 60, bytesPerSecond: 64 },
	{ afterSeconds: 300, bytesPerSecond: 8192 },
];
const watchMilliseconds = 1000;
const wordsMilliseconds = 5000;
const tries = 3;
const mostRedirects = 5;

export interface DownloadRules {
	maxBytes: number;
	/** The provider's base URL: if it is plain http or private, its image URLs may be too. */
	baseUrl: string;
	fileName(type: ImageType): string;
	signal: AbortSignal | undefined;
	clock: Clock;
	/** Removes secrets from the image host's words, which may quote what the provider put into the URL. */
	redactor: Redactor;
}

export interface DownloadedImage {
	binary: IBinaryData;
	fileName: string;
	mimeType: string;
	bytes: number;
	/** In pixels; undefined if the file's header does not give it. */
	size?: Size;
}

type StoredBytes = Parameters<NodeContext['helpers']['prepareBinaryData']>[0];

/** The part of a Node.js stream that is used here. A community node cannot import `stream`, but the class is available from the body. */
interface ByteStream extends AsyncIterable<Uint8Array> {
	destroy(error?: Error): void;
	constructor: { from(bytes: AsyncIterable<Uint8Array>, options: { objectMode: boolean }): StoredBytes };
}

interface StreamReply {
	statusCode: number;
	headers: Record<string, unknown>;
	body: ByteStream;
}

function parseUrl(address: string, base?: URL): URL {
	if (!isUrl(address, base?.href)) throw new BadDownload('the URL is not valid', false);
	return new URL(address, base);
}

/** The words of an error page, from its first bytes. Nothing depends on them, so a failure to read them is ignored, and the wait for them is short. */
async function firstWords(body: ByteStream, { clock, signal, redactor: { text: clean } }: DownloadRules): Promise<string> {
	const limit = openTimeLimit(clock, signal, wordsMilliseconds);
	const step = await limit
		.race(body[Symbol.asyncIterator]().next())
		.catch(() => undefined)
		.finally(() => limit.close());
	if (step === undefined || step.done === true) return '';
	const text = oneLine(clean(new TextDecoder().decode(step.value.subarray(0, 2000))));
	return text === '' ? '' : `: "${text.slice(0, 120)}"`;
}

async function refusal(reply: StreamReply, rules: DownloadRules): Promise<BadDownload> {
	const { statusCode } = reply;
	if (statusCode === 407) return new BadDownload(proxyRefusal(statusCode, '').message, false);
	const retryable = statusCode >= 500 || statusCode === 429 || statusCode === 408;
	const expired = statusCode === 403 || statusCode === 404 || statusCode === 410;
	const hint = expired ? ' (the URL may have expired)' : '';
	return new BadDownload(`the image host answered HTTP ${statusCode}${hint}${await firstWords(reply.body, rules)}`, retryable);
}

/** Follows redirects itself, so that each address is checked before the request. No address gets a credential. */
async function open(context: NodeContext, address: string, rules: DownloadRules): Promise<StreamReply> {
	const baseUrl = new URL(rules.baseUrl);
	let url = parseUrl(address);
	for (let hop = 0; hop <= mostRedirects; hop++) {
		const fault = await urlFault(context, url, baseUrl);
		if (fault !== undefined) throw new BadDownload(fault, false);
		const reply = (await context.helpers.httpRequest({
			method: 'GET',
			url: url.href,
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: silenceMilliseconds,
			...(rules.signal === undefined ? {} : { abortSignal: rules.signal }),
		})) as StreamReply;
		if (reply.statusCode >= 200 && reply.statusCode < 300) return reply;
		const location = reply.headers.location;
		const moved = reply.statusCode >= 300 && reply.statusCode < 400 && typeof location === 'string';
		const refused = moved ? undefined : await refusal(reply, rules);
		reply.body.destroy();
		if (refused !== undefined) throw refused;
		url = parseUrl(String(location), url);
	}
	throw new BadDownload(`the URL redirects more than ${mostRedirects} times`, false);
}

interface Progress {
	startedAt: number;
	lastBytesAt: number;
	bytes: number;
	/** Why the download was ended. */
	fault?: BadDownload;
}

function slownessOf({ startedAt, lastBytesAt, bytes }: Progress, now: number): BadDownload | undefined {
	if (now - lastBytesAt >= silenceMilliseconds) {
		return new BadDownload(`no data arrived for ${silenceMilliseconds / 1000} seconds`, true);
	}
	const seconds = (now - startedAt) / 1000;
	if (!leastRates.some(({ afterSeconds, bytesPerSecond }) => seconds >= afterSeconds && bytes / seconds < bytesPerSecond)) return undefined;
	return new BadDownload(`the image host is too slow: ${bytes} bytes in ${Math.round(seconds)} seconds`, false);
}

/** Ends a download that is silent or too slow. Uses only alarms, because they also fire on a stopped clock. */
function watchProgress(progress: Progress, clock: Clock, end: () => void): () => void {
	let cancelAlarm = (): void => undefined;
	const check = (): void => {
		const fault = slownessOf(progress, clock.now());
		if (fault === undefined) {
			cancelAlarm = clock.alarm(watchMilliseconds, check);
			return;
		}
		progress.fault = fault;
		end();
	};
	check();
	return () => cancelAlarm();
}

function contentLengthIn(headers: Record<string, unknown>): number | undefined {
	// A compressed body's length is not the file's.
	const encoding = headers['content-encoding'];
	if (encoding !== undefined && encoding !== 'identity') return undefined;
	const announced = headers['content-length'];
	const length = Number(announced);
	return announced !== undefined && Number.isFinite(length) ? length : undefined;
}

/** One try, which is ended if it is too slow. */
async function downloadOnce(context: NodeContext, url: string, rules: DownloadRules): Promise<DownloadedImage> {
	const { clock } = rules;
	const progress: Progress = { startedAt: clock.now(), lastBytesAt: clock.now(), bytes: 0 };
	// Ends the request itself. The body is n8n's own stream, and destroying that would wait for bytes that never arrive.
	const limit = openTimeLimit(clock, rules.signal, Number.POSITIVE_INFINITY);
	const endWatch = watchProgress(progress, clock, limit.expire);
	try {
		return await limit.race(fetchAndStore(context, url, { ...rules, signal: limit.signal }, progress));
	} catch (error) {
		limit.end();
		throw progress.fault ?? error;
	} finally {
		endWatch();
		limit.close();
	}
}

async function fetchAndStore(context: NodeContext, url: string, rules: DownloadRules, progress: Progress): Promise<DownloadedImage> {
	const { body, headers } = await open(context, url, rules);
	try {
		const contentLength = contentLengthIn(headers);
		const guarded = await guardBytes(body, {
			maxBytes: rules.maxBytes,
			...(contentLength === undefined ? {} : { contentLength }),
			clean: rules.redactor.text,
			onBytes: (bytes) => {
				progress.lastBytesAt = rules.clock.now();
				progress.bytes += bytes;
			},
		});
		const { mimeType, size } = guarded.header;
		const fileName = rules.fileName(guarded.header);
		const stream = body.constructor.from(guarded.bytes, { objectMode: false });
		const binary: IBinaryData | undefined = await context.helpers.prepareBinaryData(stream, fileName, mimeType);
		if (binary === undefined) throw new BadDownload('n8n did not store the file', false);
		const image: DownloadedImage = { binary, fileName, mimeType, bytes: guarded.total() };
		return size === undefined ? image : { ...image, size };
	} finally {
		body.destroy();
	}
}

/** Finds the guard's own error among the causes of an error that came through n8n's binary store. */
function badDownloadIn(error: unknown, { text: clean }: Redactor): BadDownload {
	for (let link = error, depth = 0; link instanceof Error && depth < 6; link = link.cause, depth++) {
		if (link instanceof BadDownload) return link;
	}
	const { message, isForbidden } = readNetworkFault(error);
	return new BadDownload(oneLine(clean(message)), !isForbidden);
}

/**
 * Fetches one result into n8n's binary store, streaming. Fetching is free, so it is tried up to three times if
 * another try can help. Rejects only with Aborted.
 */
export async function downloadImage(context: NodeContext, url: string, rules: DownloadRules): Promise<DownloadedImage | BadDownload> {
	for (let attempt = 1; ; attempt++) {
		if (rules.clock.isAborted()) throw new Aborted();
		const result = await downloadOnce(context, url, rules).catch((error: unknown) => badDownloadIn(error, rules.redactor));
		if (!(result instanceof BadDownload)) return result;
		if (rules.signal?.aborted === true) throw new Aborted();
		if (!result.retryable || attempt >= tries) return result;
		await rules.clock.sleep(500 * 2 ** (attempt - 1) * (1 + rules.clock.random() / 2));
	}
}
