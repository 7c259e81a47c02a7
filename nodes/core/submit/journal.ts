import { createHash } from 'crypto';

import type { Amount } from '../cost';
import type { Failure } from '../failure/failure';
import { factsOf } from '../failure/kindFacts';
import type { ApiRequest } from '../http/send';
import { stableJson } from '../json';
import type { TaskDraft, TaskRef } from '../task/taskRef';

/** How a later try recognizes a job. */
export interface JobIdentity {
	/** Hash of the request parameters as typed, the item, and the files that it names; undefined if they cannot be read. */
	typed?: string | undefined;
	/** Hash of the resulting request; undefined if the values are not valid. */
	request?: string | undefined;
}

/** The job that an entry belongs to. */
export interface EntryOwner extends JobIdentity {
	/** The latest execution that worked on it. */
	execution: string;
	/** The pass of a loop. */
	pass: number;
	item: number;
	provider: string;
	/** The credential's id. */
	credential: string;
}

/**
 * What a node remembers of one submit that may have been paid, so that a retry does not pay twice. Holds no secret.
 * `sending` is written before the POST: if a later try finds it, the reply was never read.
 */
export type JournalEntry = { owner: EntryOwner } & (
	| Open<{ state: 'sending' }>
	| Open<{ state: 'unknown'; failure: Failure }>
	/** `execution`: the one that submitted it. `counted`: how much of `spent` it is. `delivered`: the execution in which a tool call returned the images. */
	| { state: 'accepted'; ref: TaskRef; execution: string; counted: Amount; delivered?: string }
);

/** A submit whose outcome is not known. */
type Open<State> = State & {
	/** How much of `spent` it is. */
	counted: Amount;
	/** The whole request, idempotency key included: the same key with another body would be a conflict, so a repeat sends all of it again. */
	repeatable?: ApiRequest;
	/** When that request was sent first, in milliseconds since 1970 by the machine's clock. */
	sentAt?: number;
	/** What is known about the task, if it was accepted. */
	draft: TaskDraft;
};

export type AcceptedEntry = Extract<JournalEntry, { state: 'accepted' }>;

export type OpenEntry = Extract<JournalEntry, { state: 'sending' | 'unknown' }>;

/** A refusal that the same request would get again. It is remembered within one execution, so that automatic retries don't send the request again. */
export interface Refusal {
	failure: Failure;
	execution: string;
	/** The task, if one was accepted and then failed at no cost. */
	ref?: TaskRef;
}

/** The journal in n8n's node context: plain JSON that survives Retry On Fail and Retry execution. */
export interface Journal {
	/** The execution in which the journal began; a retry of that execution derives the same idempotency keys. */
	firstExecution: string;
	/** The pass of a loop that the entries belong to. Entries of earlier passes are dropped; their sums stay in `spent`. */
	pass: number;
	entries: Record<string, JournalEntry>;
	/** Remembered refusals, by pass, item, provider and request. */
	refusals: Record<string, Refusal>;
	/** Estimated cost of everything that was or may have been accepted and is not certainly free, per unit. */
	spent: Record<string, number>;
	/** How many tasks of a pass and item failed at no cost. Each of them had an idempotency key of its own. */
	freed: Record<string, number>;
	/** What dry runs would have spent, in this pass and in earlier ones. */
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

/** Between the clocks of two machines, and for waiting before a request is sent. */
const marginHours = 1;

/** Removes the request of an entry whose key the provider may have forgotten: sent again, it would be a second job. */
export function dropForgottenRequest(entry: JournalEntry, rememberedHours: number | undefined, now: number): void {
	const open = openEntry(entry);
	if (open === undefined || rememberedHours === undefined) return;
	const { sentAt = 0 } = open;
	if (Math.abs(now - sentAt) > (rememberedHours - marginHours) * 3_600_000) delete open.repeatable;
}

/** A key that no entry uses. */
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
