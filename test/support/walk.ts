import type { ICredentialType } from 'n8n-workflow';
import type { Body } from 'nock';

import type { ProviderId } from '../../nodes/providers';
import { buildSubmit } from '../../nodes/core/submit/buildSubmit';
import type { RawTask } from '../../nodes/core/parameters/checkTask';
import { isJsonObject, type JsonObject } from '../../nodes/core/json';
import { RateGate } from '../../nodes/core/http/rateGate';
import { submitTask, type SubmitResult } from '../../nodes/core/submit/submitTask';
import { waitForTask, type TaskOutcome } from '../../nodes/core/task/waitForTask';
import { authHeaders, axiosSend } from './axiosSend';
import { createFakeClock, fakeStart } from './fakeClock';
import { nock } from './mockedHttp';
import { providerOf, validTask } from './provider';

export interface Exchange {
	method: 'GET' | 'POST';
	/** Below the provider's host, query included. */
	path: string;
	body?: JsonObject;
	/** In lower case. The credential's own header is always expected. */
	headers?: Record<string, string>;
	reply: [status: number, body: Body, headers?: Record<string, string>];
}

/** Expects exactly these requests in this order, each with the credential's header. */
function announce(baseUrl: string, credential: ICredentialType, exchanges: readonly Exchange[]): void {
	for (const { method, path, body, headers, reply } of exchanges) {
		const auth = Object.entries(authHeaders(credential)).map(([name, value]) => [name.toLowerCase(), value]);
		const scope = nock(new URL(baseUrl).origin, { reqheaders: { ...Object.fromEntries(auth), ...headers } });
		const [status, replyBody, replyHeaders] = reply;
		// Compared as a whole, because an extra field is a fault too.
		const isBody = (sent: unknown): boolean => JSON.stringify(sorted(sent)) === JSON.stringify(sorted(body));
		const intercepted = method === 'GET' ? scope.get(path) : scope.post(path, isBody);
		intercepted.reply(status, replyBody, replyHeaders);
	}
}

function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (!isJsonObject(value)) return value;
	return Object.fromEntries(
		Object.keys(value)
			.sort()
			.map((key) => [key, sorted(value[key])]),
	);
}

/** From a user's input to the images' URLs, over HTTP, without any part of n8n. */
export async function walk(
	id: ProviderId,
	credential: ICredentialType,
	raw: Partial<RawTask>,
	exchanges: readonly Exchange[],
	idempotencyKey?: string,
): Promise<{ submitted: SubmitResult; outcome?: TaskOutcome }> {
	const provider = providerOf(id);
	announce(provider.baseUrl, credential, exchanges);
	const clock = createFakeClock();
	const context = {
		provider,
		clock,
		gate: new RateGate(clock),
		send: axiosSend(provider.baseUrl, credential),
		deadline: fakeStart + 600_000,
	};
	const request = buildSubmit(provider, validTask(id, raw));
	const header = provider.submit.idempotencyHeader;
	if (header !== undefined && idempotencyKey !== undefined) request.headers = { [header]: idempotencyKey };
	const submitted = await submitTask(request, context);
	if (submitted.kind === 'failed') return { submitted };
	const { taskId, estimatedSeconds } = submitted.accepted;
	const task = { provider: id, taskId, submittedAt: fakeStart, warnings: [], ...(estimatedSeconds === undefined ? {} : { estimatedSeconds }) };
	return { submitted, outcome: await waitForTask(task, { ...context, overrides: {} }) };
}
