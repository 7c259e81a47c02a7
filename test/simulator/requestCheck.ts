import type { ProviderField } from '../../nodes/core/provider/field';
import { isJsonObject, type JsonObject, type JsonValue } from '../../nodes/core/json';

/** What a contract says about one field of a request. */
export type Rule = { required?: true } & (
	| { type: 'text'; shortest?: number; longest?: number; oneOf?: readonly string[]; pattern?: RegExp }
	| { type: 'integer'; lowest?: number; highest?: number }
	| { type: 'number' }
	| { type: 'boolean' }
	| { type: 'texts'; oneOf: readonly string[]; fewest: number }
	| { type: 'url' }
	| { type: 'urls'; fewest: number; most: number }
);

/** Rules by dotted path. A field without a rule is unknown and refused. */
export type Rules = Readonly<Record<string, Rule>>;

export interface Fault {
	path: string;
	message: string;
}

/** Rules for the fields of a provider's table: wire path, type, options and range. Two fields may share a path. */
export function rulesOfFields(fields: readonly ProviderField[]): Rules {
	const rules: Record<string, Rule> = {};
	for (const field of fields) {
		if (field.wire === undefined) continue;
		const rule = ruleOf(field);
		const other = rules[field.wire];
		rules[field.wire] =
			rule.type === 'text' && other?.type === 'text' && rule.oneOf !== undefined && other.oneOf !== undefined
				? { type: 'text', oneOf: [...other.oneOf, ...rule.oneOf] }
				: rule;
	}
	return rules;
}

function ruleOf(field: ProviderField): Rule {
	if (field.wireTemplate !== undefined) return { type: 'text' };
	const named = (value: string | boolean): JsonValue => {
		const mapped = field.wireValues?.[String(value)];
		return mapped === undefined ? value : mapped;
	};
	const texts = (values: readonly JsonValue[]): string[] => values.filter((value): value is string => typeof value === 'string' && value !== '');
	if (field.type === 'options') {
		return { type: 'text', oneOf: texts((field.options ?? []).map((option) => named(option.value))) };
	}
	if (field.type === 'boolean') {
		return field.wireValues === undefined ? { type: 'boolean' } : { type: 'text', oneOf: texts([named(true), named(false)]) };
	}
	if (field.type === 'number' || field.integerOrEmpty === true) {
		return { type: 'integer', lowest: field.typeOptions?.minValue, highest: field.typeOptions?.maxValue };
	}
	return { type: 'text' };
}

/** The same rules, with those at the paths made mandatory. */
export function withRequired(rules: Rules, ...paths: string[]): Rules {
	return Object.fromEntries(Object.entries(rules).map(([path, rule]) => [path, paths.includes(path) ? { ...rule, required: true as const } : rule]));
}

export function isWebUrl(value: unknown): value is string {
	return typeof value === 'string' && /^https?:\/\/[^\s/]+/i.test(value) && URL.canParse(value);
}

function faultOf(value: JsonValue, rule: Rule): string | undefined {
	switch (rule.type) {
		case 'text':
			if (typeof value !== 'string') return 'must be a string';
			if (rule.oneOf !== undefined && !rule.oneOf.includes(value)) return `must be one of ${rule.oneOf.join(', ')}`;
			if (rule.pattern !== undefined && !rule.pattern.test(value)) return 'has an invalid format';
			if (value.trim().length < (rule.shortest ?? 0)) return `must have at least ${rule.shortest} characters`;
			if (value.length > (rule.longest ?? Infinity)) return `must have at most ${rule.longest} characters`;
			return undefined;
		case 'integer':
			if (typeof value !== 'number' || !Number.isInteger(value)) return 'must be an integer';
			if (value < (rule.lowest ?? -Infinity)) return `must be at least ${rule.lowest}`;
			if (value > (rule.highest ?? Infinity)) return `must be at most ${rule.highest}`;
			return undefined;
		case 'number':
			return typeof value === 'number' ? undefined : 'must be a number';
		case 'boolean':
			return typeof value === 'boolean' ? undefined : 'must be a boolean';
		case 'texts':
			if (!Array.isArray(value) || value.length < rule.fewest) return `must be an array of at least ${rule.fewest}`;
			return value.every((item) => typeof item === 'string' && rule.oneOf.includes(item)) ? undefined : `must hold only ${rule.oneOf.join(', ')}`;
		case 'url':
			return isWebUrl(value) ? undefined : 'must be an http(s) URL';
		case 'urls':
			if (!Array.isArray(value)) return 'must be an array';
			if (value.length < rule.fewest || value.length > rule.most) return `must hold ${rule.fewest} to ${rule.most} URLs`;
			return value.every(isWebUrl) ? undefined : 'must hold only http(s) URLs';
	}
}

/** Everything in a body that the rules do not allow: unknown fields, missing ones, wrong types and values. */
export function checkRequest(body: JsonObject, rules: Rules): Fault[] {
	const faults: Fault[] = [];
	const seen = new Set<string>();
	const walk = (object: JsonObject, prefix: string): void => {
		for (const [key, value] of Object.entries(object)) {
			const path = `${prefix}${key}`;
			const rule = rules[path];
			seen.add(path);
			if (rule !== undefined) {
				const message = faultOf(value, rule);
				if (message !== undefined) faults.push({ path, message });
			} else if (Object.keys(rules).some((known) => known.startsWith(`${path}.`))) {
				if (isJsonObject(value)) walk(value, `${path}.`);
				else faults.push({ path, message: 'must be an object' });
			} else faults.push({ path, message: 'is not a known field' });
		}
	};
	walk(body, '');
	for (const [path, rule] of Object.entries(rules)) {
		if (rule.required === true && !seen.has(path)) faults.push({ path, message: 'is required' });
	}
	return faults;
}

/** ByteDance's size limits, computed here independently of the package. */
const smallestPixels = 2560 * 1440;
const largestPixels = 4096 * 4096;

/** The fault of an explicit size that the model cannot make. */
export function modelSizeFault(path: string, width: number, height: number, largest = largestPixels): Fault[] {
	const pixels = width * height;
	const ratio = Math.max(width, height) / Math.min(width, height);
	return pixels >= smallestPixels && pixels <= largest && ratio <= 16
		? []
		: [{ path, message: `image size must be ${smallestPixels} to ${largest} pixels, ratio 1/16 to 16` }];
}
