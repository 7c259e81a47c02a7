import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { trimInvisible } from '../../core/invisible';
import { isJsonObject, textAt, type JsonObject } from '../../core/json';
import { findModel } from '../../core/provider/findModel';
import type { Provider } from '../../core/provider/provider';
import { isTaskId } from '../../core/provider/taskId';
import { knownTask, type KnownTask } from '../../core/task/taskRef';
import { quote } from '../../core/text';
import { findProvider, isProviderId, providers } from '../../providers';
import { filesInJson } from '../execution/binaryMode';
import { readingFault } from '../execution/readingFault';
import { invalidInput, taskFacts, type ItemFailure } from '../output/failureItem';
import { checkWaitOptions, defaultOptions, optionsOfProvider, withoutFiles, type Options } from '../panel/options';

/** One task to wait for. */
export interface WaitPlan {
	itemIndex: number;
	provider: Provider;
	known: KnownTask;
	options: Options;
}

/** What to do with one item. */
export type PlannedWait =
	| { kind: 'wait'; plan: WaitPlan }
	/** A finished task whose images are still only URLs. */
	| { kind: 'fetch'; plan: WaitPlan; json: JsonObject }
	| { kind: 'pass' }
	| { kind: 'fault'; failed: ItemFailure };

/** Whether the details of a failure are about this task. */
function namesTask(json: JsonObject, taskId: string): boolean {
	return taskId !== '' && textAt(json, 'details.taskId') === taskId;
}

/** Without case and spaces. */
const plainName = (name: string): string => name.toLowerCase().replace(/[\s_-]+/g, '');

/** The id of a provider that people call by its name, as in a sheet; any other name as it is. */
function idOf(name: string): string {
	return providers.find(({ id, displayName }) => [id, displayName].map(plainName).includes(plainName(name)))?.id ?? name;
}

/** What the item says about its task's provider. On a failure item, the field `provider` may be one of the user's own columns. */
function namedProvider(json: JsonObject, taskId: string, taskProvider: string): string {
	const column = textAt(json, 'provider') ?? '';
	const named = textAt(json, 'details.provider') ?? '';
	if (taskProvider !== '' && taskProvider !== column) return idOf(taskProvider);
	return namesTask(json, taskId) && isProviderId(named) ? named : idOf(column || named);
}

/** The provider of an item's task, or a sentence on why it cannot be named. */
function providerOf(selected: readonly string[], named: string): Provider | string {
	const names = selected.map((id) => findProvider(id)?.displayName ?? id).join(', ');
	const [only = ''] = selected;
	// If one provider is selected, the task belongs to it, unless the item names another existing provider.
	const id = selected.length === 1 && !isProviderId(named) ? only : named;
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

function holdsFailure({ error, details }: JsonObject): boolean {
	if (isJsonObject(details) && isJsonObject(details.failure)) return true;
	return isJsonObject(error) ? Object.keys(error).length > 0 : typeof error === 'string' && error.trim() !== '';
}

/** Whether the item says that its files are the task's images; any other file is not. */
function namesFiles(json: JsonObject): boolean {
	return [json, ...(Array.isArray(json.images) ? json.images : [])].some((one) => textAt(one, 'fileName') !== undefined);
}

/** No ID contains these characters: they show that it is a list, a URL, a quoted text or the JSON of a whole task. */
const notInAnId = /[\s"'`{}[\]<>,;]|:\/\//;

/** The ID as it was typed, or empty if it is not an ID. A number that JavaScript has rounded would be the ID of another task. */
function taskIdIn(rawId: unknown): string {
	const text = typeof rawId === 'string' ? trimInvisible(rawId) : Number.isSafeInteger(rawId) ? String(rawId) : '';
	return isTaskId(text) && !notInAnId.test(text) ? text : '';
}

const isNothing = (rawId: unknown): boolean => rawId === undefined || rawId === null || (typeof rawId === 'string' && trimInvisible(rawId) === '');

function taskIdFault(rawId: unknown): string {
	if (Number.isInteger(rawId)) return `Task ID is the number ${String(rawId)}, which is so large that it was rounded before it came here: pass the ID as text`;
	return isNothing(rawId)
		? 'Task ID is empty: pass the task of a Seedream Generate node, e.g. {{ $json.taskId }}'
		: `Task ID must be the ID of one task, as text, but is ${quote(rawId, 80)}: pass one task per item, e.g. {{ $json.taskId }}`;
}

/** The failure of an item whose parameters cannot be read. It still names the task that the item itself names. */
export function unreadableWait(input: INodeExecutionData, itemIndex: number, error: unknown): ItemFailure {
	const json = input.json as JsonObject;
	const taskId = textAt(json, 'taskId', 'details.taskId') ?? '';
	const provider = findProvider(namedProvider(json, taskId, ''));
	const known = isTaskId(taskId) ? taskFacts(knownTask(json, provider?.id ?? '', taskId)) : {};
	return { ...invalidInput(itemIndex, provider, [readingFault(error)]), ...known };
}

/** Reads and checks one item; anything wrong is returned as its failure. */
export function planWait(context: IExecuteFunctions, input: INodeExecutionData, itemIndex: number, isTool: boolean): PlannedWait {
	try {
		// The item that an agent passes to a tool is the agent's own, which says nothing about the task.
		return readWait(context, isTool ? { json: {} } : input, itemIndex, isTool);
	} catch (error) {
		// An expression that cannot be resolved is a mistake in this item alone.
		return { kind: 'fault', failed: unreadableWait(isTool ? { json: {} } : input, itemIndex, error) };
	}
}

/** What the item says about its task. A field called `model` may be one of the user's own columns. */
function taskOf(provider: Provider, json: JsonObject, taskId: string): KnownTask {
	const { model, ...known } = knownTask(json, provider.id, taskId);
	return findModel(provider, model) === undefined ? known : { ...known, model };
}

function readWait(context: IExecuteFunctions, input: INodeExecutionData, itemIndex: number, isTool: boolean): PlannedWait {
	const parameter = (name: string, fallback: unknown = ''): unknown => context.getNodeParameter(name, itemIndex, fallback);
	const json = input.json as JsonObject;
	const rawId = parameter('taskId');
	const taskId = taskIdIn(rawId);
	if (isNothing(rawId) && holdsFailure(json)) return { kind: 'pass' };
	const rawOptions = parameter('options', {});
	const { options: common, faults } = checkWaitOptions(rawOptions, parameter('timeout', defaultOptions.timeout));
	const listed = parameter('providers', []);
	// An expression may give one id.
	const selected = (Array.isArray(listed) ? (listed as unknown[]) : [listed]).filter((id): id is string => typeof id === 'string' && id !== '');
	// If one provider is selected, the option is not read: its default expression would only repeat the item.
	const taskProvider = selected.length === 1 ? '' : common.taskProvider;
	const provider = selected.length === 0 ? 'select at least one provider under Providers' : providerOf(selected, namedProvider(json, taskId, taskProvider));
	const own = typeof provider === 'string' ? { ofProvider: {}, faults: [provider] } : optionsOfProvider(provider, rawOptions);
	const options: Options = { ...common, ofProvider: own.ofProvider };
	faults.push(...own.faults);
	if (taskId === '') faults.push(taskIdFault(rawId));
	if (typeof provider === 'string' || faults.length > 0) {
		const known = typeof provider === 'string' ? undefined : provider;
		const failed = invalidInput(itemIndex, known, faults);
		return { kind: 'fault', failed: taskId === '' ? failed : { ...failed, ...taskFacts(knownTask(json, known?.id ?? '', taskId)) } };
	}
	const used = isTool ? withoutFiles(options) : options;
	const plan: WaitPlan = { itemIndex, provider, known: taskOf(provider, json, taskId), options: used };
	const isLost = holdsFailure(json) && namesTask(json, taskId);
	if (json.status !== 'succeeded' || isLost) return { kind: 'wait', plan };
	const files = [input.binary, json[filesInJson]].some((one) => isJsonObject(one) && Object.keys(one).length > 0);
	const hasFiles = files && namesFiles(json);
	const hasUrls = typeof json.url === 'string' || Array.isArray(json.images) || Array.isArray(json.missing);
	if (!hasUrls && !hasFiles) return { kind: 'wait', plan };
	const isComplete = hasFiles && !(Array.isArray(json.missing) && json.missing.length > 0);
	return isComplete || !used.downloadImages ? { kind: 'pass' } : { kind: 'fetch', plan, json };
}
