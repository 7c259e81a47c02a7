import { Aborted } from '../../core/clock';
import type { Failure } from '../../core/failure/failure';
import { stillUnknown } from '../../core/reply/providerFailure';
import { isLastingRefusal, type Journal, type JournalEntry, openEntry, type OpenEntry } from '../../core/submit/journal';
import { addCost, countedFor, subtractCost } from '../../core/submit/spending';
import { submitTask } from '../../core/submit/submitTask';
import { taskRefOf, type TaskRef } from '../../core/task/taskRef';
import type { Channel } from '../execution/run';
import { countInJournal } from '../journal/liveCalls';
import { rememberTask } from '../journal/rememberTask';
import type { Attempt, AttemptRules } from './attempt';
import { doubtOf } from './failedJob';
import { deadlineOf, requestKeyOf, type Job } from './job';
import { prepareSubmission, type Submission } from './prepareSubmission';
import { taskName, type Session } from './session';

/** `ref` of a failure is the task of an earlier try, which has ended. */
export type Submitted =
	| { kind: 'accepted'; ref: TaskRef }
	/** `isUnsent`: the paid request was not sent, e.g. because a reference image could not be uploaded. */
	| { kind: 'failed'; failure: Failure; ref?: TaskRef; isUnsent?: boolean };

/** Sends a job, unless the journal remembers a refusal of it, and records the outcome. Rejects only with Aborted. */
export async function journalledSubmit(job: Job, attempt: Attempt, session: Session): Promise<Submitted> {
	const { plan, repeat, channel } = attempt;
	const { journal, executionId: execution } = session;
	const before = openEntry(job.earlier);
	// After an earlier try whose outcome is not known, a refusal says nothing about the job.
	const refusalKey = plan === undefined || before !== undefined ? undefined : requestKeyOf(job, plan, session);
	const refusal = refusalKey === undefined ? undefined : journal.refusals[refusalKey];
	if (refusal?.execution === execution) {
		const { failure, ref } = refusal;
		return { kind: 'failed', failure, ...(ref === undefined ? {} : { ref }) };
	}
	const submission = repeat === undefined ? await prepareSubmission(job, plan, attempt, session) : { ...repeat, request: repeat.repeatable, isCounted: true };
	if ('remedy' in submission) return { ...failedAfter(before, channel, submission), isUnsent: true };
	const submitted = await send(submission, job, attempt, session);
	if (refusalKey !== undefined && submitted.kind === 'failed' && isLastingRefusal(submitted.failure)) {
		journal.refusals[refusalKey] = { failure: submitted.failure, execution };
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
		if (!isCounted) subtractCost(journal.spent, counted);
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
		subtractCost(journal.spent, counted);
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
