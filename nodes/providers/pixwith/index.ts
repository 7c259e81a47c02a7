import { joinProvider } from '../../core/provider/joinProvider';
import { pixwithAdapter } from './adapter';
import { pixwithDefinition } from './definition';

export const pixwith = joinProvider(pixwithDefinition, pixwithAdapter);
