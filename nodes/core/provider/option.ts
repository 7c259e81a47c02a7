import type { FieldValue, ProviderField, Visibility } from './field';

/** The nodes whose collection "Options" may offer an option. */
export type OptionNode = 'generate' | 'anyProvider' | 'wait' | 'trigger';

/** One entry of the collection "Options", written once: the panel, the values' type, the defaults and the check all come from it. */
export interface OptionField extends Omit<ProviderField, 'displayOptions' | 'wire' | 'wireValues' | 'wireTemplate'> {
	nodes: readonly OptionNode[];
	displayOptions?: { show?: Visibility['show']; hide?: Visibility['show'] };
}

/** The values of options, which always have one. */
export type OptionValues<Fields extends readonly OptionField[]> = { [Field in Fields[number] as Field['name']]: FieldValue<Field> };
