import { buildSubmit } from '../../core/submit/buildSubmit';
import { stillUnknown, submitFailure } from '../../core/reply/providerFailure';
import { Aborted } from '../../core/clock';
import type { Cost } from '../../core/cost';
import type { Failure } from '../../core/failure/failure';
import type { ApiRequest } from '../../core/http/send';
import {
	hashOf,
	idempotencyKey,
	isLastingRefusal,
	type Journal,
	type JournalEntry,
	type SentTrace,
} from '../../core/submit/journal';
import type { Accepted, GenerateTask } from '../../core/provider/provider';
import { addCost } from '../../core/submit/spending';
import { submitTask } from '../../core/submit/submitTask';
import type { TaskRef } from '../../core/task/taskRef';
import { estimateCost, plannedCost, type GeneratePlan } from './planGenerate';
import { claimEntry, countInJournal } from './liveCalls';
import type { Channel, Run } from '../execution/run';
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

/** `ref` of a failure: the task that an earlier try brought to its end. */
export type Submitted = { kind: 'accepted'; ref: TaskRef } | { kind: 'failed'; failure: Failure; ref?: TaskRef };

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
	const claimed = session.claims.get(key) ?? claimEntry(journal, key, { cost: plannedCost(plan), executionId });
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
		const { failure, ref } = entry;
		return entry.execution === session.executionId ? { kind: 'failed', failure, ...(ref === undefined ? {} : { ref }) } : undefined;
	}
	if (entry.idempotencyKey !== undefined || plan.options.submitAgainIfUnknown) return undefined;
	return { kind: 'failed', failure: doubtOf(entry, plan) };
}

type OpenEntry = Extract<JournalEntry, { state: 'sending' | 'unknown' }>;

/** An earlier try whose outcome nobody knows. */
function openEntry(entry: JournalEntry | undefined): OpenEntry | undefined {
	return entry?.state === 'sending' || entry?.state === 'unknown' ? entry : undefined;
}

function doubtOf(entry: OpenEntry, plan: GeneratePlan): Failure {
	if (entry.state === 'unknown') return entry.failure;
	const message = 'an earlier try of this submit was interrupted before its reply came';
	return submitFailure(plan.provider, 'outcomeUnknown', { message });
}

/** What `spent` counts already for a submit that is repeated with its idempotency key, and so paid once. */
function countedCost(entry: JournalEntry | undefined): Cost | undefined {
	const open = openEntry(entry);
	return open?.idempotencyKey === undefined ? undefined : open.cost;
}

/** What an earlier try of a submit means for the money. */
export interface EarlierTry {
	/** Nothing more has to be counted. */
	settled: boolean;
	/** It would be sent again although the earlier try may have been accepted. */
	mayBePaidTwice: boolean;
	/** The task that was accepted. */
	taskId?: string;
}

export function earlierTry(plan: GeneratePlan, channel: Channel, session: SubmitSession): EarlierTry {
	const entry = session.journal.entries[entryKeyOf(plan, channel, session)];
	const settled = remembered(entry, plan, session) !== undefined || countedCost(entry) !== undefined;
	const mayBePaidTwice = !settled && openEntry(entry) !== undefined;
	return { settled, mayBePaidTwice, ...(entry?.state === 'accepted' ? { taskId: entry.ref.taskId } : {}) };
}

/** A failed task that certainly cost nothing is not adopted: its money is given back, and the next try is a job of its own. */
export function forgetFreeTask(failure: Failure, plan: GeneratePlan, channel: Channel, session: SubmitSession): void {
	const { journal, executionId } = session;
	const key = entryKeyOf(plan, channel, session);
	const entry = journal.entries[key];
	if (failure.mayBeCharged || entry?.state !== 'accepted') return;
	const { ref } = entry;
	journal.freed = { ...journal.freed, [key]: (journal.freed?.[key] ?? 0) + 1 };
	if (ref.estimatedCost !== undefined) takeBack(journal, ref.estimatedCost);
	if (isLastingRefusal(failure)) journal.entries[key] = { state: 'refused', failure, execution: executionId, ref };
	else delete journal.entries[key];
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
	const first: SentTrace = openEntry(entry) ?? {};
	const imageUrls = first.imageUrls ?? (await resolveReferences(plan, channel, session.run));
	if (!Array.isArray(imageUrls)) return imageUrls;
	const task: GenerateTask = { ...plan.checked.task, imageUrls };
	if (first.callbackUrl !== undefined) task.callbackUrl = first.callbackUrl;
	if (header === undefined) return { request: buildSubmit(plan.provider, task), trace: {} };
	const { firstExecution, freed } = session.journal;
	const repeatable = first.idempotencyKey ?? idempotencyKey(firstExecution, session.nodeId, key, freed?.[key]);
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

function takeBack(journal: Journal, { amount, unit }: Cost): void {
	addCost(journal.spent, { amount: -amount, unit });
}

/** The handle of an accepted task. `submittedAt` in milliseconds since 1970. */
export function taskRefOf(plan: GeneratePlan, accepted: Accepted, submittedAt: number): TaskRef {
	const { provider, checked } = plan;
	const { values } = checked.task;
	const estimatedSeconds = accepted.estimatedSeconds ?? provider.estimatedSeconds?.(values);
	const { creditsRemaining } = accepted;
	const estimatedCost = accepted.cost ?? estimateCost(plan);
	return {
		provider: provider.id,
		taskId: accepted.taskId,
		status: 'submitted',
		prompt: checked.task.prompt,
		model: plan.model,
		submittedAt: new Date(submittedAt).toISOString(),
		imagesRequested: plan.images.requested,
		...(estimatedSeconds === undefined ? {} : { estimatedSeconds }),
		...(estimatedCost === undefined ? {} : { estimatedCost }),
		...(creditsRemaining === undefined ? {} : { creditsRemaining }),
		callback: plan.callback,
		warnings: checked.warnings,
	};
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
	const before = openEntry(entry);
	const turnedAway = (failure: Failure): Submitted => ({
		kind: 'failed',
		failure: before === undefined ? failure : stillUnknown(doubtOf(before, plan), failure),
	});
	if ('remedy' in prepared) return turnedAway(prepared);
	const { request, trace } = prepared;
	// Counted before it is sent: a try that is cut off may have been charged.
	const counted = countedCost(entry);
	const cost = counted ?? plannedCost(plan);
	if (counted === undefined) addCost(journal.spent, cost);
	countInJournal(journal, key);
	const undo = (): void => {
		restore(journal, key, entry);
		if (counted === undefined) takeBack(journal, cost);
	};
	journal.entries[key] = { state: 'sending', cost, ...trace };
	const result = await submitTask(request, {
		provider: plan.provider,
		clock: run.clock,
		gate: channel.gate,
		send: channel.send,
		deadline: run.startedAt + plan.options.timeout * 1000,
	}).catch((error: unknown) => {
		if (error instanceof Aborted && !error.sent) undo();
		throw error;
	});
	if (result.kind === 'accepted') {
		const ref = taskRefOf(plan, result.accepted, run.clock.now());
		journal.entries[key] = { state: 'accepted', ref, execution: executionId };
		takeBack(journal, cost);
		addCost(journal.spent, ref.estimatedCost ?? cost);
		// A process that is killed takes the journal with it: its log still names what was paid.
		run.context.logger.info(`${plan.provider.displayName} accepted task ${ref.taskId} (execution ${executionId}, item ${plan.itemIndex + 1})`);
		return { kind: 'accepted', ref };
	}
	const { failure } = result;
	if (failure.kind === 'outcomeUnknown') {
		journal.entries[key] = { state: 'unknown', failure, cost, ...trace };
		return { kind: 'failed', failure };
	}
	undo();
	if (before === undefined && isLastingRefusal(failure)) journal.entries[key] = { state: 'refused', failure, execution: executionId };
	return turnedAway(failure);
}

function restore(journal: Journal, key: string, entry: JournalEntry | undefined): void {
	if (entry === undefined) delete journal.entries[key];
	else journal.entries[key] = entry;
}
