import type { INode } from 'n8n-workflow';
import type { NodeContext } from './nodeContext';

/** n8n names the type of a node that serves an AI Agent after the node itself. */
export function isToolNode({ type }: INode): boolean {
	return type.endsWith('Tool');
}

/** Agents up to version 2 call a tool inside of themselves. Since version 3 n8n runs it like any other node, and only its type tells. */
function isCalledInside(context: NodeContext): boolean {
	return 'isToolExecution' in context && context.isToolExecution();
}

/** Whether an AI Agent asks: it gets JSON, cannot wait in a parked execution, and n8n drops the files. */
export function isToolCall(context: NodeContext): boolean {
	return isToolNode(context.getNode()) || isCalledInside(context);
}

/** Whether a failure is thrown. An agent that calls inside of itself hands the model an empty answer for what is thrown. */
export function throwsFailures(context: NodeContext): boolean {
	return !('continueOnFail' in context && context.continueOnFail()) && !isCalledInside(context);
}
