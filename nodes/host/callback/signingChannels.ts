import type { IWebhookFunctions } from 'n8n-workflow';

import { providers } from '../../providers';
import { CredentialFault } from '../execution/account';
import { createRun, type Channel } from '../execution/run';

/** The node's accounts with providers that sign callbacks, from its parameters: reading hundreds of parked items would be slow. */
export async function signingChannels(context: IWebhookFunctions): Promise<Channel[]> {
	const listed: unknown = context.getNodeParameter('providers', []);
	const selected = Array.isArray(listed) ? listed : [];
	const signing = providers.filter((provider) => provider.checkSignature !== undefined && selected.includes(provider.id));
	const run = createRun(context, 1);
	const opened = await Promise.all(signing.map(async (provider) => await run.channel(provider)));
	// Without the credential nothing can be checked.
	return opened.flatMap((channel) => (channel instanceof CredentialFault ? [] : [channel]));
}
