import { NodeConnectionTypes, type IExecuteFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { portableFields } from '../../../nodes/core/provider/portableFields';
import { generateWithAny } from '../../../nodes/host/generate/generateWithAny';
import { jobProperties } from '../../../nodes/host/panel/jobProperties';
import { optionProperties } from '../../../nodes/host/panel/optionProperties';
import { providerOptions } from '../../../nodes/host/panel/providerOptions';
import { toProperty } from '../../../nodes/host/panel/toProperty';
import { providers } from '../../../nodes/providers';

/** Seedream Any Provider as far as its engine needs a panel. */
export class AnyProvider implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedream Any Provider',
		name: 'seedreamAnyProvider',
		group: ['transform'],
		version: 1,
		description: '',
		defaults: { name: 'Seedream Any Provider' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: providers.map(({ id, credentialType }) => ({ name: credentialType, required: true, displayOptions: { show: { '/providers': [id] } } })),
		properties: [
			{ displayName: 'Providers, in This Order', name: 'providers', type: 'multiOptions', options: providerOptions(providers), default: ['apixo', 'pixwith'] },
			...jobProperties,
			...portableFields.map(toProperty),
			{ displayName: 'When Submitted', name: 'completion', type: 'string', default: 'waitForImages' },
			{ displayName: 'Callback', name: 'callback', type: 'string', default: 'none' },
			{ displayName: 'Callback URL', name: 'callbackUrl', type: 'string', default: '' },
			{ displayName: 'Options', name: 'options', type: 'collection', default: {}, options: optionProperties('anyProvider') },
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await generateWithAny(this);
	}
}
