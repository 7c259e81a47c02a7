import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { submitFailure, taskFailure } from '../core/classify';
import { Aborted } from '../core/clock';
import { oneLine } from '../core/failure';
import { isJsonObject, textAt, type JsonObject } from '../core/json';
import type { Provider } from '../core/provider';
import { knownTask, type KnownTask } from '../core/taskRef';
import { findProvider, isProviderId, providers } from '../providers';
import { binaryFields, fetchImages, imageFacts, lostImages, missingOf, warningsOf, type Outcome } from './deliver';
import { invalidInput, stopError, type AcceptedTask, type ItemFailure } from './failureItem';
import { finish } from './finish';
import { checkOptions, defaultOptions, type Options } from './options';
import { createRun, type Channel, type Run } from './run';
import { CredentialFault } from './transport';
import { failedTask, stoppedTask, waitAndDeliver } from './waitAndDeliver';

interface WaitPlan {
	itemIndex: number;
	provider: Provider;
	known: KnownTask;
	options: Options;
}

type Planned =
	| { kind: 'wait'; plan: WaitPlan }
	/** A finished task whose images are still only URLs. */
	| { kind: 'fetch'; plan: WaitPlan; json: JsonObject }
	| { kind: 'pass' }
	| { kind: 'fault'; failed: ItemFailure };

/** The provider of an item's task, or a sentence on why it cannot be told. */
function providerOf(selected: readonly string[], json: JsonObject, taskProvider: string): Provider | string {
	const names = selected.map((id) => findProvider(id)?.displayName ?? id).join(', ');
	const told = taskProvider !== '' ? taskProvider : (textAt(json, 'provider', 'details.provider') ?? '');
	const [only = ''] = selected;
	// With one provider selected the task is its own, unless the item names another that exists.
	const id = selected.length === 1 && !isProviderId(told) ? only : told;
	const provider = findProvider(id);
	if (provider === undefined) {
		return id === ''
			? `several providers are selected (${names}) and the item does not say whose task it is: set the option Task Provider`
			: `Provider must be one of ${providers.map((one) => one.id).join(', ')}, but is "${id}"`;
	}
	return selected.includes(id)
		? provider
		: `the task belongs to ${provider.displayName}, but only ${names} is selected: add ${provider.displayName} under Providers`;
}

function holdsFailure(json: JsonObject): boolean {
	return json.error !== undefined || isJsonObject(json.details);
}

/** Reads and checks one item; whatever is wrong comes back as its failure. */
function planWait(context: IExecuteFunctions, input: INodeExecutionData, itemIndex: number): Planned {
	try {
		return readItem(context, input, itemIndex);
	} catch (error) {
		// An expression that cannot be resolved is a mistake of this item alone.
		const message = oneLine(error instanceof Error ? error.message : String(error));
		return { kind: 'fault', failed: invalidInput(itemIndex, undefined, [message]) };
	}
}

function readItem(context: IExecuteFunctions, input: INodeExecutionData, itemIndex: number): Planned {
	const parameter = (name: string, fallback: unknown = ''): unknown =>
		context.getNodeParameter(name, itemIndex, fallback);
	const json = input.json as JsonObject;
	const rawId = parameter('taskId');
	const taskId = typeof rawId === 'string' ? rawId.trim() : typeof rawId === 'number' ? String(rawId) : '';
	if (taskId === '' && holdsFailure(json)) return { kind: 'pass' };
	const { options, faults } = checkOptions(parameter('options', {}), {
		timeout: parameter('timeout', defaultOptions.timeout),
	});
	const listed = parameter('providers', []);
	const selected = Array.isArray(listed) ? listed.map(String) : [];
	const provider = selected.length === 0 ? 'select at least one provider under Providers' : providerOf(selected, json, selected.length === 1 ? '' : options.taskProvider.trim());
	if (typeof provider === 'string') faults.push(provider);
	if (taskId === '') faults.push('Task ID is empty: pass the task of a Seedream Generate node, e.g. {{ $json.taskId }}');
	if (typeof provider === 'string' || faults.length > 0) {
		const failed = invalidInput(itemIndex, typeof provider === 'string' ? undefined : provider, faults);
		return { kind: 'fault', failed: taskId === '' ? failed : { ...failed, taskId } };
	}
	const plan: WaitPlan = { itemIndex, provider, known: knownTask(json, provider.id, taskId), options };
	if (json.status !== 'succeeded') return { kind: 'wait', plan };
	const hasFiles = Object.keys(input.binary ?? {}).length > 0;
	const hasUrls = typeof json.url === 'string' || Array.isArray(json.images);
	if (!hasUrls && !hasFiles) return { kind: 'wait', plan };
	return hasFiles || !options.downloadImages ? { kind: 'pass' } : { kind: 'fetch', plan, json };
}

/** Downloads a finished task whose item holds only URLs; the item keeps its shape and gains the files. */
async function fetchFinished(plan: WaitPlan, json: JsonObject, channel: Channel, run: Run): Promise<Outcome[]> {
	const { itemIndex, known, options } = plan;
	const listed = Array.isArray(json.images) ? json.images.map((image) => textAt(image, 'url') ?? '') : undefined;
	const urls = listed ?? [textAt(json, 'url') ?? ''];
	const firstIndex = listed === undefined && typeof json.imageIndex === 'number' ? json.imageIndex : 0;
	const count = listed?.length ?? (typeof json.imageCount === 'number' ? json.imageCount : 1);
	const fetched = await fetchImages(urls, { known, firstIndex, count, channel, options, run });
	const present = fetched.filter((one) => one.kind !== 'missing');
	const [first] = present;
	if (first === undefined) return [{ kind: 'failure', failed: lostImages(itemIndex, known, channel, fetched) }];
	const missing = missingOf(fetched);
	const facts: IDataObject = listed === undefined ? imageFacts(first) : { images: present.map(imageFacts) };
	if (missing.length > 0) facts.missing = missing;
	const kept = known.warnings.filter((warning) => !/URLs (may )?expire/.test(warning));
	const warnings = [...new Set([...kept, ...fetched.flatMap((one) => warningsOf(one, null))])];
	const item: INodeExecutionData = {
		json: { ...(json as IDataObject), ...facts, warnings },
		binary: binaryFields(fetched, options.outputBinaryField),
		pairedItem: { item: itemIndex },
	};
	return [{ kind: 'item', item }];
}

async function settle(planned: Planned, input: INodeExecutionData, itemIndex: number, run: Run): Promise<Outcome[]> {
	if (planned.kind === 'pass') return [{ kind: 'item', item: { ...input, pairedItem: { item: itemIndex } } }];
	if (planned.kind === 'fault') return [{ kind: 'failure', failed: planned.failed }];
	const { plan } = planned;
	const channel = await run.channel(plan.provider);
	if (channel instanceof CredentialFault) {
		const failure = { ...submitFailure(plan.provider, 'authentication', { message: channel.message }), tryElsewhere: false };
		const failed = { itemIndex, provider: plan.provider, taskId: plan.known.taskId, failure, nothingSent: true };
		return [{ kind: 'failure', failed }];
	}
	const task = { itemIndex, known: plan.known, expected: null };
	try {
		return planned.kind === 'fetch'
			? await fetchFinished(plan, planned.json, channel, run)
			: await waitAndDeliver(task, channel, plan.options, run);
	} catch (error) {
		if (error instanceof Aborted) return [{ kind: 'failure', failed: stoppedTask(task, channel) }];
		const message = oneLine(error instanceof Error ? error.message : String(error));
		return [{ kind: 'failure', failed: failedTask(task, channel, taskFailure(plan.provider, 'unexpectedReply', { message })) }];
	}
}

/** Seedream Wait for Task: all tasks looked at together until each is final, delivered in input order. */
export async function waitForTasks(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const planned = items.map((item, itemIndex) => planWait(context, item, itemIndex));
	const faults = planned.flatMap((one) => (one.kind === 'fault' ? [one.failed] : []));
	const plans = planned.flatMap((one) => ('plan' in one ? [one.plan] : []));
	const tasks = plans.map(
		({ itemIndex, provider, known }): AcceptedTask => ({ itemIndex, provider: provider.id, taskId: known.taskId }),
	);
	if (faults.length > 0 && !context.continueOnFail()) throw stopError(context.getNode(), faults, tasks);
	const run = createRun(context, plans[0]?.options.concurrency ?? defaultOptions.concurrency);
	const outcomes = await Promise.all(
		planned.map(async (one, itemIndex) => await settle(one, items[itemIndex] ?? { json: {} }, itemIndex, run)),
	);
	return finish(context, outcomes, tasks);
}
