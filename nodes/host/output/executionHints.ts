import type { IExecuteFunctions, INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';

import { roundAmount, type Cost } from '../../core/cost';
import { isJsonObject, textAt } from '../../core/json';
import { counted } from '../../core/text';
import { findProvider } from '../../providers';
import { isToolCall } from '../execution/toolCall';
import { messageOf, type ItemFailure } from './failureItem';
import type { Outcome } from './outcome';

const mostWarnings = 5;

/** The editor shows a hint as HTML. */
const asHtml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function costIn(json: INodeExecutionData['json'], name: 'cost' | 'estimatedCost'): Cost[] {
	const { [name]: cost } = json;
	return isJsonObject(cost) && typeof cost.amount === 'number' && (cost.unit === 'USD' || cost.unit === 'credits')
		? [{ amount: cost.amount, unit: cost.unit }]
		: [];
}

/** The sum in each unit, e.g. "0.07 USD and 12 credits". */
function sumOf(costs: readonly Cost[]): string {
	const sums = new Map<string, number>();
	for (const { amount, unit } of costs) sums.set(unit, roundAmount((sums.get(unit) ?? 0) + amount));
	return [...sums].map(([unit, amount]) => `${amount} ${unit}`).join(' and ');
}

/** Each sentence once, with the number of input items that it applies to. All images of an item count once, because they have the warnings of their task. */
function warningsIn(byInput: readonly INodeExecutionData[][]): Map<string, number> {
	const count = new Map<string, number>();
	for (const items of byInput) {
		const warnings = items.flatMap(({ json }) => (Array.isArray(json.warnings) ? json.warnings.map(String) : []));
		for (const warning of new Set(warnings)) count.set(warning, (count.get(warning) ?? 0) + 1);
	}
	return count;
}

function warningHints(byInput: readonly INodeExecutionData[][]): string[] {
	const all = [...warningsIn(byInput)];
	const shown = all.slice(0, mostWarnings).map(([warning, count]) => (count === 1 ? warning : `${warning} (${counted(count, 'item')})`));
	const more = all.length - shown.length;
	return more > 0 ? [...shown, `${counted(more, 'other warning')}: see the field "warnings" of the items.`] : shown;
}

/** The providers that did not take the job before another one did, each with its first reason. */
function attemptHints(items: readonly INodeExecutionData[]): string[] {
	const tasks = new Map(items.map(({ json }) => [json.taskId, Array.isArray(json.attempts) ? json.attempts : []]));
	const byProvider = new Map<string, string[]>();
	for (const attempt of [...tasks.values()].flat()) {
		const id = textAt(attempt, 'provider') ?? '';
		byProvider.set(id, [...(byProvider.get(id) ?? []), textAt(attempt, 'message') ?? '']);
	}
	return [...byProvider].map(
		([id, messages]) => `${findProvider(id)?.displayName ?? id} did not take ${counted(messages.length, 'job')}: ${messages[0] ?? ''}`,
	);
}

/** Under the Continue modes: how many items failed, and the message of the first failure. */
function failureHint(failed: readonly ItemFailure[], count: number): string[] {
	const [first] = failed;
	if (first === undefined) return [];
	const items = new Set(failed.map(({ itemIndex }) => itemIndex)).size;
	return [`${items} of ${counted(count, 'item')} failed. Item ${first.itemIndex}: ${messageOf(first)}`];
}

function summaries(items: readonly INodeExecutionData[]): string[] {
	const dry = items.filter(({ json }) => json.dryRun === true);
	const submitted = items.filter(({ json }) => json.status === 'submitted');
	const images = items.filter(({ json }) => json.status === 'succeeded');
	const imageCount = images.reduce((sum, { json }) => sum + (Array.isArray(json.images) ? json.images.length : 1), 0);
	const wouldCost = sumOf(dry.flatMap(({ json }) => costIn(json, 'estimatedCost')));
	const willCost = sumOf(submitted.flatMap(({ json }) => costIn(json, 'estimatedCost')));
	const cost = sumOf(images.flatMap(({ json }) => costIn(json, 'cost')));
	const hints: string[] = [];
	if (dry.length > 0)
		hints.push(`Dry run: nothing was sent. ${wouldCost === '' ? 'The cost of a real run is not known.' : `A real run would cost about ${wouldCost}.`}`);
	if (submitted.length > 0) {
		const price = willCost === '' ? '' : `, which cost about ${willCost}`;
		hints.push(`${counted(submitted.length, 'task')} submitted${price}. Pin this output while you build the next nodes: executing this node again pays again.`);
	}
	if (imageCount > 0) hints.push(`${counted(imageCount, 'image')}${cost === '' ? '' : ` for ${cost}`}.`);
	return hints;
}

/** What the output pane says about a finished run: its cost, its warnings, and what is missing. */
export function executionHints(outcomes: readonly Outcome[][]): NodeExecutionHint[] {
	// Items that only pass through are not results of this node.
	const byInput = outcomes.map((all) => all.flatMap((one) => (one.kind === 'item' && one.unchanged !== true ? [one.item] : [])));
	const items = byInput.flat();
	const failed = outcomes.flat().flatMap((one) => (one.kind === 'failure' ? [one.failed] : []));
	const lost = items.reduce((sum, { json }) => sum + (Array.isArray(json.missing) ? json.missing.length : 0), 0);
	const asHint =
		(type: 'info' | 'warning') =>
		(message: string): NodeExecutionHint => ({ message: asHtml(message), type, location: 'outputPane' });
	const missing = lost === 0 ? [] : [`${counted(lost, 'image')} could not be downloaded: see the field "missing". Downloading again is free.`];
	return [
		...[...failureHint(failed, outcomes.length), ...missing, ...attemptHints(items), ...warningHints(byInput)].map(asHint('warning')),
		...summaries(items).map(asHint('info')),
	];
}

/** Adds the hints, but not for tools, whose model sees no output pane, nor in n8n before 1.88, which has no such function. */
export function addExecutionHints(context: IExecuteFunctions, outcomes: readonly Outcome[][]): void {
	try {
		if (isToolCall(context) || typeof (context as Partial<IExecuteFunctions>).addExecutionHints !== 'function') return;
		const hints = executionHints(outcomes);
		if (hints.length > 0) context.addExecutionHints(...hints);
	} catch {
		// A hint that fails must not cost the images.
	}
}
