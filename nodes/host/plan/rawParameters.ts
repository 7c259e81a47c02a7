import { isEqual } from 'lodash';
import type { IExecuteFunctions } from 'n8n-workflow';

import { isJsonObject, parseJson } from '../../core/json';
import { noStyle } from '../../core/parameters/stylePresets';
import { findProvider } from '../../providers';

/** The request parameters that every provider has, with their defaults. */
const shared: Readonly<Record<string, unknown>> = {
	provider: undefined,
	operation: 'textToImage',
	prompt: '',
	imageSource: 'url',
	imageUrls: '',
	inputDataFieldNames: 'data',
	imageFieldName: '',
	model: 'seedream-4.5',
};

const isEmptyObject = (value: unknown): boolean => isEqual(typeof value === 'string' ? parseJson(value) : value, {});

/**
 * The typed request parameters with expressions unresolved: two tries with the same ones are the same job, whatever `$now`
 * or a random number returned. Values that equal the default are left out, so that a release with a new field changes nothing.
 */
export function rawParameters(context: IExecuteFunctions, defaults = defaultsFor(context)): Record<string, unknown> {
	const { parameters } = context.getNode();
	const options: Record<string, unknown> = isJsonObject(parameters.options) ? parameters.options : {};
	const typed = Object.entries(defaults).flatMap(([name, fallback]) => {
		const value: unknown = parameters[name];
		return value === undefined || isEqual(value, fallback) ? [] : [[name, value] as const];
	});
	const { stylePreset = noStyle, additionalFields = {} } = options;
	return {
		...Object.fromEntries(typed),
		...(stylePreset === noStyle ? {} : { stylePreset }),
		...(isEmptyObject(additionalFields) ? {} : { additionalFields }),
	};
}

function defaultsFor(context: IExecuteFunctions): Record<string, unknown> {
	const { provider } = context.getNode().parameters;
	const models = (typeof provider === 'string' ? findProvider(provider) : undefined)?.models ?? [];
	const fields = models.flatMap((model) => model.fields);
	return { ...shared, ...Object.fromEntries(fields.map((field) => [field.name, field.default])) };
}
