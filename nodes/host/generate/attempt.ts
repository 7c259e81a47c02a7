import type { Failure } from '../../core/failure/failure';
import type { ApiRequest } from '../../core/http/send';
import type { OpenEntry } from '../../core/submit/journal';
import type { AttemptNote } from '../../core/task/taskRef';
import type { Channel } from '../execution/run';
import type { GeneratePlan } from '../plan/generatePlan';

/** An earlier try with an idempotency key and an unknown outcome: the same request may be sent again. */
export type RepeatableEntry = OpenEntry & { repeatable: ApiRequest };

/** What is sent for a job (a request made from this item's values, or an earlier one again), and the account that it uses. */
export type Attempt = AttemptRules & ({ plan: GeneratePlan; repeat?: undefined } | { repeat: RepeatableEntry; plan?: undefined });

export interface AttemptRules {
	channel: Channel;
	/** Whether a rate-limited provider is skipped, because another one is left. */
	skipsClosedGate?: boolean;
	/** Why the provider is skipped, if that becomes known before this job's turn. */
	reasonToSkip?: () => Failure | undefined;
	/** Called when the provider was not reached, before it is tried again. */
	onUnreached?: (failure: Failure) => void;
	/** The providers that were tried before this one. */
	attempts?: AttemptNote[];
}
