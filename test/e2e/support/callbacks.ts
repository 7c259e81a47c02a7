/** Workflows that park until providers call back. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { type IDataObject, type INode } from 'n8n-workflow';

import type { ProviderId } from '../../../nodes/providers';
import { type LogEntry } from '../../simulator/log';
import { type TaskRecord } from '../../simulator/world';
import { type WorkflowToCreate } from './restClient';
import { type Session } from './session';
import { generateNode, waitNode, type NodeToCreate } from './workflow';

/** Submits every item and lets the provider call this execution. */
export function submitNode(session: Session, provider: ProviderId, parameters: IDataObject = {}, more: Partial<INode> = {}): NodeToCreate {
	const { options, ...others } = parameters;
	return generateNode(
		session,
		provider,
		{
			prompt: '={{ $json.prompt }}',
			completion: 'returnTask',
			callback: 'resumeWorkflow',
			options: { allowPrivateCallbackUrl: true, ...(options as IDataObject | undefined) },
			...others,
		},
		more,
	);
}

/** Parks until the tasks are final; named Wait. */
export function parkNode(session: Session, providers: ProviderId[], parameters: IDataObject = {}, more: Partial<INode> = {}): NodeToCreate {
	return waitNode(session, providers, { waitMode: 'callback', ...parameters }, { webhookId: randomUUID(), ...more });
}

/** Clicks the editor's button without waiting for the end. */
export async function startWorkflow({ client }: Session, workflow: WorkflowToCreate): Promise<string> {
	const { id } = await client.createWorkflow(workflow);
	return await client.runWorkflow(id, 'Start');
}

/** What a provider's call starts, without anybody at the editor: the webhook is the first node, named Start. */
export async function startProduction(
	{ client }: Pick<Session, 'client'>,
	workflow: WorkflowToCreate,
	settings: Readonly<Record<string, unknown>> = {},
): Promise<string> {
	const webhookId = randomUUID();
	const webhook: NodeToCreate = {
		name: 'Start',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2.1,
		webhookId,
		parameters: { httpMethod: 'POST', path: webhookId, options: {} },
	};
	const nodes = workflow.nodes.map((node) => (node.name === 'Start' ? { ...node, ...webhook } : node));
	const created = await client.createWorkflow({ ...workflow, nodes, settings: { ...workflow.settings, ...settings } });
	await client.activateWorkflow(created);
	await client.callWebhook(webhookId);
	const endsAt = Date.now() + 30_000;
	for (;;) {
		const [execution] = await client.listExecutions(created.id);
		if (execution !== undefined) return execution.id;
		if (Date.now() > endsAt) throw new Error(`Nothing was started by the webhook of "${workflow.name}"`);
		await sleep(100);
	}
}

/** What the simulator posted to callback URLs for a task, and what it was answered. */
export async function callbacksOf({ simulator }: Pick<Session, 'simulator'>, taskId: string): Promise<LogEntry[]> {
	const response = await fetch(`${simulator.url}/__requests?kind=callback&taskId=${encodeURIComponent(taskId)}`);
	return (await response.json()) as LogEntry[];
}

/** The newest task with the text in its prompt, once it is accepted. */
export async function taskOf({ simulator }: Pick<Session, 'simulator'>, text: string): Promise<TaskRecord & { callbackUrl: string }> {
	const endsAt = Date.now() + 30_000;
	for (;;) {
		const task = (await simulator.tasks(text)).at(-1);
		if (task?.callbackUrl !== undefined) return { ...task, callbackUrl: task.callbackUrl };
		if (Date.now() > endsAt) throw new Error(`No task with a callback URL for "${text}"`);
		await sleep(100);
	}
}

export async function post(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<{ status: number; text: string }> {
	const response = await fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } });
	return { status: response.status, text: await response.text() };
}
