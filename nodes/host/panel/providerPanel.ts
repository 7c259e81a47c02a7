import type { INodeProperties } from 'n8n-workflow';

import type { Provider } from '../../core/provider/provider';
import { compareNames } from '../../core/text';
import { toProperty } from './toProperty';

/** The choice of a model, for providers that have one. */
function modelProperty({ displayName, models }: Provider): INodeProperties {
	const options = models.map(({ model: { id, label }, cost }) => ({ name: label, value: id, description: cost.note }));
	return {
		displayName: 'Model',
		name: 'model',
		type: 'options',
		options: options.sort((one, other) => compareNames(one.name, other.name)),
		default: 'seedream-4.5',
		description: `The Seedream model that ${displayName} runs`,
	};
}

/** A model's fields. Fields that only other models have are kept hidden, so that their values can be refused. */
function fieldsOf({ fields }: Provider): INodeProperties[] {
	return fields.map((field) => ({ ...toProperty(field), ...(field.onlyDefault === undefined ? {} : { type: 'hidden' }) }));
}

type Show = NonNullable<NonNullable<INodeProperties['displayOptions']>['show']>;

/** Puts these conditions first: as soon as n8n comes to an expression, it shows the field without checking the rest. */
function shownFor(show: Show, property: INodeProperties): INodeProperties {
	const { displayOptions } = property;
	return { ...property, displayOptions: { ...displayOptions, show: { ...show, ...displayOptions?.show } } };
}

/** A provider's models and their fields as n8n's panel wants them, shown for this provider and each model only. */
export function providerPanel(provider: Provider): INodeProperties[] {
	const own = { provider: [provider.id] };
	const { models } = provider;
	if (models.length === 1) return fieldsOf(provider).map((field) => shownFor(own, field));
	const fields = models.flatMap((one) => fieldsOf(one).map((field) => shownFor({ ...own, model: [one.model.id] }, field)));
	return [shownFor(own, modelProperty(provider)), ...fields];
}
