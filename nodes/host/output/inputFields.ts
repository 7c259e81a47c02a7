import { omit } from 'lodash';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { filesInJson } from '../execution/binaryMode';
import type { Options } from '../panel/options';
import type { Outcome } from './outcome';

/** Left out: fields that an earlier failure added, which belong to that failure only, and files, which are not fields. */
const excluded = [filesInJson, 'error', 'details'];

/** The fields of an input item that its results keep, if the user wants that. */
export function inputFieldsFor({ includeInputFields }: Pick<Options, 'includeInputFields'>, json: IDataObject | undefined): IDataObject | undefined {
	return includeInputFields ? omit(json, excluded) : undefined;
}

/** The results of an item, with the input fields that they keep. */
export function withInputFields(outcomes: readonly Outcome[], input: IDataObject | undefined): Outcome[] {
	return outcomes.map((one) => (one.kind === 'item' && one.unchanged !== true && input !== undefined ? { ...one, input } : one));
}

/** The item's own fields first, because n8n's table begins with what people look for; they also win over fields of the same name. */
export function addInputFields(item: INodeExecutionData, input: IDataObject): INodeExecutionData {
	return { ...item, json: { ...item.json, ...omit(input, Object.keys(item.json)) } };
}
