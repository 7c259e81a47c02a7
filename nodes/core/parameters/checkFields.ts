import { z } from 'zod';

import { allowedOptions, isShown, type AnyValues, type FieldValues, type ProviderField } from '../provider/field';
import { quote } from '../text';

/** Expressions often return numbers and booleans as text, which is accepted in its exact form only. */
function fromText(field: ProviderField, value: unknown): unknown {
	if (field.type === 'json') return value;
	if (field.emptyIsDefault === true && typeof value === 'string' && value.trim() === '') return field.default;
	if (Number.isFinite(value) && field.type === 'string' && field.integerOrEmpty !== true) return String(value);
	if (typeof value !== 'string') return value;
	const text = value.trim();
	if (field.type === 'number' || field.integerOrEmpty === true) {
		if (text === '') return undefined;
		return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : value;
	}
	if (field.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : value;
	return text;
}

const isWhole = (field: ProviderField): boolean => field.typeOptions?.numberPrecision === 0 || field.integerOrEmpty === true;

function range(noun: string, { minValue, maxValue }: ProviderField['typeOptions'] = {}): string {
	if (minValue !== undefined && maxValue !== undefined) return `${noun} from ${minValue} to ${maxValue}`;
	return minValue === undefined ? noun : `${noun} of at least ${minValue}`;
}

function numberSchema(field: ProviderField) {
	const limits = field.checkedTogether === true ? {} : field.typeOptions;
	const message = `must be ${range(isWhole(field) ? 'a whole number' : 'a number', limits)}`;
	// Beyond the safe integers, a different number would be sent.
	let schema = isWhole(field) ? z.number({ message }).int({ message }).safe({ message }) : z.number({ message }).finite({ message });
	const { minValue, maxValue } = limits ?? {};
	if (minValue !== undefined) schema = schema.min(minValue, { message });
	if (maxValue !== undefined) schema = schema.max(maxValue, { message });
	return schema;
}

const ownSchemas = new WeakMap<ProviderField, z.ZodTypeAny>();

/** A field is checked once per item, and its schema takes longer to build than to use. Which options are allowed may depend on the other values. */
function schemaOf(field: ProviderField, values: AnyValues): z.ZodTypeAny {
	if (field.type === 'options') return newSchema(field, values);
	const known = ownSchemas.get(field) ?? newSchema(field, values);
	ownSchemas.set(field, known);
	return known;
}

function newSchema(field: ProviderField, values: AnyValues): z.ZodTypeAny {
	if (field.onlyDefault !== undefined) {
		return z.unknown().refine((value) => value === field.default, { message: `must be ${field.default} (${field.onlyDefault})` });
	}
	if (field.type === 'json') return z.unknown();
	if (field.type === 'number') return numberSchema(field);
	if (field.integerOrEmpty === true) return numberSchema(field).optional();
	if (field.type === 'boolean') return z.boolean({ message: 'must be true or false' });
	if (field.type === 'options') {
		const allowed = allowedOptions(field, values).map((option) => option.value);
		const shown = allowed.map((value) => (value === '' ? 'empty' : value)).join(', ');
		const [first = '', ...rest] = allowed;
		return z.enum([first, ...rest], { message: `must be one of ${shown}` });
	}
	return z.string({ message: 'must be text' }).superRefine((text, context) => {
		const message = field.refusal?.(text);
		if (message !== undefined) context.addIssue({ code: 'custom', message });
	});
}

function shortly(value: unknown): string {
	return value === undefined || value === '' ? 'nothing' : quote(value, 60);
}

/** If the fields are literals, each value has its own type. */
type CheckedValues<Fields extends readonly ProviderField[]> = string extends Fields[number]['name'] ? AnyValues : FieldValues<Fields>;

export interface CheckedFields<Values = AnyValues> {
	/** Only the shown fields, each with its own type; a faulty field has its default. */
	values: Values;
	/** One sentence per fault, without a period. */
	faults: string[];
	/** The names of the fields that have a fault. */
	faulty: ReadonlySet<string>;
}

/** The value as it was typed. An expression that returns nothing counts as empty; only a missing parameter gets its default. */
function rawValue({ name, default: fallback }: ProviderField, raw: Readonly<Record<string, unknown>>): unknown {
	return Object.hasOwn(raw, name) ? (raw[name] ?? '') : fallback;
}

/**
 * Checks raw parameter values against the fields of a provider and names every fault with the allowed values.
 * `context` has the other values that decide which fields are shown (the operation).
 */
export function checkFields<Fields extends readonly ProviderField[]>(
	fields: Fields,
	raw: Readonly<Record<string, unknown>>,
	context: AnyValues,
): CheckedFields<CheckedValues<Fields>> {
	const typed: Record<string, unknown> = { ...context };
	for (const field of fields) typed[field.name] = fromText(field, rawValue(field, raw));
	const visible = typed as AnyValues;
	const shown = fields.filter((field) => isShown(field, visible));
	const faulty = new Set<string>();
	const faults: string[] = [];
	// Fields that a faulty field hides are not checked, although its default would show them.
	const values: Record<string, unknown> = { ...context };
	for (const field of shown) {
		const checked = schemaOf(field, visible).safeParse(typed[field.name]);
		values[field.name] = checked.success ? checked.data : fromText(field, field.default);
		if (checked.success) continue;
		faulty.add(field.name);
		// One sentence per field: a fraction that is out of range breaks two rules, but it is one mistake.
		faults.push(`${field.displayName} ${checked.error.issues[0]?.message}, but is ${shortly(typed[field.name])}`);
	}
	return { values: values as CheckedValues<Fields>, faults, faulty };
}
