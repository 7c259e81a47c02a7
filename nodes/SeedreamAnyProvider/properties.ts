import type { INodeProperties } from 'n8n-workflow';

import { portableFields } from '../core/provider/portableFields';
import { providers } from '../providers';
import { completionProperties } from '../host/panel/completionProperties';
import { credentialsProperty } from '../host/panel/credentialsProperty';
import { jobProperties } from '../host/panel/jobProperties';
import { optionProperties } from '../host/panel/optionProperties';
import { pricedProviderOptions } from '../host/panel/providerOptions';
import { toProperty } from '../host/panel/toProperty';

const prices = JSON.stringify(Object.fromEntries(providers.map(({ id, displayName, cost }) => [id, `${displayName} ${cost.note}`])));

/** What a language model is told about the tool. The user may change it. n8n adds a field with this name if a node has none. */
const toolDescription: INodeProperties = {
	displayName: 'Description',
	name: 'toolDescription',
	type: 'string',
	typeOptions: { rows: 4 },
	required: true,
	default: `=Generates images from a prompt with the Seedream 4.5 model, at the first of several providers that can take the job. Waits until they are ready, usually less than a minute, and returns the URL of each image, which expires, and its cost. Each image costs money: call this only for images that are wanted, and not again for one that was returned. A failure says why, what to do and whether it was charged. Prices: {{ $parameter.providers.map((id) => (${prices})[id]).join("; ") }}.`,
	description: "Tells the agent's model what this tool does, what it costs, and when to call it",
	displayOptions: { show: { '@tool': [true] } },
};

const chosenProviders: INodeProperties = {
	displayName: 'Providers, in This Order',
	name: 'providers',
	type: 'multiOptions',
	noDataExpression: true,
	required: true,
	options: pricedProviderOptions(providers),
	default: ['apixo', 'pixwith'],
	hint: 'Providers are tried in the order in which you choose them. To move one to the end, remove it and choose it again.',
	description: 'Each job goes to the first provider that can take it, and to one only. Each provider needs its own credential.',
};

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: optionProperties('anyProvider'),
};

export const properties: INodeProperties[] = [
	toolDescription,
	chosenProviders,
	credentialsProperty,
	...jobProperties,
	...completionProperties('providers'),
	...portableFields.map(toProperty),
	options,
];
