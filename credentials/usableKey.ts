import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { accountFault, readAccountFields } from '../nodes/core/parameters/account';

/** The key of a credential, ready to be sent; a credential that cannot be used says why, also to who tests it. The Base URL of a test is mended with it. */
export function usableKey(credentials: ICredentialDataDecryptedObject, request: IHttpRequestOptions, name: string): string {
	const fields = readAccountFields(credentials);
	const fault = accountFault(fields, name);
	if (fault !== undefined) throw new Error(`${fault.charAt(0).toUpperCase()}${fault.slice(1)}.`);
	if (request.baseURL !== undefined && fields.baseUrl !== '') request.baseURL = fields.baseUrl;
	return fields.apiKey;
}
