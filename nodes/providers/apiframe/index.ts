import { joinProvider } from '../../core/provider/joinProvider';
import { apiframeAdapter } from './adapter';
import { apiframeDefinition } from './definition';

export const apiframe = joinProvider(apiframeDefinition, apiframeAdapter);
