import { merge } from 'lodash';
import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import type { OptionNode } from '../../core/provider/option';
import { compareNames } from '../../core/text';
import { providers } from '../../providers';
import { optionFields } from './optionFields';
import { toProperty } from './toProperty';

/** The parameter in which a node has the providers that it works with. */
const providerParameter: Readonly<Record<OptionNode, '/provider' | '/providers'>> = {
	generate: '/provider',
	anyProvider: '/providers',
	wait: '/providers',
	trigger: '/providers',
};

function withConditions(property: INodeProperties, added: IDisplayOptions): INodeProperties {
	return { ...property, displayOptions: merge({}, property.displayOptions, added) };
}

/** The options that have no effect with a provider, according to its definition. */
const providersUsing: Readonly<Record<string, (provider: (typeof providers)[number]) => boolean>> = {
	checkBalance: ({ balance }) => balance !== undefined,
	allowPrivateCallbackUrl: ({ submit }) => submit.callbackField !== undefined,
};

function ofEveryProvider(node: OptionNode): INodeProperties[] {
	return optionFields
		.filter(({ nodes }) => nodes.some((one) => one === node))
		.map((field) => {
			const without = providers.filter((provider) => providersUsing[field.name]?.(provider) === false).map(({ id }) => id);
			const property = toProperty(field);
			return without.length === 0 || node !== 'generate' ? property : withConditions(property, { hide: { '/provider': without } });
		});
}

function ofOneProvider(node: OptionNode): INodeProperties[] {
	return providers.flatMap(({ id, displayName, options = [] }) =>
		options
			.filter(({ nodes }) => nodes.includes(node))
			.map((field) => {
				const property = withConditions(toProperty(field), { show: { [providerParameter[node]]: [id] } });
				// Next to options of other providers, its name must include the provider.
				return node === 'generate' ? property : { ...property, displayName: `${displayName}: ${field.displayName}` };
			}),
	);
}

/** The entries of a node's collection "Options", in alphabetical order: only options that can have an effect. */
export function optionProperties(node: OptionNode): INodeProperties[] {
	return [...ofEveryProvider(node), ...ofOneProvider(node)].sort((one, other) => compareNames(one.displayName, other.displayName));
}
