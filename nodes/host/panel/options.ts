import { isJsonObject } from '../../core/json';
import { checkFields } from '../../core/parameters/checkFields';
import type { ProviderField } from '../../core/provider/field';
import type { OptionField, OptionValues } from '../../core/provider/option';
import type { Provider } from '../../core/provider/provider';
import { optionFields } from './optionFields';

/** The collection "Options", checked. Seconds are decimal, sizes are MB. */
export interface Options extends OptionValues<typeof optionFields> {
	/** The options that the item's provider defines, without those at their defaults. */
	ofProvider: Readonly<Record<string, string>>;
}

/** The options for the check: without the panel's conditions, because n8n passes only options that are shown. */
type AsFields<Given extends readonly OptionField[]> = { [Index in keyof Given]: Omit<Given[Index], 'nodes' | 'displayOptions'> };

function asFields<const Given extends readonly OptionField[]>(options: Given): AsFields<Given> {
	return options.map(({ nodes: _nodes, displayOptions: _conditions, ...field }) => ({
		...field,
		// A default that is an expression only concerns the panel: here, an option that is not set is empty.
		default: typeof field.default === 'string' && field.default.startsWith('=') ? '' : field.default,
	})) as AsFields<Given>;
}

const fields = asFields(optionFields);

/** Waiting is free, so any Timeout is allowed. */
const waitFields = fields.map((field): ProviderField => (field.name === 'timeout' ? { ...field, typeOptions: { minValue: 0 } } : field));

export const defaultOptions: Options = { ...checkFields(fields, {}, {}).values, ofProvider: {} };

interface CheckedOptions {
	options: Options;
	faults: string[];
}

function check(known: readonly ProviderField[], typed: Readonly<Record<string, unknown>>): CheckedOptions {
	const { values, faults } = checkFields(known, typed, {});
	return { options: { ...defaultOptions, ...(values as Partial<Options>) }, faults };
}

/** Fills in defaults, also for faulty options, and names every fault. */
export function checkOptions(raw: unknown): CheckedOptions {
	return check(fields, isJsonObject(raw) ? raw : {});
}

/** The same for Wait for Task, whose Timeout is outside the collection. */
export function checkWaitOptions(raw: unknown, timeout: unknown): CheckedOptions {
	return check(waitFields, { ...(isJsonObject(raw) ? raw : {}), timeout });
}

/** The options that belong to this provider, checked: a value left over from another provider is ignored. */
export function optionsOfProvider({ options = [] }: Provider, raw: unknown): { ofProvider: Options['ofProvider']; faults: string[] } {
	const { values, faults } = checkFields(asFields(options), isJsonObject(raw) ? raw : {}, {});
	const chosen = options.flatMap(({ name, default: fallback }) => (values[name] === fallback ? [] : [[name, String(values[name])] as const]));
	return { ofProvider: Object.fromEntries(chosen), faults };
}

/** For a tool of an AI Agent: n8n drops its files, so they are not downloaded, and its input is the agent's own item. */
export function withoutFiles(options: Options): Options {
	return { ...options, downloadImages: false, includeInputFields: false };
}
