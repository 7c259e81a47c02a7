import { joinProvider } from '../core/provider/joinProvider';
import type { Provider } from '../core/provider/provider';
import { apiInOneAdapter } from './apiInOne/adapter';
import { apiInOneDefinition } from './apiInOne/definition';
import { apiframeAdapter } from './apiframe/adapter';
import { apiframeDefinition } from './apiframe/definition';
import { apixoAdapter } from './apixo/adapter';
import { apixoDefinition } from './apixo/definition';
import { pixelDojoAdapter } from './pixelDojo/adapter';
import { pixelDojoDefinition } from './pixelDojo/definition';
import { pixwithAdapter } from './pixwith/adapter';
import { pixwithDefinition } from './pixwith/definition';

const registered = {
	apiInOne: joinProvider(apiInOneDefinition, apiInOneAdapter),
	apiframe: joinProvider(apiframeDefinition, apiframeAdapter),
	apixo: joinProvider(apixoDefinition, apixoAdapter),
	pixelDojo: joinProvider(pixelDojoDefinition, pixelDojoAdapter),
	pixwith: joinProvider(pixwithDefinition, pixwithAdapter),
} satisfies Record<string, Provider>;

export type ProviderId = keyof typeof registered;

export type RegisteredProvider = Provider & { id: ProviderId };

export const providerIds = Object.keys(registered) as ProviderId[];

/** All providers, in the order of the panel. */
export const providers: readonly RegisteredProvider[] = providerIds.map((id) => ({ ...registered[id], id }));

const byId = new Map<string, RegisteredProvider>(providers.map((provider) => [provider.id, provider]));

export function isProviderId(value: string): value is ProviderId {
	return byId.has(value);
}

export function findProvider(id: string): RegisteredProvider | undefined {
	return byId.get(id);
}
