import { NodeApiError, NodeOperationError, type IExecuteFunctions, type INode, type INodeExecutionData } from 'n8n-workflow';

import { factsOf } from '../../core/failure/kindFacts';
import { throwsFailures } from '../execution/toolCall';
import { addExecutionHints } from './executionHints';
import { failureItem, stopError, type AcceptedTask, type ItemFailure } from './failureItem';
import type { Outcome } from './outcome';
import { outputItems } from './outputItems';

export function failuresIn(outcomes: readonly Outcome[][]): ItemFailure[] {
	return outcomes.flat().flatMap((outcome) => (outcome.kind === 'failure' ? [outcome.failed] : []));
}

/** The accepted tasks whose images can still be collected. */
function stillOpen(accepted: readonly AcceptedTask[], failed: readonly ItemFailure[]): AcceptedTask[] {
	// A mistake that was found before anything was sent says nothing about the task.
	const over = new Set(failed.filter(({ failure, nothingSent }) => nothingSent !== true && factsOf(failure.kind).endsTask).map(({ taskId }) => taskId));
	return accepted.filter(({ taskId }) => !over.has(taskId));
}

/** Whether an error is the one that stops the workflow, and not a bug. */
export function isStopError(context: IExecuteFunctions, error: unknown): error is Error {
	return throwsFailures(context) && (error instanceof NodeApiError || error instanceof NodeOperationError);
}

const unknownNode: INode = { id: '', name: 'Seedream', type: '', typeVersion: 1, position: [0, 0], parameters: {} };

/** If n8n's own function fails, the paid tasks must still be named. */
function nodeOf(context: IExecuteFunctions): INode {
	try {
		return context.getNode();
	} catch {
		return unknownNode;
	}
}

/** Makes the node's output from the outcomes of the input items, in input order. Under Stop, any failure becomes the error. */
export function finish(context: IExecuteFunctions, outcomes: readonly Outcome[][], accepted: readonly AcceptedTask[]): INodeExecutionData[][] {
	const items = context.getInputData();
	const node = nodeOf(context);
	const failed = failuresIn(outcomes);
	if (failed.length > 0 && throwsFailures(context)) throw stopError(node, failed, stillOpen(accepted, failed));
	addExecutionHints(context, outcomes);
	const output = outcomes
		.flat()
		.map((outcome) => (outcome.kind === 'item' ? outcome : { item: failureItem(outcome.failed, items[outcome.failed.itemIndex], node) }));
	return [outputItems(output)];
}
