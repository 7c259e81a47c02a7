/** Replacements for n8n's own nodes in tests of the engine. */
import { NodeConnectionTypes, type IExecuteFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

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

/** Returns the items of its parameter `items` (a list of json objects). */
export class ItemSource implements INodeType {
	description = description('itemSource', []);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const raw = this.getNodeParameter('items', 0) as unknown;
		const list = (typeof raw === 'string' ? JSON.parse(raw) : raw) as INodeExecutionData['json'][];
		return [await Promise.all(list.map(async (json, item) => ({ ...(await withFiles(this, json)), pairedItem: { item } })))];
	}
}

/** `files` of an item, `{ field: { base64, fileName, mimeType } }`, become its binary fields. */
async function withFiles(context: IExecuteFunctions, json: INodeExecutionData['json']): Promise<INodeExecutionData> {
	const { files, ...rest } = json;
	if (files === undefined) return { json: rest };
	const entries = Object.entries(files as Record<string, { base64: string; fileName: string; mimeType: string }>);
	const binary = await Promise.all(
		entries.map(async ([field, { base64, fileName, mimeType }]) => [
			field,
			await context.helpers.prepareBinaryData(Buffer.from(base64, 'base64'), fileName, mimeType),
		]),
	);
	return { json: rest, binary: Object.fromEntries(binary) as never };
}

/** A node after these: reads the binary field `data` as S3, Telegram or Google Drive do. */
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

/** Returns its parameter `items` on the first output until it has run `times` times, as a loop does; then on the second. */
export class Repeat implements INodeType {
	description: INodeTypeDescription = {
		...description('repeat', [NodeConnectionTypes.Main]),
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		properties: [
			{ displayName: 'Items', name: 'items', type: 'json', default: '[]' },
			{ displayName: 'Times', name: 'times', type: 'number', default: 2 },
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const again = (this.getNodeParameter('items', 0) as unknown as INodeExecutionData['json'][]).map((json, item) => ({
			json,
			pairedItem: { item },
		}));
		const runIndex = this.getWorkflowDataProxy(0).$runIndex as number;
		return runIndex + 1 < Number(this.getNodeParameter('times', 0)) ? [again, []] : [[], this.getInputData()];
	}
}
