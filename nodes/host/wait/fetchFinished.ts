import type { IBinaryData, IBinaryKeyData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import { isJsonObject, textAt, type JsonObject } from '../../core/json';
import { checkOnce } from '../../core/task/checkAgain';
import type { Channel, Run } from '../execution/run';
import { fetchImages, imageFacts, lostImages, missingOf, warningsOf, type Fetched, type FetchPlan, type ImageAt } from '../output/fetchImages';
import type { Outcome } from '../output/outcome';
import type { WaitPlan } from './planWait';
import { waitContextOf } from './waitAndDeliver';

/** An image that the item already has, and what the item says about it. */
interface Kept {
	kind: 'kept';
	index: number;
	facts: IDataObject;
	file?: IBinaryData;
}

/** What an item says about its finished task. */
interface FinishedItem {
	/** Whether it is one item per task, with its images in a list. */
	isPerTask: boolean;
	kept: Kept[];
	lost: ImageAt[];
	/** How many images the task has. */
	count: number;
	/** Files of the item that are not images of the task. */
	others: IBinaryKeyData;
}

/** Each image's position in its task, from the number at the end of its file name; undefined if the names do not show it. */
function positionsByName(images: readonly JsonObject[], count: number): number[] | undefined {
	const positions = images.map((image) => Number(/-(\d+)\.\w+$/.exec(textAt(image, 'fileName') ?? '')?.[1]) - 1);
	const isOrdered = positions.every((position, at) => position > (positions[at - 1] ?? -1) && position < count);
	return isOrdered ? positions : undefined;
}

function readPerTask(json: JsonObject, binary: IBinaryKeyData): FinishedItem {
	const images = Array.isArray(json.images) ? json.images.filter(isJsonObject) : [];
	const missing = (Array.isArray(json.missing) ? json.missing : []).map((one) => textAt(one, 'url') ?? '');
	const count = images.length + missing.length;
	const positions = (missing.length > 0 ? positionsByName(images, count) : undefined) ?? images.map((_, at) => at);
	const free = Array.from({ length: count }, (_, at) => at).filter((at) => !positions.includes(at));
	// The files have the order of the images that name one.
	const files = Object.entries(binary);
	let next = 0;
	const kept: Kept[] = [];
	const lost = missing.map((url, at): ImageAt => ({ url, index: free[at] ?? images.length + at }));
	for (const [at, image] of images.entries()) {
		const index = positions[at] ?? at;
		if (textAt(image, 'fileName') === undefined) {
			lost.push({ url: textAt(image, 'url') ?? '', index });
			continue;
		}
		const file = files[next]?.[1];
		next += 1;
		kept.push({ kind: 'kept', index, facts: image, ...(file === undefined ? {} : { file }) });
	}
	return { isPerTask: true, kept, lost, count, others: Object.fromEntries(files.slice(next)) };
}

function readFinishedItem(json: JsonObject, { binary = {} }: INodeExecutionData): FinishedItem {
	if (Array.isArray(json.images) || Array.isArray(json.missing)) return readPerTask(json, binary);
	const index = typeof json.imageIndex === 'number' ? json.imageIndex : 0;
	const count = typeof json.imageCount === 'number' ? json.imageCount : 1;
	return { isPerTask: false, kept: [], lost: [{ url: textAt(json, 'url') ?? '', index }], count, others: binary };
}

/** Asks the provider once for the images' current URLs, which is free. Images without a new one stay missing. */
async function fetchFromNewUrls(fetched: readonly Fetched[], fetching: FetchPlan): Promise<Fetched[]> {
	const { known, count, channel, options, run } = fetching;
	const check = await checkOnce(known, waitContextOf(channel, options, run));
	const urls = check.kind === 'succeeded' && check.urls.length === count ? check.urls : [];
	const again = fetched.flatMap(({ kind, url, index }): ImageAt[] => {
		const now = urls[index];
		return kind === 'missing' && now !== undefined && now !== url ? [{ url: now, index }] : [];
	});
	const found = new Map((await fetchImages(again, fetching)).map((one) => [one.index, one]));
	return fetched.map((one) => found.get(one.index) ?? one);
}

/** The same failure with another remedy, because the usual one points to the node that has just failed. */
function stillLost(itemIndex: number, fetching: FetchPlan, fetched: readonly Fetched[]): Outcome {
	const failed = lostImages(itemIndex, fetching, fetched);
	const name = fetching.channel.provider.displayName;
	const remedy = `${name} was asked once more and returned no URL that works. Look in your ${name} account for the images, which are paid for.`;
	return { kind: 'failure', failed: { ...failed, failure: { ...failed.failure, remedy } } };
}

function filesOf(images: ReadonlyArray<Kept | Fetched>, field: string): IBinaryKeyData {
	const files = images.flatMap((one) => (one.kind === 'kept' ? (one.file ?? []) : one.kind === 'image' ? one.image.binary : []));
	return Object.fromEntries(files.map((file, at) => [at === 0 ? field : `${field}_${at}`, file]));
}

/** Downloads the images that the item of a finished task lacks. The item keeps its form and gets the files. */
export async function fetchFinished(plan: WaitPlan, json: JsonObject, input: INodeExecutionData, channel: Channel, run: Run): Promise<Outcome[]> {
	const { itemIndex, known, options } = plan;
	const { isPerTask, kept, lost, count, others } = readFinishedItem(json, input);
	const fetching: FetchPlan = { known, count, channel, options, run };
	const first = await fetchImages(lost, fetching);
	const fetched = missingOf(first).length === 0 ? first : await fetchFromNewUrls(first, fetching);
	const missing = missingOf(fetched);
	const images = [...kept, ...fetched.filter((one) => one.kind !== 'missing')].sort((one, other) => one.index - other.index);
	const [only] = images;
	if (only === undefined) return [stillLost(itemIndex, fetching, fetched)];
	const facts = images.map((one) => (one.kind === 'kept' ? one.facts : imageFacts(one)));
	const warnings = known.warnings.filter((warning) => !/URLs (may )?expire|images could not be downloaded/.test(warning));
	warnings.push(...fetched.flatMap((one) => warningsOf(one, null)));
	if (missing.length > 0) warnings.push(`${missing.length} of ${count} images could not be downloaded; their URLs are in missing.`);
	const { missing: _missing, ...fields } = json as IDataObject;
	const own: IDataObject = isPerTask ? { images: facts, ...(missing.length > 0 ? { missing } : {}) } : (facts[0] ?? {});
	// The task's images come before the item's other files, in the order of their names in the json.
	const files = filesOf(images, options.outputBinaryField);
	const binary = { ...files, ...Object.fromEntries(Object.entries(others).filter(([field]) => !(field in files))) };
	const item: INodeExecutionData = {
		json: { ...fields, ...own, warnings: [...new Set(warnings)] },
		binary,
		pairedItem: { item: itemIndex },
	};
	return [{ kind: 'item', item }];
}
