import { isEqual } from 'lodash';

import type { SendOutcome } from '../http/send';
import { findModel } from '../provider/findModel';
import type { Provider } from '../provider/provider';
import { readStatusReply, type StatusReplyReading } from '../reply/readStatusReply';
import type { KnownTask } from './taskRef';
import type { WaitContext } from './waitContext';

export interface StatusAnswer {
	provider: Provider;
	outcome: SendOutcome;
	reading: StatusReplyReading;
	/** The task's model, if only the reply shows it. */
	model?: string;
	/** How many requests were sent. */
	requests: number;
}

/** The provider with each model that the task may have, the likeliest first; models with the same status request count once. */
function modelsToAsk({ taskId, model }: KnownTask, { provider, overrides }: WaitContext): Provider[] {
	const known = findModel(provider, model);
	if (known !== undefined) return [known];
	const requests = provider.models.map((one) => one.status(taskId, overrides));
	return provider.models.filter((_, index) => requests.findIndex((request) => isEqual(request, requests[index])) === index);
}

/**
 * Sends one status request. If the task's model is not known and the provider has a request for each, the task is
 * looked up as one model after the other until one of them knows it.
 */
export async function askStatus(task: KnownTask, context: WaitContext, mostMilliseconds: number): Promise<StatusAnswer> {
	const models = modelsToAsk(task, context);
	let requests = 0;
	const ask = async (provider: Provider): Promise<StatusAnswer> => {
		requests += 1;
		const left = context.deadline - context.clock.now();
		const timeout = Math.min(mostMilliseconds, Math.max(1000, left));
		// The last check does not wait for the gate.
		const outcome = await context.send(provider.status(task.taskId, context.overrides), timeout, left > 0 ? context.deadline : undefined);
		const reading = readStatusReply(provider, outcome);
		const isFound = models.length > 1 && reading.kind === 'body';
		return { provider, outcome, reading, requests, ...(isFound ? { model: provider.model.id } : {}) };
	};
	const [first = context.provider, ...others] = models;
	const asked = await ask(first);
	if (asked.reading.kind !== 'doubtful') return asked;
	for (const other of others) {
		const next = await ask(other);
		if (next.reading.kind !== 'doubtful') return next;
	}
	return { ...asked, requests };
}
