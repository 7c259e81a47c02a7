import type { IExecuteFunctions } from 'n8n-workflow';

import { Aborted } from '../../core/clock';
import type { Failure } from '../../core/failure/failure';
import { encodeMultipart } from '../../core/http/multipart';
import { readNetworkFault } from '../../core/http/networkFault';
import type { ApiRequest } from '../../core/http/send';
import { isPrivateUrl, isUrl } from '../../core/http/url';
import type { JsonObject } from '../../core/json';
import type { ProviderUpload, UploadPlace } from '../../core/provider/provider';
import type { Redactor } from '../../core/redactor';
import { submitFailure } from '../../core/reply/providerFailure';
import { readSubmitReply } from '../../core/reply/readSubmitReply';
import { oneLine } from '../../core/text';
import { privateFault, urlFault } from '../execution/egress';
import { isHttpReply, readText } from '../execution/httpReply';
import type { Channel, Run } from '../execution/run';
import { LimitReached, openTimeLimit } from '../execution/timeLimit';
import { loadFile, type BinaryFile } from './references';

const timeoutMilliseconds = 120_000;
const tries = 3;

export type UploadResult = { kind: 'url'; url: string } | { kind: 'failed'; failure: Failure };

const failedWith = (failure: Failure): UploadResult => ({ kind: 'failed', failure });

/** An upload is free and can be repeated, so its outcome is never unknown: a failed one means that the provider is unavailable. */
async function ask(request: ApiRequest, channel: Channel, run: Run): Promise<JsonObject | Failure> {
	for (let attempt = 1; ; attempt++) {
		const reading = readSubmitReply(channel.provider, await channel.send(request, timeoutMilliseconds));
		if (reading.kind === 'accepted') return reading.body;
		const { failure } = reading;
		const passing = ['outcomeUnknown', 'providerUnavailable', 'rateLimited'].includes(failure.kind);
		if (!passing) return failure;
		if (attempt >= tries)
			return submitFailure(channel.provider, failure.kind === 'rateLimited' ? 'rateLimited' : 'providerUnavailable', {
				...failure,
				message: `uploading a reference image: ${failure.message}`,
			});
		await run.clock.sleep(1000 * 2 ** (attempt - 1) * (1 + run.clock.random() / 4));
	}
}

const isFailure = (result: JsonObject | Failure): result is Failure => 'kind' in result && 'remedy' in result;

interface Stored {
	/** Undefined where no reply came. */
	status?: number;
	/** The reply's words, without the key: a storage may quote a ticket that contains it. */
	words: string;
}

/** Uploads a file to an address outside the provider's origin, without the credential. */
async function post(url: string, body: { contentType: string; bytes: Uint8Array }, { text: clean }: Redactor, run: Run): Promise<Stored> {
	const limit = openTimeLimit(run.clock, run.signal, timeoutMilliseconds);
	const exchange = async (): Promise<Stored> => {
		const reply: unknown = await run.context.helpers.httpRequest({
			method: 'POST',
			url,
			body: Buffer.from(body.bytes.buffer, body.bytes.byteOffset, body.bytes.byteLength),
			headers: { 'Content-Type': body.contentType },
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: timeoutMilliseconds,
			abortSignal: limit.signal,
		});
		if (!isHttpReply(reply)) return { words: 'the reply could not be read' };
		// The status alone shows whether the upload worked.
		const { text } = await readText(reply.body).catch(() => ({ text: '' }));
		return { status: reply.statusCode, words: `HTTP ${reply.statusCode} ${oneLine(clean(text))}`.trim() };
	};
	const explain = (error: unknown): Stored => {
		if (run.clock.isAborted() || run.signal?.aborted === true) throw new Aborted();
		const words = error instanceof LimitReached ? 'no complete reply arrived in time' : readNetworkFault(error).message;
		return { words: oneLine(clean(words)) };
	};
	try {
		return await limit.hold(exchange()).catch(explain);
	} finally {
		// The rest of the reply is not needed, and closing its body would not end the request.
		limit.end();
		limit.close();
	}
}

async function store(place: UploadPlace, file: BinaryFile, channel: Channel, run: Run): Promise<JsonObject | Failure> {
	const bytes = await loadFile(run.context as IExecuteFunctions, file);
	const part = { name: 'file', fileName: file.fileName, mimeType: file.mimeType, bytes };
	const rawBody = encodeMultipart(place.fields, part, `----seedream${file.hash.slice(0, 32)}`);
	if ('path' in place.target) return await ask({ method: 'POST', path: place.target.path, rawBody }, channel, run);
	const { url } = place.target;
	const { provider, account } = channel;
	const fault = isUrl(url) ? await urlFault(run.context, new URL(url), new URL(account.baseUrl)) : privateFault;
	if (fault !== undefined) {
		return submitFailure(provider, 'unexpectedReply', { message: `its upload address is not a public URL${fault === privateFault ? '' : ` (${fault})`}` });
	}
	for (let attempt = 1; ; attempt++) {
		const { status, words } = await post(url, rawBody, account.redactor, run);
		if (status !== undefined && status >= 200 && status < 300) return {};
		const passing = status === undefined || status >= 500 || status === 429;
		if (!passing || attempt >= tries) {
			return submitFailure(provider, 'providerUnavailable', { message: `its storage did not accept a reference image: ${words}` });
		}
		await run.clock.sleep(1000 * 2 ** (attempt - 1) * (1 + run.clock.random() / 4));
	}
}

async function uploadTo(upload: ProviderUpload, file: BinaryFile, channel: Channel, run: Run): Promise<UploadResult> {
	const ticket = upload.ticket === undefined ? {} : await ask(upload.ticket(file), channel, run);
	if (isFailure(ticket)) return failedWith(ticket);
	const place = upload.place(ticket);
	const unreadable = (): UploadResult => failedWith(submitFailure(channel.provider, 'unexpectedReply', { message: 'its reply to an upload contains no URL' }));
	if (place === undefined) return unreadable();
	const reply = await store(place, file, channel, run);
	if (isFailure(reply)) return failedWith(reply);
	const url = place.fileUrl ?? upload.readUrl(reply);
	return url === undefined ? unreadable() : { kind: 'url', url };
}

/** n8n's own link to a stored file, good for a day; the provider must be able to reach this n8n. */
function signedUrl(file: BinaryFile, channel: Channel, run: Run): UploadResult {
	const { provider, account } = channel;
	const refuse = (message: string): UploadResult => failedWith(submitFailure(provider, 'invalidInput', { message }));
	if (file.binary.id === undefined) {
		return refuse(
			`${provider.displayName} fetches reference images by URL, but this n8n keeps files in memory, where they have none. Set N8N_DEFAULT_BINARY_DATA_MODE=filesystem, or pass image URLs`,
		);
	}
	const { helpers } = run.context as IExecuteFunctions;
	if (!('createBinarySignedUrl' in helpers)) {
		return refuse(`${provider.displayName} fetches reference images by URL, and this version of n8n has no links to files. Update n8n, or pass image URLs`);
	}
	const url = helpers.createBinarySignedUrl(file.binary);
	if (!isUrl(url) || (isPrivateUrl(new URL(url)) && !isPrivateUrl(new URL(account.baseUrl)))) {
		return refuse(
			`${provider.displayName} fetches reference images by URL, but cannot reach this n8n at its own address. Set N8N_EDITOR_BASE_URL to the public address of this n8n, or pass image URLs`,
		);
	}
	return { kind: 'url', url };
}

/** The uploads of a run, by content hash. */
const uploads = new WeakMap<Channel, Map<string, Promise<UploadResult>>>();

function uploadsTo(channel: Channel): Map<string, Promise<UploadResult>> {
	const known = uploads.get(channel) ?? new Map<string, Promise<UploadResult>>();
	uploads.set(channel, known);
	return known;
}

/** The URL under which the provider finds a file. The same content is uploaded once per run, however many items use it. */
export async function urlForFile(file: BinaryFile, channel: Channel, run: Run): Promise<UploadResult> {
	const { upload } = channel.provider;
	if (upload === undefined) return signedUrl(file, channel, run);
	const known = uploadsTo(channel);
	const uploading = known.get(file.hash) ?? run.upload(async () => await uploadTo(upload, file, channel, run));
	known.set(file.hash, uploading);
	const result = await uploading;
	// A failure is not kept: another item's retry may succeed.
	if (result.kind === 'failed') known.delete(file.hash);
	return result;
}
