import { pick } from 'lodash';
import { NodeApiError, NodeOperationError, type IDataObject, type INode, type INodeExecutionData } from 'n8n-workflow';

import type { Cost } from '../../core/cost';
import { adviceForAgent } from '../../core/failure/adviceForAgent';
import { describeFailure } from '../../core/failure/describeFailure';
import type { Failure } from '../../core/failure/failure';
import { factsOf, whatPaysAgain } from '../../core/failure/kindFacts';
import type { Provider } from '../../core/provider/provider';
import type { AttemptNote, KnownTask } from '../../core/task/taskRef';
import { findProvider } from '../../providers';
import { isToolNode } from '../execution/toolCall';

/** Everything that is known about one failed item, for the error under Stop and for the item under the Continue modes. */
export interface ItemFailure extends TaskFacts {
	itemIndex: number;
	/** Undefined if the item does not name an existing provider. */
	provider: Provider | undefined;
	failure: Failure;
	/** Whether the failure was found before anything was sent. */
	nothingSent?: boolean;
	/** With several providers: those that did not take the job. */
	attempts?: AttemptNote[];
	timeoutSeconds?: number;
}

/** The facts about its task that a failure repeats for a later Wait for Task. */
interface TaskFacts {
	taskId?: string;
	/** As they were sent. Wait for Task needs the model, and its output the prompt. */
	prompt?: string;
	model?: string;
	/** ISO 8601. */
	submittedAt?: string;
	imagesRequested?: number;
	/** The cost of the whole task. */
	estimatedCost?: Cost;
	/** Whether the provider calls back when the task finishes. */
	callback?: string;
	urls?: string[];
	/** How many images the task produced. */
	imageCount?: number;
	/** The image that this failure is about, counted from 0, if it is about one image. */
	imageIndex?: number;
}

export function taskFacts({ submittedAt, ...known }: KnownTask): TaskFacts {
	const facts = pick(known, ['taskId', 'prompt', 'model', 'imagesRequested', 'estimatedCost', 'callback', 'urls', 'imageCount', 'imageIndex']);
	return submittedAt === undefined ? facts : { ...facts, submittedAt: new Date(submittedAt).toISOString() };
}

/** A mistake in what the user typed, found before anything was sent. */
export function invalidInput(itemIndex: number, provider: Provider | undefined, faults: readonly string[]): ItemFailure {
	const several = faults.length > 1;
	// One text with all faults, because an error workflow only gets the message.
	const failure: Failure = {
		kind: 'invalidInput',
		message: several ? faults.map((fault, index) => `(${index + 1}) ${fault}`).join('; ') : (faults[0] ?? ''),
		retryable: false,
		mayBeCharged: false,
		tryElsewhere: false,
		remedy: 'Correct what the message names, then run again: nothing was charged.',
	};
	return { itemIndex, provider, failure, nothingSent: true };
}

export function messageOf(failed: ItemFailure): string {
	const { failure, taskId, nothingSent, timeoutSeconds } = failed;
	return describeFailure({
		provider: failed.provider?.displayName ?? 'a provider',
		failure,
		...(taskId === undefined ? {} : { taskId }),
		...(nothingSent === undefined ? {} : { nothingSent }),
		...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
	});
}

/** The message for a person or for a model. A model gets nothing but the message, so its message includes the advice. */
function messageFor(node: INode, failed: ItemFailure): string {
	return isToolNode(node) ? `${messageOf(failed)} ${adviceForAgent(failed.failure, failed.taskId !== undefined)}` : messageOf(failed);
}

export function detailsOf(failed: ItemFailure): IDataObject {
	const details: IDataObject = {};
	if (failed.provider !== undefined) details.provider = failed.provider.id;
	if (failed.taskId !== undefined) details.taskId = failed.taskId;
	details.status = factsOf(failed.failure.kind).status;
	if (failed.prompt !== undefined) details.prompt = failed.prompt;
	if (failed.model !== undefined) details.model = failed.model;
	if (failed.submittedAt !== undefined) details.submittedAt = failed.submittedAt;
	if (failed.imagesRequested !== undefined) details.imagesRequested = failed.imagesRequested;
	if (failed.estimatedCost !== undefined) details.estimatedCost = { ...failed.estimatedCost };
	if (failed.callback !== undefined) details.callback = failed.callback;
	if (failed.imageIndex !== undefined) details.imageIndex = failed.imageIndex;
	if (failed.imageCount !== undefined) details.imageCount = failed.imageCount;
	if (failed.attempts !== undefined) details.attempts = failed.attempts.map((one) => ({ ...one }));
	details.urls = failed.urls ?? [];
	details.failure = { ...failed.failure };
	return details;
}

/**
 * Sends an item to the error output in every version of n8n: those before 2.36 check only this property if the json has a
 * second key. It is hidden, because n8n copies the item and replaces the json of a copy that still has it. It is writable,
 * because n8n 1.88 removes it itself.
 */
function markAsError(item: INodeExecutionData, message: string): INodeExecutionData {
	return Object.defineProperty(item, 'error', { value: { message }, writable: true });
}

/**
 * The item for a failure under the Continue modes. n8n moves it to the error output only when its json has
 * no key but these two, and then merges the input's fields under it itself.
 */
export function failureItem(failed: ItemFailure, input: INodeExecutionData | undefined, node: INode): INodeExecutionData {
	const message = messageFor(node, failed);
	const facts: IDataObject = { error: message, details: detailsOf(failed) };
	const pairedItem = { item: failed.itemIndex };
	if (node.onError === 'continueErrorOutput') return markAsError({ json: facts, pairedItem }, message);
	// The item that an agent passes to a tool is the agent's own, whose fields the model already knows.
	return { json: isToolNode(node) ? facts : { ...(input?.json ?? {}), ...facts }, pairedItem };
}

/** An accepted task of a stopped or failed run. It is paid for and can still be collected. */
export interface AcceptedTask {
	itemIndex: number;
	provider: string;
	taskId: string;
}

const mostTasksListed = 1000;
const mostFailuresListed = 20;
const mostUrlsListed = 200;

/** Accepted tasks in one line: item (counted from 0, as n8n does), provider, id. */
export function listTasks(accepted: readonly AcceptedTask[]): string {
	const shown = accepted
		.slice(0, mostTasksListed)
		.map((task) => `item ${task.itemIndex}: ${findProvider(task.provider)?.displayName ?? task.provider} ${task.taskId}`);
	const more = accepted.length > mostTasksListed ? ` and ${accepted.length - mostTasksListed} more` : '';
	return `${shown.join(', ')}${more}`;
}

/** How to collect the accepted tasks, unless the remedy has just said it. */
function howToCollect(accepted: readonly AcceptedTask[], remedy: string): string {
	if (accepted.length === 0) return '';
	const listed = `Accepted tasks: ${listTasks(accepted)}.`;
	if (remedy.endsWith(whatPaysAgain)) return listed;
	return `Accepted tasks are not lost: retry this execution under Executions, or pass their IDs to a Seedream Wait for Task node. ${whatPaysAgain} ${listed}`;
}

/** The images that are paid for and were not fetched, of all items. */
function listUrls(failed: readonly ItemFailure[]): string {
	const urls = [...new Set(failed.flatMap((one) => one.urls ?? []))];
	if (urls.length === 0) return '';
	const more = urls.length > mostUrlsListed ? ` and ${urls.length - mostUrlsListed} more` : '';
	return `Image URLs: ${urls.slice(0, mostUrlsListed).join(' ')}${more}`;
}

const sentenceOf = (one: ItemFailure): string => `item ${one.itemIndex}: ${messageOf(one)}`;

/** Each sentence once, because several images of one item may be lost for the same reason. */
function listOthers(first: ItemFailure, others: readonly ItemFailure[]): string {
	const sentences = [...new Set(others.map(sentenceOf))].filter((sentence) => sentence !== sentenceOf(first));
	if (sentences.length === 0) return '';
	const more = sentences.length > mostFailuresListed ? ` And ${sentences.length - mostFailuresListed} more.` : '';
	return `Also ${sentences.slice(0, mostFailuresListed).join(' ')}${more}`;
}

/** The error that stops the workflow: the first failure in full, the others and all accepted tasks in the description. */
export function stopError(node: INode, failed: readonly ItemFailure[], inAnyOrder: readonly AcceptedTask[]): Error {
	// An item that was canceled because of another one is not the reason.
	const first = failed.find(({ failure }) => failure.kind !== 'cancelled') ?? failed[0];
	if (first === undefined) return new NodeOperationError(node, 'The execution was stopped.');
	const others = failed.filter((one) => one !== first);
	const accepted = [...inAnyOrder].sort((one, other) => one.itemIndex - other.itemIndex);
	const items = new Set(failed.map(({ itemIndex }) => itemIndex)).size;
	const message = `${messageFor(node, first)}${items > 1 ? ` (${items} items are affected)` : ''}`;
	const parts = [first.failure.remedy, listUrls(failed), listOthers(first, others), howToCollect(accepted, first.failure.remedy)];
	const description = parts.filter((part) => part !== '').join(' ');
	const error =
		first.nothingSent === true
			? new NodeOperationError(node, message, { description, itemIndex: first.itemIndex })
			: new NodeApiError(node, { message }, { message, description, itemIndex: first.itemIndex });
	// n8n replaces a message that names a network code with its own sentence, which says less.
	error.message = message;
	error.description = description;
	error.context.details = { failures: failed.map(detailsOf), accepted };
	return error;
}
