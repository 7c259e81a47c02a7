/** JSON as replies hold it, read against JSON.parse. */
import fc from 'fast-check';

import { parseJson } from '../../nodes/core/json';
import { createRedactor } from '../../nodes/core/redactor';
import { firstBroken } from '../support/bodyRules';
import { holds } from './support/property';

const blanks = fc.constantFrom('', ' ', '\n\t', '\r\n');
const number = fc.oneof(
	fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }).map(String),
	fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }).map(String),
	fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
	fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.constantFrom('.0', '.5', 'e3', 'E-3', '.25e+2')).map(([digits, rest]) => `${digits}${rest}`),
);
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.stringMatching(/^[\\"0-9:,{}[\] -]{0,40}$/)).map((value) => JSON.stringify(value));
const json = fc.letrec<{ value: string }>((tie) => ({
	value: fc.oneof(
		{ depthSize: 'small', withCrossShrink: true },
		fc.oneof(number, text, fc.constantFrom('true', 'false', 'null')),
		fc.tuple(blanks, fc.array(tie('value'), { maxLength: 4 })).map(([blank, list]) => `[${blank}${list.join(`${blank},`)}]`),
		fc
			.tuple(blanks, fc.array(fc.tuple(text, tie('value')), { maxLength: 4 }))
			.map(([blank, entries]) => `{${entries.map(([key, value]) => `${key}${blank}:${blank}${value}`).join(',')}${blank}}`),
	),
})).value;

const parsedOf = (candidate: string): unknown => {
	try {
		return JSON.parse(candidate);
	} catch {
		return undefined;
	}
};

/** What JSON.parse made, with each large whole number as it must have been written; `lossless` decides between equal ones. */
function isSame(lossless: unknown, parsed: unknown): boolean {
	if (typeof parsed === 'number' && typeof lossless === 'string')
		return /^-?\d{16,}$/.test(lossless) && Number(lossless) === parsed && !Number.isSafeInteger(parsed);
	if (typeof parsed !== 'object' || parsed === null) return Object.is(lossless, parsed);
	if (typeof lossless !== 'object' || lossless === null || Array.isArray(lossless) !== Array.isArray(parsed)) return false;
	const [ours, theirs] = [Object.entries(lossless), Object.entries(parsed)];
	return ours.length === theirs.length && theirs.every(([key, value], index) => ours[index]?.[0] === key && isSame(ours[index]?.[1], value));
}

holds('JSON is read as JSON.parse reads it, but for large whole numbers', 20_000, json, (candidate) =>
	firstBroken({ 'reads the same': isSame(parseJson(candidate), JSON.parse(candidate)) }),
);

holds('the digits of a large whole number are kept', 5_000, fc.bigInt({ min: 2n ** 53n, max: 10n ** 40n }), (id) =>
	firstBroken({
		kept:
			parseJson(`{"data":[{"task_id" : ${id}}]}`) !== undefined &&
			JSON.stringify(parseJson(`{"data":[{"task_id" : ${id}}]}`)) === `{"data":[{"task_id":"${id}"}]}`,
	}),
);

holds(
	'text that JSON.parse rejects is rejected',
	20_000,
	fc.tuple(json, fc.nat(), fc.constantFrom('', '"', ',', '0', '}', ']', ':', '1', '-', '.', 'e')).map(([valid, at, wedge]) => {
		const place = at % (valid.length + 1);
		return valid.slice(0, place) + wedge + valid.slice(place + (wedge === '' ? 1 : 0));
	}),
	(candidate) => firstBroken({ 'agrees with JSON.parse': isSame(parseJson(candidate), parsedOf(candidate)) }),
);

holds('JSON without the secret is left as it is', 5_000, json, (candidate) => {
	const before = parseJson(candidate) ?? null;
	return firstBroken({ unchanged: JSON.stringify(createRedactor(['sk-live-0123456789']).json(structuredClone(before))) === JSON.stringify(before) });
});
