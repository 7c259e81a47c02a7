import { createHash } from 'crypto';

import type { Cost } from '../cost';
import type { Failure, FailureKind } from '../failure/failure';
import { stableJson } from '../json';
import type { TaskRef } from '../task/taskRef';

/** What a repeated submit must send again to be the same request: URLs that we made would be others by now. */
export interface SentTrace {
	idempotencyKey?: string;
	imageUrls?: string[];
	callbackUrl?: string;
}

/** A submit whose outcome nobody knows. `cost` is what `spent` counts for it; older journals did not count these. */
type Open = SentTrace & { cost?: Cost };

/**
 * What a node remembers of one submit within its execution, so that a retry pays nothing twice. Holds no secret.
 * `sending` is written before the POST: found again, it means that nobody saw the reply.
 */
export type JournalEntry =
	| ({ state: 'sending' } & Open)
	/** `delivered`: the execution in which a tool call has brought the images. */
	| { state: 'accepted'; ref: TaskRef; execution: string; delivered?: string }
	/** `ref`: the task, where it was accepted and then ended so at no cost. */
	| { state: 'refused'; failure: Failure; execution: string; ref?: TaskRef }
	| ({ state: 'unknown'; failure: Failure } & Open);

/** The journal as it lies in n8n's node context: plain JSON that survives Retry On Fail and Retry execution. */
export interface Journal {
	/** The execution that began it; a retry of that execution derives the same idempotency keys. */
	firstExecution: string;
	entries: Record<string, JournalEntry>;
	/** Estimated cost of everything that was or may have been accepted and is not certainly free, per unit. */
	spent: Record<string, number>;
	/** By entry: how many of its tasks failed at no cost. Each had an idempotency key that leads to it alone. */
	freed?: Record<string, number>;
	/** By pass of a loop: what a dry run of it would have spent. */
	rehearsed?: Record<string, Cost>;
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

/** `freed`: tasks of this entry that failed at no cost. Their keys would only find them again. */
export function idempotencyKey(firstExecution: string, nodeId: string, entryKey: string, freed = 0): string {
	const parts = [firstExecution, nodeId, entryKey, ...(freed > 0 ? [freed] : [])];
	return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
