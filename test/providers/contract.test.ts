import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ICredentialType, INodeProperties, INodePropertyOptions, INodeType } from 'n8n-workflow';

import { isShown, type AnyValues, type ProviderField } from '../../nodes/core/provider/field';
import { checkFields } from '../../nodes/core/parameters/checkFields';
import { publishedSize, ratioOptions } from '../../nodes/core/provider/aspectRatios';
import type { PortableRequest } from '../../nodes/core/provider/portableRequest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../nodes/core/json';
import type { Provider } from '../../nodes/core/provider/provider';
import { type ProviderId, providerIds, providers } from '../../nodes/providers';
import { contractOf } from '../support/contractOf';
import { fixture } from '../support/walk';

const root = join(__dirname, '..', '..');
const operations = ['textToImage', 'imageToImage'] as const;

interface Manifest {
	n8n: { credentials: string[]; nodes: string[] };
}
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

const isFile = (...path: string[]): boolean => existsSync(join(root, ...path));

/** The classes behind paths of package.json, read from their sources. */
function load<Instance>(paths: readonly string[]): Map<string, Instance> {
	const loaded = new Map<string, Instance>();
	for (const path of paths) {
		const source = path.replace(/^dist\//, '').replace(/\.js$/, '');
		if (!isFile(`${source}.ts`)) continue;
		const classes = jest.requireActual<Record<string, new () => Instance>>(join(root, source));
		for (const made of Object.values(classes)) loaded.set(path, new made());
	}
	return loaded;
}

const nodes = load<INodeType>(manifest.n8n.nodes);
const credentials = load<ICredentialType>(manifest.n8n.credentials);

/** The node's parameter that lists providers: Generate has one of them, the others several. */
const providerParameter = (node: INodeType): INodeProperties | undefined =>
	node.description.properties.find(({ name }) => name === 'provider' || name === 'providers');

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Lines for people, which nothing else would miss. */
const pagesThatName = (displayName: string): Array<[path: string, line: string]> => [
	['README.md', `| **${displayName} API** |`],
	['docs/providers.md', `\n## ${displayName}\n`],
];

/** Every line that a provider needs outside its own two files, and is not there. */
function missingLines({ id, credentialType, displayName, submit }: Provider): string[] {
	const missing: string[] = [];
	const need = (isThere: boolean, line: string): void => {
		if (!isThere) missing.push(line);
	};
	need(isFile('nodes', 'providers', id, 'definition.ts'), `nodes/providers/${id}/definition.ts`);
	need(isFile('nodes', 'providers', id, 'adapter.ts'), `nodes/providers/${id}/adapter.ts`);
	need(isFile('nodes', 'providers', id, 'index.ts'), `nodes/providers/${id}/index.ts`);
	need(isFile('test', 'providers', id, `${id}.test.ts`), `test/providers/${id}/${id}.test.ts`);
	need(isFile('test', 'providers', id, 'fixtures', 'submitted.json'), `test/providers/${id}/fixtures/submitted.json: the reply to a submit (beside it the others)`);
	need((providerIds as readonly string[]).includes(id), `nodes/providers/index.ts: '${id}' in providerIds`);

	const credential = [...credentials].find(([, { name }]) => name === credentialType);
	need(credential !== undefined, `package.json: n8n.credentials has no class whose name is '${credentialType}' (and credentials/ holds its file)`);
	need(credential === undefined || credential[1].displayName === `${displayName} API`, `credentials: displayName '${displayName} API'`);
	need(credential === undefined || credential[1].test !== undefined, `credentials: a test of ${credentialType}`);

	need(read('README.md').split('\n## ')[0]?.includes(displayName) === true, `README.md: ${displayName} in the first paragraph`);
	for (const [path, line] of pagesThatName(displayName)) need(read(path).includes(line), `${path}: ${line}`);

	for (const [path, node] of nodes) {
		const { name, credentials: wanted = [] } = node.description;
		// Only the providers that call back can start a workflow.
		if (name === 'seedreamGenerateTrigger' && submit.callbackField === undefined) continue;
		const parameter = providerParameter(node);
		if (parameter === undefined) {
			missing.push(`${path}: a parameter 'provider' or 'providers'`);
			continue;
		}
		// Without the slash n8n's editor takes the parameter for a login method and hides it.
		const show = { [`/${parameter.name}`]: [id] };
		const line = `{ name: '${credentialType}', required: true, displayOptions: { show: ${JSON.stringify(show)} } }`;
		const found = wanted.filter((entry) => entry.name === credentialType);
		need(found.length === 1, `${name}: exactly one ${line} in credentials, but there are ${found.length}`);
		need(JSON.stringify(found[0]?.displayOptions) === JSON.stringify({ show }), `${name}: displayOptions of ${line} in credentials`);
		need(found[0]?.required === true, `${name}: required of ${line} in credentials`);
		const option = (parameter.options as INodePropertyOptions[]).find(({ value }) => value === id);
		need(option?.name === displayName, `${name}: { name: '${displayName}', value: '${id}' } in the options of ${parameter.name}`);
	}
	return missing;
}

test('every folder of nodes/providers is registered, in the order of the panel', () => {
	const folders = readdirSync(join(root, 'nodes', 'providers'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
	const registered = providers.map(({ id }) => id);
	expect([...registered].sort()).toEqual(folders.map(({ name }) => name).sort());
	expect([...registered].sort()).toEqual([...providerIds].sort());
});

test('every node and credential of package.json has its source', () => {
	expect([...nodes.keys()]).toEqual(manifest.n8n.nodes);
	expect([...credentials.keys()]).toEqual(manifest.n8n.credentials);
	expect(credentials.size).toBe(providers.length);
});

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

/** The same numbers every time, so that a red test stays red. */
function createRandom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 4_294_967_296;
	};
}

const commonKeys = [
	'code', 'message', 'msg', 'data', 'status', 'state', 'error', 'task_id', 'taskId', 'jobId', 'id', 'result', 'result_urls', 'resultJson', 'output',
	'images', 'image', 'assets', 'url', 'job', 'details', 'failCode', 'failMsg', 'creditCost', 'creditsRemaining', 'expiresAt', 'estimated_time',
	'__proto__', 'constructor', 'length',
];
const commonTexts = [
	'', ' ', 'success', 'COMPLETED', 'completed', 'failed', 'FAILED', 'processing', 'fail', '2', '{"resultUrls":["https://x.example/1.png"]}', '{', '[', '[[',
	'{"a":', 'https://x.example/1.png', 'http://', 'null', '\u0000', '🦊', 'x'.repeat(3000), '<html>',
];

interface Vocabulary {
	keys: readonly string[];
	texts: readonly string[];
}

function randomJson(random: () => number, depth: number, vocabulary: Vocabulary): JsonValue {
	const { texts } = vocabulary;
	const pick = <Value>(values: readonly Value[]): Value | undefined => values[Math.floor(random() * values.length)];
	const kind = Math.floor(random() * (depth > 0 ? 9 : 6));
	if (kind <= 1) return pick(texts) ?? '';
	if (kind === 2) return pick([0, 1, 2, 3, 200, 401, 404, 429, 500, -1, 1e308, 0.5]) ?? 0;
	if (kind === 3) return random() < 0.5;
	if (kind === 4) return null;
	if (kind === 5) return pick(texts) ?? '';
	if (kind === 6) return Array.from({ length: Math.floor(random() * 4) }, () => randomJson(random, depth - 1, vocabulary));
	return randomObject(random, depth - 1, vocabulary);
}

function randomObject(random: () => number, depth: number, vocabulary: Vocabulary): JsonObject {
	const { keys } = vocabulary;
	const pairs = Array.from({ length: Math.floor(random() * 8) }, (): [string, JsonValue] => [
		keys[Math.floor(random() * keys.length)] ?? 'data',
		randomJson(random, depth, vocabulary),
	]);
	// through text, as replies come: __proto__ is then an own key
	return JSON.parse(`{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`) as JsonObject;
}

/** The provider's published replies. */
function fixturesOf(id: ProviderId): Map<string, JsonObject> {
	const folder = join(root, 'test', 'providers', id, 'fixtures');
	const names = isFile('test', 'providers', id, 'fixtures') ? readdirSync(folder).map((file) => file.replace(/\.json$/, '')) : [];
	return new Map(names.map((name) => [name, fixture(id, name)]));
}

/** The same value with each number turned negative. */
function negative(value: JsonValue): JsonValue {
	if (typeof value === 'number') return -Math.abs(value);
	if (Array.isArray(value)) return value.map(negative);
	return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, negative(inner)])) : value;
}

function keysAndTextsIn(value: JsonValue): { keys: string[]; texts: string[] } {
	if (typeof value === 'string') return { keys: [], texts: [value] };
	if (typeof value !== 'object' || value === null) return { keys: [], texts: [] };
	const inner = Object.values(value).map(keysAndTextsIn);
	return { keys: [...(Array.isArray(value) ? [] : Object.keys(value)), ...inner.flatMap((one) => one.keys)], texts: inner.flatMap((one) => one.texts) };
}

const states = ['pending', 'unknownWord', 'succeeded', 'failed'];

const everyModel = providers.flatMap(({ id, models }) => models.map((provider) => [id, provider.model.label, provider] as const));

describe.each(everyModel)('%s, %s', (id, _, provider) => {
	const { fields } = provider;
	const isUsual = provider.models[0] === provider;
	const fixtures = fixturesOf(id);

	test('has every line that a provider needs', () => {
		expect(missingLines(provider)).toEqual([]);
	});

	test('names each ratio by a word and shows its pixels where somebody publishes them, and says who does', () => {
		const ratio = fields.find(({ name }) => name === 'aspectRatio');
		const ratios = ratio?.options?.filter(({ value }) => value.includes(':')) ?? [];
		expect(ratios.filter(({ name, value }) => !new RegExp(`^(Landscape|Portrait|Square|Wide) ${value}$`).test(name))).toEqual([]);
		expect(ratio?.options?.map(({ name }) => name)).toEqual(ratio?.options?.map(({ name }) => name).sort());
		const landscape = ratios.find(({ value }) => value === '16:9')?.description;
		if (provider.model.id === 'seedream-4.0') {
			expect(ratios.map(({ description }) => description).join()).not.toMatch(/\d/);
			return;
		}
		expect(landscape).toMatch(/: (about )?2848 × 1600 \((2K|Basic)\) or (5504 × 3040 \((4K|High)\)|4096 × 2304 \(3K\))$/);
		expect(ratios.filter(({ description }) => !/\d+ × \d+.*\d+ × \d+/.test(description ?? ''))).toEqual([]);
		const { publishesPixels } = contractOf(id);
		expect(landscape?.includes('about')).toBe(publishesPixels !== true);
		expect(ratio?.description?.includes(`${provider.displayName} does not publish its own`)).toBe(publishesPixels !== true);
	});

	test('goes by one base URL in definition and credential', () => {
		const credential = [...credentials.values()].find(({ name }) => name === provider.credentialType);
		expect(credential?.properties.find(({ name }) => name === 'baseUrl')?.default).toBe(provider.baseUrl);
		expect(provider.baseUrl).toMatch(/^https:\/\/[^/]+(\/[^/]+)*$/);
		expect(provider.submit.path).toMatch(/^\//);
		for (const url of [provider.docsUrl, provider.accountUrl]) expect(URL.canParse(url)).toBe(true);
	});

	test('has fields in n8n\'s words, each name once', () => {
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

	test('says what an image costs, in the definition and in every panel', () => {
		const { perImage, unit, note, documented } = provider.cost;
		const hints = fields.map(({ hint }) => hint).join('\n');
		if (perImage === undefined) {
			const said = `${provider.displayName} does not publish the price of ${provider.model.label}`;
			expect({ note, documented, isHinted: hints.includes(said) }).toEqual({ note: said, documented: false, isHinted: true });
			return;
		}
		const price = new RegExp(`\\b${String(perImage).replace('.', '\\.')} ${unit === 'USD' ? 'USD' : 'credits?'}\\b`);
		expect(note).toMatch(price);
		expect(hints).toMatch(price);
		if (!isUsual) return;
		const generate = [...nodes.values()].find(({ description }) => description.name === 'seedreamGenerate');
		const option = (generate && (providerParameter(generate)?.options as INodePropertyOptions[]))?.find(({ value }) => value === provider.id);
		expect(option?.description).toMatch(price);
	});

	test('paces itself sensibly', () => {
		expect(provider.intervalSeconds(undefined, false)).toBeGreaterThanOrEqual(2);
		for (const estimated of [undefined, 0, 20, 60]) expect(provider.firstCheckSeconds(estimated)).toBeGreaterThanOrEqual(0);
	});

	test('reads any JSON without throwing, and gives only what it promises', () => {
		const own = keysAndTextsIn([...fixtures.values()]);
		const vocabulary = { keys: [...commonKeys, ...own.keys], texts: [...commonTexts, ...own.texts] };
		const random = createRandom(20_261_120);
		for (const body of [{}, ...Array.from({ length: 400 }, () => randomObject(random, 5, vocabulary))]) {
			const inCase = JSON.stringify(body).slice(0, 300);
			const status = provider.bodyStatus?.(body);
			const accepted = provider.readSubmit(body);
			const words = provider.words(body);
			const reading = provider.readStatus(body, {});
			provider.readStatus(body, { resultPath: 'data.images' });
			provider.kindOf?.(words);
			provider.readCallback?.(body);
			provider.upload?.place(body);
			provider.upload?.readUrl(body);
			expect({ inCase, isRight: status === undefined || status === 'refused' || typeof status === 'number' }).toEqual({ inCase, isRight: true });
			expect({ inCase, isRight: accepted === undefined || accepted.taskId.trim() !== '' }).toEqual({ inCase, isRight: true });
			expect({ inCase, isRight: states.includes(reading.state) }).toEqual({ inCase, isRight: true });
			if (reading.state === 'succeeded') {
				expect({ inCase, urls: reading.urls.filter((url) => !/^https?:\/\//i.test(url)) }).toEqual({ inCase, urls: [] });
			}
		}
	});

	test('asks for a task whose id is no whole text', () => {
		expect(() => provider.status('\ud83e', {})).not.toThrow();
	});

	test('takes no negative cost or time from a reply', () => {
		expect([...fixtures.keys()]).toContain('submitted');
		for (const [name, published] of fixtures) {
			const body = negative(published) as JsonObject;
			const { cost: submitCost, estimatedSeconds } = provider.readSubmit(body) ?? {};
			const reading = provider.readStatus(body, {});
			const statusCost = reading.state === 'succeeded' ? reading.cost : undefined;
			expect({ name, submitCost, estimatedSeconds, statusCost }).toEqual({ name });
		}
	});

	test('asks for a task by its id alone', () => {
		for (const id of ['task_1', 'a/b?c=d&e#f', '../x', 'ü 🦊']) {
			const { method, path, body } = provider.status(id, {});
			expect(path.startsWith('/')).toBe(true);
			const asked = method === 'POST' ? JSON.stringify(body) : decodeURIComponent(path);
			expect(asked).toContain(id);
			if (method === 'GET') expect(path).toContain(encodeURIComponent(id));
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

describe.each(providers.map((provider) => [provider.id, provider] as const))('a portable request to %s', (_, provider) => {
	const fullest: PortableRequest = { operation: 'textToImage', resolution: '4K', aspectRatio: '9:16', imageCount: 1, references: 0 };

	test.each(['2K', '4K'] as const)('of one image of %s becomes values that its own rules accept', (resolution) => {
		for (const aspectRatio of ratioOptions().map(({ value }) => value)) {
			const expressed = provider.express({ ...fullest, resolution, aspectRatio });
			const values = 'values' in expressed ? expressed.values : {};
			const { faults, values: checked } = checkFields(provider.fields, values, { operation: 'textToImage' });
			expect({ ...expressed, faults }).toEqual({ values, faults: [] });
			expect(checked).toEqual({ ...checkFields(provider.fields, {}, { operation: 'textToImage' }).values, ...values });
			expect(provider.pixels(checked) ?? provider.likelyPixels?.(checked)).toEqual(publishedSize(resolution, aspectRatio));
			expect(provider.imagesRequested(checked)).toBe(1);
		}
	});

	test('asks for as many images as the provider makes, and not for one more', () => {
		const most = provider.fields.find(({ name }) => name === 'imageCount')?.typeOptions?.maxValue ?? 1;
		const expressed = provider.express({ ...fullest, imageCount: most });
		expect('values' in expressed && provider.imagesRequested(checkFields(provider.fields, expressed.values, {}).values)).toBe(most);
		expect(provider.express({ ...fullest, imageCount: most + 1 })).toEqual({
			reason: `${provider.displayName} makes at most ${most === 1 ? '1 image' : `${most} images`} per task, but Image Count is ${most + 1}`,
		});
	});

	test('takes as many reference images as the provider, or says that its field is not documented', () => {
		const { referenceImages } = provider.limits;
		const edit: PortableRequest = { ...fullest, operation: 'imageToImage', references: referenceImages };
		if (provider.submit.imagesField === undefined) {
			expect(provider.express(edit)).toEqual({ reason: `${provider.displayName} does not document its field for reference images` });
			return;
		}
		expect(provider.express(edit)).toHaveProperty('values');
		expect(provider.express({ ...edit, references: referenceImages + 1 })).toEqual({
			reason: `${provider.displayName} takes at most ${referenceImages} reference images, but there are ${referenceImages + 1}`,
		});
	});
});
