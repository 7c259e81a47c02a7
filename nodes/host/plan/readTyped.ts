import type { IExecuteFunctions } from 'n8n-workflow';

import { quote } from '../../core/text';
import { checkOptions, withoutFiles } from '../panel/options';
import { filesNamedIn, type NamedFile } from '../references/references';
import type { GeneratePlan, ReadAt, Settings } from './generatePlan';

/** The values of an item that do not depend on the provider. */
export interface TypedItem {
	operation: unknown;
	rawOptions: unknown;
	/** Whether the item names files and not URLs. */
	wantsFiles: boolean;
	named: NamedFile[];
	completion: GeneratePlan['completion'];
	faults: string[];
}

/** Reads what is the same for every provider. The settings are recorded as soon as they are known. */
export function readTyped(context: IExecuteFunctions, { itemIndex, isTool }: ReadAt, settings: Settings): TypedItem {
	const parameter = (name: string, fallback: unknown = ''): unknown => context.getNodeParameter(name, itemIndex, fallback);
	const rawOptions = parameter('options', {});
	const { options, faults } = checkOptions(rawOptions);
	settings.options = isTool ? withoutFiles(options) : options;
	// An agent needs the result in the same turn.
	const completion = isTool ? 'waitForImages' : parameter('completion', 'waitForImages');
	if (completion !== 'waitForImages' && completion !== 'returnTask') {
		faults.push(`When Submitted must be one of waitForImages, returnTask, but is ${quote(completion, 80)}`);
	}
	settings.completion = completion === 'returnTask' ? completion : 'waitForImages';
	const operation = parameter('operation');
	const imageSource = parameter('imageSource', 'url');
	const wantsFiles = operation === 'imageToImage' && imageSource === 'binary';
	if (operation === 'imageToImage' && imageSource !== 'url' && imageSource !== 'binary') {
		faults.push(`Image Source must be one of url, binary, but is ${quote(imageSource, 80)}`);
	}
	const named = wantsFiles ? filesNamedIn(parameter('inputDataFieldNames', 'data')) : [];
	return { operation, rawOptions, wantsFiles, named, completion: settings.completion, faults };
}
