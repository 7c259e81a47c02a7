import type { IWebhookFunctions } from 'n8n-workflow';

import { Aborted, type Clock } from '../../core/clock';
import { describeFailure } from '../../core/failure/describeFailure';
import { checkAgain, checkOnce, type StatusCheck } from '../../core/task/checkAgain';
import { findTask } from '../../core/task/findTask';
import { firstFound } from '../../core/task/firstFound';
import type { KnownTask } from '../../core/task/taskRef';
import type { WaitContext } from '../../core/task/waitContext';
import { waitForTask, type TaskOutcome } from '../../core/task/waitForTask';
import type { Channel, Run } from '../execution/run';
import type { Options } from '../panel/options';
import { waitContextOf } from '../wait/waitAndDeliver';
import { mostWatches, type CallPlace } from './callBounds';
import { isHandled } from './handledTasks';

/** Time limit for all first checks together. */
const briefMilliseconds = 10_000;

/** A call that is being handled, with what all steps need. */
export interface Call {
	context: IWebhookFunctions;
	options: Options;
	run: Run;
	place: CallPlace;
}

/** The task that a callback names, at one of the providers that may have sent it. */
export interface Candidate {
	known: KnownTask;
	channel: Channel;
	/** Milliseconds since 1970: the provider asked not to be asked again before this time. */
	notBefore: number;
}

export interface Final {
	candidate: Candidate;
	outcome: TaskOutcome;
}

export const keyOf = ({ known }: Candidate): string => `${known.provider} ${known.taskId}`;
const nameOf = ({ known, channel }: Candidate): string => `${channel.provider.displayName} task ${known.taskId}`;
export const collectLater = 'A Seedream Wait for Task node can collect it.';

/** One check within the first seconds. Until a provider confirms the task, its requests count toward the limit for forged calls. */
async function checkSoon(candidate: Candidate, { options, run, place }: Call): Promise<StatusCheck> {
	await place.allowance.take(run.clock);
	const waiting = waitContextOf(candidate.channel, options, run);
	const deadline = Math.min(waiting.deadline, run.clock.now() + briefMilliseconds);
	let requests = 0;
	// If each model has its own status request, one check may take several requests.
	const send: WaitContext['send'] = async (...request) => {
		requests += 1;
		if (requests > 1) await place.allowance.take(run.clock);
		return await waiting.send(...request);
	};
	const seen = await checkOnce(candidate.known, { ...waiting, send, deadline });
	if (seen.kind === 'unclear') candidate.notBefore = seen.notBefore;
	const exists = seen.kind === 'pending' || seen.kind === 'succeeded' || (seen.kind === 'failed' && seen.about === 'task');
	for (; exists && requests > 0; requests -= 1) place.allowance.giveBack();
	return seen;
}

/** A provider that refuses to answer says nothing about the task. */
function logRefusal({ channel, known }: Candidate, outcome: Extract<TaskOutcome, { kind: 'failed' }>, { context }: Call): void {
	const said = describeFailure({ provider: channel.provider.displayName, taskId: known.taskId, failure: outcome.failure });
	context.logger.warn(`A callback came for a task that could not be checked, so no workflow was started: ${said} ${outcome.failure.remedy}`);
}

/** Watches a task at its provider's pace until it is final; logs a line if time runs out. */
async function watchUntilFinal(candidate: Candidate, isConfirmed: boolean, clock: Clock, call: Call): Promise<TaskOutcome | undefined> {
	const { context, options, run, place } = call;
	const waiting = waitContextOf(candidate.channel, options, run);
	const send: WaitContext['send'] = async (...request) => {
		if (!isConfirmed) await place.allowance.take(clock);
		return await waiting.send(...request);
	};
	const outcome = await waitForTask(candidate.known, { ...waiting, clock, send, notBefore: candidate.notBefore });
	if (outcome.kind === 'succeeded' || outcome.about === 'task') return outcome;
	if (outcome.about === 'access') logRefusal(candidate, outcome, call);
	if (outcome.about === 'deadline') {
		const said = `A callback came for ${nameOf(candidate)}, but it is not finished after ${options.timeout} seconds (${outcome.failure.message})`;
		context.logger.warn(`${said}. ${collectLater}`);
	}
	return undefined;
}

/** Watches several candidates side by side until one of them is final, and ends the other watches. */
async function watchAll(open: readonly Candidate[], isConfirmed: boolean, call: Call): Promise<Final | undefined> {
	const { context, run, place } = call;
	let isOver = false;
	const clock: Clock = {
		...run.clock,
		async sleep(milliseconds) {
			await run.clock.sleep(milliseconds);
			if (isOver) throw new Aborted();
		},
	};
	const watchOne = async (candidate: Candidate): Promise<Final | undefined> => {
		const outcome = await watchUntilFinal(candidate, isConfirmed, clock, call);
		return outcome === undefined || isOver ? undefined : { candidate, outcome };
	};
	const watching = place.watch(async () => await firstFound(open.map(watchOne)));
	if (watching === undefined) {
		const said = `A callback came for ${open.map(nameOf).join(' or ')}, but it is not finished, and ${mostWatches} others are being waited for`;
		context.logger.warn(`${said}. ${collectLater}`);
		return undefined;
	}
	const final = await watching;
	isOver = true;
	return final;
}

/** Checks for some seconds, then at the providers' pace, because a caller that was answered does not call again. */
export async function findFinal(candidates: readonly Candidate[], call: Call): Promise<Final | undefined> {
	const { context, run, place } = call;
	const open = candidates.filter((candidate) => !isHandled(context, keyOf(candidate)));
	if (open.length === 0) return undefined;
	const { found, unclear, refused } = await findTask(open, async (candidate) => await checkSoon(candidate, call), run.clock);
	for (const { candidate, outcome } of refused) logRefusal(candidate, outcome, call);
	if (found === undefined) return unclear.length === 0 ? undefined : await watchAll(unclear, false, call);
	place.confirm();
	const { candidate } = found;
	// A callback may arrive some seconds before the task's own status changes.
	const outcome =
		found.outcome ??
		(await checkAgain(
			async () => await checkSoon(candidate, call),
			run.clock,
			() => true,
		));
	const isFinal = outcome !== undefined && (outcome.kind === 'succeeded' || outcome.about === 'task');
	return isFinal ? { candidate, outcome } : await watchAll([candidate], true, call);
}
