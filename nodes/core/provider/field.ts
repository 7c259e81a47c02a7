import { setAt, type JsonObject, type JsonValue } from '../json';

type Primitive = string | number | boolean;

export interface Visibility {
	show: Readonly<Record<string, readonly Primitive[]>>;
}

export interface FieldOption {
	name: string;
	value: string;
	description?: string;
	displayOptions?: Visibility;
}

/**
 * One parameter of a provider, written once, in n8n's own format plus the `wire` keys. The panel, the values' type, the
 * validation, the request body, the simulator's request check and the table in docs/parameters.md all come from it.
 */
export interface ProviderField {
	displayName: string;
	name: string;
	type: 'options' | 'number' | 'boolean' | 'string' | 'json';
	default: Primitive;
	options?: readonly FieldOption[];
	typeOptions?: { minValue?: number; maxValue?: number; numberPrecision?: number };
	displayOptions?: Visibility;
	description?: string;
	hint?: string;
	placeholder?: string;
	/** Whether n8n requires a value. */
	required?: boolean;
	/** Makes it a text field for a whole number or nothing, because n8n's number fields cannot be empty. */
	integerOrEmpty?: true;
	/** Leaves the range to the provider's `check`, which looks at several fields together and can propose a size. */
	checkedTogether?: true;
	/**
	 * A field of the provider's other models that this model lacks: hidden, and any value but the default is refused with
\t * this sentence, because the user set it for a reason. Ends without a period.
	 */
	onlyDefault?: string;
	/** An empty value counts as the default. */
	emptyIsDefault?: true;
	/** Why a text is not accepted, as a sentence without its subject ("must be …"); undefined if it is. */
	refusal?(text: string): string | undefined;
	/** Dotted path in the request body. Without one, the field is not sent and only decides what the panel shows. */
	wire?: string;
	/** What is sent for each value; null leaves the field out. */
	wireValues?: Readonly<Record<string, JsonValue>>;
	/** A value made from several fields, e.g. `{width}x{height}`. */
	wireTemplate?: string;
}

/** The type of a field's value once it has been checked. */
export type FieldValue<Field> = Field extends { type: 'options'; options: readonly { value: infer Value }[] }
	? Value
	: Field extends { type: 'number' }
		? number
		: Field extends { type: 'boolean' }
			? boolean
			: Field extends { type: 'json' }
				? unknown
				: Field extends { integerOrEmpty: true }
					? number | undefined
					: string;

/** The values of a provider's fields; a field that other fields can hide may be undefined. */
export type FieldValues<Fields extends readonly ProviderField[]> = {
	[Field in Fields[number] as Field['name']]: Field extends { displayOptions: unknown } ? FieldValue<Field> | undefined : FieldValue<Field>;
};

export type AnyValues = Readonly<Record<string, Primitive | undefined>>;

function matches(visibility: Visibility | undefined, values: AnyValues): boolean {
	if (visibility === undefined) return true;
	return Object.entries(visibility.show).every(([name, allowed]) => {
		const value = values[name];
		return value !== undefined && allowed.includes(value);
	});
}

/** Whether a field is shown when the other fields have these values, as in the panel. */
export function isShown(field: ProviderField, values: AnyValues): boolean {
	return matches(field.displayOptions, values);
}

/** The options that can be chosen when the other fields have these values. */
export function allowedOptions(field: ProviderField, values: AnyValues): readonly FieldOption[] {
	return (field.options ?? []).filter((option) => matches(option.displayOptions, values));
}

function wireValue(field: ProviderField, values: AnyValues): JsonValue | undefined {
	const value = values[field.name];
	if (value === undefined || value === '') return undefined;
	if (field.wireTemplate !== undefined) {
		return field.wireTemplate.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
	}
	const mapped = field.wireValues?.[String(value)];
	if (mapped === null) return undefined;
	return mapped ?? value;
}

/** Writes the shown fields' values into a request body, each at its wire path. */
export function writeFields(body: JsonObject, fields: readonly ProviderField[], values: AnyValues): void {
	for (const field of fields) {
		if (field.wire === undefined || !isShown(field, values)) continue;
		const value = wireValue(field, values);
		if (value !== undefined) setAt(body, field.wire, value);
	}
}
