import pLimit, { type Limit } from 'p-limit';

import type { Clock } from '../../core/clock';
import { RateGate } from '../../core/http/rateGate';
import { longestRetryAfterSeconds, retryAfterSeconds } from '../../core/http/retryAfter';
import { heldBack, type Send } from '../../core/http/send';
import type { Provider } from '../../core/provider/provider';
import type { TasksInFlight } from '../../core/task/waitContext';
import { type Account, CredentialFault, openAccounts } from './account';
import { cancelSignalOf, type NodeContext } from './nodeContext';
import { createClock, type StoppableClock } from './realClock';
import { createSend } from './transport';

const uploadsAtOnce = 4;

/** A provider in this run: one account, one gate for all its requests. */
export interface Channel {
	provider: Provider;
	account: Account;
	gate: RateGate;
	/** The tasks of this account that the run is waiting for. */
	inFlight: TasksInFlight;
	send: Send;
}

/** What all items of one execution share. Exists only while the node runs. */
export interface Run {
	context: NodeContext;
	/** Stopped when nothing more may be sent or waited for; what is in progress continues. */
	clock: StoppableClock;
	/** Aborted by n8n's Stop. */
	signal: AbortSignal | undefined;
	/** On the run's clock. */
	startedAt: number;
	/** Opens a provider once and hands the same channel to all items. */
	channel(provider: Provider): Promise<Channel | CredentialFault>;
	/** Limits simultaneous uploads: each holds a file of up to 10 MB in memory. */
	upload: <Result>(work: () => Promise<Result>) => Promise<Result>;
	/** Limits simultaneous downloads. */
	download: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** The rate gate may close while a request is queued for Concurrency: the request then waits for the gate too. */
function inTurn(sendNow: Send, gate: RateGate, clock: Clock, limit: Limit): Send {
	const sendAndRecord: Send = async (request, timeout) => {
		const outcome = await sendNow(request, timeout);
		// A refusal is recorded here, because the next queued request is sent before the caller reads this reply.
		if (outcome.kind !== 'reply' || outcome.status !== 429) return outcome;
		const asked = retryAfterSeconds(outcome.headers, clock.wallTime());
		if (asked === undefined || asked <= longestRetryAfterSeconds) gate.refused(asked);
		return outcome;
	};
	return async (request, timeout, deadline, beforeSending) => {
		for (;;) {
			const mustWait = (): boolean => deadline !== undefined && gate.isClosed();
			const outcome = await limit(async () => beforeSending?.() ?? (mustWait() ? undefined : await sendAndRecord(request, timeout)));
			if (outcome !== undefined) return outcome;
			if (deadline === undefined || clock.now() >= deadline) return heldBack;
			await gate.pass(deadline);
		}
	};
}

/** `accountOf` lets a caller reuse accounts that are already open. */
export function createRun(context: NodeContext, concurrency: number, accountOf = openAccounts(context)): Run {
	const signal = cancelSignalOf(context);
	const clock = createClock(signal);
	const limitRequests = pLimit(concurrency);
	const channels = new Map<string, Promise<Channel | CredentialFault>>();
	const open = async (provider: Provider): Promise<Channel | CredentialFault> => {
		const account = await accountOf(provider);
		if (account instanceof CredentialFault) return account;
		const gate = new RateGate(clock);
		const sendNow = createSend(context, provider, account, clock);
		return {
			provider,
			account,
			gate,
			inFlight: { count: 0 },
			send: inTurn(sendNow, gate, clock, limitRequests),
		};
	};
	return {
		context,
		clock,
		signal,
		startedAt: clock.now(),
		upload: pLimit(Math.min(concurrency, uploadsAtOnce)),
		download: pLimit(concurrency),
		channel: async (provider) => {
			const opened = channels.get(provider.id) ?? open(provider);
			channels.set(provider.id, opened);
			return await opened;
		},
	};
}
