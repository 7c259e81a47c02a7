import type { Clock } from '../clock';
import type { Cost } from '../cost';
import type { Failure } from '../failure/failure';
import { longestRetryAfterSeconds, retryAfterSeconds } from '../http/retryAfter';
import type { SendOutcome } from '../http/send';
import { inModel } from '../provider/findModel';
import { noWord, type Provider, type StatusReading } from '../provider/provider';
import { kindOfFailedTask } from '../reply/kindOfFailedTask';
import { describeStatus } from '../reply/describeStatus';
import { taskFailure } from '../reply/providerFailure';
import { objectIn } from '../provider/unwrapped';
import { quote } from '../text';
import { askStatus } from './askStatus';
import type { KnownTask } from './taskRef';
import { addTrouble, describeTrouble, noTrouble, type Trouble } from './trouble';
import type { TasksInFlight, WaitContext } from './waitContext';

const statusTimeoutMilliseconds = 30_000;
/** How long, and at least for three checks, a provider may not know a new task (read-after-write lag). */
const lagMilliseconds = 15_000;
const lagChecks = 3;
/** After a first transient fault, the check is repeated soon; further faults lengthen the interval. */
const intervalsAfterTrouble = [1, 0.25, 1, 2, 4] as const;
/** No estimate delays the first check for longer than this, because it is only a guess, and a check is free. */
const longestFirstPauseSeconds = 60;
/** With more tasks than this at a time, a provider is polled at the slowest pace that it recommends. */
const manyTasks = 200;

export type TaskOutcome =
	| {
			kind: 'succeeded';
			urls: string[];
			cost?: Cost;
			expiresAt?: string;
			/** ISO 8601. */
			completedAt: string;
			statusRequests: number;
			/** The task's model, if only the reply shows it. */
			model?: string;
	  }
	| {
			kind: 'failed';
			failure: Failure;
			statusRequests: number;
			/**
			 * What the failure is about: the task itself, or only the status check, because the provider does not know the task
			 * (`unknownTask`), refuses to answer (`access`), or has not finished it in time (`deadline`).
			 */
			about: 'task' | 'unknownTask' | 'access' | 'deadline';
	  };

type FailedOutcome = Extract<TaskOutcome, { kind: 'failed' }>;

/** What the status checks of one task have shown so far. */
export interface Seen {
	checks: number;
	/** The number of status requests. There are more of them than checks if a check looks for the task under several models. */
	requests: number;
	/** Whether a reply was about the task: by its id, or by a status. */
	isConfirmed: boolean;
	/** What the last reply about the task said, for people to read. */
	lastStatus?: string;
	unknownWord?: string;
	/** Since the last reply about the task. */
	trouble: Trouble;
	/** How many troubles there were in a row, rate limits not counted. */
	troubles: number;
	/** When to ask again, in milliseconds since 1970, from the `Retry-After` of the last trouble. */
	notBefore: number;
	/** How many replies in a row did not know the task, and when the first of them came. */
	doubts: number;
	doubtedSince: number;
}

export const nothingSeen = (): Seen => ({
	checks: 0,
	requests: 0,
	isConfirmed: false,
	trouble: noTrouble(),
	troubles: 0,
	notBefore: 0,
	doubts: 0,
	doubtedSince: 0,
});

/** Waits until a task is final or the deadline has come. The last check is at the deadline. */
export async function waitForTask(task: KnownTask, context: WaitContext): Promise<TaskOutcome> {
	const inFlight = context.inFlight ?? { count: 0 };
	inFlight.count += 1;
	try {
		return await pollUntilFinal(task, context, inFlight);
	} finally {
		inFlight.count -= 1;
	}
}

async function pollUntilFinal(task: KnownTask, context: WaitContext, inFlight: TasksInFlight): Promise<TaskOutcome> {
	const { clock, deadline } = context;
	const provider = inModel(context.provider, task.model);
	const seen = nothingSeen();
	let nextCheck = Math.max(firstCheck(task, context), context.notBefore ?? 0);
	for (;;) {
		await sleepUntil(clock, Math.min(nextCheck, deadline));
		await context.gate.pass(deadline);
		const checkedAt = clock.now();
		const outcome = await checkStatus(task, context, seen);
		if (outcome !== undefined) return outcome;
		if (clock.now() >= deadline) {
			return { kind: 'failed', failure: deadlineFailure(context, seen), statusRequests: seen.requests, about: 'deadline' };
		}
		const seconds = context.pollIntervalSeconds ?? provider.intervalSeconds(task.estimatedSeconds, inFlight.count > manyTasks);
		const interval = seconds * 1000;
		// The pace counts from check to check: a slow reply does not slow it down further.
		nextCheck = checkedAt + interval * pauseAfter(seen.troubles);
		if (nextCheck < clock.now()) nextCheck = clock.now() + interval / 2;
		// A service that is unavailable may say for how long.
		nextCheck = Math.max(nextCheck, seen.notBefore);
	}
}

function firstCheck(task: KnownTask, context: WaitContext): number {
	const own = Math.min(inModel(context.provider, task.model).firstCheckSeconds(task.estimatedSeconds), longestFirstPauseSeconds);
	const seconds = context.pollIntervalSeconds ?? own;
	const now = context.clock.now();
	// A submit time in the future (another machine's clock, one of the user's own fields) delays nothing.
	return task.submittedAt === undefined ? now : Math.min(task.submittedAt, now) + seconds * 1000;
}

function pauseAfter(troubles: number): number {
	return intervalsAfterTrouble[Math.min(troubles, intervalsAfterTrouble.length - 1)] ?? 1;
}

async function sleepUntil(clock: Clock, time: number): Promise<void> {
	const wait = time - clock.now();
	if (wait > 0) await clock.sleep(wait);
}

/** The pause that a reply asks for. A pause too long for a run is ignored, because a status check is free and small. */
function believablePause(outcome: SendOutcome, clock: Clock): number | undefined {
	const asked = outcome.kind === 'reply' ? retryAfterSeconds(outcome.headers, clock.wallTime()) : undefined;
	return asked !== undefined && asked <= longestRetryAfterSeconds ? asked : undefined;
}

/** The id of the task that a reply is about, if that is not the requested one. */
function anotherTask({ taskId }: KnownTask, outcome: SendOutcome, provider: Provider): string | undefined {
	const body = outcome.kind === 'reply' ? objectIn(outcome.body) : undefined;
	if (body === undefined) return undefined;
	const named = provider.readTaskIds(body);
	return named.some((id) => id.toLowerCase() === taskId.toLowerCase()) ? undefined : named[0];
}

/** Asks once for a task's status; undefined if the task is not final, or not certainly. */
export async function checkStatus(task: KnownTask, context: WaitContext, seen: Seen): Promise<TaskOutcome | undefined> {
	const { provider, clock, overrides } = context;
	seen.checks += 1;
	const { outcome, reading, model, requests } = await askStatus(task, context, statusTimeoutMilliseconds);
	seen.requests += requests;
	const fail = (failure: Failure, about: FailedOutcome['about']): FailedOutcome => ({ kind: 'failed', failure, statusRequests: seen.requests, about });
	if (reading.kind === 'transient') {
		const isReply = outcome.kind === 'reply';
		seen.trouble = addTrouble(seen.trouble, reading.reason, isReply);
		const asked = believablePause(outcome, clock);
		if (reading.rateLimited) {
			context.gate.refused(asked);
		} else {
			seen.troubles += 1;
			seen.notBefore = clock.now() + (asked ?? 0) * 1000;
		}
		return undefined;
	}
	if (reading.kind === 'final' && reading.failure.kind !== 'generationFailed') return fail(reading.failure, 'access');
	const other = anotherTask(task, outcome, provider);
	if (other !== undefined) {
		seen.trouble = addTrouble(seen.trouble, `the reply is about another task (${quote(other, 80)})`, true);
		seen.troubles += 1;
		seen.notBefore = 0;
		return undefined;
	}
	if (reading.kind === 'final') return fail(reading.failure, 'task');
	if (reading.kind === 'doubtful') {
		seen.trouble = addTrouble(seen.trouble, reading.failure.message, true);
		if (seen.doubts === 0) seen.doubtedSince = clock.now();
		seen.doubts += 1;
		const mayLag = clock.now() - seen.doubtedSince < lagMilliseconds || seen.doubts < lagChecks;
		return mayLag ? undefined : fail(reading.failure, 'unknownTask');
	}
	context.gate.succeeded();
	seen.troubles = 0;
	seen.doubts = 0;
	seen.trouble = noTrouble();
	if (provider.readTaskIds(reading.body).length > 0) seen.isConfirmed = true;
	const status = provider.readStatus(reading.body, overrides);
	if ('word' in status) seen.lastStatus = describeStatus(provider, status.word, reading.body);
	const final = outcomeOf(task, status, context, seen);
	return final?.kind === 'succeeded' && model !== undefined ? { ...final, model } : final;
}

/** The outcome of the task from its status; undefined if it is not finished. */
function outcomeOf({ prompt }: KnownTask, reading: StatusReading, context: WaitContext, seen: Seen): TaskOutcome | undefined {
	const { provider, clock } = context;
	const fail = (failure: Failure): TaskOutcome => ({ kind: 'failed', failure, statusRequests: seen.requests, about: 'task' });
	switch (reading.state) {
		case 'pending':
			seen.isConfirmed = true;
			return undefined;
		case 'unknownWord':
			if (reading.word === noWord) return undefined;
			seen.isConfirmed = true;
			seen.unknownWord = reading.word;
			return undefined;
		case 'failed':
			return fail(taskFailure(provider, kindOfFailedTask(reading.words, prompt), reading.words));
		case 'succeeded': {
			if (reading.urls.length === 0) {
				const message = reading.unreadable ?? 'the task is finished, but the reply contains no image URL';
				return fail(taskFailure(provider, 'unexpectedReply', { message }));
			}
			const outcome: TaskOutcome = {
				kind: 'succeeded',
				urls: reading.urls,
				completedAt: new Date(clock.now()).toISOString(),
				statusRequests: seen.requests,
			};
			if (reading.cost !== undefined) outcome.cost = reading.cost;
			if (reading.expiresAt !== undefined) outcome.expiresAt = reading.expiresAt;
			return outcome;
		}
	}
}

function deadlineFailure(context: WaitContext, seen: Seen): Failure {
	const said: string[] = [];
	if (seen.lastStatus !== undefined) said.push(seen.lastStatus);
	if (seen.unknownWord !== undefined) said.push(`"${seen.unknownWord}" is not a documented status`);
	const trouble = describeTrouble(seen.trouble);
	if (trouble !== undefined) said.push(trouble);
	return taskFailure(context.provider, 'timedOut', { message: said.join('; ') || 'no status was received' });
}
