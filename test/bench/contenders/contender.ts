import type { WorkflowToCreate } from '../../e2e/support/restClient';
import type { Session } from '../../e2e/support/session';
import { generateAndPark, generateAndWait, generateThenWait, recipeForAll, recipeOneByOne } from './workflows';
import type { Workload } from './workload';

export interface Contender {
	readonly id: string;
	readonly title: string;
	/** The workflow that runs in n8n; the bare script has none. */
	readonly workflow?: (session: Session, workload: Workload) => WorkflowToCreate;
}

export const contenders: readonly Contender[] = [
	{ id: 'wait', title: 'Generate', workflow: generateAndWait },
	{ id: 'two-nodes', title: 'Generate + Wait for Task', workflow: generateThenWait },
	{ id: 'callback', title: 'the same, on callback', workflow: generateAndPark },
	{ id: 'recipe', title: 'HTTP Request recipe, all together', workflow: recipeForAll },
	{ id: 'recipe-each', title: 'HTTP Request recipe, one by one', workflow: recipeOneByOne },
	{ id: 'bare', title: 'bare script (axios, p-limit)' },
];

const standing = new Set(['Start', 'List', 'Items']);

/** Nodes that a user has to place for it, without trigger and source of the items. */
export function nodesOf(contender: Contender, session: Session, workload: Workload): number | undefined {
	return contender.workflow?.(session, workload).nodes.filter(({ name }) => !standing.has(name)).length;
}
