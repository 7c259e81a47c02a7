import { createHash } from 'crypto';

import type { Amount } from '../cost';
import type { Failure } from '../failure/failure';
import { factsOf } from '../failure/kindFacts';
import type { ApiRequest } from '../http/send';
import { stableJson } from '../json';
import type { TaskDraft, TaskRef } from '../task/taskRef';

/** How a later try recognizes a job. */
export interface JobIdentity {
	/** Hash of what was typed for the request, of the item and of the files it names; undefined if they cannot be read. */
	typed?: string | undefined;
	/** Hash of the resulting request; undefined if the values are not valid. */
	request?: string | undefined;
}

/** Whose job an entry is. */
export interface EntryOwner extends JobIdentity {
	/** The execution that worked on it last. */
	execution: string;
	/** Which pass of a loop. */
	pass: number;
	item: number;
	provider: string;
	/** The credential's id. */
	credential: string;
}

/**
 * What a node remembers of one submit that may have been paid, so that a retry pays nothing twice. Holds no secret.
 * `sending` is written before the POST: if a later try finds it, the reply was never read.
 */
export type JournalEntry = { owner: EntryOwner } & (
	| Open<{ state: 'sending' }>
	| Open<{ state: 'unknown'; failure: Failure }>
	/** `execution`: which one submitted it. `counted`: in `spent`. `delivered`: the execution in which a tool call has brought the images. */
	| { state: 'accepted'; ref: TaskRef; execution: string; counted: Amount; delivered?: string }
);

/** A submit whose outcome is not known. */
type Open<State> = State & {
	/** What `spent` counts for it. */
	counted: Amount;
	/** With an idempotency key in it: the same key with another body would be a conflict, so a repeat sends all of it again. */
	repeatable?: ApiRequest;
	/** What is known of the task if it was accepted. */
	draft: TaskDraft;
};

export type AcceptedEntry = Extract<JournalEntry, { state: 'accepted' }>;

export type OpenEntry = Extract<JournalEntry, { state: 'sending' | 'unknown' }>;

/** A refusal that the same request would meet again: remembered within one execution, so that automatic retries don't send it again. */
export interface Refusal {
	failure: Failure;
	execution: string;
	/** The task, if it was accepted and then failed at no cost. */
	ref?: TaskRef;
}

/** The journal in n8n's node context: plain JSON that survives Retry On Fail and Retry execution. */
export interface Journal {
	/** The execution that began it; a retry of that execution derives the same idempotency keys. */
	firstExecution: string;
	/** The pass of a loop that the entries are of: those of earlier passes are dropped, their sums stay in `spent`. */
	pass: number;
	entries: Record<string, JournalEntry>;
	/** By pass, item, provider and request. */
	refusals: Record<string, Refusal>;
	/** Estimated cost of everything that was or may have been accepted and is not certainly free, per unit. */
	spent: Record<string, number>;
	/** By pass and item: how many of its tasks failed at no cost. Each had an idempotency key that leads to it alone. */
	freed: Record<string, number>;
	/** What dry runs would have spent: this pass, and the passes before it. */
	rehearsed?: { own?: Amount; before: Record<string, number> };
}

export function isLastingRefusal(failure: Failure): boolean {
	return factsOf(failure.kind).lasting;
}

export function hashOf(value: unknown): string {
	return createHash('sha256').update(stableJson(value)).digest('base64url').slice(0, 22);
}

export function openEntry(entry: JournalEntry | undefined): OpenEntry | undefined {
	return entry?.state === 'sending' || entry?.state === 'unknown' ? entry : undefined;
}

/** An unused key. */
export function freeKey(journal: Journal, preferred: string, taken: ReadonlySet<string>): string {
	let key = preferred;
	for (let number = 1; journal.entries[key] !== undefined || taken.has(key); number++) key = `${preferred}.${number}`;
	return key;
}

/** Begins a pass: entries of earlier passes are dropped. */
export function beginPass(journal: Journal, pass: number): void {
	if (pass <= journal.pass) return;
	journal.pass = pass;
	journal.entries = {};
	journal.refusals = {};
	journal.freed = {};
	const { rehearsed } = journal;
	if (rehearsed?.own === undefined) return;
	const { own, before } = rehearsed;
	journal.rehearsed = { before: { ...before, [own.unit]: (before[own.unit] ?? 0) + own.amount } };
}
