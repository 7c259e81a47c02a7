/**
 * The tables of README.md and docs that come from the providers' definitions: `npm run docs:tables` writes them between their
 * markers, `npm run docs:tables -- --check` only checks whether they are up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { failureKinds } from '../nodes/core/failure/failure';
import { factsOf } from '../nodes/core/failure/kindFacts';
import type { FieldOption, ProviderField } from '../nodes/core/provider/field';
import type { OptionField, OptionNode } from '../nodes/core/provider/option';
import type { GenerateTask, Provider } from '../nodes/core/provider/provider';
import { optionFields } from '../nodes/host/panel/optionFields';
import { providers } from '../nodes/providers';
import type { Operation } from '../nodes/core/provider/operation';

const root = resolve(__dirname, '..');

/** The pages with tables. Each page has the tables whose markers it contains. */
export const pages = ['README.md', 'docs/failures.md', 'docs/parameters.md', 'docs/providers/README.md'];

type Row = readonly string[];

const code = (text: string): string => `\`${text}\``;
const number = (value: number): string => value.toLocaleString('en-US');
const cell = (text: string): string => text.replaceAll('|', '\\|');

function table(head: Row, rows: readonly Row[]): string {
	const line = (cells: Row) => `| ${cells.map(cell).join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Every provider with each of its models. */
const models: readonly Provider[] = providers.flatMap((provider) => provider.models);

/** A provider, with its model if it has several. */
function nameOf({ displayName, model, models: all }: Provider): string {
	return all.length === 1 ? displayName : `${displayName}, ${model.label}`;
}

function shown(value: ProviderField['default']): string {
	return value === '' ? 'empty' : code(String(value));
}

function optionText(option: FieldOption): string {
	const onlyFor = option.displayOptions?.show.operation;
	return onlyFor === undefined ? shown(option.value) : `${shown(option.value)} (Image to Image only)`;
}

function valuesOf(field: ProviderField): string {
	if (field.type === 'boolean') return 'on, off';
	if (field.type === 'options') return (field.options ?? []).map(optionText).join(', ');
	if (field.integerOrEmpty === true) return 'a whole number, or empty';
	const { minValue, maxValue } = field.typeOptions ?? {};
	if (minValue !== undefined && maxValue !== undefined) return `${number(minValue)} to ${number(maxValue)}`;
	return minValue === undefined ? 'text' : `a whole number of at least ${number(minValue)}`;
}

function defaultOf(field: Pick<ProviderField, 'default'>): string {
	return typeof field.default === 'boolean' ? (field.default ? 'on' : 'off') : shown(field.default);
}

/** When a field is shown, unless that is always. A long list of values is given as its exceptions. */
function conditionOf(field: ProviderField, fields: readonly ProviderField[]): string {
	const conditions = Object.entries(field.displayOptions?.show ?? {}).map(([name, allowed]) => {
		if (name === 'operation') return 'Operation is Image to Image';
		const other = fields.find((candidate) => candidate.name === name);
		const named = (values: readonly unknown[]) =>
			values.map((value) => other?.options?.find((option) => option.value === value)?.name ?? String(value)).join(' or ');
		const excluded = (other?.options ?? []).map((option) => option.value).filter((value) => !allowed.includes(value));
		const isShorter = excluded.length > 0 && excluded.length < allowed.length;
		return isShorter ? `${other?.displayName ?? name} is not ${named(excluded)}` : `${other?.displayName ?? name} is ${named(allowed)}`;
	});
	return conditions.length === 0 ? '' : ` (when ${conditions.join(' and ')})`;
}

function wireText(field: ProviderField, fields: readonly ProviderField[]): string {
	if (field.wire === undefined) {
		const carrier = fields.find((other) => other.wireTemplate?.includes(`{${field.name}}`));
		return carrier?.wire === undefined
			? field.name === 'imageFieldName'
				? 'names the field for the images'
				: 'not sent'
			: `${code(carrier.wire)}, together with ${carrier.displayName}`;
	}
	if (field.wireTemplate !== undefined) return `${code(field.wire)} as ${code(field.wireTemplate)}`;
	const named = Object.entries(field.wireValues ?? {}).map(([value, sent]) => {
		const mine = field.type === 'boolean' ? (value === 'true' ? 'on' : 'off') : shown(value);
		return `${mine}: ${sent === null ? 'not sent' : code(JSON.stringify(sent).replace(/^"|"$/g, ''))}`;
	});
	return named.length === 0 ? code(field.wire) : `${code(field.wire)} (${named.join(', ')})`;
}

function fixedText(provider: Provider): string {
	const sent = (operation: Operation): Record<string, unknown> => {
		const task: GenerateTask = {
			operation,
			prompt: '',
			imageUrls: operation === 'imageToImage' ? ['https://example.com/a.jpg'] : [],
			values: {},
			additionalFields: {},
		};
		return provider.fixedFields(task);
	};
	const [text, image] = [sent('textToImage'), sent('imageToImage')];
	const parts = Object.entries(text).map(([path, value]) =>
		value === image[path]
			? `${code(path)} ${code(String(value))}`
			: `${code(path)} ${code(String(value))} (with reference images ${code(String(image[path]))})`,
	);
	return parts.length === 0 ? '' : ` Also sent: ${parts.join(', ')}.`;
}

/** Where the request contains the model's name. */
function modelText({ submit, model: { wireId } }: Provider): string {
	return submit.path.includes(`/${wireId}`) ? `the path's ${code(wireId)}` : 'see above';
}

function parametersOf(provider: Provider): string {
	const { fields, submit } = provider;
	const images = submit.imagesField === undefined ? 'the field named in Image Field Name' : code(submit.imagesField);
	const rows: Row[] = [
		['Prompt', code('prompt'), 'text', 'empty', code(submit.promptField)],
		['Image URLs (when Operation is Image to Image)', code('imageUrls'), `1 to ${provider.limits.referenceImages} URLs`, 'empty', images],
		...(provider.models.length === 1
			? []
			: [['Model', code('model'), code(provider.model.id), shown(provider.models[0]?.model.id ?? ''), modelText(provider)]]),
		...fields
			.filter(({ onlyDefault }) => onlyDefault === undefined)
			.map((field): Row => [`${field.displayName}${conditionOf(field, fields)}`, code(field.name), valuesOf(field), defaultOf(field), wireText(field, fields)]),
	];
	const head = ['Parameter', 'Name', 'Values', 'Default', 'Request field'];
	return `#### ${nameOf(provider)}\n\n${code(`POST ${submit.path}`)}.${fixedText(provider)}\n\n${table(head, rows)}`;
}

function promptText({ promptLengthMin, promptLength, promptLengthAdvised }: Provider['limits']): string {
	const parts: string[] = [];
	if (promptLengthMin !== undefined && promptLength !== undefined) parts.push(`${promptLengthMin} to ${number(promptLength)}`);
	else if (promptLength !== undefined) parts.push(`up to ${number(promptLength)}`);
	else parts.push('no known limit');
	if (promptLengthAdvised !== undefined) parts.push(`a warning above ${number(promptLengthAdvised)}`);
	return parts.join(', ');
}

function imagesPerItem({ fields }: Provider): string {
	const most = fields.find((field) => field.name === 'imageCount')?.typeOptions?.maxValue;
	return most === undefined ? '1' : `1 to ${most}`;
}

function customSize({ fields }: Provider): string {
	const width = fields.find((field) => field.name === 'width');
	if (width === undefined) return 'no';
	const { minValue = 1, maxValue } = width.typeOptions ?? {};
	return maxValue === undefined ? 'yes' : `yes, ${number(minValue)} to ${number(maxValue)} per side`;
}

function limitsTable(): string {
	const head = ['Provider', 'Prompt (characters)', 'Reference images', 'Types of reference images', 'Files', 'Images per item', 'Width and height'];
	const typeName = (mimeType: string) => mimeType.replace('image/', '').toUpperCase();
	return table(
		head,
		models.map((provider) => [
			nameOf(provider),
			promptText(provider.limits),
			`up to ${provider.limits.referenceImages}`,
			`${provider.limits.referenceTypes.map(typeName).join(', ')}, ${provider.limits.referenceBytes / 1_048_576} MB each`,
			provider.upload === undefined ? 'by a link to your n8n' : 'by upload',
			imagesPerItem(provider),
			customSize(provider),
		]),
	);
}

/** A number of seconds that depends on the estimated time of a task, for each resolution; undefined if the provider documents no estimate. */
function byEstimate(provider: Provider, seconds: (estimate: number | undefined) => number): string | undefined {
	const { estimatedSeconds } = provider;
	if (estimatedSeconds === undefined) return undefined;
	const defaults = Object.fromEntries(provider.fields.map((field) => [field.name, field.default]));
	const resolutions = provider.fields.find((field) => field.name === 'resolution')?.options ?? [];
	return resolutions.map(({ name, value }) => `${seconds(estimatedSeconds({ ...defaults, resolution: value }))} s (${name})`).join(', ');
}

function intervalText(provider: Provider): string {
	const seconds = (estimate: number | undefined): number => provider.intervalSeconds(estimate, false);
	return byEstimate(provider, seconds) ?? `${seconds(undefined)} s`;
}

function firstCheckText(provider: Provider): string {
	const documented = byEstimate(provider, (estimate) => provider.firstCheckSeconds(estimate));
	if (documented !== undefined) return documented;
	const unknown = provider.firstCheckSeconds(undefined);
	const share = provider.firstCheckSeconds(100);
	return share === unknown ? `${unknown} s` : `${share}% of the time that the provider estimates, otherwise ${unknown} s`;
}

function lifetimeText({ resultLifetimeSeconds }: Provider): string {
	return resultLifetimeSeconds === undefined ? 'not known' : `${resultLifetimeSeconds / 3600} h`;
}

function costsTable(): string {
	const head = ['Provider', 'Cost', 'A failed task', 'First check after', 'Then every', 'Image URLs last', 'Callback field'];
	return table(
		head,
		models.map((provider) => [
			nameOf(provider),
			provider.cost.documented ? provider.cost.note : `${provider.cost.note}${provider.cost.perImage === undefined ? '' : ' (the price is not documented)'}`,
			provider.failedTasksAreFree ? 'is not charged' : 'may be charged',
			firstCheckText(provider),
			intervalText(provider),
			lifetimeText(provider),
			provider.submit.callbackField === undefined ? 'none' : code(provider.submit.callbackField),
		]),
	);
}

function pagesTable(): string {
	const rows = providers.map(({ id, displayName, docsUrl }): Row => [`[${displayName}](${id}.md)`, code(id), `[${new URL(docsUrl).host}](${docsUrl})`]);
	return table(['Provider', 'ID', "Provider's documentation"], rows);
}

function chooseTable(): string {
	const head = ['Provider', 'Price', 'Images per item', 'Reference images', 'A failed task', 'Callbacks'];
	return table(
		head,
		providers.map((provider): Row => [
			`[${provider.displayName}](${provider.accountUrl})`,
			provider.cost.documented ? provider.cost.note : `${provider.cost.note} (the price is not documented)`,
			imagesPerItem(provider),
			`up to ${provider.limits.referenceImages}`,
			provider.failedTasksAreFree ? 'is not charged' : 'may be charged',
			provider.submit.callbackField === undefined ? 'no' : 'yes',
		]),
	);
}

/** The failure kinds that a workflow can branch on, and what each one means. */
function failuresTable(): string {
	const again = { true: 'yes', false: 'no', whenFree: 'if a failed task costs nothing' } as const;
	const head = ['Kind', 'What it means', '`retryable`', '`tryElsewhere`'];
	const rows = failureKinds.map((kind): Row => {
		const { meaning, retryable, tryElsewhere } = factsOf(kind);
		return [code(kind), meaning, again[`${retryable}`], tryElsewhere ? 'yes' : 'no'];
	});
	return table(head, rows);
}

const nodeNames: Readonly<Record<OptionNode, string>> = { generate: 'Generate', anyProvider: 'Any Provider', wait: 'Wait for Task', trigger: 'Trigger' };

function optionNodes(nodes: readonly OptionNode[]): string {
	return nodes.length === Object.keys(nodeNames).length ? 'all' : nodes.map((node) => nodeNames[node]).join(', ');
}

function optionRow(option: OptionField, owner = ''): Row {
	const hint = option.hint === undefined ? '' : ` ${option.hint.replace(/\.?$/, '.')}`;
	const meaning = `${(option.description ?? '').replace(/\.?$/, '.')}${hint}`.trim();
	return [`${owner}${option.displayName}`, code(option.name), defaultOf(option), optionNodes(option.nodes), meaning === '.' ? '' : meaning.replace(/^\. /, '')];
}

function optionsTable(): string {
	const owned = providers.flatMap(({ displayName, options = [] }) => options.map((option) => optionRow(option, `${displayName}: `)));
	const rows = [...optionFields.map((option) => optionRow(option)), ...owned];
	return table(
		['Option', 'Name', 'Default', 'Nodes', 'Meaning'],
		rows.sort(([one = ''], [other = '']) => one.localeCompare(other)),
	);
}

/** Every generated table, by the name in its markers. */
export function buildTables(): Record<string, string> {
	return {
		parameters: models.map(parametersOf).join('\n\n'),
		limits: limitsTable(),
		costs: costsTable(),
		pages: pagesTable(),
		choose: chooseTable(),
		failures: failuresTable(),
		options: optionsTable(),
	};
}

const startOf = (name: string) => `<!-- table: ${name} (written by npm run docs:tables) -->`;
const endOf = (name: string) => `<!-- end of table: ${name} -->`;

/** The names of the tables whose markers a text has. */
export function tablesIn(text: string): string[] {
	return [...text.matchAll(/<!-- table: (\w+) /g)].map(([, name = '']) => name);
}

/** The text with every table renewed between its markers. */
export function insertTables(text: string, tables = buildTables()): string {
	return tablesIn(text).reduce((current, name) => {
		const content = tables[name];
		if (content === undefined) throw new Error(`There is no table ${name}, only ${Object.keys(tables).join(', ')}.`);
		const start = current.indexOf(startOf(name));
		const end = current.indexOf(endOf(name));
		if (start < 0 || end < start) throw new Error(`The page lacks one of the markers ${startOf(name)} and ${endOf(name)}.`);
		return `${current.slice(0, start)}${startOf(name)}\n\n${content}\n\n${current.slice(end)}`;
	}, text);
}

function main(): void {
	const stale = pages.filter((page) => {
		const file = resolve(root, page);
		const current = readFileSync(file, 'utf8');
		const renewed = insertTables(current);
		if (renewed !== current && !process.argv.includes('--check')) writeFileSync(file, renewed);
		return renewed !== current;
	});
	if (stale.length === 0) {
		process.stdout.write('The tables are up to date.\n');
	} else if (process.argv.includes('--check')) {
		process.stderr.write(`The tables in ${stale.join(', ')} are stale: run \`npm run docs:tables\`.\n`);
		process.exitCode = 1;
	} else {
		process.stdout.write(`${stale.join(', ')}: new tables.\n`);
	}
}

if (require.main === module) main();
