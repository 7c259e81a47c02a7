import type { FieldValue, ProviderField, Visibility } from './field';

/** The nodes that can have an option in their collection "Options". */
export type OptionNode = 'generate' | 'anyProvider' | 'wait' | 'trigger';

/** One entry of the collection "Options", written once: the panel, the values' type, the defaults and the check all come from it. */
export interface OptionField extends Omit<ProviderField, 'displayOptions' | 'wire' | 'wireValues' | 'wireTemplate'> {
	nodes: readonly OptionNode[];
	displayOptions?: { show?: Visibility['show']; hide?: Visibility['show'] };
}

/** The values of the options; each option always has one. */
export type OptionValues<Fields extends readonly OptionField[]> = { [Field in Fields[number] as Field['name']]: FieldValue<Field> };
