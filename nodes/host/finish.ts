import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Outcome } from './deliver';
import { failureItem, stopError, type AcceptedTask, type ItemFailure } from './failureItem';

export function failuresIn(outcomes: readonly Outcome[][]): ItemFailure[] {
	return outcomes.flat().flatMap((outcome) => (outcome.kind === 'failure' ? [outcome.failed] : []));
}

/** Outcomes per input item, in input order, become the node's output; under Stop any failure becomes the error. */
export function finish(
	context: IExecuteFunctions,
	outcomes: readonly Outcome[][],
	accepted: readonly AcceptedTask[],
): INodeExecutionData[][] {
	const items = context.getInputData();
	const node = context.getNode();
	const failed = failuresIn(outcomes);
	if (failed.length > 0 && !context.continueOnFail()) throw stopError(node, failed, accepted);
	return [
		outcomes
			.flat()
			.map((outcome) =>
				outcome.kind === 'item' ? outcome.item : failureItem(outcome.failed, items[outcome.failed.itemIndex], node),
			),
	];
}
