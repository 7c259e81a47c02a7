import type { Cost } from '../cost';
import type { FailureKind } from '../failure/failure';
import { amountAt, isJsonObject, numberAt, textAt, textsAt, type JsonObject } from '../json';
import type { Accepted } from '../provider/provider';

/** A submitted task: the output of Generate, the input of Wait for Task. Plain JSON without secrets, which survives restarts and upgrades. */
export interface TaskRef {
	provider: string;
	taskId: string;
	status: 'submitted';
	/** As it was sent. */
	prompt: string;
	/** By its name in the panel, e.g. seedream-4.5. */
	model: string;
	/** ISO 8601. */
	submittedAt: string;
	imagesRequested: number;
	/** Only if the provider says how long a task takes. */
	estimatedSeconds?: number;
	estimatedCost?: Cost;
	/** The account's balance after the submit, if the provider reports it. */
	creditsRemaining?: number;
	callback: 'none' | 'resumeWorkflow' | 'url';
	warnings: string[];
	/** With several providers: those that were asked before this one and did not take the job. */
	attempts?: AttemptNote[];
}

/** A provider that did not take a job, and why. */
export interface AttemptNote {
	provider: string;
	kind: FailureKind;
	message: string;
}

/** What is known about a task before the provider accepts it. */
export type TaskDraft = Omit<TaskRef, 'taskId' | 'submittedAt' | 'creditsRemaining'>;

/** The TaskRef of an accepted task. `submittedAt` in milliseconds since 1970. */
export function taskRefOf(draft: TaskDraft, accepted: Accepted, submittedAt: number): TaskRef {
	const { provider, status, prompt, model, imagesRequested, ...rest } = draft;
	const estimatedSeconds = accepted.estimatedSeconds ?? rest.estimatedSeconds;
	const { taskId, creditsRemaining } = accepted;
	const estimatedCost = accepted.cost ?? rest.estimatedCost;
	return {
		provider,
		taskId,
		status,
		prompt,
		model,
		submittedAt: new Date(submittedAt).toISOString(),
		imagesRequested,
		...(estimatedSeconds === undefined ? {} : { estimatedSeconds }),
		...(estimatedCost === undefined ? {} : { estimatedCost }),
		...(creditsRemaining === undefined ? {} : { creditsRemaining }),
		callback: rest.callback,
		warnings: rest.warnings,
		...(rest.attempts === undefined ? {} : { attempts: rest.attempts }),
	};
}

/** What Wait for Task knows about a task: always the id, and the rest if the item has it. */
export interface KnownTask {
	provider: string;
	taskId: string;
	/** As it was sent, if the item says it. */
	prompt?: string;
	model?: string;
	/** Milliseconds since 1970. */
	submittedAt?: number;
	imagesRequested?: number;
	estimatedSeconds?: number;
	estimatedCost?: Cost;
	/** Whether the provider calls back at the end; undefined if the item does not say. */
	callback?: string;
	/** URLs of images that could not be downloaded. */
	urls?: string[];
	/** How many images the task produced, if it is finished. */
	imageCount?: number;
	/** The only image that is still to be fetched, counted from 0; undefined if all of them are. */
	imageIndex?: number;
	warnings: string[];
}

/** No task of Seedream 4.5 is older. An earlier date, such as 1970 or 1900, stands for an empty one. */
const earliest = Date.UTC(2025, 0);

/** Milliseconds since 1970 of a full ISO 8601 time; `Date.parse` alone accepts nearly anything. */
function timeAt(json: JsonObject, path: string): number | undefined {
	const text = textAt(json, path) ?? '';
	const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
	return time >= earliest ? time : undefined;
}

/** A whole number of images. */
function countAt(json: JsonObject, path: string): number | undefined {
	const count = numberAt(json, path);
	return count !== undefined && Number.isSafeInteger(count) && count > 0 ? count : undefined;
}

function costAt(json: JsonObject, path: string): Cost | undefined {
	const cost = json[path];
	const unit = textAt(cost, 'unit');
	const amount = amountAt(cost, 'amount');
	return amount !== undefined && (unit === 'USD' || unit === 'credits') ? { amount, unit } : undefined;
}

/** What a failure says about images that could not be fetched. */
function lostImagesIn(details: JsonObject): Pick<KnownTask, 'urls' | 'imageCount' | 'imageIndex'> {
	const urls = textsAt(details, 'urls');
	const count = numberAt(details, 'imageCount') ?? 0;
	const index = numberAt(details, 'imageIndex');
	const isOne = Number.isInteger(index) && index !== undefined && index >= 0 && index < count;
	return {
		...(urls === undefined ? {} : { urls }),
		...(Number.isInteger(count) && count > 0 ? { imageCount: count, ...(isOne ? { imageIndex: index } : {}) } : {}),
	};
}

/** The places where an item may describe the task, the likeliest first. */
function placesIn(json: JsonObject, taskId: string): JsonObject[] {
	const { details } = json;
	if (!isJsonObject(details)) return [json];
	const named = textAt(details, 'taskId');
	if (named === undefined) return [json, details];
	// On a failure item, the fields next to `details` may be the user's own columns.
	return named === taskId ? [details, json] : [json];
}

/** Reads what an item says about its task, wherever a TaskRef or a failure item has it. */
export function knownTask(json: JsonObject, provider: string, taskId: string): KnownTask {
	const places = placesIn(json, taskId);
	const first = <Value>(read: (place: JsonObject) => Value | undefined): Value | undefined => places.map(read).find((found) => found !== undefined);
	const task: KnownTask = {
		provider,
		taskId,
		warnings: textsAt(json, 'warnings') ?? [],
	};
	const prompt = first((place) => textAt(place, 'prompt'));
	if (prompt !== undefined) task.prompt = prompt;
	const model = first((place) => textAt(place, 'model'));
	if (model !== undefined) task.model = model;
	const submittedAt = first((place) => timeAt(place, 'submittedAt'));
	if (submittedAt !== undefined) task.submittedAt = submittedAt;
	const images = first((place) => countAt(place, 'imagesRequested'));
	if (images !== undefined) task.imagesRequested = images;
	// If a failure does not mention it, the task has no callback, or its callback was lost.
	const assumedCallback = isJsonObject(places[0]?.failure) ? 'none' : undefined;
	const callback = first((place) => textAt(place, 'callback')) ?? assumedCallback;
	if (callback !== undefined) task.callback = callback;
	const seconds = first((place) => amountAt(place, 'estimatedSeconds'));
	if (seconds !== undefined) task.estimatedSeconds = seconds;
	const cost = first((place) => costAt(place, 'estimatedCost'));
	if (cost !== undefined) task.estimatedCost = cost;
	const { details } = json;
	const isFailure = isJsonObject(details) && places.includes(details) && isJsonObject(details.failure);
	return isFailure ? { ...task, ...lostImagesIn(details) } : task;
}

export function knownFromRef(ref: TaskRef): KnownTask {
	const task: KnownTask = {
		provider: ref.provider,
		taskId: ref.taskId,
		prompt: ref.prompt,
		model: ref.model,
		submittedAt: Date.parse(ref.submittedAt),
		imagesRequested: ref.imagesRequested,
		callback: ref.callback,
		warnings: ref.warnings,
	};
	if (ref.estimatedSeconds !== undefined) task.estimatedSeconds = ref.estimatedSeconds;
	if (ref.estimatedCost !== undefined) task.estimatedCost = ref.estimatedCost;
	return task;
}
