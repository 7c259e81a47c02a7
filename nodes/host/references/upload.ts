import type { IExecuteFunctions } from 'n8n-workflow';

import { Aborted } from '../../core/clock';
import type { Failure } from '../../core/failure/failure';
import { encodeMultipart } from '../../core/http/multipart';
import { readNetworkFault } from '../../core/http/networkFault';
import { retryAfterSeconds } from '../../core/http/retryAfter';
import { heldBack, type ApiRequest } from '../../core/http/send';
import { isPrivateUrl, isUrl } from '../../core/http/url';
import type { JsonObject } from '../../core/json';
import type { ProviderUpload, UploadPlace } from '../../core/provider/provider';
import type { Redactor } from '../../core/redactor';
import { longPause } from '../../core/reply/longPause';
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

/** The account and the run for an upload. */
interface Uploading {
	channel: Channel;
	run: Run;
	/** How long a rate-limited request waits, on the run's clock. Undefined if another provider is asked instead. */
	deadline: number | undefined;
}

/** The result of one try, and whether another try may succeed: `later` means a rate limit. */
interface Tried {
	result: JsonObject | Failure;
	mayPass: boolean | 'later';
}

/** An upload is free and can be repeated: normally up to three times, until the deadline for a rate limit, or not at all. */
async function retry(attempt: () => Promise<Tried>, { run: { clock }, deadline }: Pick<Uploading, 'run' | 'deadline'>): Promise<JsonObject | Failure> {
	for (let failed = 0; ;) {
		const { result, mayPass } = await attempt();
		const isHeldUp = mayPass === 'later' && deadline !== undefined && clock.now() < deadline;
		const goesElsewhere = mayPass === 'later' && deadline === undefined;
		if (!isHeldUp) failed += 1;
		if (mayPass === false || goesElsewhere || failed >= tries) return result;
		await clock.sleep(1000 * 2 ** Math.max(0, failed - 1) * (1 + clock.random() / 4));
	}
}

/** The outcome of an upload is never unknown: a failed one means that the provider is unavailable. */
async function ask(request: ApiRequest, uploading: Uploading): Promise<JsonObject | Failure> {
	const { channel, run, deadline } = uploading;
	const { provider, gate } = channel;
	return await retry(async () => {
		if (deadline !== undefined) await gate.pass(deadline);
		if (deadline !== undefined && gate.isClosed()) return { result: rateLimitedUpload(channel), mayPass: false };
		const outcome = await channel.send(request, timeoutMilliseconds);
		const reading = readSubmitReply(provider, outcome);
		if (reading.kind === 'accepted') return { result: reading.body, mayPass: false };
		const { failure } = reading;
		if (!['outcomeUnknown', 'providerUnavailable', 'rateLimited'].includes(failure.kind)) return { result: failure, mayPass: false };
		const message = `uploading a reference image: ${failure.message}`;
		if (failure.kind !== 'rateLimited') return { result: submitFailure(provider, 'providerUnavailable', { ...failure, message }), mayPass: true };
		const asked = outcome.kind === 'reply' ? retryAfterSeconds(outcome.headers, run.clock.wallTime()) : undefined;
		const result = submitFailure(provider, 'rateLimited', { ...failure, message });
		const pause = longPause(provider, result, asked);
		if (pause !== undefined) return { result: pause, mayPass: false };
		gate.refused(asked, message);
		return { result, mayPass: 'later' };
	}, uploading);
}

/** The failure of a file that could not be uploaded in time because of a rate limit. */
export function rateLimitedUpload({ provider, gate }: Channel): Failure {
	return submitFailure(provider, 'rateLimited', { message: gate.words ?? heldBack.message });
}

const isFailure = (result: JsonObject | Failure): result is Failure => 'kind' in result && 'remedy' in result;

interface Stored {
	/** Undefined if no reply came. */
	status?: number;
	/** The reply's words without the key, because a storage service may quote a ticket that contains it. */
	words: string;
}

/** Uploads a file to an address outside the provider's origin, without the credential. */
async function post(url: string, body: { contentType: string; bytes: Uint8Array }, { text: clean }: Redactor, run: Run): Promise<Stored> {
	const limit = openTimeLimit(run.clock, run.signal, timeoutMilliseconds);
	const exchange = async (): Promise<Stored> => {
		const sending = run.context.helpers.httpRequest({
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
		const reply: unknown = await limit.race(sending);
		if (!isHttpReply(reply)) return { words: 'the reply could not be read' };
		// The status alone shows whether the upload worked, even if its body does not end in time.
		const { text } = await limit.race(readText(reply.body)).catch((error: unknown) => {
			if (run.clock.isAborted()) throw error;
			return { text: '' };
		});
		return { status: reply.statusCode, words: `HTTP ${reply.statusCode} ${oneLine(clean(text))}`.trim() };
	};
	const explain = (error: unknown): Stored => {
		if (run.clock.isAborted()) throw new Aborted();
		const words = error instanceof LimitReached ? 'no complete reply arrived in time' : readNetworkFault(error).message;
		return { words: oneLine(clean(words)) };
	};
	try {
		return await exchange().catch(explain);
	} finally {
		// The rest of the reply is not needed, and closing its body would not end the request.
		limit.end();
		limit.close();
	}
}

async function store(place: UploadPlace, file: BinaryFile, uploading: Uploading): Promise<JsonObject | Failure> {
	const { channel, run } = uploading;
	const bytes = await loadFile(run.context as IExecuteFunctions, file);
	const part = { name: 'file', fileName: file.fileName, mimeType: file.mimeType, bytes };
	const rawBody = encodeMultipart(place.fields, part, `----seedream${file.hash.slice(0, 32)}`);
	if ('path' in place.target) return await ask({ method: 'POST', path: place.target.path, rawBody }, uploading);
	const { url } = place.target;
	const { provider, account } = channel;
	const fault = isUrl(url) ? await urlFault(run.context, new URL(url), new URL(account.baseUrl)) : privateFault;
	if (fault !== undefined) {
		return submitFailure(provider, 'unexpectedReply', { message: `its upload address is not a public URL${fault === privateFault ? '' : ` (${fault})`}` });
	}
	return await retry(async () => {
		const { status, words } = await post(url, rawBody, account.redactor, run);
		if (status !== undefined && status >= 200 && status < 300) return { result: {}, mayPass: false };
		const result = submitFailure(provider, 'providerUnavailable', { message: `its storage did not accept a reference image: ${words}` });
		return { result, mayPass: status === undefined || status >= 500 || status === 429 };
	}, uploading);
}

async function uploadTo(upload: ProviderUpload, file: BinaryFile, uploading: Uploading): Promise<UploadResult> {
	const { channel } = uploading;
	const ticket = upload.ticket === undefined ? {} : await ask(upload.ticket(file), uploading);
	if (isFailure(ticket)) return failedWith(ticket);
	const place = upload.place(ticket);
	const unreadable = (): UploadResult => failedWith(submitFailure(channel.provider, 'unexpectedReply', { message: 'its reply to an upload contains no URL' }));
	if (place === undefined) return unreadable();
	const reply = await store(place, file, uploading);
	if (isFailure(reply)) return failedWith(reply);
	const url = place.fileUrl ?? upload.readUrl(reply);
	return url === undefined ? unreadable() : { kind: 'url', url };
}

/** n8n's own link to a stored file, which is valid for a day. The provider must be able to reach this n8n. */
function signedUrl(file: BinaryFile, channel: Channel, run: Run): UploadResult {
	const { provider, account } = channel;
	const refuse = (message: string): UploadResult => failedWith(submitFailure(provider, 'invalidInput', { message }));
	if (file.binary.id === undefined) {
		return refuse(
			`${provider.displayName} fetches reference images by URL, but this n8n keeps files in memory, where they have no URL. Set N8N_DEFAULT_BINARY_DATA_MODE=filesystem, or pass image URLs`,
		);
	}
	const { helpers } = run.context as IExecuteFunctions;
	if (!('createBinarySignedUrl' in helpers)) {
		return refuse(
			`${provider.displayName} fetches reference images by URL, and this version of n8n cannot create links to files. Update n8n, or pass image URLs`,
		);
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
export async function urlForFile(file: BinaryFile, channel: Channel, run: Run, deadline?: number): Promise<UploadResult> {
	const { upload } = channel.provider;
	if (upload === undefined) return signedUrl(file, channel, run);
	const known = uploadsTo(channel);
	const uploading = known.get(file.hash) ?? run.upload(async () => await uploadTo(upload, file, { channel, run, deadline }));
	known.set(file.hash, uploading);
	const result = await uploading;
	// A failure is not kept, because another item's try may succeed.
	if (result.kind === 'failed') known.delete(file.hash);
	return result;
}
