import type { Provider } from '../core/provider/provider';
import { apiInOne } from './apiInOne';
import { apiframe } from './apiframe';
import { apixo } from './apixo';
import { pixelDojo } from './pixelDojo';
import { pixwith } from './pixwith';

const registered = {
	apiInOne,
	apiframe,
	apixo,
	pixelDojo,
	pixwith,
} satisfies Record<string, Provider>;

export type ProviderId = keyof typeof registered;

export type RegisteredProvider = Provider & { id: ProviderId };

export const providerIds = Object.keys(registered) as ProviderId[];

const isRegistered = (provider: Provider): provider is RegisteredProvider => Object.hasOwn(registered, provider.id);

/** All providers with their default models, in the order of the panel. */
export const providers: readonly RegisteredProvider[] = Object.values(registered).filter(isRegistered);

/** The providers that call a URL when a task finishes. */
export const callbackProviders: readonly RegisteredProvider[] = providers.filter(({ submit }) => submit.callbackField !== undefined);

const byId = new Map<string, RegisteredProvider>(providers.map((provider) => [provider.id, provider]));

export function isProviderId(value: string): value is ProviderId {
	return byId.has(value);
}

export function findProvider(id: string): RegisteredProvider | undefined {
	return byId.get(id);
}
