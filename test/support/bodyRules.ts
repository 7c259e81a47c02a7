/** Functions with which the contracts write the rules of a submit body. They share no code with nodes. */
export type Rule = (value: unknown) => boolean;

export const ratios = ['1:1', '2:3', '3:2', '3:4', '4:3', '9:16', '16:9', '21:9'];

export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

export const oneOf =
	(...allowed: unknown[]): Rule =>
	(value) =>
		allowed.includes(value);

export const whole =
	(from: number, to: number): Rule =>
	(value) =>
		Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to;

export const textOf =
	(from: number, to: number): Rule =>
	(value) =>
		typeof value === 'string' && [...value].length >= from && [...value].length <= to && value.trim() === value;

export const urls =
	(most: number): Rule =>
	(value) =>
		Array.isArray(value) &&
		value.length >= 1 &&
		value.length <= most &&
		value.every((url) => typeof url === 'string' && /^https?:\/\//i.test(url) && !/[\s\p{Cc}]/u.test(url) && canBeParsed(url));

/** What the model makes. */
export const isModelSize = (width: number, height: number): boolean =>
	width * height >= 3_686_400 && width * height <= 16_777_216 && Math.max(width, height) <= 16 * Math.min(width, height);

/** Uses the URL class, because Node 20's URL.canParse() is wrong once it is optimized. */
export function canBeParsed(url: string): boolean {
	try {
		return new URL(url).protocol !== '';
	} catch {
		return false;
	}
}

export interface Shape {
	required: Readonly<Record<string, Rule>>;
	optional?: Readonly<Record<string, Rule>>;
}

/** The first difference between a value and this shape. */
export function differenceFrom({ required, optional = {} }: Shape, value: unknown): string | undefined {
	if (!isObject(value)) return 'it is an object';
	const rules = { ...optional, ...required };
	const wrong = Object.keys(value).find((key) => !Object.hasOwn(rules, key) || rules[key]?.(value[key]) !== true);
	if (wrong !== undefined) return `${wrong} is in the contract and right, not ${JSON.stringify(value[wrong])}`;
	const missing = Object.keys(required).find((key) => !Object.hasOwn(value, key));
	return missing === undefined ? undefined : `${missing} is there`;
}

/** Names the first broken rule. */
export function firstBroken(rules: Readonly<Record<string, boolean>>): string | undefined {
	return Object.entries(rules).find(([, isKept]) => !isKept)?.[0];
}
