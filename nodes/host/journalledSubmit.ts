import { buildSubmit } from '../core/buildSubmit';
import { submitFailure } from '../core/classify';
import { Aborted } from '../core/clock';
import { roundAmount } from '../core/cost';
import type { Failure } from '../core/failure';
import type { ApiRequest } from '../core/http';
import {
	hashOf,
	idempotencyKey,
	isLastingRefusal,
	type Journal,
	type JournalEntry,
	type SentTrace,
} from '../core/journal';
import type { GenerateTask } from '../core/provider';
import { submitTask } from '../core/submitTask';
import type { TaskRef } from '../core/taskRef';
import { estimateCost, taskRefOf, type GeneratePlan } from './generatePlan';
import { claimEntry } from './liveCalls';
import type { Channel, Run } from './run';
import { urlForFile, type UploadResult } from './upload';

/** What a submit needs to know of its execution. */
export interface SubmitSession {
	run: Run;
	journal: Journal;
	executionId: string;
	nodeId: string;
	/** Which pass of a loop this is. */
	pass: number;
	/** Of a tool call: the entries it works on, by the keys of its jobs. */
	claims?: Map<string, string>;
}

export type Submitted = { kind: 'accepted'; ref: TaskRef } | { kind: 'failed'; failure: Failure };

/** Names one logical submit: a retry finds it again, a loop's next pass or an edited input does not. */
export function entryKeyOf(plan: GeneratePlan, channel: Channel, session: SubmitSession): string {
	// Files count by their content, a callback by its kind: URLs that we make change with every try.
	const references = plan.references.map((one) => (one.kind === 'url' ? one.url : one.file.hash));
	const { imageUrls: _placeholders, callbackUrl, ...task } = plan.checked.task;
	const callback = plan.callback === 'url' ? callbackUrl : plan.callback;
	const job = { provider: plan.provider.id, credential: channel.account.credentialId, ...task, references, callback };
	const key = `${session.pass}.${plan.itemIndex}.${hashOf(job)}`;
	if (session.claims === undefined) return key;
	const { journal, executionId } = session;
	const claimed = session.claims.get(key) ?? claimEntry(journal, key, { cost: estimateCost(plan), executionId });
	session.claims.set(key, claimed);
	return claimed;
}

/** What an earlier try of the same submit left behind, where that decides. */
function remembered(entry: JournalEntry | undefined, plan: GeneratePlan, session: SubmitSession): Submitted | undefined {
	if (entry === undefined) return undefined;
	if (entry.state === 'accepted') {
		// A task of an earlier execution calls back there, if at all: this one must be asked after.
		const isOurs = entry.execution === session.executionId;
		return { kind: 'accepted', ref: isOurs ? entry.ref : { ...entry.ref, callback: 'none' } };
	}
	if (entry.state === 'refused') {
		return entry.execution === session.executionId ? { kind: 'failed', failure: entry.failure } : undefined;
	}
	if (entry.idempotencyKey !== undefined || plan.options.submitAgainIfUnknown) return undefined;
	if (entry.state === 'unknown') return { kind: 'failed', failure: entry.failure };
	const message = 'an earlier try of this submit was interrupted before its reply came';
	return { kind: 'failed', failure: submitFailure(plan.provider, 'outcomeUnknown', { message }) };
}

interface Prepared {
	request: ApiRequest;
	/** What a later try needs in order to send the same request again. */
	trace: SentTrace;
}

async function prepare(
	plan: GeneratePlan,
	key: string,
	{ entry, channel, session }: { entry: JournalEntry | undefined; channel: Channel; session: SubmitSession },
): Promise<Prepared | Failure> {
	const header = plan.provider.submit.idempotencyHeader;
	// The same key with another body is a conflict: a repeated submit sends the URLs of the first.
	const first: SentTrace = entry?.state === 'sending' || entry?.state === 'unknown' ? entry : {};
	const imageUrls = first.imageUrls ?? (await resolveReferences(plan, channel, session.run));
	if (!Array.isArray(imageUrls)) return imageUrls;
	const task: GenerateTask = { ...plan.checked.task, imageUrls };
	if (first.callbackUrl !== undefined) task.callbackUrl = first.callbackUrl;
	if (header === undefined) return { request: buildSubmit(plan.provider, task), trace: {} };
	const repeatable = idempotencyKey(session.journal.firstExecution, session.nodeId, key);
	const request = { ...buildSubmit(plan.provider, task), headers: { [header]: repeatable } };
	const { callbackUrl } = task;
	const trace: SentTrace = { idempotencyKey: repeatable, imageUrls, ...(callbackUrl === undefined ? {} : { callbackUrl }) };
	return { request, trace };
}

/** The URLs of an item's reference images, side by side; the first failure where one cannot be had. */
async function resolveReferences(plan: GeneratePlan, channel: Channel, run: Run): Promise<string[] | Failure> {
	const results = await Promise.all(
		plan.references.map(
			async (one): Promise<UploadResult> => (one.kind === 'url' ? one : await urlForFile(one.file, channel, run)),
		),
	);
	const failed = results.find((one) => one.kind === 'failed');
	return failed?.failure ?? results.flatMap((one) => (one.kind === 'url' ? [one.url] : []));
}

function noteSpending(journal: Journal, ref: TaskRef): void {
	const cost = ref.estimatedCost;
	if (cost !== undefined) journal.spent[cost.unit] = roundAmount((journal.spent[cost.unit] ?? 0) + cost.amount);
}

/** Sends a job unless the journal knows it already, and writes down what became of it. Rejects only with Aborted. */
export async function journalledSubmit(plan: GeneratePlan, channel: Channel, session: SubmitSession): Promise<Submitted> {
	const { journal, run, executionId } = session;
	const key = entryKeyOf(plan, channel, session);
	const entry = journal.entries[key];
	const known = remembered(entry, plan, session);
	if (known !== undefined) return known;
	const prepared = await prepare(plan, key, { entry, channel, session }).catch((error: unknown) => {
		// Stopped while a file was uploaded: the paid request was not on its way yet.
		throw error instanceof Aborted ? new Aborted() : error;
	});
	if ('remedy' in prepared) return { kind: 'failed', failure: prepared };
	const { request, trace } = prepared;
	journal.entries[key] = { state: 'sending', ...trace };
	const result = await submitTask(request, {
		provider: plan.provider,
		clock: run.clock,
		gate: channel.gate,
		send: channel.send,
		deadline: run.startedAt + plan.options.timeout * 1000,
	}).catch((error: unknown) => {
		if (error instanceof Aborted && !error.sent) restore(journal, key, entry);
		throw error;
	});
	if (result.kind === 'accepted') {
		const ref = taskRefOf(plan, result.accepted, run.clock.now());
		journal.entries[key] = { state: 'accepted', ref, execution: executionId };
		noteSpending(journal, ref);
		// A process that is killed takes the journal with it: its log still names what was paid.
		run.context.logger.info(`${plan.provider.displayName} accepted task ${ref.taskId} (execution ${executionId}, item ${plan.itemIndex + 1})`);
		return { kind: 'accepted', ref };
	}
	const { failure } = result;
	if (failure.kind === 'outcomeUnknown') journal.entries[key] = { state: 'unknown', failure, ...trace };
	else if (isLastingRefusal(failure)) journal.entries[key] = { state: 'refused', failure, execution: executionId };
	else delete journal.entries[key];
	return { kind: 'failed', failure };
}

function restore(journal: Journal, key: string, entry: JournalEntry | undefined): void {
	if (entry === undefined) delete journal.entries[key];
	else journal.entries[key] = entry;
}
