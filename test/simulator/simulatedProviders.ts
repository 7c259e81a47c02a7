import { providerIds } from '../../nodes/providers';
import { partOf } from '../support/partOf';
import type { SimulatedProvider } from './simulatedProvider';

/** Each provider's API, from its own folder in test/providers. */
export const simulatedProviders = providerIds.map((id) => partOf(id, 'simulated', 'simulated') as SimulatedProvider);
