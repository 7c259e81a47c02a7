/** Reads PixelDojo's schemas of its models, which answer what its Seedream page leaves open. */
import type { Send } from '../../nodes/core/http/send';
import { isJsonObject, numberAt, valueAt, type JsonObject } from '../../nodes/core/json';
import type { Provider } from '../../nodes/core/provider/provider';
import type { Answer, Finding } from './report';

export const schemaPaths = ['/models/seedream-4/schema', '/models/seedream-4'] as const;

/** The names that similar services use, the likeliest first. */
const imageFieldNames = ['images', 'image_urls', 'image_input', 'reference_images', 'input_images', 'image_url', 'image'];
const deepest = 5;
const timeoutMilliseconds = 30_000;

/** The JSON Schema of the request in a reply, wherever it is wrapped: the object whose properties have a prompt. */
export function findSchema(body: unknown, depth = 0): JsonObject | undefined {
	if (!isJsonObject(body) || depth > deepest) return undefined;
	if (isJsonObject(body.properties) && isJsonObject(body.properties.prompt)) return body;
	for (const inner of Object.values(body)) {
		const candidates = Array.isArray(inner) ? inner : [inner];
		for (const candidate of candidates) {
			const found = findSchema(candidate, depth + 1);
			if (found !== undefined) return found;
		}
	}
	return undefined;
}

/** A property's own rules, and those of its alternatives and references. */
function rulesOf(property: unknown, root: unknown, depth = 0): JsonObject[] {
	if (!isJsonObject(property) || depth > deepest) return [];
	const reference =
		typeof property.$ref === 'string' && property.$ref.startsWith('#/') ? valueAt(root, property.$ref.slice(2).replaceAll('/', '.')) : undefined;
	const inner = [property.anyOf, property.oneOf, property.allOf].flatMap((list) => (Array.isArray(list) ? list : []));
	return [property, ...[reference, ...inner].flatMap((rule) => rulesOf(rule, root, depth + 1))];
}

const textsIn = (rules: readonly JsonObject[]): string[] =>
	rules.flatMap(({ enum: values, const: only }) => [...(Array.isArray(values) ? values : []), only]).filter((value) => typeof value === 'string');
const numberIn = (rules: readonly JsonObject[], key: string): number | undefined =>
	rules.map((rule) => numberAt(rule, key)).find((found) => found !== undefined);
const listed = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

function describeProperty(name: string, rules: readonly JsonObject[]): string {
	const type = rules.map(({ type }) => type).find((found) => typeof found === 'string');
	const most = numberIn(rules, 'maxItems');
	return `"${name}"${typeof type === 'string' ? ` (${type}${most === undefined ? '' : `, at most ${most}`})` : ''}`;
}

export interface SchemaReading {
	answers: Answer[];
	findings: Finding[];
}

/** The schema's answers to the open questions, and where it contradicts what the package sends. */
export function readSchema(provider: Provider, schema: JsonObject, root: unknown): SchemaReading {
	const properties = isJsonObject(schema.properties) ? schema.properties : {};
	const rules = (name: string): JsonObject[] => rulesOf(properties[name], root);
	const names = Object.keys(properties);
	const isStrict = schema.additionalProperties === false;
	const findings: Finding[] = [];
	const differ = (text: string, isDrift = true): void => void findings.push({ where: 'schema', text, isDrift });

	const candidates = imageFieldNames.filter((name) => names.includes(name));
	const others = names.filter((name) => /image|reference|photo|input/i.test(name) && !/size|num/i.test(name) && !candidates.includes(name));
	const images =
		candidates.length > 0
			? `${candidates.map((name) => describeProperty(name, rules(name))).join(', ')}: put ${candidates.length === 1 ? 'it' : 'one of them'} into Image Field Name`
			: others.length > 0
				? `none of the known names; perhaps ${others.map((name) => describeProperty(name, rules(name))).join(', ')}`
				: 'the schema has none: no image to image with this model';

	const sizes = textsIn(rules('image_size'));
	const most = numberIn(rules('num_images'), 'maximum');
	const answers: Answer[] = [
		{ question: 'The request field for reference images', answer: images },
		{ question: 'The values of image_size', answer: sizes.length > 0 ? listed(sizes) : names.includes('image_size') ? 'not listed' : 'there is no such field' },
		{
			question: 'The maximum of num_images',
			answer: most !== undefined ? String(most) : names.includes('num_images') ? 'not stated' : 'there is no such field',
		},
		{ question: 'Whether unknown fields are refused', answer: isStrict ? 'yes' : 'not stated' },
		{ question: 'All fields of the request', answer: listed(names) },
	];

	const { promptField, callbackField } = provider.submit;
	const wires = provider.fields.flatMap(({ wire }) => wire ?? []);
	if (isStrict) {
		for (const name of [promptField, callbackField ?? [], wires].flat()) {
			if (!names.includes(name)) differ(`"${name}" is sent by the package if it is set, but the schema does not allow it`);
		}
	}
	const known = new Set([promptField, callbackField, ...wires, ...imageFieldNames]);
	for (const name of Array.isArray(schema.required) ? schema.required : []) {
		if (typeof name === 'string' && !known.has(name)) differ(`"${name}" is required by the schema, but the package does not know it`);
	}
	const unknown = names.filter((name) => !known.has(name));
	if (unknown.length > 0) differ(`fields that the package does not know: ${listed(unknown)}; they can be sent with Additional Fields`, false);
	for (const field of provider.fields) {
		if (field.wire === undefined || !names.includes(field.wire)) continue;
		const allowed = textsIn(rules(field.wire));
		const offered = (field.options ?? []).flatMap(({ value }) => {
			const wire = field.wireValues?.[value] ?? value;
			return field.wireValues?.[value] === null || typeof wire !== 'string' || wire === '' ? [] : [wire];
		});
		if (allowed.length > 0) {
			const refused = offered.filter((value) => !allowed.includes(value));
			if (refused.length > 0) differ(`${field.displayName} offers ${listed(refused)}, which the schema's ${field.wire} does not allow`);
			// A value that is not sent because it is the default counts as allowed.
			const own = new Set([...offered, ...(field.options ?? []).map(({ value }) => value)]);
			const more = allowed.filter((value) => !own.has(value));
			if (offered.length > 0 && more.length > 0) differ(`${field.wire} also takes ${listed(more)}, which ${field.displayName} does not offer`, false);
		}
		const { maxValue } = field.typeOptions ?? {};
		const maximum = numberIn(rules(field.wire), 'maximum');
		if (maxValue !== undefined && maximum !== undefined && maximum !== maxValue) {
			differ(`${field.displayName} goes up to ${maxValue}, the schema's ${field.wire} up to ${maximum}`, maximum < maxValue);
		}
	}
	return { answers, findings };
}

/** Requests both addresses, which are free; the second is used if the first returns no schema. */
export async function askForSchema(provider: Provider, send: Send): Promise<SchemaReading> {
	const findings: Finding[] = [];
	let reading: SchemaReading | undefined;
	for (const path of schemaPaths) {
		const reply = await send({ method: 'GET', path }, timeoutMilliseconds);
		const body = reply.kind === 'reply' && reply.status < 300 ? reply.body : undefined;
		const schema = findSchema(body);
		if (schema !== undefined) {
			reading ??= readSchema(provider, schema, body);
			continue;
		}
		const why = reply.kind !== 'reply' ? reply.message : reply.status >= 300 ? `HTTP ${reply.status}` : 'the reply contains no schema with a prompt';
		findings.push({ where: 'schema', text: `GET ${path} returned no request schema: ${why}`, isDrift: true });
	}
	return { answers: reading?.answers ?? [], findings: [...findings, ...(reading?.findings ?? [])] };
}
