import { Aborted } from '../../core/clock';
import type { Amount } from '../../core/cost';
import type { Failure } from '../../core/failure/failure';
import { tooLate, type ApiRequest } from '../../core/http/send';
import { textAt } from '../../core/json';
import type { GenerateTask } from '../../core/provider/provider';
import { stillUnknown, submitFailure } from '../../core/reply/providerFailure';
import { buildSubmit } from '../../core/submit/buildSubmit';
import { idempotencyKey } from '../../core/submit/idempotencyKey';
import { type EntryOwner, hashOf, isLastingRefusal, type Journal, type JournalEntry, openEntry, type OpenEntry } from '../../core/submit/journal';
import { addCost } from '../../core/submit/spending';
import { submitTask } from '../../core/submit/submitTask';
import { taskRefOf, type AttemptNote, type TaskDraft, type TaskRef } from '../../core/task/taskRef';
import { errorText } from '../../core/text';
import type { Channel, Run } from '../execution/run';
import { LimitReached, openTimeLimit } from '../execution/timeLimit';
import { countInJournal } from '../journal/liveCalls';
import { rememberTask } from '../journal/rememberTask';
import type { GeneratePlan } from '../plan/generatePlan';
import { estimateCost } from '../plan/estimateCost';
import { rateLimitedUpload, urlForFile, type UploadResult } from '../references/upload';
import { doubtOf } from './failedJob';
import { deadlineOf, type Job } from './job';
import { taskName, type Session } from './session';

/** `ref` of a failure is the task of an earlier try, which has ended. */
export type Submitted =
	| { kind: 'accepted'; ref: TaskRef }
	/** `isUnsent`: the paid request was not sent, e.g. because a reference image could not be uploaded. */
	| { kind: 'failed'; failure: Failure; ref?: TaskRef; isUnsent?: boolean };

/** An earlier try with an idempotency key and an unknown outcome: the same request may be sent again. */
export type RepeatableEntry = OpenEntry & { repeatable: ApiRequest };

/** What is sent for a job (a request made from this item's values, or an earlier one again), and the account that it uses. */
export type Attempt = AttemptRules & ({ plan: GeneratePlan; repeat?: undefined } | { repeat: RepeatableEntry; plan?: undefined });

interface AttemptRules {
	channel: Channel;
	/** Whether a rate-limited provider is skipped, because another one is left. */
	skipsClosedGate?: boolean;
	/** Why the provider is skipped, if that becomes known before this job's turn. */
	reasonToSkip?: () => Failure | undefined;
	/** Called when the provider was not reached, before it is tried again. */
	onUnreached?: (failure: Failure) => void;
	/** The providers that were tried before this one. */
	attempts?: AttemptNote[];
}

/** What is about to be sent. */
interface Submission {
	request: ApiRequest;
	draft: TaskDraft;
	owner: EntryOwner;
	/** How much it adds to the sums. */
	counted: Amount;
	/** Whether the sums include it already. */
	isCounted: boolean;
	/** When it was sent first, if this is not the first time. */
	sentAt?: number;
}

/** What is known about a task before it is accepted. */
export function draftOf({ provider, checked, model, images, callback }: GeneratePlan, request: ApiRequest): TaskDraft {
	const estimatedSeconds = provider.estimatedSeconds?.(checked.task.values);
	const estimatedCost = estimateCost({ provider, images });
	return {
		provider: provider.id,
		status: 'submitted',
		// Additional Fields may have replaced it.
		prompt: textAt(request.body, provider.submit.promptField) ?? checked.task.prompt,
		model,
		imagesRequested: images.requested,
		...(estimatedSeconds === undefined ? {} : { estimatedSeconds }),
		...(estimatedCost === undefined ? {} : { estimatedCost }),
		callback,
		warnings: checked.warnings,
	};
}

/** The job that a journal entry belongs to. */
export function ownerOf({ identity, itemIndex }: Job, plan: GeneratePlan, { executionId, pass, credentialOf }: Session): EntryOwner {
	const provider = plan.provider.id;
	return { ...identity, execution: executionId, pass, item: itemIndex, provider, credential: credentialOf(provider) ?? '' };
}

/** The key of a remembered refusal, and the base of an idempotency key. */
export function requestKeyOf({ identity, itemIndex }: Job, plan: GeneratePlan, { pass, credentialOf }: Session): string {
	return `${pass}.${itemIndex}.${hashOf([plan.provider.id, credentialOf(plan.provider.id), identity.request])}`;
}

function takeBack(journal: Journal, { amount, unit }: Amount): void {
	addCost(journal.spent, { amount: -amount, unit });
}

/** How much an accepted task adds to the sums: its price, as far as it is known, or its images. */
function countedFor({ estimatedCost, imagesRequested }: TaskRef, { unit }: Amount): Amount {
	return unit === 'images' ? { amount: imagesRequested, unit } : (estimatedCost ?? { amount: 0, unit });
}

/** Releases a failed task that certainly cost nothing: its cost is subtracted, and the next try is a new job. */
export function forgetFreeTask(failure: Failure, job: Job, plan: GeneratePlan | undefined, session: Session): void {
	const { journal, executionId } = session;
	const entry = journal.entries[job.key];
	if (failure.mayBeCharged || entry?.state !== 'accepted') return;
	const { ref } = entry;
	journal.freed[job.key] = (journal.freed[job.key] ?? 0) + 1;
	takeBack(journal, countedFor(ref, entry.counted));
	delete journal.entries[job.key];
	if (plan !== undefined && isLastingRefusal(failure)) journal.refusals[requestKeyOf(job, plan, session)] = { failure, execution: executionId, ref };
}

/** Gets the URLs of an item's reference images in parallel, or the first failure, which may be a timeout. */
async function resolveReferences(
	{ references, provider }: GeneratePlan,
	{ channel, skipsClosedGate = false }: AttemptRules,
	run: Run,
	deadline: number,
): Promise<string[] | Failure> {
	const limit = openTimeLimit(run.clock, undefined, Math.max(0, deadline - run.clock.now()));
	const waitsUntil = skipsClosedGate ? undefined : deadline;
	const resolving = references.map(async (one): Promise<UploadResult> => (one.kind === 'url' ? one : await urlForFile(one.file, channel, run, waitsUntil)));
	const failureAtLimit = (error: unknown): UploadResult[] => {
		if (!(error instanceof LimitReached)) throw error;
		const failure = channel.gate.isClosed() ? rateLimitedUpload(channel) : submitFailure(provider, 'timedOut', { message: tooLate.message });
		return [{ kind: 'failed', failure }];
	};
	const results = await limit
		.race(Promise.all(resolving))
		.catch(failureAtLimit)
		.finally(() => limit.close());
	const failed = results.find((one) => one.kind === 'failed');
	return failed?.failure ?? results.flatMap((one) => (one.kind === 'url' ? [one.url] : []));
}

/** A request made from this run's own values. */
async function prepare(job: Job, plan: GeneratePlan, rules: AttemptRules, session: Session): Promise<Submission | Failure> {
	const { attempts } = rules;
	const imageUrls = await resolveReferences(plan, rules, session.run, deadlineOf(job, session.run)).catch((error: unknown) => {
		// Stopped during an upload: the paid request was not sent yet.
		if (error instanceof Aborted) throw new Aborted();
		const words = errorText(error);
		return submitFailure(plan.provider, 'invalidInput', { message: `n8n could not read a reference image: ${words}` });
	});
	if (!Array.isArray(imageUrls)) return imageUrls;
	const task: GenerateTask = { ...plan.checked.task, imageUrls };
	const request = buildSubmit(plan.provider, task);
	const header = plan.provider.submit.idempotencyHeader;
	if (header !== undefined) {
		const { firstExecution, freed } = session.journal;
		const name = `${job.key} ${requestKeyOf(job, plan, session)}`;
		request.headers = { [header]: idempotencyKey(firstExecution, session.nodeId, name, freed[job.key]) };
	}
	return {
		request,
		draft: { ...draftOf(plan, request), ...(attempts === undefined ? {} : { attempts }) },
		owner: ownerOf(job, plan, session),
		counted: session.count(plan),
		isCounted: false,
	};
}

/** Sends a job, unless the journal remembers a refusal of it, and records the outcome. Rejects only with Aborted. */
export async function journalledSubmit(job: Job, attempt: Attempt, session: Session): Promise<Submitted> {
	const { plan, repeat, channel } = attempt;
	if (repeat !== undefined) return await send({ ...repeat, request: repeat.repeatable, isCounted: true }, job, attempt, session);
	const before = openEntry(job.earlier);
	const refusal = before === undefined ? session.journal.refusals[requestKeyOf(job, plan, session)] : undefined;
	if (refusal?.execution === session.executionId) {
		const { failure, ref } = refusal;
		return { kind: 'failed', failure, ...(ref === undefined ? {} : { ref }) };
	}
	const prepared = await prepare(job, plan, attempt, session);
	if ('remedy' in prepared) return { ...failedAfter(before, channel, prepared), isUnsent: true };
	const submitted = await send(prepared, job, attempt, session);
	if (submitted.kind === 'failed' && before === undefined && isLastingRefusal(submitted.failure)) {
		session.journal.refusals[requestKeyOf(job, plan, session)] = { failure: submitted.failure, execution: session.executionId };
	}
	return submitted;
}

/** A refused try says nothing about the one before it, which may have been accepted. */
function failedAfter(before: OpenEntry | undefined, channel: Channel, failure: Failure): Extract<Submitted, { kind: 'failed' }> {
	return { kind: 'failed', failure: before === undefined ? failure : stillUnknown(doubtOf(before, channel.provider), failure) };
}

/** A warning if the provider has answered another item's submit with the same task. */
function sameTask({ journal, tasks }: Session, key: string, task: Pick<TaskRef, 'provider' | 'taskId'>): string[] {
	const other = tasks.get(taskName(task)) ?? key;
	const entry = journal.entries[other];
	// The entry of a task that failed at no cost has been removed.
	if (other === key || entry?.state !== 'accepted') {
		tasks.set(taskName(task), key);
		return [];
	}
	return [`The provider answered with the task of item ${entry.owner.item}, so both items have the same images.`];
}

async function send(submission: Submission, job: Job, attempt: AttemptRules, session: Session): Promise<Submitted> {
	const { channel, skipsClosedGate = false, reasonToSkip, onUnreached } = attempt;
	const { journal, run, executionId } = session;
	const { request, draft, owner, counted, isCounted, sentAt = run.clock.wallTime() } = submission;
	const { provider } = channel;
	const { key } = job;
	const header = provider.submit.idempotencyHeader;
	const isRepeatable = header !== undefined && request.headers?.[header] !== undefined;
	const open = { owner, counted, draft, ...(isRepeatable ? { repeatable: request, sentAt } : {}) };
	const entry = journal.entries[key];
	// Counted before it is sent, because an interrupted try may have been charged.
	if (!isCounted) addCost(journal.spent, counted);
	countInJournal(journal, key);
	const undo = (): void => {
		restore(journal, key, entry);
		if (!isCounted) takeBack(journal, counted);
	};
	journal.entries[key] = { state: 'sending', ...open };
	const result = await submitTask(request, {
		provider,
		clock: run.clock,
		gate: channel.gate,
		send: channel.send,
		deadline: deadlineOf(job, run),
		skipsClosedGate,
		...(reasonToSkip === undefined ? {} : { reasonToSkip }),
		...(onUnreached === undefined ? {} : { onUnreached }),
	}).catch((error: unknown) => {
		if (error instanceof Aborted && !error.sent) undo();
		throw error;
	});
	if (result.kind === 'accepted') {
		const twin = sameTask(session, key, { provider: provider.id, taskId: result.accepted.taskId });
		const ref = taskRefOf({ ...draft, warnings: [...draft.warnings, ...twin] }, result.accepted, run.clock.now());
		journal.entries[key] = { state: 'accepted', owner, ref, execution: executionId, counted };
		takeBack(journal, counted);
		addCost(journal.spent, countedFor(ref, counted));
		rememberTask(session.context, ref);
		// If the process is killed, the journal is lost, but the log still names what was paid.
		run.context.logger.info(`${provider.displayName} accepted task ${ref.taskId} (execution ${executionId}, item ${job.itemIndex})`);
		return { kind: 'accepted', ref };
	}
	const { failure } = result;
	if (failure.kind === 'outcomeUnknown') {
		journal.entries[key] = { state: 'unknown', failure, ...open };
		return { kind: 'failed', failure };
	}
	undo();
	return failedAfter(openEntry(entry), channel, failure);
}

function restore(journal: Journal, key: string, entry: JournalEntry | undefined): void {
	if (entry === undefined) delete journal.entries[key];
	else journal.entries[key] = entry;
}
