import type { ICredentialsDecrypted } from 'n8n-workflow';

import { accountFault, readAccountFields } from '../../core/parameters/account';
import type { Provider } from '../../core/provider/provider';
import { createRedactor, type Redactor } from '../../core/redactor';
import type { NodeContext } from './nodeContext';

/** A provider's address and the node's credential for it. */
export interface Account {
	/** Without a trailing slash. */
	baseUrl: string;
	secrets: readonly string[];
	/** Removes the secrets from everything that is received. */
	redactor: Redactor;
	/** Changes when the user chooses another credential. */
	credentialId: string;
	/** The credential as n8n read it once. Without this, n8n reads and decrypts it again for every request. */
	decrypted: ICredentialsDecrypted;
}

/** What is wrong with a credential itself, found before anything is sent. */
export class CredentialFault {
	constructor(
		/** A sentence without capital and period. */
		readonly message: string,
	) {}
}

async function openAccount(context: NodeContext, provider: Provider): Promise<Account | CredentialFault> {
	const name = `${provider.displayName} API credential`;
	const data = await context.getCredentials(provider.credentialType).catch(() => undefined);
	if (data === undefined) return new CredentialFault(`no ${name} is chosen in the node`);
	const fields = readAccountFields(data);
	const fault = accountFault(fields, name);
	if (fault !== undefined) return new CredentialFault(fault);
	const { apiKey } = fields;
	const baseUrl = fields.baseUrl === '' ? provider.baseUrl : fields.baseUrl;
	const chosen = context.getNode().credentials?.[provider.credentialType];
	const credentialId = chosen?.id ?? '';
	const decrypted = { id: credentialId, name: chosen?.name ?? '', type: provider.credentialType, data };
	return { baseUrl, secrets: [apiKey], redactor: createRedactor([apiKey]), credentialId, decrypted };
}

export type OpenAccount = (provider: Provider) => Promise<Account | CredentialFault>;

/** Opens each provider's account once for all items that ask for it. */
export function openAccounts(context: NodeContext): OpenAccount {
	const opened = new Map<string, Promise<Account | CredentialFault>>();
	return async (provider) => {
		const account = opened.get(provider.id) ?? openAccount(context, provider);
		opened.set(provider.id, account);
		return await account;
	};
}
