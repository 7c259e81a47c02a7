import { omit } from 'lodash';
import type { IExecuteFunctions } from 'n8n-workflow';

import type { Provider } from '../../core/provider/provider';
import { findEarlier } from '../../core/submit/findEarlier';
import { dropForgottenRequest, freeKey, hashOf, openEntry, type JobIdentity, type JournalEntry } from '../../core/submit/journal';
import type { TaskRef } from '../../core/task/taskRef';
import { findProvider } from '../../providers';
import { filesInJson } from '../execution/binaryMode';
import type { Channel, Run } from '../execution/run';
import { claimEntry } from '../journal/liveCalls';
import type { ItemFailure } from '../output/failureItem';
import type { GeneratePlan, ItemSettings, PlansOrFault, ReadItem } from '../plan/generatePlan';
import { providerMissing } from './failedJob';
import type { Session } from './session';

/** One item's job in this run, with what an earlier try of it left in the journal. Opened once, before the values are checked. */
export type Job = OpenedJob & PlansOrFault;

interface OpenedJob extends Pick<ItemSettings, 'itemIndex' | 'options' | 'completion'> {
	/** The provider that took it in an earlier try, otherwise the first choice. */
	provider: Provider;
	identity: JobIdentity;
	/** Its entry in the journal. */
	key: string;
	earlier?: JournalEntry;
}

export function credentialIdOf(context: IExecuteFunctions, provider: string): string {
	const type = findProvider(provider)?.credentialType ?? '';
	return context.getNode().credentials?.[type]?.id ?? '';
}

/** The hash of a value from outside. A value that cannot be read (circular, too deep) equals no other. */
function hashIfAny(value: unknown): string | undefined {
	try {
		return hashOf(value);
	} catch {
		return undefined;
	}
}

function identityOf({ itemIndex, files, request }: ItemSettings, { context, rawParameters }: Session): JobIdentity {
	// n8n changes the ids of files with every execution, so files are compared by content.
	const json = omit(context.getInputData()[itemIndex]?.json, filesInJson);
	return {
		typed: hashIfAny({ rawParameters, json, files }),
		request: request === undefined ? undefined : hashIfAny(request),
	};
}

/** Finds the journal entry of an earlier try for each item, or gives it a new one. An item with nothing but a fault is not a job. */
export function openJobs(items: readonly ReadItem[], session: Session): Array<Job | ItemFailure> {
	const { journal, executionId, pass, isTool } = session;
	const identities = items.map((item) => identityOf(item, session));
	const wanted = items.map(({ itemIndex }, index) => ({ item: itemIndex, ...identities[index] }));
	const found = isTool ? [] : findEarlier(journal, wanted, { execution: executionId, pass, credentialOf: session.credentialOf });
	const keyOf = ({ itemIndex, plans: [plan] }: ReadItem, index: number): string => {
		if (!isTool) return found[index] ?? freeKey(journal, `${pass}.${itemIndex}`, session.keys);
		// A tool has neither loop passes nor its own items, so its calls are found by their input.
		const request = identities[index]?.request;
		const words = `0.${itemIndex}.${request ?? ''}`;
		return plan === undefined || request === undefined ? words : claimEntry(journal, words, { cost: session.count(plan), executionId });
	};
	return items.map((item, index): Job | ItemFailure => {
		const { itemIndex, options, completion } = item;
		const planned: PlansOrFault =
			item.fault !== undefined ? { plans: [], fault: item.fault } : { plans: item.plans, ...(item.unable === undefined ? {} : { unable: item.unable }) };
		const identity = identities[index] ?? {};
		const key = keyOf(item, index);
		const earlier = journal.entries[key];
		if (earlier === undefined) {
			if (planned.fault !== undefined) return planned.fault;
			session.keys.add(key);
			return { itemIndex, options, completion, ...planned, provider: planned.plans[0].provider, identity, key };
		}
		session.keys.add(key);
		const provider = findProvider(earlier.owner.provider);
		// Nobody can be asked about it, and another provider would be paid for it again.
		if (provider === undefined) return providerMissing(itemIndex, earlier);
		const open = openEntry(earlier);
		// Its callback would resume the execution that sent it, so this one polls.
		if (open?.draft.callback === 'resumeWorkflow' && earlier.owner.execution !== executionId) open.draft.callback = 'none';
		dropForgottenRequest(earlier, provider.submit.idempotencyHours, session.run.clock.wallTime());
		earlier.owner = { ...earlier.owner, typed: identity.typed ?? earlier.owner.typed, execution: executionId, item: itemIndex };
		return { itemIndex, options, completion, ...planned, provider, identity, key, earlier };
	});
}

/** Whether a job may be sent again after an earlier try with an unknown outcome. */
export function mayRepeat({ earlier, options }: Job): boolean {
	const open = openEntry(earlier);
	return open !== undefined && (open.repeatable !== undefined || options.submitAgainIfUnknown);
}

/** Whether a job adds nothing to the sums, because an earlier try is already counted or has decided its outcome. */
export function isSettled(job: Job): boolean {
	const open = openEntry(job.earlier);
	return job.earlier !== undefined && (open?.repeatable !== undefined || !mayRepeat(job));
}

/** The key of a remembered refusal, and the base of an idempotency key. */
export function requestKeyOf({ identity, itemIndex }: Job, plan: GeneratePlan, { pass, credentialOf }: Session): string {
	return `${pass}.${itemIndex}.${hashOf([plan.provider.id, credentialOf(plan.provider.id), identity.request])}`;
}

/** On the run's clock. After this, nothing is sent for the job. */
export function deadlineOf({ options }: Pick<Job, 'options'>, { startedAt }: Run): number {
	return startedAt + options.timeout * 1000;
}

/** A task that was accepted, by this try or by an earlier one. */
export interface TakenJob {
	ref: TaskRef;
	channel: Channel;
	/** The plan for its request, if this try would send the same one. */
	plan?: GeneratePlan;
}

export const isTaken = (one: TakenJob | ItemFailure): one is TakenJob => 'ref' in one;
