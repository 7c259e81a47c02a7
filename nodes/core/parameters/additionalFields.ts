import { trimInvisible } from '../invisible';
import { changeJson, isJsonObject, jsonText, parseJson, type JsonObject } from '../json';
import { isNestedDeeper } from './nesting';

const deepestNesting = 100;
const example = '{"seed": 42}';

/** Common mistakes in typed JSON, looked for outside its strings; the first that matches is named. */
const mistakes: ReadonlyArray<readonly [says: RegExp, mistake: string]> = [
	[/\{\{/, 'it contains an expression that n8n did not evaluate: switch the field from Fixed to Expression'],
	[/\[object \w+\]/, 'an object was put into a text: write it out with {{ JSON.stringify(…) }}'],
	[/\/\/|\/\*/, 'JSON allows no comments'],
	[/[“”„‟«»‘’]/, 'it has curly quotes instead of "'],
	[/,\s*[}\]]/, 'there is a comma before a closing bracket'],
	[/'|[{,]\s*[A-Za-z_$][\w$]*\s*:/, 'names and texts must be in double quotes'],
	[/^[^{[]/, 'it must begin with {'],
];

function mistakeIn(text: string): string {
	const outsideTexts = changeJson(text, { text: () => '""' });
	const found = mistakes.find(([says]) => says.test(outsideTexts));
	return found === undefined ? '' : ` (${found[1]})`;
}

/** The first number that cannot be read exactly, so that a different one would be sent. */
function inexactNumber(value: unknown): number | undefined {
	if (typeof value === 'number') return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)) ? undefined : value;
	if (typeof value !== 'object' || value === null) return undefined;
	return Object.values(value)
		.map(inexactNumber)
		.find((found) => found !== undefined);
}

/** The value of Additional Fields, typed as JSON or returned by an expression; empty if it is faulty. */
export function readAdditionalFields(raw: unknown, faults: string[]): JsonObject {
	if (raw === undefined || raw === null || raw === '') return {};
	const typed = typeof raw === 'string' ? trimInvisible(raw) : raw;
	if (typed === '') return {};
	const value = typeof typed === 'string' ? parseJson(typed) : typed;
	if (isNestedDeeper(value, deepestNesting)) {
		faults.push(`Additional Fields is nested deeper than ${deepestNesting} levels, which is more than any request needs`);
		return {};
	}
	if (typeof typed === 'string' && value === undefined) {
		faults.push(`Additional Fields is not valid JSON${mistakeIn(typed)}: write an object such as ${example}`);
		return {};
	}
	// Dates, and values that JSON cannot hold, are objects too.
	if (!isJsonObject(value) || !jsonText(value).startsWith('{')) {
		faults.push(`Additional Fields must be a JSON object such as ${example}`);
		return {};
	}
	const inexact = inexactNumber(typeof typed === 'string' ? JSON.parse(typed) : value);
	if (inexact === undefined) return value;
	faults.push(`Additional Fields contains the number ${inexact}, which cannot be sent exactly: use a smaller one, or put it in quotes if it is an ID`);
	return {};
}
