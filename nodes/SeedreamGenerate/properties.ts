import type { INodeProperties } from 'n8n-workflow';

import { providers } from '../providers';
import { completionProperties } from '../host/panel/completionProperties';
import { credentialsProperty } from '../host/panel/credentialsProperty';
import { jobProperties } from '../host/panel/jobProperties';
import { optionProperties } from '../host/panel/optionProperties';
import { pricedProviderOptions } from '../host/panel/providerOptions';
import { providerPanel } from '../host/panel/providerPanel';

/** By provider, and by provider and model if it has several models. */
const prices = JSON.stringify(
	Object.fromEntries(
		providers.flatMap(({ id, cost, models }) => [[id, cost.note], ...models.slice(1).map((other) => [`${id} ${other.model.id}`, other.cost.note])]),
	),
);

/** What a language model is told about the tool. The user may change it. n8n adds a field with this name if a node has none. */
const toolDescription: INodeProperties = {
	displayName: 'Description',
	name: 'toolDescription',
	type: 'string',
	typeOptions: { rows: 4 },
	required: true,
	default: `=Generates images from a prompt with a Seedream model. Waits until they are ready, usually less than a minute, and returns the URL of each image, which expires, and its cost. Each image costs money: call this only for images that are wanted, and not again for one that was returned. A failure says why, what to do and whether it was charged. Price: {{ (${prices})[$parameter.provider + ' ' + $parameter.model] ?? (${prices})[$parameter.provider] }}.`,
	description: "Tells the agent's model what this tool does, what it costs, and when to call it",
	displayOptions: { show: { '@tool': [true] } },
};

const provider: INodeProperties = {
	displayName: 'Provider',
	name: 'provider',
	type: 'options',
	noDataExpression: true,
	options: pricedProviderOptions(providers),
	default: 'apixo',
	description: 'The service that runs Seedream and charges you for it',
};

const providerFields = providers.flatMap(providerPanel);
const isAboutImages = ({ displayOptions }: INodeProperties): boolean => displayOptions?.show?.operation !== undefined;

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: optionProperties('generate'),
};

export const properties: INodeProperties[] = [
	toolDescription,
	provider,
	credentialsProperty,
	...jobProperties,
	// Fields about the reference images are placed next to them.
	...providerFields.filter(isAboutImages),
	...providerFields.filter((field) => !isAboutImages(field)),
	...completionProperties('provider'),
	options,
];
