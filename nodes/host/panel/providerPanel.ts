import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import type { ProviderField } from '../../core/provider/field';
import type { Provider } from '../../core/provider/provider';

const ourKeys: readonly string[] = ['wire', 'wireValues', 'wireTemplate', 'integerOrEmpty', 'checkedTogether', 'onlyDefault'] satisfies Array<keyof ProviderField>;

/** A field without the keys that are ours and not n8n's. */
function toProperty(field: ProviderField): INodeProperties {
	const kept = Object.entries(field).filter(([key]) => !ourKeys.includes(key));
	// A copy, because n8n's interfaces want lists that may be changed.
	return JSON.parse(JSON.stringify(Object.fromEntries(kept))) as INodeProperties;
}

/** A provider's fields as n8n's panel wants them, shown for this provider only. */
export function providerPanel(provider: Provider): INodeProperties[] {
	return updateDisplayOptions({ show: { provider: [provider.id] } }, provider.fields.map(toProperty));
}
