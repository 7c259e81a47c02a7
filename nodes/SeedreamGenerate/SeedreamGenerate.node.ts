import { NodeConnectionTypes, type IExecuteFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { providers } from '../providers';
import { generate } from '../host/generate/generate';
import { modelNames } from '../host/panel/modelNames';
import { providerNames } from '../host/panel/providerNames';
import { generateHints } from '../host/panel/runHints';
import { properties } from './properties';

export class SeedreamGenerate implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedream Generate',
		name: 'seedreamGenerate',
		icon: { light: 'file:../../icons/seedream.svg', dark: 'file:../../icons/seedream.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			// Uses raw parameters, because an expression cannot be resolved here and would make the whole subtitle empty.
			`={{ [$rawParameter["operation"] === "imageToImage" ? "Image to Image" : "", $rawParameter["completion"] === "returnTask" ? "Return Task" : "", (${providerNames(providers)})[$rawParameter["provider"]], (${modelNames(providers)})[$rawParameter["model"]], ($rawParameter["sizing"] === "custom" || $rawParameter["imageSize"] === "custom" ? [$rawParameter["width"], $rawParameter["height"]].filter((part) => !String(part).startsWith("=")).join("×") : [$rawParameter["resolution"] || ({ basic: "2K", high: "4K" })[$rawParameter["quality"]] || $rawParameter["imageSize"], $rawParameter["aspectRatio"]].filter((part) => part && !String(part).startsWith("=")).join(" ").replace("_16_9", " 16:9").replace("_4_3", " 4:3").replaceAll("_", " "))].filter((part) => part).join(" · ") + ($rawParameter["imageCount"] > 1 ? " × " + $rawParameter["imageCount"] : "") }}`,
		description: 'Generate images with ByteDance Seedream through the provider of your choice',
		defaults: { name: 'Seedream Generate' },
		usableAsTool: true,
		hints: generateHints,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		// With a root path (/), because n8n would otherwise take this field for a choice of authentication and hide it.
		credentials: [
			{ name: 'apiInOneApi', required: true, displayOptions: { show: { '/provider': ['apiInOne'] } } },
			{ name: 'apiframeApi', required: true, displayOptions: { show: { '/provider': ['apiframe'] } } },
			{ name: 'apixoApi', required: true, displayOptions: { show: { '/provider': ['apixo'] } } },
			{ name: 'pixelDojoApi', required: true, displayOptions: { show: { '/provider': ['pixelDojo'] } } },
			{ name: 'pixwithApi', required: true, displayOptions: { show: { '/provider': ['pixwith'] } } },
		],
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await generate(this);
	}
}
