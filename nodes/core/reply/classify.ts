import type { Failure, FailureKind } from '../failure/failure';
import type { Reply, SendOutcome } from '../http/send';
import { isJsonObject, type JsonObject } from '../json';
import type { Accepted, Provider, Words } from '../provider/provider';
import { kindFromWords, wordsOf } from '../provider/words';
import { oneLine, quote } from '../text';

const retryableKinds: ReadonlySet<FailureKind> = new Set(['rateLimited', 'providerUnavailable', 'timedOut', 'downloadFailed']);
const elsewhereKinds: ReadonlySet<FailureKind> = new Set([
	'authentication',
	'insufficientCredits',
	'rateLimited',
	'providerUnavailable',
]);

/** A failure before or at the submit: nothing is charged unless the outcome is unknown. */
export function submitFailure(provider: Provider, kind: FailureKind, words: Words): Failure {
	return buildFailure(provider, kind, words, {
		mayBeCharged: kind === 'outcomeUnknown',
		tryElsewhere: elsewhereKinds.has(kind),
	});
}

/** A later try that came to nothing: that says nothing about the one before it, which may have been accepted. */
export function stillUnknown(doubt: Failure, later: Failure): Failure {
	return { ...doubt, message: `${doubt.message}; another try failed: ${later.message}` };
}

/** A failure of a task that the provider had accepted: it took the job, so another provider is no safe way out. */
export function taskFailure(provider: Provider, kind: FailureKind, words: Words): Failure {
	const free = provider.failedTasksAreFree && (kind === 'generationFailed' || kind === 'contentRejected');
	const failure = buildFailure(provider, kind, words, { mayBeCharged: !free, tryElsewhere: false });
	return { ...failure, retryable: failure.retryable || (kind === 'generationFailed' && free) };
}

function buildFailure(
	provider: Provider,
	kind: FailureKind,
	words: Words,
	known: Pick<Failure, 'mayBeCharged' | 'tryElsewhere'>,
): Failure {
	const failure: Failure = {
		kind,
		message: oneLine(words.message ?? '') || 'no reason given',
		retryable: retryableKinds.has(kind),
		...known,
		remedy: remedyFor(provider, kind, known.mayBeCharged),
	};
	const code = oneLine(words.code ?? '');
	if (code !== '') failure.code = code;
	return failure;
}

function remedyFor(provider: Provider, kind: FailureKind, mayBeCharged: boolean): string {
	const name = provider.displayName;
	switch (kind) {
		case 'invalidInput':
			return 'Correct what the message names, then run again.';
		case 'authentication':
			return `Check the API Key and the Base URL in the ${name} API credential.`;
		case 'insufficientCredits':
			return `Add credits at ${provider.accountUrl}, or use another provider.`;
		case 'contentRejected':
			return 'Change the prompt or the reference images.';
		case 'notFound':
			return mayBeCharged
				? `Check the task ID, and that the credential belongs to the ${name} account that submitted it.`
				: `Check the Base URL in the ${name} API credential.`;
		case 'rateLimited':
			return `Wait a moment and run again, or lower Concurrency in the options.`;
		case 'providerUnavailable':
			return `Check the network and the Base URL in the ${name} API credential, then run again.`;
		case 'outcomeUnknown':
			return `Look into your ${name} account whether the job arrived. It is not sent again by itself; switch on Submit Again if Unknown to accept the risk of paying twice.`;
		case 'generationFailed':
			return mayBeCharged
				? `Run the item again to try once more; ${name} does not say whether a failed task is charged.`
				: `Run the item again to try once more; ${name} does not charge for a failed task.`;
		case 'timedOut':
			return 'The task may still finish: pass this item to a Seedream Wait for Task node, which collects the images without paying again.';
		case 'downloadFailed':
			return 'The images are paid for and still at their URLs: pass this item to a Seedream Wait for Task node to fetch them again at no cost.';
		case 'unexpectedReply':
			return mayBeCharged
				? `Look into your ${name} account; a Seedream Wait for Task node can ask for this task again at no cost.`
				: `Check the Base URL in the ${name} API credential.`;
		case 'spendingLimit':
			return 'Raise Spending Limit in the options, or generate fewer images.';
		case 'cancelled':
			return 'Run again; a submitted task can be collected with a Seedream Wait for Task node.';
	}
}

/** Where both the words and the HTTP status speak, the order is: certain statuses, words, the rest. */
function kindOfRefusal(provider: Provider, status: number | 'refused', words: Words): FailureKind {
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

function withStatus(words: Words, status: number): Words {
	return words.message === undefined ? wordsOf(`HTTP ${status}`, words.code) : words;
}

export type SubmitReading =
	/** Undefined where the reply names no task. */
	| { kind: 'accepted'; body: JsonObject; accepted: Accepted | undefined }
	/** Refused unprocessed for now: may be sent again. */
	| { kind: 'tryLater'; failure: Failure }
	| { kind: 'failed'; failure: Failure };

/**
 * What became of a paid POST, as far as one can know. An id that the reply names is never lost: asking for a task is free,
 * and submitting it anew is not. Beside a certain no it is no task, which would be waited for and remembered in vain.
 */
export function readSubmitOutcome(provider: Provider, outcome: SendOutcome): SubmitReading {
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

function readWithoutId(provider: Provider, outcome: SendOutcome): SubmitReading {
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

export type StatusReplyReading =
	| { kind: 'body'; body: JsonObject }
	/** Says nothing about the task: ask again. */
	| { kind: 'transient'; reason: string; rateLimited: boolean }
	/** Certain only when it stays so: read-after-write lag makes young tasks unknown. */
	| { kind: 'doubtful'; failure: Failure }
	| { kind: 'final'; failure: Failure };

/** What a status reply's envelope says, before the task's own state is read. */
export function readStatusOutcome(provider: Provider, outcome: SendOutcome): StatusReplyReading {
	if (outcome.kind !== 'reply') {
		return { kind: 'transient', reason: `${outcome.message} (${outcome.code})`, rateLimited: false };
	}
	const status = refusalStatus(provider, outcome);
	if (status === undefined) {
		if (isJsonObject(outcome.body)) return { kind: 'body', body: outcome.body };
		return { kind: 'transient', reason: 'the reply could not be read', rateLimited: false };
	}
	const words = wordsIn(provider, outcome);
	if (status === provider.taskEndingStatus && outcome.status < 300) {
		return { kind: 'final', failure: taskFailure(provider, 'generationFailed', wordsOf(words.message, String(status))) };
	}
	if (typeof status === 'number' && (status >= 500 || status === 408 || status === 429 || status === 455)) {
		const told = withStatus(words, status);
		return { kind: 'transient', reason: `${told.message ?? ''} (HTTP ${status})`, rateLimited: status === 429 };
	}
	if (typeof status === 'number' && status < 400 && outcome.status < 300 && isJsonObject(outcome.body)) {
		// A code that no contract knows says neither yes nor no: what counts is the task's own state, where there is one.
		if (provider.readStatus(outcome.body, {}).state !== 'unknownWord') return { kind: 'body', body: outcome.body };
	}
	const kind = kindOfRefusal(provider, status, words);
	if (kind === 'outcomeUnknown') return { kind: 'transient', reason: words.message ?? 'no reason given', rateLimited: false };
	if (kind === 'rateLimited') return { kind: 'transient', reason: words.message ?? 'too many requests', rateLimited: true };
	const told = typeof status === 'number' ? withStatus(words, status) : words;
	const code = words.code ?? (typeof status === 'number' ? String(status) : undefined);
	if (kind === 'authentication' || kind === 'insufficientCredits') {
		return { kind: 'final', failure: taskFailure(provider, kind, wordsOf(told.message, code)) };
	}
	const named: FailureKind = kind === 'notFound' ? 'notFound' : 'unexpectedReply';
	return { kind: 'doubtful', failure: taskFailure(provider, named, wordsOf(told.message, code)) };
}
