import { joinProvider } from '../../core/provider/joinProvider';
import { apixoAdapter } from './adapter';
import { apixoDefinition } from './definition';

export const apixo = joinProvider(apixoDefinition, apixoAdapter);
