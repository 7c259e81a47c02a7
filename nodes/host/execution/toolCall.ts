import type { INode } from 'n8n-workflow';

import type { NodeContext } from './nodeContext';

/** n8n names the type of a node that serves an AI Agent after the node itself. */
export function isToolNode({ type }: INode): boolean {
	return type.endsWith('Tool');
}

/** AI Agents up to version 2 call a tool within their own run. Since version 3, n8n runs it like any node, recognizable only by its type. */
function isCalledInside(context: NodeContext): boolean {
	return 'isToolExecution' in context && context.isToolExecution();
}

/** Whether an AI Agent calls the node. An agent gets JSON only, because n8n drops the files, and it cannot wait in a parked execution. */
export function isToolCall(context: NodeContext): boolean {
	return isToolNode(context.getNode()) || isCalledInside(context);
}

/** Whether a failure is thrown. If a tool throws, an agent that calls it within its own run gives the model an empty answer. */
export function throwsFailures(context: NodeContext): boolean {
	return !('continueOnFail' in context && context.continueOnFail()) && !isCalledInside(context);
}
