/** The closed list of what can go wrong. A saved workflow may branch on these words: see README "Failures". */
export const failureKinds = [
	'invalidInput',
	'authentication',
	'insufficientCredits',
	'contentRejected',
	'notFound',
	'rateLimited',
	'providerUnavailable',
	'outcomeUnknown',
	'generationFailed',
	'timedOut',
	'downloadFailed',
	'unexpectedReply',
	'spendingLimit',
	'cancelled',
] as const;

export type FailureKind = (typeof failureKinds)[number];

/** What a failed task is, as far as one can know. */
export type FailureStatus = 'failed' | 'timedOut' | 'unknown';

export interface Failure {
	kind: FailureKind;
	/** The provider's own code, or the network's (ECONNRESET). */
	code?: string;
	/** The provider's own words, or what we saw. One sentence without a full stop. */
	message: string;
	/** Whether the same thing may succeed when tried again later, at no risk of paying twice. */
	retryable: boolean;
	/** Whether the provider may charge for this although nothing was delivered. */
	mayBeCharged: boolean;
	/** Whether the provider certainly did not take the job and another provider may. */
	tryElsewhere: boolean;
	/** What to do now, in one or two sentences. */
	remedy: string;
}

export function statusOfFailure(failure: Failure): FailureStatus {
	if (failure.kind === 'timedOut') return 'timedOut';
	return failure.kind === 'outcomeUnknown' ? 'unknown' : 'failed';
}

const longestWords = 500;

/** Takes the tags out. Behind the last `>` none can end: looking there for every `<` anew would take long. */
function withoutTags(text: string): string {
	const end = text.lastIndexOf('>') + 1;
	return text.slice(0, end).replace(/<[^>]*>/g, ' ') + text.slice(end);
}

/** One line of provider text, short enough for a message and free of markup and control characters. */
export function oneLine(text: string): string {
	// A script that is never closed reaches to the end.
	const plain = withoutTags(text.replace(/<(script|style)\b[^<>]*>[\s\S]*?(<\/\1>|$)/gi, ' '))
		.replace(/[\s\p{Cc}]+/gu, ' ')
		// n8n takes an error whose message holds this word for a stopped execution
		.replace(/canceled/gi, 'cancelled')
		.trim();
	// not through the middle of a character
	return plain.length > longestWords ? `${plain.slice(0, longestWords).replace(/[\ud800-\udbff]$/, '')}…` : plain;
}

/** Takes secrets (API keys, tokens) out of a text, in whatever form they went over the wire. */
export function redact(text: string, secrets: readonly string[]): string {
	let clean = text;
	for (const secret of secrets) {
		if (secret.length < 4) continue;
		for (const form of new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])) {
			clean = clean.split(form).join('[hidden]');
		}
	}
	return clean;
}
