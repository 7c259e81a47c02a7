/** The fields of each provider and model, as the panel shows them and the request takes them. */
import { checkFields } from '../../nodes/core/parameters/checkFields';
import { isShown, type AnyValues, type ProviderField } from '../../nodes/core/provider/field';
import { providers } from '../../nodes/providers';

const operations = ['textToImage', 'imageToImage'] as const;

const n8nKeys = ['displayName', 'name', 'type', 'default', 'options', 'typeOptions', 'displayOptions', 'description', 'hint', 'placeholder', 'required'];
const ourKeys = ['integerOrEmpty', 'checkedTogether', 'emptyIsDefault', 'refusal', 'onlyDefault', 'wire', 'wireValues', 'wireTemplate'];

/** Every combination of the fields that steer others or may be left out. */
function combinations(fields: readonly ProviderField[]): AnyValues[] {
	let all: Array<Record<string, string | number | boolean>> = operations.map((operation) => ({ operation }));
	for (const field of fields) {
		const values = field.type === 'options' ? (field.options ?? []).map(({ value }) => value) : field.type === 'boolean' ? [true, false] : [field.default];
		all = all.flatMap((one) => values.map((value) => ({ ...one, [field.name]: value })));
	}
	return all;
}

/** Request paths that two fields would write at once. */
function clashes(fields: readonly ProviderField[]): string[] {
	const found = new Set<string>();
	for (const values of combinations(fields)) {
		const written = fields.filter(
			(field) => field.wire !== undefined && isShown(field, values) && field.wireValues?.[String(values[field.name])] !== null && values[field.name] !== '',
		);
		for (const field of written) {
			const others = written.filter(({ wire }) => wire === field.wire);
			if (others.length > 1) found.add(`${field.wire}: ${others.map(({ name }) => name).join(' and ')}`);
		}
	}
	return [...found];
}

const everyModel = providers.flatMap(({ id, models }) => models.map((provider) => [id, provider.model.label, provider] as const));

describe.each(everyModel)('%s, %s', (_id, _model, provider) => {
	const { fields } = provider;

	test("has fields in n8n's words, each name once", () => {
		expect(fields.flatMap((field) => Object.keys(field).filter((key) => ![...n8nKeys, ...ourKeys].includes(key)))).toEqual([]);
		expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length);
		for (const field of fields) {
			expect(field.displayName).not.toBe('');
			expect(field.name).toMatch(/^[a-z][A-Za-z0-9]*$/);
			expect(field.description).toBeDefined();
			expect(field.options !== undefined).toBe(field.type === 'options');
			const values = (field.options ?? []).map(({ value }) => value);
			expect(new Set(values).size).toBe(values.length);
			if (field.type === 'options') expect(values).toContain(field.default);
		}
	});

	test('has conditions only on parameters that stand before', () => {
		const known = new Set<string>(['operation']);
		for (const field of fields) {
			const shows = [field.displayOptions, ...(field.options ?? []).map(({ displayOptions }) => displayOptions)];
			const unknown = shows.flatMap((one) => Object.keys(one?.show ?? {})).filter((name) => !known.has(name));
			expect({ field: field.name, unknown }).toEqual({ field: field.name, unknown: [] });
			known.add(field.name);
		}
	});

	test.each(operations)('has defaults that its own rules accept in %s', (operation) => {
		const { values, faults } = checkFields(fields, {}, { operation });
		const task = { operation, prompt: 'a fox', imageUrls: [], values, additionalFields: {} };
		expect([...faults, ...(provider.check?.(task) ?? [])]).toEqual([]);
		expect(provider.imagesRequested(values)).toBeGreaterThanOrEqual(1);
	});

	test('writes no request field twice', () => {
		expect(clashes(fields)).toEqual([]);
	});

	test('has a form for every field that wireTemplate names', () => {
		for (const { wireTemplate = '' } of fields) {
			for (const [, name] of wireTemplate.matchAll(/\{(\w+)\}/g)) expect(fields.map((field) => field.name)).toContain(name);
		}
	});
});

const lists = [...new Set(providers.map((provider) => provider.models))];

test('the default model is Seedream 4.5 at every provider, and each model has names of its own', () => {
	for (const models of lists) {
		expect(models[0]?.model.id).toBe('seedream-4.5');
		for (const key of ['id', 'label', 'wireId'] as const) expect(new Set(models.map(({ model }) => model[key])).size).toBe(models.length);
	}
});

test('a field has the same default in every model of a provider: n8n fills it in before the model is known', () => {
	for (const models of lists) {
		const defaults = new Map(models[0]?.fields.map((field) => [field.name, field.default]));
		const others = models.flatMap(({ fields }) => fields).filter(({ name, default: usual }) => defaults.has(name) && defaults.get(name) !== usual);
		expect(others).toEqual([]);
	}
});
