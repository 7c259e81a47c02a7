import type { Channel } from '../execution/run';
import type { CallbackRequest } from './webhookRequest';

function verdictsOn(request: CallbackRequest, channels: readonly Channel[]): Array<boolean | undefined> {
	return channels.flatMap(({ provider, account }) => account.secrets.map((secret) => provider.checkSignature?.(request.rawBody, request.headers, secret)));
}

/** Whether the call has a signature that is not valid for any of these accounts. Only such a call is refused; no body is ever trusted. */
export function isForged(request: CallbackRequest, channels: readonly Channel[]): boolean {
	const verdicts = verdictsOn(request, channels);
	return verdicts.includes(false) && !verdicts.includes(true);
}

/** Whether the call has a signature that is valid for one of these accounts, so that it comes from the provider. */
export function isGenuine(request: CallbackRequest, channels: readonly Channel[]): boolean {
	return verdictsOn(request, channels).includes(true);
}
