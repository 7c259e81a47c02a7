import type { ProviderId } from '../../nodes/providers';
import { partOf } from './partOf';
import type { ProviderContract } from './providerContract';

export function contractOf(id: ProviderId): ProviderContract {
	return partOf(id, 'contract', 'contract') as ProviderContract;
}
