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

/** The state of a failed task, as far as it is known. */
export type FailureStatus = 'failed' | 'timedOut' | 'unknown';

export interface Failure {
	kind: FailureKind;
	/** The provider's own code, or the network's (ECONNRESET). */
	code?: string;
	/** The provider's own words, or what we saw. One sentence without a period. */
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
