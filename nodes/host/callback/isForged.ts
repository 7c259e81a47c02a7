import type { Channel } from '../execution/run';
import type { CallbackRequest } from './webhookRequest';

/** Whether a signature came along that is right for none of these accounts; only then is a call refused, because a body is never believed anyway. */
export function isForged(request: CallbackRequest, channels: readonly Channel[]): boolean {
	const verdicts = channels.flatMap(({ provider, account }) =>
		account.secrets.map((secret) => provider.checkSignature?.(request.rawBody, request.headers, secret)),
	);
	return verdicts.includes(false) && !verdicts.includes(true);
}
