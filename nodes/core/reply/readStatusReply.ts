import type { Failure, FailureKind } from '../failure/failure';
import type { SendOutcome } from '../http/send';
import type { JsonObject } from '../json';
import type { Provider } from '../provider/provider';
import { objectIn } from '../provider/unwrapped';
import { wordsOf } from '../provider/words';
import { meaningOf } from './meaningOf';
import { taskFailure } from './providerFailure';
import { kindOfRefusal, refusalIn, refusalStatus, unreadable, withStatus, type Refusal } from './refusal';

export type StatusReplyReading =
	| { kind: 'body'; body: JsonObject }
	/** The reply says nothing about the task: ask again. */
	| { kind: 'transient'; reason: string; rateLimited: boolean }
	/** Counts only if it is repeated: a provider may not know a new task at first. */
	| { kind: 'doubtful'; failure: Failure }
	| { kind: 'final'; failure: Failure };

/** Statuses that say nothing about the task: time-outs, rate limits, maintenance, and a client that did not wait for the reply. */
const saysNothing: ReadonlySet<number> = new Set([408, 425, 429, 444, 455, 460, 499]);

/** Words that can only be about a task which the provider does not know. */
const unknownTask =
	/\b(task|job|record|generation|request)\b.{0,40}\b(not (found|exist\w*)|n[o't]t exist|unknown|expired|invalid)\b|\b(no such|unknown|invalid) (task|job|record|id)\b|任务不存在|任務不存在/i;

/** Whether a refusal is one for certain although no code says so. */
function isClear(provider: Provider, { words, sent = [] }: Refusal): boolean {
	const { message = '' } = words;
	return provider.kindOf?.(words) !== undefined || meaningOf(words, { sent }) !== undefined || unknownTask.test(message);
}

/** What a status reply says as a whole, before the task's own state is read. */
export function readStatusReply(provider: Provider, outcome: SendOutcome): StatusReplyReading {
	if (outcome.kind !== 'reply') {
		return { kind: 'transient', reason: `${outcome.message} (${outcome.code})`, rateLimited: false };
	}
	const status = refusalStatus(provider, outcome);
	const body = objectIn(outcome.body);
	if (status === undefined) {
		if (body !== undefined) return { kind: 'body', body };
		return { kind: 'transient', reason: unreadable(provider, outcome), rateLimited: false };
	}
	const refusal = refusalIn(provider, outcome, status);
	// A task that is paid for is not given up because of words whose meaning is unknown: they are quoted at the deadline.
	if (status === 'complaint' && body !== undefined && !isClear(provider, refusal)) return { kind: 'body', body };
	const { words } = refusal;
	if (status === provider.taskEndingStatus && outcome.status < 300) {
		return { kind: 'final', failure: taskFailure(provider, 'generationFailed', wordsOf(words.message, String(status))) };
	}
	if (typeof status === 'number' && (status >= 500 || saysNothing.has(status))) {
		const described = withStatus(words, status);
		return { kind: 'transient', reason: `${described.message ?? ''} (HTTP ${status})`, rateLimited: status === 429 };
	}
	if (typeof status === 'number' && status < 400 && outcome.status < 300 && body !== undefined) {
		// An undocumented code means neither success nor failure: the task's own state decides, if there is one.
		if (provider.readStatus(body, {}).state !== 'unknownWord') return { kind: 'body', body };
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
