import { cleanText } from '../invisible';
import { isUnsafePath } from '../json';
import type { Operation } from '../provider/operation';
import type { GenerateTask, Provider } from '../provider/provider';
import { quote } from '../text';
import { readAdditionalFields } from './additionalFields';
import { checkFields } from './checkFields';
import { imageUrlFault, imageUrlWarning, splitImageUrls } from './imageUrls';
import { noStyle, stylePresets, styledPrompt } from './stylePresets';

/** The typed values of one item, not yet checked. */
export interface RawTask {
	operation: unknown;
	prompt: unknown;
	/** One of `stylePresets`, or none. */
	stylePreset?: unknown;
	/** Text with one or more URLs, or a list of texts or of objects with `url`. */
	imageUrls?: unknown;
	/** The provider's Base URL: if it is private, image URLs may be private too. */
	baseUrl?: string;
	fields: Readonly<Record<string, unknown>>;
	additionalFields?: unknown;
	/** Instead of `imageUrls`: the reference images in order; files have no URL yet. */
	references?: ReadonlyArray<{ url: string } | { file: string }>;
}

export interface CheckedTask {
	task: GenerateTask;
	warnings: string[];
	/** Everything that is wrong, one sentence each without a period; empty when the task may be sent. */
	faults: string[];
}

const characters = (text: string): number => [...text].length;
const number = (value: number): string => value.toLocaleString('en-US');

const shortened = (value: unknown): string => quote(value, 80);

/** An expression that was typed into a field that is set to Fixed. */
const unevaluated = /\{\{\s*\$(json|node|input|item|binary|vars|env|fromAI|now|today|\()/;

/** How JavaScript prints a missing value. */
const nothingFound = /^\s*(undefined|null|NaN)\s*$/;

/** What is wrong with a prompt that is not plain text; undefined if it is plain text or missing. */
function promptFault(prompt: unknown): string | undefined {
	if (prompt === undefined || prompt === null || typeof prompt === 'number') return undefined;
	const remedy = 'name the field that holds the text, or write it out with {{ JSON.stringify(…) }}';
	if (typeof prompt === 'string') {
		const [object] = /\[object [A-Z]\w*\]/.exec(prompt) ?? [];
		if (object !== undefined) return `Prompt contains "${object}", because an object was inserted where text belongs: ${remedy}`;
		if (unevaluated.test(prompt))
			return `Prompt contains an expression that n8n did not evaluate (${quote(prompt, 80)}): switch the field from Fixed to Expression`;
		return nothingFound.test(prompt) ? `Prompt is ${quote(prompt.trim(), 80)}: the expression returned nothing` : undefined;
	}
	const kind = Array.isArray(prompt) ? 'a list' : typeof prompt === 'boolean' ? 'true or false' : 'an object';
	return `Prompt must be text, but is ${kind} (${quote(prompt, 80)}): ${remedy}`;
}

function typedPrompt(prompt: unknown): string {
	if (Number.isFinite(prompt)) return String(prompt);
	return typeof prompt === 'string' ? cleanText(prompt) : '';
}

function promptOf(raw: RawTask, faults: string[]): string {
	const typed = typedPrompt(raw.prompt);
	const preset = typeof raw.stylePreset === 'string' ? raw.stylePreset : noStyle;
	const styled = typed === '' ? typed : styledPrompt(typed, preset);
	if (styled !== undefined) return styled;
	const known = stylePresets.map(({ value }) => value).join(', ');
	faults.push(`Style Preset must be one of ${noStyle}, ${known}, but is ${shortened(preset)}`);
	return typed;
}

function checkPrompt(provider: Provider, raw: RawTask, faults: string[], warnings: string[]): string {
	const prompt = promptOf(raw, faults);
	const { promptLengthMin = 1, promptLength, promptLengthAdvised } = provider.limits;
	const length = characters(prompt);
	const fault = promptFault(raw.prompt);
	if (fault !== undefined) faults.push(fault);
	else if (prompt === '') faults.push('Prompt is empty: describe the image to generate');
	else if (length < promptLengthMin) {
		faults.push(`Prompt must have at least ${promptLengthMin} characters for ${provider.displayName}, but has ${length}`);
	}
	if (promptLength !== undefined && length > promptLength) {
		faults.push(`Prompt may have at most ${number(promptLength)} characters for ${provider.displayName}, but has ${number(length)}`);
	} else if (promptLengthAdvised !== undefined && length > promptLengthAdvised) {
		warnings.push(`The prompt has ${number(length)} characters; ${provider.displayName} may cut it off or refuse it above ${number(promptLengthAdvised)}.`);
	}
	return prompt;
}

function checkReferences(provider: Provider, raw: RawTask, faults: string[], warnings: string[]): string[] {
	const references = raw.references ?? splitImageUrls(raw.imageUrls).map((url) => ({ url }));
	const rules = { provider: provider.displayName, baseUrl: raw.baseUrl };
	references.forEach((reference, index) => {
		if (!('url' in reference)) return;
		const fault = imageUrlFault(reference.url, index + 1, rules);
		const warning = imageUrlWarning(reference.url, index + 1);
		if (fault !== undefined) faults.push(fault);
		if (warning !== undefined) warnings.push(warning);
	});
	const count = references.length;
	if (count === 0) faults.push('Image to Image needs at least one reference image');
	if (count > provider.limits.referenceImages) {
		faults.push(`${provider.displayName} takes at most ${provider.limits.referenceImages} reference images, but there are ${count}`);
	}
	return references.map((reference) => ('url' in reference ? reference.url : placeholderFor(reference.file)));
}

/** Placeholder for a file's URL until it is uploaded; shown by a dry run. */
export function placeholderFor(fieldName: string): string {
	return `<URL of the file in ${fieldName}>`;
}

/** The request fields that hold something other than reference images. */
function ownFields({ submit, fields }: Provider): ReadonlySet<string> {
	const paths = [submit.promptField, submit.callbackField, ...fields.map(({ wire }) => wire)];
	return new Set(paths.flatMap((path) => path?.split('.')[0] ?? []));
}

function checkImageField(provider: Provider, raw: unknown, faults: string[]): string | undefined {
	const name = typeof raw === 'string' ? raw.trim() : '';
	if (provider.submit.imagesField !== undefined) return undefined;
	const [first = ''] = name.split('.');
	if (/^[A-Za-z_]\w*(\.\w+)*$/.test(name) && !isUnsafePath(name)) {
		if (!ownFields(provider).has(first)) return name;
		faults.push(`Image Field Name cannot be ${shortened(name)}: ${provider.displayName} uses ${first} for something else`);
		return undefined;
	}
	faults.push(
		name === ''
			? `${provider.displayName} does not document its field for reference images: enter the field's name in Image Field Name (ask ${provider.displayName} or read its model schema; image_urls and images are likely names)`
			: `Image Field Name must be a name such as image_urls, but is ${shortened(name)}`,
	);
	return undefined;
}

/** Checks everything about one item that can be checked without the network, and names all faults at once. */
export function checkTask(provider: Provider, raw: RawTask): CheckedTask {
	const faults: string[] = [];
	const warnings: string[] = [];
	const operation: Operation = raw.operation === 'imageToImage' ? 'imageToImage' : 'textToImage';
	if (raw.operation !== operation) {
		const shown = raw.operation === undefined ? 'nothing' : shortened(raw.operation);
		faults.push(`Operation must be one of textToImage, imageToImage, but is ${shown}`);
	}
	const withImages = operation === 'imageToImage';
	const prompt = checkPrompt(provider, raw, faults, warnings);
	const imageUrls = withImages ? checkReferences(provider, raw, faults, warnings) : [];
	const fields = checkFields(provider.fields, raw.fields, { operation });
	const imageFieldName = withImages ? checkImageField(provider, fields.values.imageFieldName, faults) : undefined;
	faults.push(...fields.faults);
	const task: GenerateTask = {
		operation,
		prompt,
		imageUrls,
		values: fields.values,
		additionalFields: readAdditionalFields(raw.additionalFields, faults),
	};
	if (imageFieldName !== undefined) task.imageFieldName = imageFieldName;
	// A rule for several fields applies only if each of them is valid.
	const together = (provider.check?.(task) ?? []).filter((one) => !one.fields.some((name) => fields.faulty.has(name)));
	faults.push(...together.map(({ fault }) => fault));
	if (fields.faults.length === 0) warnings.push(...(provider.warn?.(task) ?? []));
	return { task, warnings, faults };
}
