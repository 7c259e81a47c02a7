import type { INodeProperties } from 'n8n-workflow';

import { callbackProviders } from '../providers';
import { credentialsProperty } from '../host/panel/credentialsProperty';
import { optionProperties } from '../host/panel/optionProperties';
import { providerOptions } from '../host/panel/providerOptions';

export const properties: INodeProperties[] = [
	{
		displayName:
			'Open Webhook URLs at the top, copy the Production URL into Callback URL of a Seedream Generate node, and publish this workflow. Seedream Generate adds ?provider=… to the URL.',
		name: 'urlNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Providers',
		name: 'providers',
		type: 'multiOptions',
		noDataExpression: true,
		options: providerOptions(callbackProviders),
		default: ['apixo'],
		description: 'The providers that call this URL. Each one needs its own credential.',
	},
	credentialsProperty,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: optionProperties('trigger'),
	},
];
