import type { Failure } from '../../core/failure/failure';
import type { Provider } from '../../core/provider/provider';
import { stillUnknown, submitFailure, taskFailure } from '../../core/reply/providerFailure';
import { openEntry, type JournalEntry, type OpenEntry } from '../../core/submit/journal';
import { knownFromRef, type TaskRef } from '../../core/task/taskRef';
import { errorText, oneLine, quote } from '../../core/text';
import { findProvider } from '../../providers';
import type { CredentialFault } from '../execution/account';
import { invalidInput, taskFacts, type ItemFailure } from '../output/failureItem';
import type { Job } from './job';

/** A failure of a job, with everything that is known about its task. */
export function failedJob(job: Job, provider: Provider, failure: Failure, ref?: TaskRef): ItemFailure {
	const [plan] = job.plans;
	const requested = plan === undefined ? {} : { imagesRequested: plan.images.requested };
	const known = ref === undefined ? {} : taskFacts(knownFromRef(ref));
	const attempts = ref?.attempts === undefined ? {} : { attempts: ref.attempts };
	return { itemIndex: job.itemIndex, provider, failure, ...requested, ...known, ...attempts };
}

/** The provider that has the job or may have it, otherwise the first choice. */
export function ownerOfJob(job: Job, entry: JournalEntry | undefined, ref: TaskRef | undefined): Provider {
	return findProvider(ref?.provider ?? entry?.owner.provider ?? '') ?? job.provider;
}

/** An earlier try whose outcome is not known. */
export function doubtOf(entry: OpenEntry, provider: Provider): Failure {
	if (entry.state === 'unknown') return entry.failure;
	const message = 'an earlier try was interrupted before the reply to its submit arrived';
	return submitFailure(provider, 'outcomeUnknown', { message });
}

/** The failure of a job that cannot continue. It names the task of an earlier try; if that try's outcome is unknown, it stays so. */
export function abandonedJob(job: Job, failure: Failure): ItemFailure {
	const { earlier, provider } = job;
	if (earlier?.state === 'accepted') return failedJob(job, provider, { ...failure, mayBeCharged: true, tryElsewhere: false }, earlier.ref);
	if (earlier === undefined) return { ...failedJob(job, provider, failure), nothingSent: true };
	return failedJob(job, provider, stillUnknown(doubtOf(earlier, provider), failure));
}

/** The failure of a job because an account could not be opened: that of an earlier try, or that of the only provider. */
export function credentialFailed(job: Job, { message }: CredentialFault): ItemFailure {
	return abandonedJob(job, submitFailure(job.provider, 'authentication', { message }));
}

/** The failure of a job whose provider in an earlier try is no longer selected. */
export function providerDeselected(job: Job): ItemFailure {
	const { provider } = job;
	const message = `an earlier try of this item went to ${provider.displayName}, which is no longer selected in this node: select it again to reuse the task without paying twice`;
	const remedy = `Choose ${provider.displayName} again in Providers, or collect the task with a Seedream Wait for Task node.`;
	const failed = abandonedJob(job, { ...submitFailure(provider, 'invalidInput', { message }), remedy });
	return job.earlier?.state === 'accepted' ? { ...failed, nothingSent: true } : failed;
}

/** The provider that took the job in an earlier try, or may have taken it, is not one of this version's. */
export function providerMissing(itemIndex: number, entry: JournalEntry): ItemFailure {
	const { provider } = entry.owner;
	const isAccepted = entry.state === 'accepted';
	const name = provider === '' ? 'a provider that is not named' : `the provider ${quote(provider, 80)}, which this version of n8n-nodes-seedream does not have`;
	const failure: Failure = {
		kind: isAccepted ? 'invalidInput' : 'outcomeUnknown',
		message: `an earlier try of this item went to ${name}, so the item is not sent again`,
		retryable: false,
		mayBeCharged: true,
		tryElsewhere: false,
		remedy: `Look for the job in the account that it was sent from. With the version of n8n-nodes-seedream that sent it, a retry under Executions continues it and does not pay again.`,
	};
	const known = isAccepted ? taskFacts(knownFromRef(entry.ref)) : {};
	return { itemIndex, provider: undefined, failure, ...known, nothingSent: isAccepted };
}

/** The failure of a job because the execution was stopped. It names the task, or says whether the job may have arrived. */
export function stoppedJob(job: Job, sent: boolean, entry: JournalEntry | undefined, ref: TaskRef | undefined): ItemFailure {
	const provider = ownerOfJob(job, entry, ref);
	if (ref !== undefined) {
		const message = 'The execution was stopped while the task was running';
		return failedJob(job, provider, taskFailure(provider, 'cancelled', { message }), ref);
	}
	const message = sent
		? 'The execution was stopped while the job was being sent, and it may have arrived'
		: 'The execution was stopped before the job was sent';
	const failed = failedJob(job, provider, submitFailure(provider, 'cancelled', { message }, sent));
	const attempts = openEntry(entry)?.draft.attempts;
	return attempts === undefined ? failed : { ...failed, attempts };
}

/** The failure of an item because of a bug in this package or in n8n. It says what the journal knows about the job: its task, or that it may have been sent. */
export function crashedJob(job: Job, error: unknown, entry: JournalEntry | undefined, ref = entry?.state === 'accepted' ? entry.ref : undefined): ItemFailure {
	const message = oneLine(errorText(error));
	const provider = ownerOfJob(job, entry, ref);
	if (ref !== undefined) return failedJob(job, provider, taskFailure(provider, 'unexpectedReply', { message }), ref);
	const open = openEntry(entry);
	if (open !== undefined) return failedJob(job, provider, stillUnknown(doubtOf(open, provider), { message }));
	return invalidInput(job.itemIndex, provider, [message]);
}
