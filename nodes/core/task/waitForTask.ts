import type { Clock } from '../clock';
import { taskFailure } from '../reply/providerFailure';
import { readStatusReply } from '../reply/readStatusReply';
import type { Cost } from '../cost';
import type { Failure } from '../failure/failure';
import type { Send } from '../http/send';
import type { Provider, ReadOverrides, StatusReading, Words } from '../provider/provider';
import type { RateGate } from '../http/rateGate';
import { retryAfterSeconds } from '../http/retryAfter';
import type { KnownTask } from './taskRef';
import { kindFromWords } from '../provider/words';

const statusTimeoutMilliseconds = 30_000;
/** A task that the provider does not know yet is given this long from then on (read-after-write lag), and at least three looks. */
const lagMilliseconds = 15_000;
const lagLooks = 3;
/** A first transient reply is most likely alone: the look is made up for soon; those behind it stretch the interval. */
const intervalsAfterTrouble = [1, 0.25, 1, 2, 4] as const;

export type TaskOutcome =
	| {
			kind: 'succeeded';
			urls: string[];
			cost?: Cost;
			expiresAt?: string;
			/** ISO 8601. */
			completedAt: string;
			statusRequests: number;
	  }
	| {
			kind: 'failed';
			failure: Failure;
			statusRequests: number;
			/** Whether the provider never spoke of the task itself: it does not know it, or refuses to look. */
			isDoubtful?: boolean;
	  };

export interface WaitContext {
	provider: Provider;
	clock: Clock;
	gate: RateGate;
	send: Send;
	/** Milliseconds since 1970. */
	deadline: number;
	/** Replaces the provider's pace, the first look included; undefined keeps it. */
	pollIntervalSeconds?: number;
	overrides: ReadOverrides;
	/** Milliseconds since 1970, from an earlier look's `Retry-After`. */
	notBefore?: number;
}

/** What the looks at one task have shown so far. */
export interface Seen {
	looks: number;
	lastWord?: string;
	unknownWord?: string;
	lastTrouble?: string;
	/** In a row. */
	troubles: number;
	/** Milliseconds since 1970, by `Retry-After` of the last trouble. */
	notBefore: number;
	/** In a row, and when they began. */
	doubts: number;
	doubtedSince: number;
}

export const nothingSeen = (): Seen => ({ looks: 0, troubles: 0, notBefore: 0, doubts: 0, doubtedSince: 0 });

/** Waits until a task is final or the deadline has come: looks first, then sleeps; the last look is at the deadline. */
export async function waitForTask(task: KnownTask, context: WaitContext): Promise<TaskOutcome> {
	const { clock, deadline, provider } = context;
	const interval = (context.pollIntervalSeconds ?? provider.intervalSeconds) * 1000;
	const seen = nothingSeen();
	let nextLook = Math.max(firstLook(task, context), context.notBefore ?? 0);
	for (;;) {
		await sleepUntil(clock, Math.min(nextLook, deadline));
		await context.gate.pass(deadline);
		const lookedAt = clock.now();
		const outcome = await lookAtTask(task, context, seen);
		if (outcome !== undefined) return outcome;
		if (clock.now() >= deadline) return { kind: 'failed', failure: deadlineFailure(context, seen), statusRequests: seen.looks };
		// The pace counts from look to look: a slow reply does not slow it down further.
		nextLook = lookedAt + interval * pauseAfter(seen.troubles);
		if (nextLook < clock.now()) nextLook = clock.now() + interval / 2;
		// A service that is away may say for how long.
		nextLook = Math.max(nextLook, seen.notBefore);
	}
}

function firstLook(task: KnownTask, context: WaitContext): number {
	const seconds = context.pollIntervalSeconds ?? context.provider.firstLookSeconds(task.estimatedSeconds);
	const now = context.clock.now();
	// A time that is still to come (another machine's clock, a column of the user's own) delays nothing.
	return task.submittedAt === undefined ? now : Math.min(task.submittedAt, now) + seconds * 1000;
}

function pauseAfter(troubles: number): number {
	return intervalsAfterTrouble[Math.min(troubles, intervalsAfterTrouble.length - 1)] ?? 1;
}

async function sleepUntil(clock: Clock, time: number): Promise<void> {
	const wait = time - clock.now();
	if (wait > 0) await clock.sleep(wait);
}

/** Asks once whether a task is final; undefined where it is not, or not for certain. */
export async function lookAtTask(task: KnownTask, context: WaitContext, seen: Seen): Promise<TaskOutcome | undefined> {
	const { provider, clock, overrides } = context;
	seen.looks += 1;
	const timeout = Math.min(statusTimeoutMilliseconds, Math.max(1000, context.deadline - clock.now()));
	const outcome = await context.send(provider.status(task.taskId, overrides), timeout, context.deadline);
	const reading = readStatusReply(provider, outcome);
	const fail = (failure: Failure): Extract<TaskOutcome, { kind: 'failed' }> => ({ kind: 'failed', failure, statusRequests: seen.looks });
	if (reading.kind === 'final') return fail(reading.failure);
	if (reading.kind === 'transient') {
		seen.lastTrouble = reading.reason;
		const asked = outcome.kind === 'reply' ? retryAfterSeconds(outcome.headers, clock.wallTime()) : undefined;
		if (reading.rateLimited) {
			context.gate.refused(asked);
		} else {
			seen.troubles += 1;
			seen.notBefore = clock.now() + (asked ?? 0) * 1000;
		}
		return undefined;
	}
	if (reading.kind === 'doubtful') {
		seen.lastTrouble = reading.failure.message;
		if (seen.doubts === 0) seen.doubtedSince = clock.now();
		seen.doubts += 1;
		const mayLag = clock.now() - seen.doubtedSince < lagMilliseconds || seen.doubts < lagLooks;
		return mayLag ? undefined : { ...fail(reading.failure), isDoubtful: true };
	}
	context.gate.succeeded();
	seen.troubles = 0;
	seen.doubts = 0;
	delete seen.lastTrouble;
	return settle(provider.readStatus(reading.body, overrides), context, seen);
}

function settle(reading: StatusReading, context: WaitContext, seen: Seen): TaskOutcome | undefined {
	const { provider, clock } = context;
	switch (reading.state) {
		case 'pending':
			seen.lastWord = reading.word;
			return undefined;
		case 'unknownWord':
			seen.lastWord = reading.word;
			seen.unknownWord = reading.word;
			return undefined;
		case 'failed':
			return { kind: 'failed', failure: failedTask(provider, reading.words), statusRequests: seen.looks };
		case 'succeeded': {
			if (reading.urls.length === 0) {
				const message = reading.unreadable ?? 'the task is finished, but the reply holds no image URL';
				return { kind: 'failed', failure: taskFailure(provider, 'unexpectedReply', { message }), statusRequests: seen.looks };
			}
			const outcome: TaskOutcome = {
				kind: 'succeeded',
				urls: reading.urls,
				completedAt: new Date(clock.now()).toISOString(),
				statusRequests: seen.looks,
			};
			if (reading.cost !== undefined) outcome.cost = reading.cost;
			if (reading.expiresAt !== undefined) outcome.expiresAt = reading.expiresAt;
			return outcome;
		}
	}
}

/** What a failed task's words mean; a status that says "failed" is never an authentication matter of ours. */
function failedTask(provider: Provider, words: Words): Failure {
	const told = kindFromWords(words);
	return taskFailure(provider, told === 'contentRejected' ? told : 'generationFailed', words);
}

function deadlineFailure(context: WaitContext, seen: Seen): Failure {
	const said: string[] = [];
	if (seen.lastWord !== undefined) said.push(`last status "${seen.lastWord}"`);
	if (seen.unknownWord !== undefined) said.push(`"${seen.unknownWord}" is not a documented status`);
	if (seen.lastTrouble !== undefined) said.push(`last reply: ${seen.lastTrouble}`);
	return taskFailure(context.provider, 'timedOut', { message: said.join('; ') || 'no status was received' });
}
