import type { WorkflowToCreate } from '../../e2e/support/restClient';
import type { Session } from '../../e2e/support/session';
import { generateAndPark, generateAndWait, generateThenWait, recipeForAll, recipeOneByOne } from './workflows';
import type { Workload } from './workload';

export interface Contender {
	readonly id: string;
	readonly title: string;
	/** The workflow that runs in n8n; the bare script has none. */
	readonly workflow?: (session: Session, workload: Workload) => WorkflowToCreate;
	/** How often a large workload is run in a row in one process; each figure is the median. */
	readonly rounds: number;
}

/** From this number on, processor time and memory exceed the noise of n8n's other work. */
export const fewestForProcess = 100;

export const contenders: readonly Contender[] = [
	{ id: 'wait', title: 'Generate', workflow: generateAndWait, rounds: 3 },
	{ id: 'two-nodes', title: 'Generate + Wait for Task', workflow: generateThenWait, rounds: 1 },
	{ id: 'callback', title: 'the same, on callback', workflow: generateAndPark, rounds: 1 },
	{ id: 'recipe', title: 'HTTP Request recipe, all together', workflow: recipeForAll, rounds: 1 },
	{ id: 'recipe-each', title: 'HTTP Request recipe, one by one', workflow: recipeOneByOne, rounds: 1 },
	{ id: 'bare', title: 'bare script (axios, p-limit)', rounds: 3 },
];

const standing = new Set(['Start', 'List', 'Items']);

/** Nodes that a user has to place for it, without trigger and source of the items. */
export function nodesOf({ nodes }: WorkflowToCreate): number {
	return nodes.filter(({ name }) => !standing.has(name)).length;
}
