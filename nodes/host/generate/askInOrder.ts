import type { Failure } from '../../core/failure/failure';
import { stillUnknown, submitFailure } from '../../core/reply/providerFailure';
import { openEntry } from '../../core/submit/journal';
import type { AttemptNote } from '../../core/task/taskRef';
import { findProvider } from '../../providers';
import { CredentialFault } from '../execution/account';
import type { Channel } from '../execution/run';
import { invalidInput, type ItemFailure } from '../output/failureItem';
import type { GeneratePlan, RankedNote } from '../plan/generatePlan';
import { doubtOf, failedJob, abandonedJob } from './failedJob';
import { deadlineOf, type Job, type TakenJob } from './job';
import { journalledSubmit, type Submitted } from './journalledSubmit';
import type { Session } from './session';

/** A provider that has not refused the item yet. */
interface Candidate {
	plan: GeneratePlan;
	channel: Channel;
}

/** The state of the search for a provider. */
interface Round {
	job: Job;
	session: Session;
	left: Candidate[];
	notes: RankedNote[];
	last?: { plan: GeneratePlan; failure: Failure };
}

const noteOf = ({ provider, rank }: GeneratePlan, { kind, message }: Failure): RankedNote => ({ rank, provider: provider.id, kind, message });

/** In the order chosen; for a provider that was asked twice, its last answer. */
function inOrder(notes: readonly RankedNote[], before = Number.POSITIVE_INFINITY): AttemptNote[] {
	const byRank = new Map(notes.map((note) => [note.rank, note]));
	return [...byRank.values()]
		.filter(({ rank }) => rank < before)
		.sort((one, other) => one.rank - other.rank)
		.map(({ rank: _rank, ...note }) => note);
}

/** Why no provider could be asked or took the job: all reasons in one text, because an agent sees nothing else. */
export function reasonsIn(notes: readonly AttemptNote[]): string {
	return notes.map(({ provider, message }) => `${findProvider(provider)?.displayName ?? provider}: ${message}`).join('; ');
}

async function beginRound(job: Job, session: Session): Promise<Round> {
	const round: Round = { job, session, left: [], notes: [...(job.unable ?? [])] };
	const open = openEntry(job.earlier);
	for (const plan of job.plans) {
		// While the outcome of an earlier try is unknown, only its own provider may be asked again.
		if (open !== undefined && plan.provider.id !== open.owner.provider) continue;
		const channel = await session.run.channel(plan.provider);
		if (channel instanceof CredentialFault) round.notes.push(noteOf(plan, submitFailure(plan.provider, 'authentication', { message: channel.message })));
		else round.left.push({ plan, channel });
	}
	return round;
}

function drop(round: Round, candidate: Candidate, failure: Failure): void {
	const { plan } = candidate;
	round.notes.push(noteOf(plan, failure));
	round.last = { plan, failure };
	round.left = round.left.filter((one) => one !== candidate);
}

/** The provider to ask now: the first in the order that accepts requests now, otherwise the one that will do so first. */
function nextOf({ left }: Round): Candidate | undefined {
	const [first] = [...left].sort((one, other) => one.channel.gate.opensAt - other.channel.gate.opensAt);
	return left.find(({ channel }) => !channel.gate.isClosed()) ?? first;
}

/** Asks one provider; undefined if the next one is to be asked. */
async function ask(round: Round, next: Candidate, deadline: number): Promise<TakenJob | ItemFailure | undefined> {
	const { job, session, left, notes } = round;
	const { run, skipped } = session;
	const { clock } = run;
	const { plan, channel } = next;
	const { id } = plan.provider;
	const rules = {
		reasonToSkip: () => skipped.reasonFor(id, clock.now(), job.key),
		onUnreached: (failure: Failure) => skipped.startTrial(id, failure, { now: clock.now(), trialJob: job.key }),
	};
	const submitted: Submitted = await journalledSubmit(
		job,
		{ plan, channel, attempts: inOrder(notes, plan.rank), skipsClosedGate: left.length > 1, ...rules },
		session,
	).finally(() => skipped.endTrial(id, job.key));
	if (submitted.kind === 'accepted') return { ref: submitted.ref, channel, plan };
	const { failure, ref, isUnsent = false } = submitted;
	const isCertain = failure.tryElsewhere || isUnsent;
	if (!isCertain) return { ...failedJob(job, plan.provider, failure, ref), attempts: inOrder([...notes, noteOf(plan, failure)]) };
	const isClosed = channel.gate.isClosed();
	skipped.noteFailure(id, failure, { now: clock.now(), isGateClosed: isClosed });
	const willAskAgain = failure.kind === 'rateLimited' && isClosed && left.length > 1 && clock.now() < deadline;
	if (willAskAgain) notes.push(noteOf(plan, failure));
	else drop(round, next, failure);
	return undefined;
}

function noProviderLeft({ job, notes, last }: Round): ItemFailure {
	const attempts = inOrder(notes);
	if (last === undefined) {
		const none = invalidInput(job.itemIndex, undefined, [`None of the chosen providers can take this item: ${reasonsIn(attempts)}`]);
		return job.earlier === undefined ? { ...none, attempts } : { ...abandonedJob(job, none.failure), attempts };
	}
	const { plan, failure } = last;
	const others = reasonsIn(attempts.filter(({ provider }) => provider !== plan.provider.id));
	const combined = others === '' ? failure : { ...failure, message: `${failure.message} (and before that ${others})` };
	const open = openEntry(job.earlier);
	return { ...failedJob(job, plan.provider, open === undefined ? combined : stillUnknown(doubtOf(open, job.provider), combined)), attempts };
}

/**
 * Tries the providers of an item one after the other until one takes the job. The next one is asked only if the one before
 * certainly did not take it; a rate-limited provider is waited for only if no other is left.
 */
export async function askInOrder(job: Job, session: Session): Promise<TakenJob | ItemFailure> {
	const { run, skipped } = session;
	const { clock } = run;
	const deadline = deadlineOf(job, run);
	const round = await beginRound(job, session);
	for (;;) {
		for (const candidate of round.left) {
			const reason = skipped.reasonFor(candidate.plan.provider.id, clock.now(), job.key);
			if (reason !== undefined) drop(round, candidate, reason);
		}
		const next = nextOf(round);
		if (next === undefined) return noProviderLeft(round);
		const { gate } = next.channel;
		if (round.left.length > 1 && gate.isClosed() && clock.now() < deadline) {
			// In the meantime, one provider may have become unavailable and another available again.
			await gate.pass(deadline);
			continue;
		}
		const result = await ask(round, next, deadline);
		if (result !== undefined) return result;
	}
}
