import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import pLimit from 'p-limit';

import { submitFailure, taskFailure } from '../../core/reply/providerFailure';
import { Aborted } from '../../core/clock';
import type { Failure } from '../../core/failure/failure';
import { checkSpending } from '../../core/submit/spending';
import { knownFromRef, type TaskRef } from '../../core/task/taskRef';
import { createClock } from '../execution/realClock';
import type { Outcome } from '../output/deliver';
import { listTasks, stopError, taskFacts, type AcceptedTask, type ItemFailure } from '../output/failureItem';
import { failuresIn, finish } from '../output/finish';
import { dryRunItem, spendingNotes, totalOf } from './dryRun';
import { planGenerate, plannedSpending, type GeneratePlan } from './planGenerate';
import { earlierTry, entryKeyOf, forgetFreeTask, journalledSubmit, type SubmitSession } from './journalledSubmit';
import { openJournal, passOf } from './journalStore';
import { releaseEntries, spentWithLive } from './liveCalls';
import { defaultOptions } from '../panel/options';
import { createRun, type Channel, type Run } from '../execution/run';
import { isToolCall, throwsFailures } from '../execution/toolCall';
import { CredentialFault } from '../execution/transport';
import { waitAndDeliver } from '../wait/waitAndDeliver';
import { oneLine } from '../../core/text';

/** A plan whose account is open and whose cost fits: nothing but the submit is missing. */
interface Job {
	plan: GeneratePlan;
	channel: Channel;
}

interface Session extends SubmitSession {
	context: IExecuteFunctions;
	accepted: AcceptedTask[];
}

const isPlan = (one: GeneratePlan | ItemFailure): one is GeneratePlan => 'checked' in one;
const isJob = (one: Job | ItemFailure): one is Job => 'plan' in one;

function notSent(plan: GeneratePlan, failure: Failure): ItemFailure {
	return { itemIndex: plan.itemIndex, provider: plan.provider, failure, nothingSent: true };
}

/** Opens the accounts and holds the jobs against the spending limit, before any of them is sent. */
async function admit(plans: readonly GeneratePlan[], session: Session): Promise<Array<Job | ItemFailure>> {
	const opened = await Promise.all(
		plans.map(async (plan): Promise<Job | ItemFailure> => {
			const channel = await session.run.channel(plan.provider);
			if (!(channel instanceof CredentialFault)) return { plan, channel };
			return notSent(plan, submitFailure(plan.provider, 'authentication', { message: channel.message }));
		}),
	);
	const jobs = opened.filter(isJob);
	const planned = jobs.map(({ plan, channel }) => plannedSpending(plan, earlierTry(plan, channel, session).settled));
	const refusals = checkSpending(planned, spentWithLive(session.journal, new Set(session.claims?.values())));
	const refusalOf = new Map(jobs.map((job, index) => [job, refusals[index]]));
	return opened.map((one) => {
		const message = isJob(one) ? refusalOf.get(one) : undefined;
		return message === undefined || !isJob(one) ? one : tooExpensive(one, message, session);
	});
}

function tooExpensive({ plan, channel }: Job, message: string, session: Session): ItemFailure {
	const { itemIndex, provider } = plan;
	const failure = submitFailure(provider, 'spendingLimit', { message });
	if (!earlierTry(plan, channel, session).mayBePaidTwice) return notSent(plan, failure);
	const words = `${message}; an earlier try of this job may have been accepted`;
	return { itemIndex, provider, failure: { ...failure, message: words, mayBeCharged: true } };
}

/** The tasks that an earlier try of these jobs left behind. */
function acceptedBefore(jobs: readonly Job[], session: Session): AcceptedTask[] {
	return jobs.flatMap(({ plan, channel }) => {
		const { taskId } = earlierTry(plan, channel, session);
		return taskId === undefined ? [] : [{ itemIndex: plan.itemIndex, provider: plan.provider.id, taskId }];
	});
}

function failed(plan: GeneratePlan, failure: Failure, ref?: TaskRef): Outcome {
	const known = ref === undefined ? {} : taskFacts(knownFromRef(ref));
	const { itemIndex, provider, images } = plan;
	return { kind: 'failure', failed: { itemIndex, provider, failure, imagesRequested: images.requested, ...known } };
}

function stopped(plan: GeneratePlan, sent: boolean, ref: TaskRef | undefined): Outcome {
	if (ref !== undefined) {
		const message = 'The execution was stopped while the task was running';
		return failed(plan, taskFailure(plan.provider, 'cancelled', { message }), ref);
	}
	const message = sent
		? 'The execution was stopped while the job was being sent, and it may have arrived'
		: 'The execution was stopped before the job was sent';
	return failed(plan, { ...submitFailure(plan.provider, 'cancelled', { message }), mayBeCharged: sent });
}

/** One item's way: submit, note, wait, deliver. Never rejects: what goes wrong is its outcome. */
async function processJob({ plan, channel }: Job, session: Session, waits: Run): Promise<Outcome[]> {
	let ref: TaskRef | undefined;
	try {
		const submitted = await journalledSubmit(plan, channel, session);
		if (submitted.kind === 'failed') return [failed(plan, submitted.failure, submitted.ref)];
		ref = submitted.ref;
		session.accepted.push({ itemIndex: plan.itemIndex, provider: plan.provider.id, taskId: ref.taskId });
		if (plan.completion === 'returnTask') {
			return [{ kind: 'item', item: { json: { ...ref }, pairedItem: { item: plan.itemIndex } } }];
		}
		const expected = plan.provider.pixels(plan.checked.task.values);
		const task = { itemIndex: plan.itemIndex, known: knownFromRef(ref), expected };
		const outcomes = await waitAndDeliver(task, channel, plan.options, waits);
		for (const { failure } of failuresIn([outcomes])) forgetFreeTask(failure, plan, channel, session);
		return outcomes;
	} catch (error) {
		if (error instanceof Aborted) return [stopped(plan, error.sent, ref)];
		// A mistake of ours or of n8n's: this item's failure like any other, with its task named.
		const message = oneLine(error instanceof Error ? error.message : String(error));
		return [failed(plan, taskFailure(plan.provider, 'unexpectedReply', { message }), ref)];
	}
}

function forgetDelivered(key: string, { journal, claims, executionId }: Session): void {
	const entry = journal.entries[key];
	// An agent that failed behind its tools begins anew when its execution is retried: it finds their images.
	if (claims !== undefined && entry?.state === 'accepted') {
		entry.delivered = executionId;
		return;
	}
	delete journal.entries[key];
	// A tool may be called with the same words again, and needs a key that no failed task has.
	if (claims === undefined) delete journal.freed?.[key];
}

async function processAll(jobs: readonly Job[], session: Session): Promise<Outcome[][]> {
	// Waiting has a clock of its own: under Stop, one failure makes all other waiting pointless, but no submit.
	const clock = createClock(session.run.signal);
	const waits: Run = { ...session.run, clock };
	const mostInFlight = jobs[0]?.plan.options.maxTasksInFlight ?? 0;
	const inFlight = pLimit(mostInFlight > 0 ? mostInFlight : Number.POSITIVE_INFINITY);
	const stopsAtFailure = throwsFailures(session.context);
	const processed = await Promise.all(
		jobs.map(
			async (job) =>
				await inFlight(async () => {
					const outcomes = await processJob(job, session, waits);
					if (stopsAtFailure && outcomes.some((one) => one.kind === 'failure')) clock.stop();
					return outcomes;
				}),
		),
	);
	if (session.run.clock.isAborted()) return processed;
	// Waits that were given up because of another item are no failures of their own: their tasks are listed as accepted.
	return processed.map((list) => list.filter((one) => one.kind === 'item' || one.failed.failure.kind !== 'cancelled'));
}

/** Seedream Generate: all items checked, then all in flight together, delivered in input order. */
export async function generate(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const isTool = isToolCall(context);
	const stopsAtFailure = throwsFailures(context);
	const outcomes: Outcome[][] = context.getInputData().map(() => []);
	const refuse = (refused: readonly ItemFailure[], accepted: readonly AcceptedTask[] = []): void => {
		// Under Stop nothing is sent while any item is wrong.
		if (refused.length > 0 && stopsAtFailure) throw stopError(context.getNode(), refused, accepted);
		for (const one of refused) outcomes[one.itemIndex] = [{ kind: 'failure', failed: one }];
	};

	const planned = await Promise.all(
		outcomes.map(async (_, itemIndex) => await planGenerate(context, itemIndex, isTool)),
	);
	refuse(planned.filter((one): one is ItemFailure => !isPlan(one)));
	const plans = planned.filter(isPlan);
	const run = createRun(context, plans[0]?.options.concurrency ?? defaultOptions.concurrency);
	const dry = plans.filter((plan) => plan.options.dryRun);
	const notes = spendingNotes(context, dry, passOf(context, isTool));
	const total = totalOf(dry);
	for (const [index, plan] of dry.entries()) {
		const channel = await run.channel(plan.provider);
		const baseUrl = channel instanceof CredentialFault ? plan.provider.baseUrl : channel.account.baseUrl;
		outcomes[plan.itemIndex] = [dryRunItem(plan, baseUrl, [...total, ...(notes[index] ?? [])])];
	}
	const paid = plans.filter((plan) => !plan.options.dryRun);
	if (paid.length === 0) return finish(context, outcomes, []);

	const session: Session = {
		context,
		run,
		journal: openJournal(context),
		executionId: context.getExecutionId(),
		nodeId: context.getNode().id,
		pass: passOf(context, isTool),
		accepted: [],
		...(isTool ? { claims: new Map<string, string>() } : {}),
	};
	try {
		return await sendAndDeliver(paid, outcomes, session, refuse);
	} finally {
		releaseEntries(session.journal, session.claims?.values() ?? []);
	}
}

/** Everything that needs the journal: from the spending limit to the output. */
async function sendAndDeliver(
	paid: readonly GeneratePlan[],
	outcomes: Outcome[][],
	session: Session,
	refuse: (refused: readonly ItemFailure[], accepted: readonly AcceptedTask[]) => void,
): Promise<INodeExecutionData[][]> {
	const { context, run } = session;
	const admitted = await admit(paid, session);
	const jobs = admitted.filter(isJob);
	refuse(admitted.filter((one): one is ItemFailure => !isJob(one)), acceptedBefore(jobs, session));
	const processed = await processAll(jobs, session);
	jobs.forEach(({ plan }, index) => {
		outcomes[plan.itemIndex] = processed[index] ?? [];
	});
	if (run.clock.isAborted() && session.accepted.length > 0) {
		// n8n saves a stopped execution before this node's error exists: the log is where the ids can still be found.
		context.logger.warn(`Stopped with accepted tasks: ${listTasks(session.accepted)}`);
	}
	const output = finish(context, outcomes, session.accepted);
	// Everything was handed on, so no retry of this pass can come: the execution data stays small.
	if (failuresIn(outcomes).length === 0) {
		for (const { plan, channel } of jobs) forgetDelivered(entryKeyOf(plan, channel, session), session);
	}
	return output;
}
