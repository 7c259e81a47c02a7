import type { IExecuteFunctions } from 'n8n-workflow';

import { beginPass, type Journal } from '../../core/submit/journal';
import { readJournal } from '../../core/submit/readJournal';

const contextKey = 'seedreamJournal';

/** The journal in the node's execution context, which n8n keeps for Retry On Fail and Retry execution. */
export function openJournal(context: IExecuteFunctions, pass: number): Journal {
	const store = context.getContext('node');
	const blank: Journal = { firstExecution: context.getExecutionId(), pass, entries: {}, refusals: {}, spent: {}, freed: {} };
	const journal = readJournal(store[contextKey], blank) ?? blank;
	store[contextKey] = journal;
	beginPass(journal, pass);
	return journal;
}

/** The number of this loop pass. Always the same for a tool, whose run index rises with every call and every retry. */
export function passOf(context: IExecuteFunctions, isTool: boolean): number {
	if (isTool) return 0;
	const runIndex: unknown = context.getWorkflowDataProxy(0).$runIndex;
	return typeof runIndex === 'number' ? runIndex : 0;
}
