import type { FailureKind } from '../failure/failure';
import type { Reply } from '../http/send';
import { isJsonObject } from '../json';
import type { Provider, Words } from '../provider/provider';
import { kindFromWords, wordsOf } from '../provider/words';
import { oneLine } from '../text';

/** Where both the words and the HTTP status speak, the order is: certain statuses, words, the rest. */
export function kindOfRefusal(provider: Provider, status: number | 'refused', words: Words): FailureKind {
	if (status === 401) return 'authentication';
	if (status === 402) return 'insufficientCredits';
	if (status === 429) return 'rateLimited';
	const told = provider.kindOf?.(words) ?? kindFromWords(words);
	if (told !== undefined) return told;
	if (status === 403) return 'authentication';
	if (status === 404) return 'notFound';
	// "Maintenance" in the vocabulary that API in One's upstream uses
	if (status === 455) return 'providerUnavailable';
	return 'invalidInput';
}

/** What the envelope says; any of the 2xx is a yes. */
function innerStatus(provider: Provider, { body }: Reply): number | 'refused' | undefined {
	const status = isJsonObject(body) ? provider.bodyStatus?.(body) : undefined;
	return typeof status === 'number' && status >= 200 && status < 300 ? undefined : status;
}

/** HTTP status and envelope as one: undefined where both say yes. */
export function refusalStatus(provider: Provider, reply: Reply): number | 'refused' | undefined {
	const inner = innerStatus(provider, reply);
	if (reply.status >= 300) {
		// 4xx and 5xx by HTTP are certain; an envelope may still be more precise about a plain 400.
		return reply.status === 400 && typeof inner === 'number' && inner > 400 && inner < 500 ? inner : reply.status;
	}
	return inner;
}

export function wordsIn(provider: Provider, reply: Reply): Words {
	if (isJsonObject(reply.body)) return provider.words(reply.body);
	const text = typeof reply.body === 'string' ? oneLine(reply.body) : '';
	return text === '' ? {} : { message: text };
}

export function withStatus(words: Words, status: number): Words {
	return words.message === undefined ? wordsOf(`HTTP ${status}`, words.code) : words;
}
