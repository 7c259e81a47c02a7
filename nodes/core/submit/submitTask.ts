import { Aborted, type Clock } from '../clock';
import { stillUnknown, submitFailure } from '../reply/providerFailure';
import { readSubmitReply } from '../reply/readSubmitReply';
import type { Failure } from '../failure/failure';
import { heldBack, type ApiRequest, type Send } from '../http/send';
import type { Accepted, Provider } from '../provider/provider';
import type { RateGate } from '../http/rateGate';
import { longestRetryAfterSeconds, retryAfterSeconds } from '../http/retryAfter';

/** A submit waits this long for its reply: some gateways queue, and giving up early makes the outcome unknown. */
export const submitTimeoutMilliseconds = 120_000;

const unreachableTries = 3;
const idempotentTries = 3;
const pauseMilliseconds = 1000;

export type SubmitResult = { kind: 'accepted'; accepted: Accepted } | { kind: 'failed'; failure: Failure };

export interface SubmitContext {
	provider: Provider;
	clock: Clock;
	gate: RateGate;
	send: Send;
	/** Milliseconds since 1970; waiting for a rate limit ends here. */
	deadline: number;
}

/**
 * Sends one paid job. The POST is repeated only where it certainly did nothing (429, never reached) or where the
 * provider makes repetition harmless (idempotency header).
 */
export async function submitTask(request: ApiRequest, context: SubmitContext): Promise<SubmitResult> {
	const { provider, clock, gate } = context;
	const harmless =
		provider.submit.idempotencyHeader !== undefined && request.headers?.[provider.submit.idempotencyHeader] !== undefined;
	let unreachable = 0;
	let unknown = 0;
	let lost: Failure | undefined;
	const failed = (failure: Failure): SubmitResult => ({
		kind: 'failed',
		failure: lost === undefined || failure.kind === 'outcomeUnknown' ? failure : stillUnknown(lost, failure),
	});
	const stopped = (error: unknown): never => {
		throw error instanceof Aborted && lost !== undefined ? new Aborted(true) : error;
	};
	for (;;) {
		await gate.pass(context.deadline).catch(stopped);
		const outcome = await context.send(request, submitTimeoutMilliseconds, context.deadline).catch(stopped);
		if (outcome === heldBack) return failed(submitFailure(provider, 'rateLimited', { message: heldBack.message }));
		const reading = readSubmitReply(provider, outcome);
		if (reading.kind === 'accepted') {
			gate.succeeded();
			if (reading.accepted !== undefined) return { kind: 'accepted', accepted: reading.accepted };
		}
		const failure =
			reading.kind === 'accepted'
				? submitFailure(provider, 'outcomeUnknown', { message: 'the reply names no task' })
				: reading.failure;
		if (failure.kind === 'rateLimited' && outcome.kind === 'reply') {
			const asked = retryAfterSeconds(outcome.headers, clock.wallTime());
			if (asked !== undefined && asked > longestRetryAfterSeconds) {
				return failed({ ...failure, message: `${failure.message} (it asks to wait ${Math.round(asked)} seconds, longer than the ${longestRetryAfterSeconds} that a run waits)` });
			}
			gate.refused(asked);
			if (clock.now() + (asked ?? 0) * 1000 >= context.deadline) return failed(failure);
			continue;
		}
		const mayRepeat =
			(reading.kind === 'tryLater' && failure.kind === 'providerUnavailable' && ++unreachable < unreachableTries) ||
			(harmless && failure.kind === 'outcomeUnknown' && failure.code !== '409' && ++unknown < idempotentTries);
		if (!mayRepeat || clock.now() >= context.deadline) return failed(failure);
		if (failure.kind === 'outcomeUnknown') lost = failure;
		const pause = pauseMilliseconds * 2 ** (unreachable + unknown - 1);
		await clock.sleep(pause * (1 + clock.random() / 4)).catch(stopped);
	}
}
