import type { IBinaryKeyData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import { uniqueFileNames, type SuggestedName } from '../../core/image/uniqueFileNames';
import { textAt } from '../../core/json';
import { addInputFields } from './inputFields';
import type { OutputItem } from './outcome';

interface NamedField {
	field: string;
	/** The file's name; undefined if there is none, because a Code node may put anything here. */
	name: string | undefined;
}

/** An item's files: first its images, whose names are in its json in this order, then all others. */
function filesOf({ json, binary = {} }: INodeExecutionData): { images: NamedField[]; others: NamedField[] } {
	const described = (Array.isArray(json.images) ? json.images : [json]).filter((one) => textAt(one, 'fileName') !== undefined);
	const files = Object.entries(binary).map(([field, file]) => ({ field, name: textAt(file, 'fileName') }));
	return { images: files.slice(0, described.length), others: files.slice(described.length) };
}

/** Names for an item's images; its other files keep theirs. */
function suggestedNames({ item, unchanged = false, awaited }: OutputItem): SuggestedName[] {
	const { images, others } = filesOf(item);
	const names = awaited ?? images.map(({ name = '' }) => name);
	const kept = others.flatMap(({ name }) => (name === undefined ? [] : [{ name, fixed: true }]));
	return [...names.map((name) => ({ name, fixed: unchanged })), ...kept];
}

/** The images of an item and what its json says about them, under new names. */
function renamed(item: INodeExecutionData, names: readonly string[]): INodeExecutionData {
	const { json, binary = {} } = item;
	const files = Object.fromEntries(filesOf(item).images.map(({ field }, index) => [field, { ...binary[field], fileName: names[index] }])) as IBinaryKeyData;
	const facts: IDataObject = Array.isArray(json.images)
		? { images: (json.images as IDataObject[]).map((image, index) => ({ ...image, fileName: names[index] })) }
		: { fileName: names[0] };
	return { ...item, json: { ...json, ...facts }, binary: { ...binary, ...files } };
}

/**
 * The output of one run, in order. No two of its files share a name, because a storage node would keep only
 * the last of them. This is the only place where all names of a run are known, and the order does not depend on which image came first.
 */
export function outputItems(output: readonly OutputItem[]): INodeExecutionData[] {
	const names = uniqueFileNames(output.flatMap(suggestedNames));
	let next = 0;
	return output.map((one) => {
		const suggested = suggestedNames(one);
		const given = names.slice(next, next + suggested.length);
		next += suggested.length;
		const isUnchanged = one.awaited !== undefined || suggested.every(({ name }, index) => name === given[index]);
		const item = isUnchanged ? one.item : renamed(one.item, given);
		return one.input === undefined ? item : addInputFields(item, one.input);
	});
}
