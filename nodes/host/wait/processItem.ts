import { omit } from 'lodash';
import type { IBinaryKeyData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import { submitFailure, taskFailure } from '../../core/reply/providerFailure';
import { Aborted } from '../../core/clock';
import { textAt, type JsonObject } from '../../core/json';
import { binaryFields, fetchImages, imageFacts, lostImages, missingOf, warningsOf, type FetchPlan, type Outcome } from '../output/deliver';
import { taskFacts } from '../output/failureItem';
import type { Channel, Run } from '../execution/run';
import { CredentialFault } from '../execution/transport';
import { failureOf, stoppedTask, waitAndDeliver } from './waitAndDeliver';
import type { PlannedWait, WaitPlan } from './planWait';
import { oneLine } from '../../core/text';

/** A task's images before the item's other files: their names are told in this order. */
const withOthers = (images: IBinaryKeyData, { binary }: INodeExecutionData): IBinaryKeyData => ({ ...images, ...omit(binary, Object.keys(images)) });

/** Downloads a finished task whose item holds only URLs; the item keeps its shape and gains the files. */
async function fetchFinished(plan: WaitPlan, json: JsonObject, input: INodeExecutionData, channel: Channel, run: Run): Promise<Outcome[]> {
	const { itemIndex, known, options } = plan;
	const listed = Array.isArray(json.images) ? json.images.map((image) => textAt(image, 'url') ?? '') : undefined;
	const urls = listed ?? [textAt(json, 'url') ?? ''];
	const firstIndex = listed === undefined && typeof json.imageIndex === 'number' ? json.imageIndex : 0;
	const count = listed?.length ?? (typeof json.imageCount === 'number' ? json.imageCount : 1);
	const fetching: FetchPlan = { known, count, channel, options, run };
	const fetched = await fetchImages(
		urls.map((url, offset) => ({ url, index: firstIndex + offset })),
		fetching,
	);
	const present = fetched.filter((one) => one.kind !== 'missing');
	const [first] = present;
	if (first === undefined) return [{ kind: 'failure', failed: lostImages(itemIndex, fetching, fetched) }];
	const missing = missingOf(fetched);
	const facts: IDataObject = listed === undefined ? imageFacts(first) : { images: present.map(imageFacts) };
	if (missing.length > 0) facts.missing = missing;
	const kept = known.warnings.filter((warning) => !/URLs (may )?expire/.test(warning));
	const warnings = [...new Set([...kept, ...fetched.flatMap((one) => warningsOf(one, null))])];
	const item: INodeExecutionData = {
		json: { ...(json as IDataObject), ...facts, warnings },
		binary: withOthers(binaryFields(fetched, options.outputBinaryField), input),
		pairedItem: { item: itemIndex },
	};
	return [{ kind: 'item', item }];
}

/** Processes one item: passes it on, fetches its files, or waits for its task. Never rejects: what goes wrong is its outcome. */
export async function processItem(
	planned: PlannedWait,
	input: INodeExecutionData,
	itemIndex: number,
	run: Run,
	wait: (plan: WaitPlan, channel: Channel) => Promise<Outcome[]> = async (plan, channel) =>
		await waitAndDeliver(plan, channel, plan.options, run),
): Promise<Outcome[]> {
	if (planned.kind === 'pass') return [{ kind: 'item', item: { ...input, pairedItem: { item: itemIndex } }, unchanged: true }];
	if (planned.kind === 'fault') return [{ kind: 'failure', failed: planned.failed }];
	const { plan } = planned;
	const channel = await run.channel(plan.provider);
	if (channel instanceof CredentialFault) {
		const failure = { ...submitFailure(plan.provider, 'authentication', { message: channel.message }), tryElsewhere: false };
		const failed = { itemIndex, provider: plan.provider, ...taskFacts(plan.known), failure, nothingSent: true };
		return [{ kind: 'failure', failed }];
	}
	try {
		if (planned.kind === 'fetch') return await fetchFinished(plan, planned.json, input, channel, run);
		return await wait(plan, channel);
	} catch (error) {
		if (error instanceof Aborted) return [{ kind: 'failure', failed: stoppedTask(plan, channel) }];
		const message = oneLine(error instanceof Error ? error.message : String(error));
		const failure = taskFailure(plan.provider, 'unexpectedReply', { message });
		return [{ kind: 'failure', failed: failureOf(plan, channel, failure) }];
	}
}
