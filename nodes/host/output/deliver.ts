import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { roundAmount, shareOf, type Cost } from '../../core/cost';
import type { Size } from '../../core/image/imageSize';
import { inModel } from '../../core/provider/findModel';
import type { KnownTask } from '../../core/task/taskRef';
import type { Channel, Run } from '../execution/run';
import { isToolCall } from '../execution/toolCall';
import type { Options } from '../panel/options';
import {
	binaryFields,
	fetchImages,
	imageFacts,
	lostImages,
	missingOf,
	mostDownloads,
	warningsOf,
	type Fetched,
	type FetchPlan,
	type ImageAt,
} from './fetchImages';
import type { Outcome } from './outcome';

/** A finished task whose images are to become output items. */
export interface FinishedTask {
	itemIndex: number;
	known: KnownTask;
	/** The images to deliver: all images of the task, or the one that is still missing. */
	images: ImageAt[];
	/** How many images the task has. */
	count: number;
	/** As reported by the provider, otherwise estimated. */
	cost?: Cost;
	expiresAt?: string;
	/** ISO 8601. */
	completedAt: string;
	/** The requested size, if known. */
	expected: Size | null;
}

/** Undefined if the cost is not known. */
function costOf(task: FinishedTask, channel: Channel): Cost | undefined {
	if (task.cost !== undefined) return task.cost;
	const { perImage, unit, onlyDelivered } = inModel(channel.provider, task.known.model).cost;
	const { estimatedCost: recorded, imageCount, imagesRequested } = task.known;
	// A cost from the submit reply is exact. If only delivered images are charged, it may be too high, unless it was recorded
	// at delivery.
	if (recorded?.unit === unit && (!onlyDelivered || imageCount === task.count)) return recorded;
	const images = onlyDelivered ? task.count : (imagesRequested ?? task.count);
	return perImage === undefined ? undefined : { amount: roundAmount(perImage * images), unit };
}

function taskWarnings(task: FinishedTask, channel: Channel, options: Options): string[] {
	const warnings = [...task.known.warnings];
	const requested = task.known.imagesRequested;
	if (requested !== undefined && task.count < requested) {
		warnings.push(`Only ${task.count} of ${requested} images were returned.`);
	}
	const most = mostDownloads(task.known);
	if (options.downloadImages && task.images.length > most) {
		warnings.push(`The reply names ${task.images.length} images, far more than requested: ${most} were downloaded, the others are listed by their URLs.`);
	}
	if (options.downloadImages) return warnings;
	const lifetime = channel.provider.resultLifetimeSeconds;
	if (task.expiresAt !== undefined) warnings.push(`The image URLs expire at ${task.expiresAt}.`);
	else if (lifetime !== undefined) warnings.push(`The image URLs may expire ${Math.round(lifetime / 3600)} h after completion.`);
	return warnings;
}

function timestampsOf({ known, completedAt }: FinishedTask, run: Run): IDataObject {
	const from = known.submittedAt ?? run.startedAt;
	const waited = Math.max(0, Date.parse(completedAt) - from) / 1000;
	const submittedAt = known.submittedAt === undefined ? {} : { submittedAt: new Date(known.submittedAt).toISOString() };
	return { ...submittedAt, completedAt, waitedSeconds: Math.round(waited * 10) / 10 };
}

/** Turns a finished task into output items: downloads side by side, one item per image or per task, in order. */
export async function deliver(task: FinishedTask, channel: Channel, options: Options, run: Run): Promise<Outcome[]> {
	// A failure has the cost too, because it is known by now.
	const cost = costOf(task, channel);
	const known = cost === undefined ? task.known : { ...task.known, estimatedCost: cost };
	const plan: FetchPlan = { known, count: task.count, channel, options, run };
	const fetched = await fetchImages(task.images, plan);
	const build = options.outputMode === 'itemPerTask' ? onePerTask : onePerImage;
	return build(task, fetched, plan);
}

/** The requested size, for items without a file that shows the real one. */
function pixelsOf(fetched: Fetched, expected: Size | null): IDataObject {
	return fetched.kind === 'url' && expected !== null ? { pixels: { ...expected } } : {};
}

/** The prompt as it was sent. A tool call leaves it out, because the model knows it. */
function promptOf({ prompt }: KnownTask, run: Run): IDataObject {
	return prompt === undefined || isToolCall(run.context) ? {} : { prompt };
}

/** The task that the images belong to. */
function taskOf({ provider, model, taskId }: KnownTask): IDataObject {
	return { provider, ...(model === undefined ? {} : { model }), taskId, status: 'succeeded' };
}

function onePerImage(task: FinishedTask, fetched: Fetched[], plan: FetchPlan): Outcome[] {
	const { channel, options, run } = plan;
	const { known, itemIndex } = task;
	const cost = costOf(task, channel);
	const warnings = taskWarnings(task, channel, options);
	return fetched.map((one) => {
		if (one.kind === 'missing') return { kind: 'failure', failed: lostImages(itemIndex, plan, [one]) };
		const { mimeType, fileSize, ...place } = imageFacts(one);
		// In this order, because n8n's table begins with what people look for.
		const json: IDataObject = {
			...promptOf(known, run),
			...place,
			...pixelsOf(one, task.expected),
			...(cost === undefined ? {} : { cost: shareOf(cost, task.count) }),
			warnings: [...warnings, ...warningsOf(one, task.expected)],
			...(one.kind === 'image' ? { mimeType, fileSize } : {}),
			imageIndex: one.index,
			imageCount: task.count,
			imagesRequested: known.imagesRequested ?? task.count,
			...taskOf(known),
			...timestampsOf(task, run),
		};
		const item: INodeExecutionData = { json, pairedItem: { item: itemIndex } };
		if (one.kind === 'image') item.binary = { [options.outputBinaryField]: one.image.binary };
		return { kind: 'item', item };
	});
}

function onePerTask(task: FinishedTask, fetched: Fetched[], plan: FetchPlan): Outcome[] {
	const { channel, options, run } = plan;
	const { known, itemIndex } = task;
	const missing = missingOf(fetched);
	const present = fetched.filter((one) => one.kind !== 'missing');
	if (present.length === 0) return [{ kind: 'failure', failed: lostImages(itemIndex, plan, fetched) }];
	const cost = costOf(task, channel);
	const warnings = taskWarnings(task, channel, options);
	for (const one of present) warnings.push(...warningsOf(one, task.expected));
	if (missing.length > 0) {
		warnings.push(`${missing.length} of ${fetched.length} images could not be downloaded; their URLs are in missing.`);
	}
	const json: IDataObject = {
		...promptOf(known, run),
		images: present.map((one) => ({ ...imageFacts(one), ...pixelsOf(one, task.expected) })),
		...(missing.length === 0 ? {} : { missing }),
		...(cost === undefined ? {} : { cost: shareOf(cost, task.count / fetched.length) }),
		warnings: [...new Set(warnings)],
		imageCount: task.count,
		imagesRequested: known.imagesRequested ?? task.count,
		...taskOf(known),
		...timestampsOf(task, run),
	};
	const item: INodeExecutionData = { json, pairedItem: { item: itemIndex } };
	const binary = binaryFields(fetched, options.outputBinaryField);
	if (Object.keys(binary).length > 0) item.binary = binary;
	return [{ kind: 'item', item }];
}
