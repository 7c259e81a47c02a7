import type { Channel } from '../execution/run';
import type { CallbackRequest } from './webhookRequest';

/** Whether the call has a signature that is right for none of these accounts. Only then is it refused; the body is never trusted anyway. */
export function isForged(request: CallbackRequest, channels: readonly Channel[]): boolean {
	const verdicts = channels.flatMap(({ provider, account }) =>
		account.secrets.map((secret) => provider.checkSignature?.(request.rawBody, request.headers, secret)),
	);
	return verdicts.includes(false) && !verdicts.includes(true);
}
