import type { ICredentialType } from 'n8n-workflow';

import type { Send } from '../../nodes/core/http/send';
import * as probe from '../../scripts/probe/axiosSend';

export const testKey = 'the-key';

/** The headers that a credential type adds to a request, with the test key filled in. */
export function authHeaders(credential: ICredentialType): Record<string, string> {
	return probe.authHeaders(credential, testKey);
}

/** The live probe's transport: the core needs no n8n to talk to a provider. */
export function axiosSend(baseUrl: string, credential: ICredentialType): Send {
	return probe.axiosSend(baseUrl, authHeaders(credential), { proxy: false });
}
