import pLimit from 'p-limit';

import { Aborted } from '../../core/clock';
import type { Failure } from '../../core/failure/failure';
import type { Provider } from '../../core/provider/provider';
import { stillUnknown, submitFailure, taskFailure } from '../../core/reply/providerFailure';
import { openEntry, type AcceptedEntry } from '../../core/submit/journal';
import { knownFromRef, type TaskRef } from '../../core/task/taskRef';
import { oneLine } from '../../core/text';
import type { Channel, Run } from '../execution/run';
import { throwsFailures } from '../execution/toolCall';
import { CredentialFault } from '../execution/transport';
import type { Outcome } from '../output/deliver';
import { taskFacts, type ItemFailure } from '../output/failureItem';
import { failuresIn } from '../output/finish';
import { waitAndDeliver } from '../wait/waitAndDeliver';
import type { Job, Session } from './job';
import { doubtOf, forgetFreeTask, journalledSubmit, submitAgain, type Submitted } from './journalledSubmit';
import type { GeneratePlan } from './planGenerate';

/** A task that was accepted, by this try or by an earlier one. */
interface TakenJob {
	ref: TaskRef;
	channel: Channel;
	/** What it was sent with, where that is what this try would send. */
	plan?: GeneratePlan;
}

const isTaken = (one: TakenJob | ItemFailure): one is TakenJob => 'ref' in one;

/** A failure of a job, with everything that is known of its task. */
export function failedJob(job: Job, provider: Provider, failure: Failure, ref?: TaskRef): ItemFailure {
	const [plan] = job.plans;
	const requested = plan === undefined ? {} : { imagesRequested: plan.images.requested };
	const known = ref === undefined ? {} : taskFacts(knownFromRef(ref));
	return { itemIndex: job.itemIndex, provider, failure, ...requested, ...known };
}

/** A job that cannot go on: what an earlier try of it left is named, and stays as uncertain as it was. */
export function givenUp(job: Job, failure: Failure): ItemFailure {
	const { earlier, provider } = job;
	if (earlier?.state === 'accepted') return failedJob(job, provider, { ...failure, mayBeCharged: true, tryElsewhere: false }, earlier.ref);
	if (earlier === undefined) return { ...failedJob(job, provider, failure), nothingSent: true };
	return failedJob(job, provider, stillUnknown(doubtOf(earlier, provider), failure));
}

/** The account could not be opened. */
export function lockedOut(job: Job, { message }: CredentialFault): ItemFailure {
	return givenUp(job, submitFailure(job.provider, 'authentication', { message }));
}

function stopped(job: Job, sent: boolean, ref: TaskRef | undefined): ItemFailure {
	const { provider } = job;
	if (ref !== undefined) {
		const message = 'The execution was stopped while the task was running';
		return failedJob(job, provider, taskFailure(provider, 'cancelled', { message }), ref);
	}
	const message = sent
		? 'The execution was stopped while the job was being sent, and it may have arrived'
		: 'The execution was stopped before the job was sent';
	return failedJob(job, provider, submitFailure(provider, 'cancelled', { message }, sent));
}

const changedValues =
	'The values of this item are others by now than when an earlier try submitted its task: the images follow what was sent then, and nothing is paid twice.';

/** The task of an earlier try, as this one goes on with it. */
function reuse(job: Job, { owner, ref, execution }: AcceptedEntry, channel: Channel, session: Session): TakenJob {
	const isSame = owner.request !== undefined && owner.request === job.identity.request;
	// A task of an earlier execution calls back there, if at all: this one must be asked after.
	const callback = execution === session.executionId ? ref.callback : 'none';
	const warnings = isSame ? ref.warnings : [...ref.warnings, changedValues];
	const plan = isSame ? job.plans.find(({ provider }) => provider.id === ref.provider) : undefined;
	return { ref: { ...ref, callback, warnings }, channel, ...(plan === undefined ? {} : { plan }) };
}

function taken(job: Job, submitted: Submitted, by: { channel: Channel; plan?: GeneratePlan }): TakenJob | ItemFailure {
	if (submitted.kind === 'accepted') return { ref: submitted.ref, ...by };
	return failedJob(job, by.channel.provider, submitted.failure, submitted.ref);
}

/** Has the job taken: it was by an earlier try, or is by what that sent, or by the way that is planned. */
async function takeJob(job: Job, session: Session): Promise<TakenJob | ItemFailure> {
	const { earlier, provider, options } = job;
	const open = openEntry(earlier);
	const isOver = open !== undefined && open.repeatable === undefined && !options.submitAgainIfUnknown;
	if (isOver) return failedJob(job, provider, doubtOf(open, provider));
	const channel = await session.run.channel(provider);
	if (channel instanceof CredentialFault) return lockedOut(job, channel);
	if (earlier?.state === 'accepted') return reuse(job, earlier, channel, session);
	if (open?.repeatable !== undefined) return taken(job, await submitAgain(job, open, open.repeatable, channel, session), { channel });
	if ('fault' in job) return givenUp(job, job.fault.failure);
	const [plan] = job.plans;
	return taken(job, await journalledSubmit(job, { plan, channel }, session), { plan, channel });
}

async function collect(job: Job, { ref, channel, plan }: TakenJob, session: Session, waits: Run): Promise<Outcome[]> {
	const { itemIndex } = job;
	if (job.completion === 'returnTask') return [{ kind: 'item', item: { json: { ...ref }, pairedItem: { item: itemIndex } } }];
	const expected = plan?.provider.pixels(plan.checked.task.values) ?? null;
	const outcomes = await waitAndDeliver({ itemIndex, known: knownFromRef(ref), expected }, channel, job.options, waits);
	for (const { failure } of failuresIn([outcomes])) forgetFreeTask(failure, job, plan, session);
	return outcomes;
}

/** One item's way: submit, note, wait, deliver. Never rejects: what goes wrong is its outcome. */
async function processJob(job: Job, session: Session, waits: Run): Promise<Outcome[]> {
	let ref: TaskRef | undefined;
	const fail = (failed: ItemFailure): Outcome[] => [{ kind: 'failure', failed }];
	try {
		const result = await takeJob(job, session);
		if (!isTaken(result)) return fail(result);
		ref = result.ref;
		return await collect(job, result, session, waits);
	} catch (error) {
		if (error instanceof Aborted) return fail(stopped(job, error.sent, ref));
		return fail(brokenJob(job, error, ref));
	}
}

/** A mistake of ours or of n8n's: this item's failure like any other, with its task named. */
export function brokenJob(job: Job, error: unknown, ref = job.earlier?.state === 'accepted' ? job.earlier.ref : undefined): ItemFailure {
	const message = oneLine(error instanceof Error ? error.message : String(error));
	return failedJob(job, job.provider, taskFailure(job.provider, 'unexpectedReply', { message }), ref);
}

/** A wait or a submit that was given up because of another item. What may have been paid is not among them. */
function isCalledOff(outcome: Outcome): boolean {
	if (outcome.kind === 'item') return false;
	const { failure, taskId } = outcome.failed;
	return failure.kind === 'cancelled' && (taskId !== undefined || !failure.mayBeCharged);
}

export async function processJobs(jobs: readonly Job[], session: Session): Promise<Outcome[][]> {
	const { run, clock } = session;
	const waits: Run = { ...run, clock };
	const mostInFlight = jobs[0]?.options.maxTasksInFlight ?? 0;
	const inFlight = pLimit(mostInFlight > 0 ? mostInFlight : Number.POSITIVE_INFINITY);
	const stopsAtFailure = throwsFailures(session.context);
	const processed = await Promise.all(
		jobs.map(
			async (job) =>
				await inFlight(async () => {
					const outcomes = await processJob(job, session, waits);
					// Under Stop, one failure makes all other waiting pointless, and what was not sent stays unsent.
					if (stopsAtFailure && outcomes.some((one) => one.kind === 'failure')) clock.stop();
					return outcomes;
				}),
		),
	);
	if (run.clock.isAborted()) return processed;
	return processed.map((list) => list.filter((one) => !isCalledOff(one)));
}
