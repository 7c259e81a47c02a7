import type { Failure, FailureKind } from '../failure/failure';
import type { SendOutcome } from '../http/send';
import { isJsonObject, type JsonObject } from '../json';
import type { Provider } from '../provider/provider';
import { wordsOf } from '../provider/words';
import { taskFailure } from './providerFailure';
import { kindOfRefusal, refusalIn, refusalStatus, withStatus } from './refusal';

export type StatusReplyReading =
	| { kind: 'body'; body: JsonObject }
	/** The reply says nothing about the task: ask again. */
	| { kind: 'transient'; reason: string; rateLimited: boolean }
	/** Counts only if it is repeated: a provider may not know a new task at first. */
	| { kind: 'doubtful'; failure: Failure }
	| { kind: 'final'; failure: Failure };

/** What a status reply says as a whole, before the task's own state is read. */
export function readStatusReply(provider: Provider, outcome: SendOutcome): StatusReplyReading {
	if (outcome.kind !== 'reply') {
		return { kind: 'transient', reason: `${outcome.message} (${outcome.code})`, rateLimited: false };
	}
	const status = refusalStatus(provider, outcome);
	if (status === undefined) {
		if (isJsonObject(outcome.body)) return { kind: 'body', body: outcome.body };
		return { kind: 'transient', reason: 'the reply could not be read', rateLimited: false };
	}
	const refusal = refusalIn(provider, outcome, status);
	const { words } = refusal;
	if (status === provider.taskEndingStatus && outcome.status < 300) {
		return { kind: 'final', failure: taskFailure(provider, 'generationFailed', wordsOf(words.message, String(status))) };
	}
	if (typeof status === 'number' && (status >= 500 || status === 408 || status === 429 || status === 455)) {
		const described = withStatus(words, status);
		return { kind: 'transient', reason: `${described.message ?? ''} (HTTP ${status})`, rateLimited: status === 429 };
	}
	if (typeof status === 'number' && status < 400 && outcome.status < 300 && isJsonObject(outcome.body)) {
		// An undocumented code means neither success nor failure: the task's own state decides, if there is one.
		if (provider.readStatus(outcome.body, {}).state !== 'unknownWord') return { kind: 'body', body: outcome.body };
	}
	const kind = kindOfRefusal(provider, refusal);
	const described = typeof status === 'number' ? withStatus(words, status) : words;
	if (kind === 'outcomeUnknown' || kind === 'providerUnavailable') {
		return { kind: 'transient', reason: described.message ?? 'no reason given', rateLimited: false };
	}
	if (kind === 'rateLimited') return { kind: 'transient', reason: described.message ?? 'too many requests', rateLimited: true };
	const code = words.code ?? (typeof status === 'number' ? String(status) : undefined);
	if (kind === 'authentication' || kind === 'insufficientCredits') {
		return { kind: 'final', failure: taskFailure(provider, kind, wordsOf(described.message, code)) };
	}
	const named: FailureKind = kind === 'notFound' ? 'notFound' : 'unexpectedReply';
	return { kind: 'doubtful', failure: taskFailure(provider, named, wordsOf(described.message, code)) };
}
