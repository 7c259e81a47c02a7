import get from 'lodash/get';
import type { ICredentialType } from 'n8n-workflow';

import type { ApiRequest, Send, SendOutcome } from '../../nodes/core/http/send';
import { isJsonObject, parseJson } from '../../nodes/core/json';

export interface CredentialTestOutcome {
	passed: boolean;
	/** Why the test failed, in one sentence without a period. */
	reason?: string;
	reply: SendOutcome;
}

const timeoutMilliseconds = 30_000;

function requestOf(credential: ICredentialType): ApiRequest {
	const { url = '', method = 'GET', headers, body } = credential.test?.request ?? {};
	if (url.includes('{{') || (method !== 'GET' && method !== 'POST')) throw new Error(`The test of ${credential.name} is more than the probe can read`);
	const request: ApiRequest = { method, path: url };
	if (headers !== undefined) {
		request.headers = Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
	}
	const parsed = typeof body === 'string' ? parseJson(body) : undefined;
	if (isJsonObject(parsed)) request.body = parsed;
	return request;
}

/** Runs the test that the credential class describes, and judges the reply by its rules as n8n does. */
export async function testCredential(credential: ICredentialType, send: Send): Promise<CredentialTestOutcome> {
	const reply = await send(requestOf(credential), timeoutMilliseconds);
	const fail = (reason: string): CredentialTestOutcome => ({ passed: false, reason, reply });
	if (reply.kind !== 'reply') return fail(`${reply.message} (${reply.code})`);
	const ignored = credential.test?.request.ignoreHttpStatusErrors;
	const { ignore = false, except = [] } = typeof ignored === 'object' ? ignored : { ignore: ignored };
	const isGood = reply.status >= 200 && reply.status < 300;
	if (!isGood && (!ignore || except.includes(reply.status))) return fail(`it answered HTTP ${reply.status}`);
	for (const rule of credential.test?.rules ?? []) {
		if (rule.type !== 'responseSuccessBody') throw new Error(`The test of ${credential.name} has a rule that the probe does not know`);
		const { key, value, message } = rule.properties;
		if (get(reply.body, key) === value) return fail(message);
	}
	return { passed: true, reply };
}
