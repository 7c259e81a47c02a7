import { isJsonObject, parseJson, valueAt, type JsonObject } from '../../nodes/core/json';
import type { FieldContract, JsonKind, ReplyContract, Word } from '../../test/support/replyContract';

export type DeviationKind = 'unknownField' | 'missingField' | 'otherType' | 'unknownWord' | 'otherSpelling' | 'unreadable';

export interface Deviation {
	kind: DeviationKind;
	path: string;
	/** One sentence without a period, about the path. */
	text: string;
	/** Whether it contradicts the contract. If not, it answers an open question. */
	isDrift: boolean;
}

/** One value inside a reply. */
export interface Spot {
	path: string;
	/** Empty at the top level. */
	parent: string;
	kind: JsonKind;
	value: unknown;
}

function kindOf(value: unknown): JsonKind {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'list';
	switch (typeof value) {
		case 'string':
			return 'text';
		case 'number':
			return 'number';
		case 'boolean':
			return 'boolean';
		default:
			return 'object';
	}
}

const deepest = 8;
const mostFields = 200;

/** Everything in a reply, in order. The entries of a list share the path `list[]`; strings that contain JSON are parsed. */
export function* spotsIn(value: unknown, parent = '', depth = 0): Generator<Spot> {
	if (depth > deepest) return;
	const spot = function* (path: string, inner: unknown): Generator<Spot> {
		yield { path, parent, kind: kindOf(inner), value: inner };
		yield* spotsIn(inner, path, depth + 1);
	};
	if (Array.isArray(value)) {
		for (const entry of value) yield* spot(`${parent}[]`, entry);
	} else if (isJsonObject(value)) {
		for (const [key, inner] of Object.entries(value)) yield* spot(parent === '' ? key : `${parent}.${key}`, inner);
	} else if (typeof value === 'string' && /^\s*[[{]/.test(value)) {
		const opened = parseJson(value);
		if (opened !== undefined) yield* spotsIn(opened, `${parent}(json)`, depth + 1);
	}
}

/** Each path in a reply with the kinds of its values, for a report, which never contains the values themselves. */
export function shapeOf(body: JsonObject): string[] {
	const kinds = new Map<string, Set<JsonKind>>();
	for (const { path, kind } of spotsIn(body)) kinds.set(path, (kinds.get(path) ?? new Set()).add(kind));
	const lines = [...kinds].map(([path, found]) => `${path}: ${[...found].join(' or ')}`);
	return lines.length > mostFields ? [...lines.slice(0, mostFields), `and ${lines.length - mostFields} more`] : lines;
}

const plain = (word: unknown): string => (typeof word === 'string' || typeof word === 'number' ? String(word).trim().toLowerCase() : '');
const isAmong = (words: readonly Word[], word: string): boolean => words.some((known) => plain(known) === word);

/** The status word as the reply spells it; undefined if there is none. */
export function wordOf(contract: ReplyContract, body: JsonObject): Word | undefined {
	const word = contract.wordPath === undefined ? undefined : valueAt(body, contract.wordPath);
	return typeof word === 'string' || typeof word === 'number' ? word : undefined;
}

function shown(value: unknown): string {
	const json = JSON.stringify(value) ?? 'nothing';
	return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}

function* valueDeviations(field: FieldContract, { path, kind, value }: Spot): Generator<Omit<Deviation, 'isDrift'>> {
	const { words = [] } = field;
	const sameWord = isAmong(words, plain(value));
	if (!field.is.includes(kind)) {
		yield { kind: 'otherType', path, text: `is ${kind}${sameWord ? ` (${shown(value)})` : ''} instead of ${field.is.join(' or ')}` };
	} else if (words.length > 0 && !words.includes(value as Word)) {
		const described = words.map(shown).join(', ');
		yield sameWord
			? { kind: 'otherSpelling', path, text: `is ${shown(value)}, which is described in another spelling: ${described}` }
			: { kind: 'unknownWord', path, text: `is ${shown(value)}, which is not among the described ${described}` };
	}
	if (field.json === true && kind === 'text' && typeof parseJson(String(value)) !== 'object') {
		yield { kind: 'unreadable', path, text: 'is described as a text that holds JSON, but cannot be read as such' };
	}
}

/** Every difference between a reply and its description. */
export function compareReply(contract: ReplyContract, body: JsonObject): Deviation[] {
	const { fields, undescribed } = contract;
	const word = plain(wordOf(contract, body));
	const isOpen = undescribed === true || (undescribed !== undefined && isAmong(undescribed, word));
	const spots = [...spotsIn(body)];
	const found = new Map<string, Deviation>();
	const note = (deviation: Deviation): void => {
		const id = `${deviation.kind} ${deviation.path}`;
		if (!found.has(id)) found.set(id, deviation);
	};
	// A reply's field may have the same name as a property of Object.
	const fieldAt = (path: string): FieldContract | undefined => (Object.hasOwn(fields, path) ? fields[path] : undefined);
	const holderOf = (path: string): FieldContract | undefined => fieldAt(path.replace(/\(json\)$/, ''));
	const isDescribed = (path: string): boolean => path === '' || holderOf(path) !== undefined;
	const isFree = (path: string): boolean => holderOf(path)?.free === true;
	const isWrong = (path: string): boolean => found.has(`otherType ${path}`);
	for (const spot of spots) {
		const field = fieldAt(spot.path);
		if (field !== undefined) {
			for (const deviation of valueDeviations(field, spot)) note({ ...deviation, isDrift: true });
		} else if (isDescribed(spot.parent) && !isFree(spot.parent) && !isWrong(spot.parent)) {
			note({ kind: 'unknownField', path: spot.path, text: `is not described (${spot.kind})`, isDrift: !isOpen });
		}
	}
	const present = new Map(spots.map(({ path, kind }) => [path, kind]));
	for (const [path, { required }] of Object.entries(fields)) {
		if (required === undefined || present.has(path)) continue;
		if (required !== true && !isAmong(required, word)) continue;
		const parent = /^(.*)\.[^.]+$/.exec(path)?.[1] ?? '';
		const holder = parent.replace(/\(json\)$/, '');
		const parentIsThere =
			parent === '' || (holder === parent ? present.get(parent) === 'object' : present.get(holder) === 'text' && !found.has(`unreadable ${holder}`));
		if (parentIsThere) note({ kind: 'missingField', path, text: 'is described, but is not in the reply', isDrift: true });
	}
	return [...found.values()];
}
