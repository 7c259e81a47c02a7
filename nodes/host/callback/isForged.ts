import type { Channel } from '../execution/run';
import type { CallbackRequest } from './webhookRequest';

function verdictsOn(request: CallbackRequest, channels: readonly Channel[]): Array<boolean | undefined> {
	return channels.flatMap(({ provider, account }) => account.secrets.map((secret) => provider.checkSignature?.(request.rawBody, request.headers, secret)));
}

/** Whether the call has a signature that is right for none of these accounts. Only then is it refused; the body is never trusted anyway. */
export function isForged(request: CallbackRequest, channels: readonly Channel[]): boolean {
	const verdicts = verdictsOn(request, channels);
	return verdicts.includes(false) && !verdicts.includes(true);
}

/** Whether the call has a signature that is right for one of these accounts, so that the provider itself sent it. */
export function isGenuine(request: CallbackRequest, channels: readonly Channel[]): boolean {
	return verdictsOn(request, channels).includes(true);
}
