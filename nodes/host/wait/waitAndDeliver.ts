import type { Failure } from '../../core/failure/failure';
import type { Size } from '../../core/image/imageSize';
import { taskFailure } from '../../core/reply/providerFailure';
import type { KnownTask } from '../../core/task/taskRef';
import type { WaitContext } from '../../core/task/waitContext';
import { waitForTask, type TaskOutcome } from '../../core/task/waitForTask';
import type { Channel, Run } from '../execution/run';
import { deliver, type FinishedTask } from '../output/deliver';
import { taskFacts, type ItemFailure } from '../output/failureItem';
import type { ImageAt } from '../output/fetchImages';
import type { Outcome } from '../output/outcome';
import type { Options } from '../panel/options';

export interface WaitingTask {
	itemIndex: number;
	known: KnownTask;
	/** The requested size, if known. */
	expected?: Size | null;
}

/** A failure of a task whose id is known. */
export function failureOf({ itemIndex, known }: WaitingTask, channel: Channel, failure: Failure): ItemFailure {
	return { itemIndex, provider: channel.provider, ...taskFacts(known), failure };
}

/** The failure of a task that was interrupted by Stop. */
export function stoppedTask(task: WaitingTask, channel: Channel): ItemFailure {
	const message = 'The execution was stopped while the task was running';
	return failureOf(task, channel, taskFailure(channel.provider, 'cancelled', { message }));
}

/** How a task's status is checked in this run. */
export function waitContextOf(channel: Channel, options: Options, run: Run): WaitContext {
	return {
		provider: channel.provider,
		clock: run.clock,
		gate: channel.gate,
		inFlight: channel.inFlight,
		send: channel.send,
		deadline: run.startedAt + options.timeout * 1000,
		...(options.pollInterval > 0 ? { pollIntervalSeconds: options.pollInterval } : {}),
		overrides: options.ofProvider,
	};
}

/** The images that an earlier node could not download, with their URLs; undefined unless all of the URLs are known. */
function lostBefore({ urls = [], imageCount, imageIndex }: KnownTask): ImageAt[] | undefined {
	const lost = imageIndex === undefined ? imageCount : 1;
	return urls.length === lost ? urls.map((url, offset) => ({ url, index: (imageIndex ?? 0) + offset })) : undefined;
}

/** The images to download: all of the task, or only the one that an earlier node could not download. */
function imagesToFetch(urls: readonly string[], { imageCount, imageIndex }: KnownTask): ImageAt[] {
	const images = urls.map((url, index) => ({ url, index }));
	return imageCount === urls.length && imageIndex !== undefined ? images.slice(imageIndex, imageIndex + 1) : images;
}

/** Turns a task's outcome into output: its images, or a failure that names the task. Rejects only with Aborted. */
export async function deliverOutcome(task: WaitingTask, outcome: TaskOutcome, channel: Channel, options: Options, run: Run): Promise<Outcome[]> {
	const { itemIndex, known, expected = null } = task;
	if (outcome.kind === 'failed') {
		const failed = failureOf(task, channel, outcome.failure);
		return (await fetchAgain(task, channel, options, run)) ?? [{ kind: 'failure', failed: { ...failed, timeoutSeconds: options.timeout } }];
	}
	const { urls, completedAt, model } = outcome;
	const images = imagesToFetch(urls, known);
	const finished: FinishedTask = { itemIndex, known: model === undefined ? known : { ...known, model }, images, count: urls.length, completedAt, expected };
	if (outcome.cost !== undefined) finished.cost = outcome.cost;
	if (outcome.expiresAt !== undefined) finished.expiresAt = outcome.expiresAt;
	return await deliver(finished, channel, options, run);
}

/** Downloads lost images from their earlier URLs if the provider no longer names them; undefined if that fails too. */
async function fetchAgain(task: WaitingTask, channel: Channel, options: Options, run: Run): Promise<Outcome[] | undefined> {
	const { itemIndex, known, expected = null } = task;
	const images = lostBefore(known);
	if (images === undefined || !options.downloadImages) return undefined;
	const completedAt = new Date(run.clock.now()).toISOString();
	const finished: FinishedTask = { itemIndex, known, images, count: known.imageCount ?? images.length, completedAt, expected };
	const outcomes = await deliver(finished, channel, options, run);
	return outcomes.every(({ kind }) => kind === 'item') ? outcomes : undefined;
}

/** Waits for one task and delivers its images; a failure is data. Rejects only with Aborted. */
export async function waitAndDeliver(task: WaitingTask, channel: Channel, options: Options, run: Run): Promise<Outcome[]> {
	const outcome = await waitForTask(task.known, waitContextOf(channel, options, run));
	return await deliverOutcome(task, outcome, channel, options, run);
}
