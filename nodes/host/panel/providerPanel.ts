import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import type { Provider } from '../../core/provider/provider';
import { toProperty } from './toProperty';

/** A provider's fields as n8n's panel wants them, shown for this provider only. */
export function providerPanel(provider: Provider): INodeProperties[] {
	return updateDisplayOptions({ show: { provider: [provider.id] } }, provider.fields.map(toProperty));
}
