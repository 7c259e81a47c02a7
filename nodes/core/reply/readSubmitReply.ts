import type { Failure } from '../failure/failure';
import type { SendOutcome } from '../http/send';
import { isJsonObject, type JsonObject } from '../json';
import type { Accepted, Provider } from '../provider/provider';
import { wordsOf } from '../provider/words';
import { oneLine, quote } from '../text';
import { submitFailure } from './providerFailure';
import { kindOfRefusal, refusalStatus, withStatus, wordsIn } from './refusal';

export type SubmitReplyReading =
	/** Undefined where the reply names no task. */
	| { kind: 'accepted'; body: JsonObject; accepted: Accepted | undefined }
	/** Refused unprocessed for now: may be sent again. */
	| { kind: 'tryLater'; failure: Failure }
	| { kind: 'failed'; failure: Failure };

/**
 * What became of a paid POST, as far as one can know. An id that the reply names is never lost: asking for a task is free,
 * and submitting it anew is not. Beside a certain no it is no task, which would be waited for and remembered in vain.
 */
export function readSubmitReply(provider: Provider, outcome: SendOutcome): SubmitReplyReading {
	const reading = readWithoutId(provider, outcome);
	if (reading.kind === 'accepted' || outcome.kind !== 'reply' || !isJsonObject(outcome.body)) return reading;
	const accepted = provider.readSubmit(outcome.body);
	if (accepted === undefined) return reading;
	const { failure } = reading;
	const isBareNo = refusalStatus(provider, outcome) === 'refused' && wordsIn(provider, outcome).message === undefined;
	const isOpen = failure.kind === 'outcomeUnknown' || isBareNo;
	if (isOpen && outcome.status < 300) return { kind: 'accepted', body: outcome.body, accepted };
	const shown = quote(oneLine(accepted.taskId).replace(/[<>]/g, ''), 80);
	return { ...reading, failure: { ...failure, message: `${failure.message} (the reply names the ID ${shown})` } };
}

function readWithoutId(provider: Provider, outcome: SendOutcome): SubmitReplyReading {
	if (outcome.kind === 'neverSent') {
		return {
			kind: 'tryLater',
			failure: submitFailure(provider, 'providerUnavailable', wordsOf(outcome.message, outcome.code)),
		};
	}
	if (outcome.kind === 'lost') {
		return { kind: 'failed', failure: submitFailure(provider, 'outcomeUnknown', wordsOf(outcome.message, outcome.code)) };
	}
	const status = refusalStatus(provider, outcome);
	const words = wordsIn(provider, outcome);
	const code = words.code ?? String(status ?? outcome.status);
	if (status === undefined) {
		const { body } = outcome;
		if (isJsonObject(body)) return { kind: 'accepted', body, accepted: provider.readSubmit(body) };
		const message = 'the reply could not be read';
		return { kind: 'failed', failure: submitFailure(provider, 'outcomeUnknown', wordsOf(message, undefined)) };
	}
	if (typeof status === 'number') {
		if (status >= 500 || status === 408 || status === 409) {
			const told = withStatus(words, status);
			return { kind: 'failed', failure: submitFailure(provider, 'outcomeUnknown', wordsOf(told.message, code)) };
		}
		if (status < 400 && outcome.status < 300) {
			// A code that no contract knows: the job may have been taken.
			const message = words.message === undefined || /^success$/i.test(words.message) ? `it answered with the unknown code ${status}` : words.message;
			return { kind: 'failed', failure: submitFailure(provider, 'outcomeUnknown', wordsOf(message, code)) };
		}
		if (status < 400) {
			const message = `it answered with a redirect (HTTP ${status}), which is not followed because it would carry the key`;
			return { kind: 'failed', failure: submitFailure(provider, 'unexpectedReply', wordsOf(message, String(status))) };
		}
	}
	const kind = kindOfRefusal(provider, status, words);
	const told = typeof status === 'number' ? withStatus(words, status) : words;
	const failure = submitFailure(provider, kind, wordsOf(told.message, status === 'refused' ? words.code : code));
	return { kind: kind === 'rateLimited' ? 'tryLater' : 'failed', failure };
}
