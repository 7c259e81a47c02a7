import { joinProvider } from '../../core/provider/joinProvider';
import { pixelDojoAdapter } from './adapter';
import { pixelDojoDefinition } from './definition';

export const pixelDojo = joinProvider(pixelDojoDefinition, pixelDojoAdapter);
