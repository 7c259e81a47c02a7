import { Aborted, type Clock } from '../clock';
import type { Failure } from '../failure/failure';
import type { RateGate } from '../http/rateGate';
import { retryAfterSeconds } from '../http/retryAfter';
import { heldBack, tooLate, type ApiRequest, type NotSent, type Send } from '../http/send';
import type { Accepted, Provider } from '../provider/provider';
import { longPause } from '../reply/longPause';
import { stillUnknown, submitFailure } from '../reply/providerFailure';
import { readSubmitReply, withoutTaskId } from '../reply/readSubmitReply';

/** How long a submit waits for its reply: some gateways queue requests, and after giving up the outcome is unknown. */
export const submitTimeoutMilliseconds = 120_000;

const unreachableTries = 3;
const idempotentTries = 3;
const pauseMilliseconds = 1000;

export type SubmitResult = { kind: 'accepted'; accepted: Accepted } | { kind: 'failed'; failure: Failure };

export interface SubmitContext {
	provider: Provider;
	/** Stopped when nothing more may be sent: requests that wait then reject with Aborted; requests that were sent continue. */
	clock: Clock;
	gate: RateGate;
	send: Send;
	/** On the run's clock. After this, nothing is sent. */
	deadline: number;
	/** Whether a rate-limited provider is skipped, because another one may take the job. */
	skipsClosedGate?: boolean;
	/** Why the provider is skipped, if that becomes known before this job's turn. */
	reasonToSkip?: () => Failure | undefined;
	/** Called when the provider was not reached, before it is tried again. */
	onUnreached?: (failure: Failure) => void;
}

/** Not sent, because the run had ended before its turn came. */
const calledOff = { kind: 'neverSent', code: 'CALLED_OFF', message: 'the run had ended before it could be sent' } as const satisfies NotSent;

/** Not sent, because the provider is no longer asked. */
const reasonToSkip = { kind: 'neverSent', code: 'PASSED_OVER', message: 'it is skipped for the rest of this run' } as const satisfies NotSent;

/** Not sent, because the gate closed while the request waited for its turn. */
const gateClosed = { kind: 'neverSent', code: 'GATE_CLOSED', message: heldBack.message } as const satisfies NotSent;

/**
 * Sends one paid job. The POST is repeated only if it certainly did nothing (429, never reached) or if the
 * provider makes repetition harmless (idempotency header).
 */
export async function submitTask(request: ApiRequest, context: SubmitContext): Promise<SubmitResult> {
	const { provider, clock, gate, deadline } = context;
	const header = provider.submit.idempotencyHeader;
	const isHarmless = header !== undefined && request.headers?.[header] !== undefined;
	let unreachable = 0;
	let unknown = 0;
	let lost: Failure | undefined;
	/** Why it has not been sent yet. */
	let refused: Failure | undefined;
	let isHeldUp = false;
	const failed = (failure: Failure): SubmitResult => ({
		kind: 'failed',
		failure: lost === undefined || failure.kind === 'outcomeUnknown' ? failure : stillUnknown(lost, failure),
	});
	const rateLimited = (): Failure => submitFailure(provider, 'rateLimited', { message: gate.words ?? heldBack.message });
	const neverSent = (): SubmitResult => failed(refused ?? (isHeldUp ? rateLimited() : submitFailure(provider, 'timedOut', { message: tooLate.message })));
	const beforeSending = (): NotSent | undefined => {
		if (clock.isAborted()) return calledOff;
		if (clock.now() >= deadline) return tooLate;
		if (context.reasonToSkip?.() !== undefined) return reasonToSkip;
		return gate.isClosed() ? gateClosed : undefined;
	};
	const stopped = (error: unknown): never => {
		throw error instanceof Aborted && lost !== undefined ? new Aborted(true) : error;
	};
	for (;;) {
		if (gate.isClosed() && context.skipsClosedGate === true) return failed(rateLimited());
		isHeldUp ||= gate.isClosed();
		await gate.pass(deadline).catch(stopped);
		const outcome = beforeSending() ?? (await context.send(request, submitTimeoutMilliseconds, undefined, beforeSending).catch(stopped));
		if (outcome === calledOff) return stopped(new Aborted());
		if (outcome === tooLate) return neverSent();
		if (outcome === gateClosed) continue;
		if (outcome === reasonToSkip) return failed(context.reasonToSkip?.() ?? rateLimited());
		const reading = readSubmitReply(provider, outcome, request);
		if (reading.kind === 'accepted') {
			gate.succeeded();
			if (reading.accepted !== undefined) return { kind: 'accepted', accepted: reading.accepted };
		}
		const failure = reading.kind === 'accepted' ? withoutTaskId(provider, reading.reply) : reading.failure;
		if (failure.kind === 'rateLimited' && outcome.kind === 'reply') {
			const asked = retryAfterSeconds(outcome.headers, clock.wallTime());
			const pause = longPause(provider, failure, asked);
			if (pause !== undefined) return failed(pause);
			gate.refused(asked, failure.message);
			refused = failure;
			if (context.skipsClosedGate === true || clock.now() + (asked ?? 0) * 1000 >= deadline) return failed(failure);
			continue;
		}
		const mayRepeat =
			(reading.kind === 'tryLater' && failure.kind === 'providerUnavailable' && ++unreachable < unreachableTries) ||
			(isHarmless && failure.kind === 'outcomeUnknown' && failure.code !== '409' && ++unknown < idempotentTries);
		if (!mayRepeat) return failed(failure);
		if (failure.kind === 'outcomeUnknown') lost = failure;
		refused = failure;
		const pause = pauseMilliseconds * 2 ** (unreachable + unknown - 1);
		if (clock.now() + pause >= deadline) return failed(failure);
		if (failure.kind === 'providerUnavailable') context.onUnreached?.(failure);
		await clock.sleep(pause * (1 + clock.random() / 4)).catch(stopped);
	}
}
