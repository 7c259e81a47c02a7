import type { ProviderId } from '../../../nodes/providers';
import { apiInOne } from './apiInOne';
import { apiframe } from './apiframe';
import { apixo } from './apixo';
import { pixelDojo } from './pixelDojo';
import { pixwith } from './pixwith';
import type { SimulatedProvider } from './provider';

const served: Readonly<Record<ProviderId, SimulatedProvider>> = { apiInOne, apiframe, apixo, pixelDojo, pixwith };

export const simulatedProviders: readonly SimulatedProvider[] = Object.values(served);
