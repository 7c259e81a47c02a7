import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { waitForTasks } from '../host/waitForTasks';
import { properties } from './properties';

export class SeedreamWaitForTask implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedream Wait for Task',
		name: 'seedreamWaitForTask',
		icon: { light: 'file:../../icons/seedreamWait.svg', dark: 'file:../../icons/seedreamWait.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ "up to " + $parameter["timeout"] + " s" }}',
		description: 'Wait for tasks of Seedream Generate and output their images',
		defaults: { name: 'Seedream Wait for Task' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'apiInOneApi', required: true, displayOptions: { show: { providers: ['apiInOne'] } } },
			{ name: 'apiframeApi', required: true, displayOptions: { show: { providers: ['apiframe'] } } },
			{ name: 'apixoApi', required: true, displayOptions: { show: { providers: ['apixo'] } } },
			{ name: 'pixelDojoApi', required: true, displayOptions: { show: { providers: ['pixelDojo'] } } },
			{ name: 'pixwithApi', required: true, displayOptions: { show: { providers: ['pixwith'] } } },
		],
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await waitForTasks(this);
	}
}
