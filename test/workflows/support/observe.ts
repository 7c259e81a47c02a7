/** What a run left behind: at the simulator, and in n8n's own data. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { ProviderId } from '../../../nodes/providers';
import type { LogEntry, TaskRecord } from '../../simulator/server';
import type { Simulated } from './simulated';

export function requestsOf({ simulator }: Simulated, kind: LogEntry['kind'], provider?: ProviderId): LogEntry[] {
	return simulator.requests.filter((one) => one.kind === kind && (provider === undefined || one.provider === provider));
}

/** The paid POSTs, in the order they came in. */
export function submitsOf(simulated: Simulated, provider?: ProviderId): LogEntry[] {
	return requestsOf(simulated, 'submit', provider);
}

export function taskOf({ simulator }: Simulated, id: unknown): TaskRecord {
	const found = simulator.tasks.find((task) => task.id === id);
	if (found === undefined) throw new Error(`The simulator knows no task ${String(id)}`);
	return found;
}

/** What all tasks together cost, in the provider's unit. */
export function chargedBy({ simulator }: Simulated): number {
	return Math.round(simulator.tasks.reduce((sum, task) => sum + task.charged, 0) * 1000) / 1000;
}

/** Every text in a value, also in what JSON leaves out of an error: message, stack, cause. */
function* textsIn(value: unknown, seen = new Set<unknown>()): Generator<string> {
	if (typeof value === 'string') yield value;
	if (typeof value !== 'object' || value === null || seen.has(value)) return;
	seen.add(value);
	for (const name of Object.getOwnPropertyNames(value)) {
		yield name;
		yield* textsIn((value as Record<string, unknown>)[name], seen);
	}
}

/** Where API keys show up in a run's data, its errors and journal included. */
export function leaksIn(value: unknown, { credentials }: Pick<Simulated, 'credentials'>): string[] {
	const keys = Object.values(credentials).map(({ apiKey }) => apiKey as string);
	return [...textsIn(value)].filter((text) => keys.some((key) => text.includes(key)));
}

export interface FailureDetails {
	provider?: string;
	taskId?: string;
	status: string;
	submittedAt?: string;
	imagesRequested?: number;
	urls: string[];
	failure: {
		kind: string;
		code?: string;
		message: string;
		retryable: boolean;
		mayBeCharged: boolean;
		tryElsewhere: boolean;
		remedy: string;
	};
}

/** The failure facts of an item returned under a Continue mode. */
export function detailsOf(item: INodeExecutionData | undefined): FailureDetails {
	if (item?.json.details === undefined) throw new Error(`No failure item: ${JSON.stringify(item?.json)}`);
	return item.json.details as unknown as FailureDetails;
}

export interface StopDetails {
	failures: FailureDetails[];
	accepted: Array<{ itemIndex: number; provider: string; taskId: string }>;
}

/** The same facts in the error that stopped a workflow. */
export function stopDetailsOf(error: { context?: IDataObject } | undefined): StopDetails {
	if (error?.context?.details === undefined) throw new Error('The node did not stop with an error');
	return error.context.details as unknown as StopDetails;
}

/** Items that are images, as opposed to failures. */
export function imagesIn(items: readonly INodeExecutionData[]): INodeExecutionData[] {
	return items.filter((item) => item.json.status === 'succeeded' && item.json.error === undefined);
}

export function failuresIn(items: readonly INodeExecutionData[]): INodeExecutionData[] {
	return items.filter((item) => item.json.error !== undefined);
}
