import type { Failure, FailureKind } from '../failure/failure';
import type { ApiRequest, Reply, SendOutcome } from '../http/send';
import type { JsonObject } from '../json';
import type { Accepted, Provider } from '../provider/provider';
import { searchImageUrls } from '../provider/resultUrls';
import { objectIn } from '../provider/unwrapped';
import { isErrorValue, saysNothing, wordsOf } from '../provider/words';
import { oneLine, quote } from '../text';
import { meaningOf } from './meaningOf';
import { submitFailure } from './providerFailure';
import { kindOfRefusal, modelOf, refusalIn, refusalStatus, unreadable, withStatus, wordsIn } from './refusal';

export type SubmitReplyReading =
	/** Undefined if the reply names no task. */
	| { kind: 'accepted'; body: JsonObject; accepted: Accepted | undefined; reply: Reply }
	/** Refused for now, without being processed: may be sent again. */
	| { kind: 'tryLater'; failure: Failure }
	| { kind: 'failed'; failure: Failure };

/**
 * The outcome of a paid POST, as far as it is known. An id in the reply is never dropped: checking a task is free, and
 * submitting it again is not. If the refusal is certain, an id is ignored: there is no task to wait for.
 */
export function readSubmitReply(provider: Provider, outcome: SendOutcome, request?: ApiRequest): SubmitReplyReading {
	const reading = readWithoutId(provider, outcome, request);
	const body = outcome.kind === 'reply' ? objectIn(outcome.body) : undefined;
	if (reading.kind === 'accepted' || outcome.kind !== 'reply' || body === undefined) return reading;
	const accepted = provider.readSubmit(body);
	if (accepted === undefined) return reading;
	const { failure } = reading;
	const isBareNo = typeof refusalStatus(provider, outcome) !== 'number' && provider.words(body).message === undefined;
	const isOpen = failure.kind === 'outcomeUnknown' || isBareNo;
	if (isOpen && outcome.status < 300) return { kind: 'accepted', body, accepted, reply: outcome };
	const shown = quote(oneLine(accepted.taskId).replace(/[<>]/g, ''), 80);
	return { ...reading, failure: { ...failure, message: `${failure.message} (the reply names the ID ${shown})` } };
}

/** The kinds that an unknown code can have if the words are clear: none of them is retried, and none means that the job was accepted. */
const plainRefusals: ReadonlySet<FailureKind> = new Set(['authentication', 'insufficientCredits', 'contentRejected']);

/**
 * The client statuses that do not say whether the job was taken: a time-out, a conflict, and those that gateways use for a client that did not wait for the reply.
 */
const mayHaveArrived: ReadonlySet<number> = new Set([408, 409, 444, 460, 499]);

/** Whether the value of a field called `status` or `code` is that of an error. */
const isErrorStatus = (status: unknown): boolean => /^(error|fail(ed|ure)?|[45]\d\d)$/i.test(String(status));

/** Whether a reply with the status of a success says itself that it is none. */
function saysNo({ success, ok, error, ...others }: JsonObject): boolean {
	return success === false || ok === false || isErrorValue(error) || [others.status, others.statusCode, others.code].some(isErrorStatus);
}

/** The refusal in a reply that names no task and says plainly why. */
function plainRefusal(provider: Provider, reply: Reply, request: ApiRequest | undefined): SubmitReplyReading | undefined {
	const refusal = refusalIn(provider, reply, 'refused', request);
	const kind = meaningOf(refusal.words, refusal)?.kind;
	if (kind === undefined || !plainRefusals.has(kind)) return undefined;
	return { kind: 'failed', failure: submitFailure(provider, kind, refusal.words) };
}

/** Fields in which a reply may repeat the reference images. */
const possibleReferences: ReadonlySet<string> = new Set(['image_urls', 'image_url', 'images', 'image']);
const mostUrlsNamed = 4;

/** The failure after a reply that is no refusal and names no task: the job may have been accepted. */
export function withoutTaskId(provider: Provider, reply: Reply): Failure {
	const { message } = wordsIn(provider, reply);
	const said = message === undefined || saysNothing(message) ? '' : `: ${quote(oneLine(message), 300)}`;
	// A provider that answers with the finished image, which is paid for.
	const urls = searchImageUrls(reply.body, possibleReferences).slice(0, mostUrlsNamed);
	const found = urls.length === 0 ? '' : `, but it contains ${urls.length === 1 ? 'an image URL' : 'image URLs'}: ${urls.join(' ')}`;
	return submitFailure(provider, 'outcomeUnknown', { message: `the reply contains no task ID${found}${said}` });
}

function readWithoutId(provider: Provider, outcome: SendOutcome, request: ApiRequest | undefined): SubmitReplyReading {
	const failed = (kind: FailureKind, message: string | undefined, code: string | undefined): SubmitReplyReading => ({
		kind: 'failed',
		failure: submitFailure(provider, kind, wordsOf(message, code)),
	});
	if (outcome.kind === 'neverSent') {
		return { kind: 'tryLater', failure: submitFailure(provider, 'providerUnavailable', wordsOf(outcome.message, outcome.code)) };
	}
	if (outcome.kind === 'lost') return failed('outcomeUnknown', outcome.message, outcome.code);
	const status = refusalStatus(provider, outcome);
	if (status === undefined) {
		const body = objectIn(outcome.body);
		if (body !== undefined) {
			const accepted = provider.readSubmit(body);
			const refused = accepted === undefined && saysNo(body) ? plainRefusal(provider, outcome, request) : undefined;
			return refused ?? { kind: 'accepted', body, accepted, reply: outcome };
		}
		return failed('outcomeUnknown', unreadable(provider, outcome), undefined);
	}
	const refusal = refusalIn(provider, outcome, status, request);
	const { words } = refusal;
	const code = words.code ?? String(status);
	if (typeof status === 'number') {
		const isNoHttpStatus = status < 400 || status > 599;
		if (isNoHttpStatus && outcome.status < 300) {
			const meaning = meaningOf(words, refusal);
			if (meaning !== undefined && plainRefusals.has(meaning.kind)) return failed(meaning.kind, words.message, code);
			// An undocumented code: the job may have been accepted.
			const isSilent = words.message === undefined || saysNothing(words.message);
			return failed('outcomeUnknown', isSilent ? `it answered with the unknown code ${status}` : words.message, code);
		}
		if (status === 303) return failed('outcomeUnknown', 'it answered with a redirect (HTTP 303), which may lead to the accepted job', '303');
		if (status >= 500 || mayHaveArrived.has(status)) return failed('outcomeUnknown', withStatus(words, status).message, code);
		if (status < 400) {
			const message = `it answered with a redirect (HTTP ${status}), which is not followed because that would send the key elsewhere`;
			return failed('unexpectedReply', message, String(status));
		}
	}
	const kind = kindOfRefusal(provider, refusal);
	const described = typeof status === 'number' ? withStatus(words, status) : words;
	const message = kind === 'notFound' ? withModel(described.message, request) : described.message;
	const failure = submitFailure(provider, kind, wordsOf(message, typeof status === 'number' ? code : words.code));
	return { kind: kind === 'rateLimited' ? 'tryLater' : 'failed', failure };
}

/** The provider's words, with the requested model if they do not name it. */
function withModel(message: string | undefined, request: ApiRequest | undefined): string | undefined {
	const model = request === undefined ? undefined : modelOf(request);
	if (model === undefined || message?.includes(model) === true) return message;
	return `${message ?? 'no reason given'} (the request asks for ${quote(model, 80)})`;
}
