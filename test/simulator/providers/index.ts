import { apiInOne } from './apiInOne';
import { apiframe } from './apiframe';
import { apixo } from './apixo';
import { pixelDojo } from './pixelDojo';
import { pixwith } from './pixwith';
import type { SimulatedProvider } from './provider';

export const simulatedProviders: readonly SimulatedProvider[] = [apiInOne, apiframe, apixo, pixelDojo, pixwith];
