import type { IWebhookFunctions } from 'n8n-workflow';

import { nodeKeyOf } from './nodeKey';

/** How many tasks are remembered, so that a repeated callback starts no second run. */
const mostRemembered = 1000;

/**
 * The tasks that this process has handled, per trigger node. n8n reads a workflow's static data before a call and saves it after,
 * so calls at the same moment do not see each other there. Another process may still start a second run.
 */
const handledBy = new Map<string, { keys: Set<string>; usedAt: number }>();

/** Far longer than any provider keeps repeating a callback. */
const idleMilliseconds = 86_400_000;

/** Forgets nodes that have handled nothing for a day: they may have been deleted. */
function dropIdle(now: number): void {
	for (const [node, { usedAt }] of handledBy) if (now - usedAt >= idleMilliseconds) handledBy.delete(node);
}

/** In the editor's test mode, the same callback may be sent again on purpose. */
export const isTrial = (context: IWebhookFunctions): boolean => context.getMode() === 'manual';

function inMemory(context: IWebhookFunctions): Set<string> {
	return (isTrial(context) ? undefined : handledBy.get(nodeKeyOf(context))?.keys) ?? new Set();
}

/** The part that survives a restart, because n8n saves it with the workflow. */
function savedIn(context: IWebhookFunctions): string[] {
	const listed: unknown = context.getWorkflowStaticData('node').handedOn;
	return Array.isArray(listed) ? listed.filter((key): key is string => typeof key === 'string') : [];
}

export function isHandled(context: IWebhookFunctions, key: string): boolean {
	return inMemory(context).has(key) || savedIn(context).includes(key);
}

/** `isFresh`: the call began so recently that n8n may write back the workflow's static data as it was then. */
export function rememberHandled(context: IWebhookFunctions, key: string, isFresh: boolean, now = performance.now()): void {
	dropIdle(now);
	const keys = inMemory(context).add(key);
	if (!isTrial(context)) handledBy.set(nodeKeyOf(context), { keys, usedAt: now });
	for (const oldest of [...keys].slice(0, -mostRemembered)) keys.delete(oldest);
	// If any static data changed, n8n saves all of it, that of other nodes included: after minutes, this would overwrite newer data.
	if (!isFresh) return;
	// Includes the tasks of other running calls, because n8n keeps only what the last call saved.
	const saved = new Set([...savedIn(context), ...keys, key]);
	context.getWorkflowStaticData('node').handedOn = [...saved].slice(-mostRemembered);
}

export function forgetHandled(context: IWebhookFunctions, key: string): void {
	inMemory(context).delete(key);
	const saved = savedIn(context);
	if (saved.includes(key)) context.getWorkflowStaticData('node').handedOn = saved.filter((one) => one !== key);
}
