import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { accountFault, readAccountFields } from '../nodes/core/parameters/account';

/** A credential's key, ready to be sent. If the credential cannot be used, it throws the reason, which the credential test shows too. It also trims the request's Base URL. */
export function usableKey(credentials: ICredentialDataDecryptedObject, request: IHttpRequestOptions, name: string): string {
	const fields = readAccountFields(credentials);
	const fault = accountFault(fields, name);
	if (fault !== undefined) throw new Error(`${fault.charAt(0).toUpperCase()}${fault.slice(1)}.`);
	if (request.baseURL !== undefined && fields.baseUrl !== '') request.baseURL = fields.baseUrl;
	return fields.apiKey;
}
