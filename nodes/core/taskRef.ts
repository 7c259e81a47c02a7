import type { Cost } from './cost';
import { isJsonObject, numberAt, textAt, type JsonObject } from './json';

/** The secret-free handle of a submitted task: Generate's output, Wait for Task's input. Plain JSON; survives restarts and upgrades. */
export interface TaskRef {
	provider: string;
	taskId: string;
	status: 'submitted';
	/** ISO 8601. */
	submittedAt: string;
	imagesRequested: number;
	/** Only where the provider says how long a task takes. */
	estimatedSeconds?: number;
	estimatedCost?: Cost;
	/** The account's balance after the submit, where the provider says it. */
	creditsRemaining?: number;
	callback: 'none' | 'resumeWorkflow' | 'url';
	warnings: string[];
}

/** What Wait for Task knows of a task: the id for certain, the rest where the item has it. */
export interface KnownTask {
	provider: string;
	taskId: string;
	/** Milliseconds since 1970. */
	submittedAt?: number;
	imagesRequested?: number;
	estimatedSeconds?: number;
	estimatedCost?: Cost;
	/** Whether the provider will announce the end; undefined where the item does not say. */
	callback?: string;
	warnings: string[];
}

/** Reads what an item says of its task, wherever a TaskRef or a failure item keeps it. */
export function knownTask(json: JsonObject, provider: string, taskId: string): KnownTask {
	const submitted = Date.parse(textAt(json, 'submittedAt', 'details.submittedAt') ?? '');
	const cost = json.estimatedCost;
	const unit = textAt(cost, 'unit');
	const amount = numberAt(cost, 'amount');
	const task: KnownTask = {
		provider,
		taskId,
		warnings: Array.isArray(json.warnings)
			? json.warnings.filter((warning): warning is string => typeof warning === 'string')
			: [],
	};
	if (!Number.isNaN(submitted)) task.submittedAt = submitted;
	const images = numberAt(json, 'imagesRequested', 'details.imagesRequested');
	if (images !== undefined) task.imagesRequested = images;
	const callback = textAt(json, 'callback');
	if (callback !== undefined) task.callback = callback;
	const seconds = numberAt(json, 'estimatedSeconds');
	if (seconds !== undefined) task.estimatedSeconds = seconds;
	if (isJsonObject(cost) && amount !== undefined && (unit === 'USD' || unit === 'credits')) {
		task.estimatedCost = { amount, unit };
	}
	return task;
}

export function knownFromRef(ref: TaskRef): KnownTask {
	const task: KnownTask = {
		provider: ref.provider,
		taskId: ref.taskId,
		submittedAt: Date.parse(ref.submittedAt),
		imagesRequested: ref.imagesRequested,
		warnings: ref.warnings,
	};
	if (ref.estimatedSeconds !== undefined) task.estimatedSeconds = ref.estimatedSeconds;
	if (ref.estimatedCost !== undefined) task.estimatedCost = ref.estimatedCost;
	return task;
}
