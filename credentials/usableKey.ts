import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { accountFault, readAccountFields } from '../nodes/core/parameters/account';

/** The key of a credential, ready to be sent. Throws the reason if the credential cannot be used, which the credential test shows too. Also trims the Base URL of the request. */
export function usableKey(credentials: ICredentialDataDecryptedObject, request: IHttpRequestOptions, name: string): string {
	const fields = readAccountFields(credentials);
	const fault = accountFault(fields, name);
	if (fault !== undefined) throw new Error(`${fault.charAt(0).toUpperCase()}${fault.slice(1)}.`);
	if (request.baseURL !== undefined && fields.baseUrl !== '') request.baseURL = fields.baseUrl;
	return fields.apiKey;
}
