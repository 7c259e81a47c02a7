/** Nodes that stand for n8n's own in tests of the engine. */
import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

function description(name: string, inputs: INodeTypeDescription['inputs']): INodeTypeDescription {
	return {
		displayName: name,
		name,
		group: ['transform'],
		version: 1,
		description: '',
		defaults: { name },
		inputs,
		outputs: [NodeConnectionTypes.Main],
		properties: [{ displayName: 'Items', name: 'items', type: 'json', default: '[]' }],
	};
}

/** Puts out the items of its parameter `items` (a list of json objects). */
export class ItemSource implements INodeType {
	description = description('itemSource', []);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const raw = this.getNodeParameter('items', 0) as unknown;
		const list = (typeof raw === 'string' ? JSON.parse(raw) : raw) as INodeExecutionData['json'][];
		return [list.map((json, item) => ({ json, pairedItem: { item } }))];
	}
}

/** A node behind ours: reads the binary field `data` as S3, Telegram or Google Drive do. */
export class Probe implements INodeType {
	description = description('probe', [NodeConnectionTypes.Main]);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData();
		const read = await Promise.all(
			items.map(async (item, index) => {
				if (item.binary?.data === undefined) return { bytes: 0 };
				const info = this.helpers.assertBinaryData(index, 'data');
				const buffer = await this.helpers.getBinaryDataBuffer(index, 'data');
				return { bytes: buffer.length, fileName: info.fileName, mimeType: info.mimeType };
			}),
		);
		return [read.map((json, item) => ({ json, pairedItem: { item } }))];
	}
}
