import { joinProvider } from '../../core/provider/joinProvider';
import { apiInOneAdapter } from './adapter';
import { apiInOneDefinition } from './definition';

export const apiInOne = joinProvider(apiInOneDefinition, apiInOneAdapter);
