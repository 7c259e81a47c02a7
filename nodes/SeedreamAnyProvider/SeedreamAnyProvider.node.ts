import { NodeConnectionTypes, type IExecuteFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { providers } from '../providers';
import { generateWithAny } from '../host/generate/generateWithAny';
import { providerNames } from '../host/panel/providerNames';
import { anyProviderHints } from '../host/panel/runHints';
import { properties } from './properties';

export class SeedreamAnyProvider implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedream Any Provider',
		name: 'seedreamAnyProvider',
		icon: { light: 'file:../../icons/seedreamAnyProvider.svg', dark: 'file:../../icons/seedreamAnyProvider.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			// Uses raw parameters, because an expression cannot be resolved here and would make the whole subtitle empty.
			`={{ [$rawParameter["operation"] === "imageToImage" ? "Image to Image" : "", $rawParameter["completion"] === "returnTask" ? "Return Task" : "", ($rawParameter["providers"] ?? []).map((id) => (${providerNames(providers)})[id]).join(" → ")].filter((part) => part).join(" · ") + ($rawParameter["imageCount"] > 1 ? " × " + $rawParameter["imageCount"] : "") }}`,
		description: 'Generate images with the first of your providers that can take the job',
		defaults: { name: 'Seedream Any Provider' },
		usableAsTool: true,
		hints: anyProviderHints,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		// With a root path (/), because n8n would otherwise take this field for a choice of authentication and hide it.
		credentials: [
			{ name: 'apiInOneApi', required: true, displayOptions: { show: { '/providers': ['apiInOne'] } } },
			{ name: 'apiframeApi', required: true, displayOptions: { show: { '/providers': ['apiframe'] } } },
			{ name: 'apixoApi', required: true, displayOptions: { show: { '/providers': ['apixo'] } } },
			{ name: 'pixelDojoApi', required: true, displayOptions: { show: { '/providers': ['pixelDojo'] } } },
			{ name: 'pixwithApi', required: true, displayOptions: { show: { '/providers': ['pixwith'] } } },
		],
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await generateWithAny(this);
	}
}
