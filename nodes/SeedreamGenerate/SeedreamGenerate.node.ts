import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { generate } from '../host/generate';
import { properties } from './properties';

export class SeedreamGenerate implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedream Generate',
		name: 'seedreamGenerate',
		icon: { light: 'file:../../icons/seedream.svg', dark: 'file:../../icons/seedream.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ({ apiInOne: "API in One", apiframe: "Apiframe", apixo: "APIXO", pixelDojo: "PixelDojo", pixwith: "PixWith" })[$parameter["provider"]] + " · " + ($parameter["sizing"] === "custom" || $parameter["imageSize"] === "custom" ? $parameter["width"] + "×" + $parameter["height"] : [$parameter["resolution"] || $parameter["quality"] || $parameter["imageSize"], $parameter["aspectRatio"]].filter((part) => part).join(" ").replaceAll("_", " ")) + ($parameter["imageCount"] > 1 ? " × " + $parameter["imageCount"] : "") }}',
		description: 'Generate images with ByteDance Seedream 4.5 through the provider of your choice',
		defaults: { name: 'Seedream Generate' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		// With a root path (/), because n8n takes a field that its credentials' conditions cover for a login method and hides it.
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
