import { createHash } from 'crypto';

import type { Failure, FailureKind } from './failure';
import { stableJson } from './json';
import type { TaskRef } from './taskRef';

/** What a repeated submit must send again to be the same request: URLs that we made would be others by now. */
export interface SentTrace {
	idempotencyKey?: string;
	imageUrls?: string[];
	callbackUrl?: string;
}

/**
 * What a node remembers of one submit within its execution, so that a retry pays nothing twice. Holds no secret.
 * `sending` is written before the POST: found again, it means that nobody saw the reply.
 */
export type JournalEntry =
	| ({ state: 'sending' } & SentTrace)
	/** `delivered`: the execution in which a tool call has brought the images. */
	| { state: 'accepted'; ref: TaskRef; execution: string; delivered?: string }
	| { state: 'refused'; failure: Failure; execution: string }
	| ({ state: 'unknown'; failure: Failure } & SentTrace);

/** The journal as it lies in n8n's node context: plain JSON that survives Retry On Fail and Retry execution. */
export interface Journal {
	/** The execution that began it; a retry of that execution derives the same idempotency keys. */
	firstExecution: string;
	entries: Record<string, JournalEntry>;
	/** Estimated cost of everything accepted, per unit. */
	spent: Record<string, number>;
}

/** Refusals that the same request would meet again: remembered within one execution, so that automatic retries don't knock again. */
const lastingRefusals: ReadonlySet<FailureKind> = new Set(['authentication', 'invalidInput', 'contentRejected', 'notFound']);

export function isLastingRefusal(failure: Failure): boolean {
	return lastingRefusals.has(failure.kind);
}

/** One logical submit: everything that makes it this job, nothing that changes by itself (resume and signed URLs). */
export function hashOf(job: unknown): string {
	return createHash('sha256').update(stableJson(job)).digest('base64url').slice(0, 22);
}

export function idempotencyKey(firstExecution: string, nodeId: string, entryKey: string): string {
	return createHash('sha256').update(JSON.stringify([firstExecution, nodeId, entryKey])).digest('hex');
}
