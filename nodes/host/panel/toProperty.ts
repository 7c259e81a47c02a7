import type { INodeProperties } from 'n8n-workflow';

import type { ProviderField } from '../../core/provider/field';
import type { OptionField } from '../../core/provider/option';

type OwnKey = Exclude<keyof ProviderField | keyof OptionField, keyof INodeProperties>;

const ourKeys: Readonly<Record<OwnKey, true>> = {
	wire: true,
	wireValues: true,
	wireTemplate: true,
	integerOrEmpty: true,
	checkedTogether: true,
	emptyIsDefault: true,
	refusal: true,
	onlyDefault: true,
	nodes: true,
};

/** A field or option without the keys that n8n does not know. */
export function toProperty(field: ProviderField | OptionField): INodeProperties {
	const kept = Object.entries(field).filter(([key]) => !Object.hasOwn(ourKeys, key));
	// Copies the list, because n8n's types want one that may be changed.
	return JSON.parse(JSON.stringify(Object.fromEntries(kept))) as INodeProperties;
}
