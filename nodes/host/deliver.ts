import type { IBinaryKeyData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import { taskFailure } from '../core/classify';
import { roundAmount, shareOf, type Cost } from '../core/cost';
import { fileNameFor } from '../core/fileName';
import { BadDownload } from '../core/guardedBytes';
import type { Size } from '../core/imageSize';
import { imageWarnings } from '../core/imageWarnings';
import type { KnownTask } from '../core/taskRef';
import { downloadImage, type DownloadedImage } from './download';
import { taskFacts, type ItemFailure } from './failureItem';
import type { Options } from './options';
import type { Leaving } from './outputItems';
import type { Channel, Run } from './run';

/** A finished task on its way into output items. */
export interface FinishedTask {
	itemIndex: number;
	known: KnownTask;
	urls: string[];
	/** What the provider reported; else it is estimated. */
	cost?: Cost;
	expiresAt?: string;
	/** ISO 8601. */
	completedAt: string;
	/** The size that was asked for, where that is known. */
	expected: Size | null;
}

/** What one input item comes to, in the order of its images: output items, and failures that stand for lost ones. */
export type Outcome = ({ kind: 'item' } & Leaving) | { kind: 'failure'; failed: ItemFailure };

/** One image, fetched or not. */
export type Fetched = { url: string } & (
	| { kind: 'image'; image: DownloadedImage }
	| { kind: 'url' }
	| { kind: 'missing'; reason: string }
);

/** How the images of one task are fetched and named. */
export interface FetchPlan {
	known: KnownTask;
	/** Index of the first URL among the task's images, and how many the task has. */
	firstIndex: number;
	count: number;
	channel: Channel;
	options: Options;
	run: Run;
}

const bytesPerMegabyte = 1_048_576;

/** Fetches images side by side, or only passes their URLs on. A failed download is data: its siblings go on. */
export async function fetchImages(urls: readonly string[], plan: FetchPlan): Promise<Fetched[]> {
	return await Promise.all(urls.map(async (url, offset) => await fetchImage(url, plan.firstIndex + offset, plan)));
}

async function fetchImage(url: string, index: number, plan: FetchPlan): Promise<Fetched> {
	const { known, count, channel, options, run } = plan;
	if (!options.downloadImages) return { url, kind: 'url' };
	const { provider, taskId } = known;
	const image = await run.download(
		async () =>
			await downloadImage(run.context, url, {
				maxBytes: options.maxFileSize * bytesPerMegabyte,
				baseUrl: channel.account.baseUrl,
				signal: run.signal,
				clock: run.clock,
				fileName: ({ extension }) => fileNameFor({ provider, taskId, index, count, extension, template: options.fileName }),
			}),
	);
	return image instanceof BadDownload ? { url, kind: 'missing', reason: image.message } : { url, kind: 'image', image };
}

export function imageFacts(fetched: Fetched): IDataObject {
	if (fetched.kind !== 'image') return { url: fetched.url };
	const { fileName, mimeType, bytes, size } = fetched.image;
	return { url: fetched.url, fileName, mimeType, fileSize: bytes, ...(size ?? {}) };
}

export function warningsOf(fetched: Fetched, expected: Size | null): string[] {
	return fetched.kind === 'image' ? imageWarnings(fetched.image.bytes, fetched.image.size, expected) : [];
}

/** Binary fields of an item that holds several images: data, data_1, data_2 … */
export function binaryFields(fetched: readonly Fetched[], field: string): IBinaryKeyData {
	const images = fetched.flatMap((one) => (one.kind === 'image' ? [one.image] : []));
	return Object.fromEntries(images.map(({ binary }, index) => [index === 0 ? field : `${field}_${index}`, binary]));
}

/** The images that are not there, as an item names them. */
export function missingOf(fetched: readonly Fetched[]): Array<{ url: string; reason: string }> {
	return fetched.flatMap((one) => (one.kind === 'missing' ? [{ url: one.url, reason: one.reason }] : []));
}

/** The failure that stands for images which are paid for but could not be fetched. */
export function lostImages(itemIndex: number, known: KnownTask, channel: Channel, fetched: readonly Fetched[]): ItemFailure {
	const missing = missingOf(fetched);
	const message = [...new Set(missing.map((one) => one.reason))].join('; ');
	return {
		itemIndex,
		provider: channel.provider,
		...taskFacts(known),
		urls: missing.map((one) => one.url),
		failure: taskFailure(channel.provider, 'downloadFailed', { message }),
	};
}

function costOf(task: FinishedTask, channel: Channel): Cost {
	if (task.cost !== undefined) return task.cost;
	const { perImage, unit, onlyDelivered } = channel.provider.cost;
	const told = task.known.estimatedCost;
	// What the submit said is exact where it said it; where only delivered images cost, it may be too much.
	if (!onlyDelivered && told?.unit === unit) return told;
	const images = onlyDelivered ? task.urls.length : (task.known.imagesRequested ?? task.urls.length);
	return { amount: roundAmount(perImage * images), unit };
}

function taskWarnings(task: FinishedTask, channel: Channel, options: Options): string[] {
	const warnings = [...task.known.warnings];
	const requested = task.known.imagesRequested;
	if (requested !== undefined && task.urls.length < requested) {
		warnings.push(`Only ${task.urls.length} of ${requested} images came back.`);
	}
	if (options.downloadImages) return warnings;
	const lifetime = channel.provider.resultLifetimeSeconds;
	if (task.expiresAt !== undefined) warnings.push(`The image URLs expire at ${task.expiresAt}.`);
	else if (lifetime !== undefined) warnings.push(`The image URLs may expire ${Math.round(lifetime / 3600)} h after completion.`);
	return warnings;
}

function timesOf({ known, completedAt }: FinishedTask, run: Run): IDataObject {
	const from = known.submittedAt ?? run.startedAt;
	const waited = Math.max(0, Date.parse(completedAt) - from) / 1000;
	const submittedAt = known.submittedAt === undefined ? {} : { submittedAt: new Date(known.submittedAt).toISOString() };
	return { ...submittedAt, completedAt, waitedSeconds: Math.round(waited * 10) / 10 };
}

/** Turns a finished task into output items: downloads side by side, one item per image or per task, in order. */
export async function deliver(task: FinishedTask, channel: Channel, options: Options, run: Run): Promise<Outcome[]> {
	const { known, urls } = task;
	const fetched = await fetchImages(urls, { known, firstIndex: 0, count: urls.length, channel, options, run });
	const build = options.outputMode === 'itemPerTask' ? onePerTask : onePerImage;
	return build(task, fetched, channel, options, run);
}

/** The size that was asked for, where no file tells the true one. */
function pixelsOf(fetched: Fetched, expected: Size | null): IDataObject {
	return fetched.kind === 'url' && expected !== null ? { pixels: { ...expected } } : {};
}

function onePerImage(task: FinishedTask, fetched: Fetched[], channel: Channel, options: Options, run: Run): Outcome[] {
	const { known, itemIndex } = task;
	const cost = shareOf(costOf(task, channel), fetched.length);
	const warnings = taskWarnings(task, channel, options);
	return fetched.map((one, imageIndex) => {
		if (one.kind === 'missing') return { kind: 'failure', failed: lostImages(itemIndex, known, channel, [one]) };
		const json: IDataObject = {
			provider: known.provider,
			taskId: known.taskId,
			status: 'succeeded',
			imageIndex,
			imageCount: fetched.length,
			imagesRequested: known.imagesRequested ?? fetched.length,
			...imageFacts(one),
			...pixelsOf(one, task.expected),
			...timesOf(task, run),
			cost: { ...cost },
			warnings: [...warnings, ...warningsOf(one, task.expected)],
		};
		const item: INodeExecutionData = { json, pairedItem: { item: itemIndex } };
		if (one.kind === 'image') item.binary = { [options.outputBinaryField]: one.image.binary };
		return { kind: 'item', item };
	});
}

function onePerTask(task: FinishedTask, fetched: Fetched[], channel: Channel, options: Options, run: Run): Outcome[] {
	const { known, itemIndex } = task;
	const missing = missingOf(fetched);
	const present = fetched.filter((one) => one.kind !== 'missing');
	if (present.length === 0) return [{ kind: 'failure', failed: lostImages(itemIndex, known, channel, fetched) }];
	const warnings = taskWarnings(task, channel, options);
	for (const one of present) warnings.push(...warningsOf(one, task.expected));
	if (missing.length > 0) {
		warnings.push(`${missing.length} of ${fetched.length} images could not be downloaded; their URLs stand in missing.`);
	}
	const json: IDataObject = {
		provider: known.provider,
		taskId: known.taskId,
		status: 'succeeded',
		imageCount: fetched.length,
		imagesRequested: known.imagesRequested ?? fetched.length,
		images: present.map((one) => ({ ...imageFacts(one), ...pixelsOf(one, task.expected) })),
		...(missing.length === 0 ? {} : { missing }),
		...timesOf(task, run),
		cost: { ...costOf(task, channel) },
		warnings: [...new Set(warnings)],
	};
	const item: INodeExecutionData = { json, pairedItem: { item: itemIndex } };
	const binary = binaryFields(fetched, options.outputBinaryField);
	if (Object.keys(binary).length > 0) item.binary = binary;
	return [{ kind: 'item', item }];
}
