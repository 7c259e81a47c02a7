import type { FailureKind } from '../failure/failure';
import type { ApiRequest, Reply } from '../http/send';
import { textAt } from '../json';
import type { Provider, Words } from '../provider/provider';
import { objectIn } from '../provider/unwrapped';
import { looseWords, wordsOf } from '../provider/words';
import { oneLine, quote } from '../text';
import { meaningOf, withoutEchoes } from './meaningOf';

/** The status of a reply that is no success; the words are explained at `bodyStatus`. */
export type RefusalStatus = number | 'refused' | 'complaint';

/** Matches a page from a firewall in front of the provider (such as Cloudflare), which says nothing about the provider itself. */
const firewallPage =
	/cloudflare|attention required!|just a moment|checking your browser|you have been blocked|\bray id\b|error code: 10\d\d|incapsula|sucuri|akamai|cloudfront|ddos-guard|request blocked/i;

/** A service that reports a fault of its own with the status of a bad request. The fault may have come after the job was taken. */
const ownTrouble =
	/\binternal\b.{0,20}\b(error|failure|fault)|\b(server|system|upstream|gateway|backend|database|unknown|unexpected|unhandled) (error|failure|exception)|(null ?pointer|runtime|io|sql|timeout|illegal ?state)[. ]?exception\b|\b(request|gateway|upstream|server|connection|operation)\b.{0,20}\btime-?d? ?out|deadline exceeded|something went wrong|(内部|系统|系統|服务器|伺服器|未知)(错误|錯誤|异常|異常|故障)|(请求|請求|网关|处理|處理)超[时時]/i;

/** Statuses that are clear by themselves, so that vague words ("try again later") are ignored. */
const clearStatuses: ReadonlySet<RefusalStatus> = new Set([401, 404, 405, 410]);

/** A refusal, ready to be classified. */
export interface Refusal {
	status: RefusalStatus;
	words: Words;
	/** Whether the reply was text or HTML instead of the provider's JSON. */
	isPage?: boolean;
	/** The texts that were sent, which a reply may quote. */
	sent?: readonly string[];
}

/**
 * The kind of a definite refusal, from its words, code and status: clear words come before the status, and the status before
 * vague words.
 */
export function kindOfRefusal(provider: Provider, { status, words, isPage = false, sent = [] }: Refusal): FailureKind {
	if (status === 402) return 'insufficientCredits';
	// The user's own proxy answered: nothing was sent out.
	if (status === 407) return 'providerUnavailable';
	const documentedKind = provider.kindOf?.(withoutEchoes(words, sent));
	if (documentedKind !== undefined) return documentedKind;
	const meaning = meaningOf(words, { status, sent });
	const plain = meaning === undefined || (meaning.isVague && clearStatuses.has(status)) ? undefined : meaning.kind;
	if (status === 429) return plain === 'insufficientCredits' ? plain : 'rateLimited';
	if (isPage && status === 403 && firewallPage.test(words.message ?? '')) return 'providerUnavailable';
	if (status === 401) return plain === 'insufficientCredits' || plain === 'rateLimited' ? plain : 'authentication';
	// "Image not found" may be the page's own words for an address that is not there.
	if (status === 404 && plain === 'invalidInput') return 'notFound';
	// "Maintenance" in the vocabulary that API in One's upstream uses
	if (status === 455 && (meaning === undefined || meaning.isVague)) return 'providerUnavailable';
	if (plain !== undefined) return plain;
	if (status === 403) return 'authentication';
	if (status === 404 || status === 405 || status === 410) return 'notFound';
	if (ownTrouble.test(withoutEchoes(words, sent).message ?? '')) return 'outcomeUnknown';
	return 'invalidInput';
}

/** The status inside the body; undefined if it is a success. */
function innerStatus(provider: Provider, { body }: Reply): RefusalStatus | undefined {
	const object = objectIn(body);
	const status = object === undefined ? undefined : provider.bodyStatus?.(object);
	return typeof status === 'number' && status >= 200 && status < 300 ? undefined : status;
}

/** The HTTP status and the status inside the body as one; undefined if both are a success. */
export function refusalStatus(provider: Provider, reply: Reply): RefusalStatus | undefined {
	const inner = innerStatus(provider, reply);
	if (reply.status >= 300) {
		// An HTTP status of 4xx or 5xx is certain; the body may still be more precise than a plain 400.
		return reply.status === 400 && typeof inner === 'number' && inner > 400 && inner < 500 ? inner : reply.status;
	}
	return inner;
}

/** The provider's words in a refusal: from the documented fields, otherwise from any field for errors. */
export function wordsIn(provider: Provider, reply: Reply): Words {
	const object = objectIn(reply.body);
	if (object !== undefined) {
		const words = provider.words(object);
		return words.message === undefined ? wordsOf(looseWords(object), words.code) : words;
	}
	if (Array.isArray(reply.body)) return wordsOf(looseWords(reply.body), undefined);
	const text = typeof reply.body === 'string' ? oneLine(reply.body) : '';
	return text === '' ? {} : { message: text };
}

/** What is said about a reply without a JSON object: its first words, if it has any. */
export function unreadable(provider: Provider, reply: Reply): string {
	const { message } = wordsIn(provider, reply);
	return `the reply could not be read${message === undefined ? '' : `: ${quote(oneLine(message), 120)}`}`;
}

/** A refusal with everything that its classification needs. */
export function refusalIn(provider: Provider, reply: Reply, status: RefusalStatus, request?: ApiRequest): Refusal {
	return { status, words: wordsIn(provider, reply), isPage: typeof reply.body === 'string', sent: textsSent(provider, request) };
}

function textsSent(provider: Provider, request: ApiRequest | undefined): string[] {
	const prompt = request?.body === undefined ? undefined : textAt(request.body, provider.submit.promptField);
	return prompt === undefined ? [] : [prompt];
}

/** The model that a submit asks for, in its body or its path. */
export function modelOf(request: ApiRequest): string | undefined {
	return textAt(request.body, 'model', 'model_id') ?? /\/models\/([^/?]+)/.exec(request.path)?.[1] ?? /seedream[\w.-]*/i.exec(request.path)?.[0];
}

export function withStatus(words: Words, status: number): Words {
	if (status === 407)
		return wordsOf(
			`the proxy between n8n and the provider refused the request (HTTP 407)${words.message === undefined ? '' : `: ${words.message}`}`,
			words.code,
		);
	return words.message === undefined ? wordsOf(`HTTP ${status}`, words.code) : words;
}
