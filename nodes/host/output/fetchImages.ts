import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';

import { fileNameFor } from '../../core/image/fileName';
import { BadDownload } from '../../core/image/guardBytes';
import type { Size } from '../../core/image/imageSize';
import { imageWarnings } from '../../core/image/imageWarnings';
import { taskFailure } from '../../core/reply/providerFailure';
import type { KnownTask } from '../../core/task/taskRef';
import type { Channel, Run } from '../execution/run';
import type { Options } from '../panel/options';
import { downloadImage, type DownloadedImage } from './download';
import { taskFacts, type ItemFailure } from './failureItem';

/** An image's URL, and its number within the task, from 0. */
export interface ImageAt {
	url: string;
	index: number;
}

/** One image, fetched or not. */
export type Fetched = ImageAt & ({ kind: 'image'; image: DownloadedImage } | { kind: 'url' } | { kind: 'missing'; reason: string });

/** How the images of one task are fetched and named. */
export interface FetchPlan {
	known: KnownTask;
	/** How many images the task has. */
	count: number;
	channel: Channel;
	options: Options;
	run: Run;
}

const bytesPerMegabyte = 1_048_576;

/** No model makes more images for one task: nobody requested what a reply names beyond this. */
const mostOfATask = 15;

/** How many images of a task are downloaded. */
/** Wait for Task reads from its item how many were requested, and an item may claim any number. */
const mostAtAll = 100;

export const mostDownloads = ({ imagesRequested = 0 }: KnownTask): number => Math.min(Math.max(imagesRequested, mostOfATask), mostAtAll);

/**
 * Fetches images in parallel. Only passes on their URLs if the user wants that, or if there are far more than
 * requested. A failed download is data: the others continue.
 */
export async function fetchImages(images: readonly ImageAt[], plan: FetchPlan): Promise<Fetched[]> {
	const most = mostDownloads(plan.known);
	return await Promise.all(images.map(async (image, index): Promise<Fetched> => (index < most ? await fetchImage(image, plan) : { ...image, kind: 'url' })));
}

async function fetchImage(at: ImageAt, plan: FetchPlan): Promise<Fetched> {
	const { known, count, channel, options, run } = plan;
	if (!options.downloadImages) return { ...at, kind: 'url' };
	const { url, index } = at;
	const { provider, taskId } = known;
	const image = await run.download(
		async () =>
			await downloadImage(run.context, url, {
				maxBytes: options.maxFileSize * bytesPerMegabyte,
				baseUrl: channel.account.baseUrl,
				signal: run.signal,
				clock: run.clock,
				redactor: channel.account.redactor,
				fileName: ({ extension }) => fileNameFor({ provider, taskId, index, count, extension, template: options.fileName }),
			}),
	);
	return image instanceof BadDownload ? { ...at, kind: 'missing', reason: image.message } : { ...at, kind: 'image', image };
}

export function imageFacts(fetched: Fetched): IDataObject {
	if (fetched.kind !== 'image') return { url: fetched.url };
	const { fileName, mimeType, bytes, size } = fetched.image;
	return { url: fetched.url, fileName, ...(size ?? {}), mimeType, fileSize: bytes };
}

export function warningsOf(fetched: Fetched, expected: Size | null): string[] {
	return fetched.kind === 'image' ? imageWarnings(fetched.image.bytes, fetched.image.size, expected) : [];
}

/** Binary fields of an item that holds several images: data, data_1, data_2 … */
export function binaryFields(fetched: readonly Fetched[], field: string): IBinaryKeyData {
	const images = fetched.flatMap((one) => (one.kind === 'image' ? [one.image] : []));
	return Object.fromEntries(images.map(({ binary }, index) => [index === 0 ? field : `${field}_${index}`, binary]));
}

/** The missing images, in the form in which an item lists them. */
export function missingOf(fetched: readonly Fetched[]): Array<{ url: string; reason: string }> {
	return fetched.flatMap((one) => (one.kind === 'missing' ? [{ url: one.url, reason: one.reason }] : []));
}

/**
 * The failure for images that are paid for but could not be downloaded. It says which images they are, so that a later
 * Wait for Task does not return the others again.
 */
export function lostImages(itemIndex: number, { known, count, channel }: FetchPlan, fetched: readonly Fetched[]): ItemFailure {
	const missing = missingOf(fetched);
	const message = [...new Set(missing.map((one) => one.reason))].join('; ');
	const { imageIndex: _, ...task } = known;
	const [first, ...others] = fetched;
	const which = first !== undefined && others.length === 0 ? { imageIndex: first.index } : {};
	return {
		itemIndex,
		provider: channel.provider,
		...taskFacts({ ...task, imageCount: count, ...which }),
		urls: missing.map((one) => one.url),
		failure: taskFailure(channel.provider, 'downloadFailed', { message }),
	};
}
