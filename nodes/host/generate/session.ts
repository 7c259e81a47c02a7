import type { IExecuteFunctions } from 'n8n-workflow';

import type { Amount } from '../../core/cost';
import type { Journal } from '../../core/submit/journal';
import { SkippedProviders } from '../../core/submit/skippedProviders';
import type { Planned } from '../../core/submit/spending';
import type { TaskRef } from '../../core/task/taskRef';
import type { OpenAccount } from '../execution/account';
import { createRun, type Run } from '../execution/run';
import { openJournal, passOf } from '../journal/journalStore';
import { defaultOptions } from '../panel/options';
import type { GeneratePlan, ReadItem } from '../plan/generatePlan';

/** What all items of one run share. */
export interface Session {
	context: IExecuteFunctions;
	run: Run;
	journal: Journal;
	executionId: string;
	nodeId: string;
	/** Which pass of a loop this is. */
	pass: number;
	isTool: boolean;
	/** The entries that this run's jobs are working on. */
	keys: Set<string>;
	/** The entry of each accepted task, by `taskName`. */
	tasks: Map<string, string>;
	/** How much a job adds to the limited sums. */
	count: (plan: GeneratePlan) => Amount;
	/** What is limited of a job, and how. */
	limit: (plan: GeneratePlan) => Omit<Planned, 'settled'>;
	/** The providers that are skipped, if there are several. */
	skipped: SkippedProviders;
	/** The node's request parameters, with expressions unresolved and without defaults. */
	rawParameters: unknown;
	/** The id of the credential that is chosen for a provider; undefined if this run does not use that provider. */
	credentialOf: (provider: string) => string | undefined;
}

/** What differs between the generating nodes. */
export interface SessionRules extends Pick<Session, 'count' | 'limit'> {
	/** The node's request parameters, with expressions unresolved. */
	rawParameters(context: IExecuteFunctions): unknown;
	credentialOf(context: IExecuteFunctions, provider: string): string | undefined;
}

/** Two providers may use the same id. */
export const taskName = ({ provider, taskId }: Pick<TaskRef, 'provider' | 'taskId'>): string => `${provider} ${taskId}`;

export function openSession(
	context: IExecuteFunctions,
	rules: SessionRules,
	{ items, isTool, accountOf }: { items: readonly ReadItem[]; isTool: boolean; accountOf: OpenAccount },
): Session {
	const run = createRun(context, items[0]?.options.concurrency ?? defaultOptions.concurrency, accountOf);
	const pass = passOf(context, isTool);
	const journal = openJournal(context, pass);
	const accepted = Object.entries(journal.entries).flatMap(([key, entry]) => (entry.state === 'accepted' ? [[taskName(entry.ref), key] as const] : []));
	return {
		context,
		run,
		journal,
		executionId: context.getExecutionId(),
		nodeId: context.getNode().id,
		pass,
		isTool,
		keys: new Set(),
		tasks: new Map(accepted),
		skipped: new SkippedProviders(),
		count: rules.count,
		limit: rules.limit,
		rawParameters: rules.rawParameters(context),
		credentialOf: (provider) => rules.credentialOf(context, provider),
	};
}
