import { upperFirst } from 'lodash';
import type { IExecuteFunctions } from 'n8n-workflow';

import { roundAmount, type Cost } from '../../core/cost';
import { trimInvisible } from '../../core/invisible';
import { callbackUrlFault, callbackUrlWarning, resumeUrlFor, withProvider } from '../../core/parameters/callbackUrl';
import { checkTask } from '../../core/parameters/checkTask';
import { findModel, modelFault } from '../../core/provider/findModel';
import type { Provider } from '../../core/provider/provider';
import { imageCount } from '../../core/submit/imageCount';
import type { Planned } from '../../core/submit/spending';
import { quote } from '../../core/text';
import { findProvider, providers } from '../../providers';
import { CredentialFault, type OpenAccount } from '../execution/account';
import { readingFault } from '../execution/readingFault';
import { invalidInput, type ItemFailure } from '../output/failureItem';
import { checkOptions, defaultOptions, optionsOfProvider, withoutFiles, type Options } from '../panel/options';
import { examineFile, filesNamedIn, isUrlName, labelOf, type NamedFile, type Reference } from '../references/references';
import { type CallbackKind, callbackKinds, type GeneratePlan, type ReadItem, type Settings } from './generatePlan';

/** The item to read, and how. */
export interface ReadAt {
	itemIndex: number;
	isTool: boolean;
	accountOf: OpenAccount;
}

export const unreadSettings = (): Settings => ({ options: defaultOptions, completion: 'waitForImages', files: [] });

/** An expression that cannot be resolved is a mistake in this item alone. */
export function unreadable(itemIndex: number, settings: Settings, error: unknown): ReadItem {
	const fault = invalidInput(itemIndex, undefined, [readingFault(error)]);
	return { itemIndex, ...settings, plans: [], fault };
}

/** Reads and checks one item; its expressions are resolved with its own index. Anything wrong is returned as its fault. */
export async function planGenerate(context: IExecuteFunctions, at: ReadAt): Promise<ReadItem> {
	const { itemIndex } = at;
	const settings = unreadSettings();
	try {
		const plan = await readItem(context, at, settings);
		if (!('checked' in plan)) return { itemIndex, ...settings, plans: [], fault: plan };
		return { itemIndex, ...settings, plans: [plan], request: requestOf(plan) };
	} catch (error) {
		return unreadable(itemIndex, settings, error);
	}
}

/** What identifies a request: files by their content, and no callback, because generated URLs change with every try. */
export function requestOf({ provider, model, checked, references }: Pick<GeneratePlan, 'provider' | 'model' | 'checked' | 'references'>): unknown {
	const { imageUrls: _placeholders, callbackUrl: _callbackUrl, ...task } = checked.task;
	return { provider: provider.id, model, ...task, references: references.map((one) => (one.kind === 'url' ? one.url : one.file.hash)) };
}

/** The faults to name: a list with thousands of wrong entries is one mistake. */
function firstFaults(faults: readonly string[]): string[] {
	const mostFaults = 20;
	return faults.length <= mostFaults ? [...faults] : [...faults.slice(0, mostFaults), `There are ${faults.length - mostFaults} more of this kind`];
}

/** The reference images that an item has in binary fields: files are checked, URLs are used as they are. */
async function readReferences(
	context: IExecuteFunctions,
	provider: Provider,
	itemIndex: number,
	named: readonly NamedFile[],
	faults: string[],
): Promise<Reference[]> {
	const found = await Promise.all(
		named.map(async (one): Promise<Reference | string> => {
			if (typeof one === 'string' && isUrlName(one)) return { kind: 'url', url: one };
			const file = await examineFile(context, provider, itemIndex, one);
			return typeof file === 'string' ? file : { kind: 'file', file };
		}),
	);
	faults.push(...found.filter((one) => typeof one === 'string'));
	return found.filter((one) => typeof one !== 'string');
}

/** The kind of callback and its URL, checked so that the provider can reach it. */
function readCallback(
	context: IExecuteFunctions,
	provider: Provider,
	itemIndex: number,
	options: Options,
	{ faults, warnings }: { faults: string[]; warnings: string[] },
): { callback: CallbackKind; callbackUrl?: string } {
	// The parameter is hidden for providers without callbacks; a value left over from another provider is ignored.
	const selected = provider.submit.callbackField === undefined ? 'none' : context.getNodeParameter('callback', itemIndex, 'none');
	const callback = callbackKinds.find((kind) => kind === selected);
	if (callback === undefined) {
		faults.push(`Callback must be one of ${callbackKinds.join(', ')}, but is ${quote(selected, 80)}`);
		return { callback: 'none' };
	}
	if (callback === 'none') return { callback };
	const isResumeUrl = callback === 'resumeWorkflow';
	const address = isResumeUrl ? context.evaluateExpression('{{ $execution.resumeUrl }}', itemIndex) : context.getNodeParameter('callbackUrl', itemIndex, '');
	const given = typeof address === 'string' ? trimInvisible(address) : '';
	const fault = callbackUrlFault(given, provider, { allowPrivate: options.allowPrivateCallbackUrl, isResumeUrl });
	if (fault !== undefined) {
		faults.push(fault);
		return { callback };
	}
	const warning = isResumeUrl ? undefined : callbackUrlWarning(given);
	if (warning !== undefined) warnings.push(warning);
	return { callback, callbackUrl: isResumeUrl ? resumeUrlFor(given, provider) : withProvider(given, provider) };
}

/** The provider with the chosen model, or a sentence that it does not offer this model. */
function withModel(provider: Provider, parameter: (name: string, fallback?: unknown) => unknown): Provider | string {
	// Hidden if there is no choice: a value left over from another provider is ignored.
	if (provider.models.length === 1) return provider;
	const typed = parameter('model', provider.model.id);
	return findModel(provider, typeof typed === 'string' ? typed.trim() : undefined) ?? modelFault(provider, typed);
}

/** The values of an item that do not depend on the provider. */
export interface TypedItem {
	operation: unknown;
	rawOptions: unknown;
	/** Whether the item names files and not URLs. */
	wantsFiles: boolean;
	named: NamedFile[];
	completion: GeneratePlan['completion'];
	faults: string[];
}

/** Reads what is the same for every provider. The settings are recorded as soon as they are known. */
export function readTyped(context: IExecuteFunctions, { itemIndex, isTool }: ReadAt, settings: Settings): TypedItem {
	const parameter = (name: string, fallback: unknown = ''): unknown => context.getNodeParameter(name, itemIndex, fallback);
	const rawOptions = parameter('options', {});
	const { options, faults } = checkOptions(rawOptions);
	settings.options = isTool ? withoutFiles(options) : options;
	// An agent needs the result in the same turn.
	const completion = isTool ? 'waitForImages' : parameter('completion', 'waitForImages');
	if (completion !== 'waitForImages' && completion !== 'returnTask') {
		faults.push(`When Submitted must be one of waitForImages, returnTask, but is ${quote(completion, 80)}`);
	}
	settings.completion = completion === 'returnTask' ? completion : 'waitForImages';
	const operation = parameter('operation');
	const imageSource = parameter('imageSource', 'url');
	const wantsFiles = operation === 'imageToImage' && imageSource === 'binary';
	if (operation === 'imageToImage' && imageSource !== 'url' && imageSource !== 'binary') {
		faults.push(`Image Source must be one of url, binary, but is ${quote(imageSource, 80)}`);
	}
	const named = wantsFiles ? filesNamedIn(parameter('inputDataFieldNames', 'data')) : [];
	return { operation, rawOptions, wantsFiles, named, completion: settings.completion, faults };
}

interface Place {
	itemIndex: number;
	rank: number;
	accountOf: OpenAccount;
	/** The values of the provider's own fields. */
	fields: Readonly<Record<string, unknown>>;
}

/** A provider's plan for an item, or all faults. */
export async function planFor(
	context: IExecuteFunctions,
	provider: Provider,
	typed: TypedItem,
	{ itemIndex, rank, accountOf, fields }: Place,
	settings: Settings,
): Promise<GeneratePlan | string[]> {
	const parameter = (name: string): unknown => context.getNodeParameter(name, itemIndex, '');
	const { operation, named, wantsFiles, completion } = typed;
	const own = optionsOfProvider(provider, typed.rawOptions);
	const options: Options = { ...settings.options, ofProvider: own.ofProvider };
	const faults = [...typed.faults, ...own.faults];
	const found = await readReferences(context, provider, itemIndex, named, faults);
	const hashes = found.flatMap((one) => (one.kind === 'file' ? [one.file.hash] : []));
	if (hashes.length > settings.files.length) settings.files = hashes;
	const fileWarnings = found.flatMap((one) => (one.kind === 'file' && one.file.warning !== undefined ? [one.file.warning] : []));
	const names = named.map(labelOf);
	const account = await accountOf(provider);
	const checked = checkTask(provider, {
		operation,
		prompt: parameter('prompt'),
		stylePreset: options.stylePreset,
		imageUrls: parameter('imageUrls'),
		...(account instanceof CredentialFault ? {} : { baseUrl: account.baseUrl }),
		...(wantsFiles ? { references: names.map((name) => (isUrlName(name) ? { url: name } : { file: name })) } : {}),
		fields,
		additionalFields: options.additionalFields,
	});
	checked.warnings.push(...fileWarnings);
	const { callback, callbackUrl } =
		completion === 'returnTask'
			? readCallback(context, provider, itemIndex, options, { faults, warnings: checked.warnings })
			: { callback: 'none' as const, callbackUrl: undefined };
	if (callbackUrl !== undefined) checked.task.callbackUrl = callbackUrl;
	if (Object.keys(own.ofProvider).length > 0) checked.task.ofProvider = own.ofProvider;
	const references = wantsFiles ? found : checked.task.imageUrls.map((url): Reference => ({ kind: 'url', url }));
	const all = firstFaults([...checked.faults, ...faults]);
	if (all.length > 0) {
		// A faulty credential alone is reported later, as an authentication failure.
		return account instanceof CredentialFault ? [...all, upperFirst(account.message)] : all;
	}
	if (completion === 'returnTask' && options.maxTasksInFlight > 0) {
		checked.warnings.push('Max Tasks in Flight counts tasks that this node waits for: with Return Task all of them are submitted at once.');
	}
	const images = imageCount(provider, checked.task);
	if (images.doubt !== undefined) checked.warnings.push(`${images.doubt}: the number of images and the cost are estimates.`);
	return { itemIndex, rank, provider, checked, model: provider.model.id, images, references, options, completion, callback };
}

async function readItem(context: IExecuteFunctions, at: ReadAt, settings: Settings): Promise<GeneratePlan | ItemFailure> {
	const { itemIndex, accountOf } = at;
	const parameter = (name: string, fallback: unknown = ''): unknown => context.getNodeParameter(name, itemIndex, fallback);
	const typed = readTyped(context, at, settings);
	const id = String(parameter('provider'));
	const chosen = findProvider(id);
	if (chosen === undefined) {
		const known = providers.map((one) => one.id).join(', ');
		return invalidInput(itemIndex, undefined, [`Provider must be one of ${known}, but is ${quote(id, 80)}`, ...typed.faults]);
	}
	const provider = withModel(chosen, parameter);
	if (typeof provider === 'string') return invalidInput(itemIndex, chosen, [provider, ...typed.faults]);
	const fields = Object.fromEntries(provider.fields.map((field) => [field.name, parameter(field.name, field.default)]));
	const plan = await planFor(context, provider, typed, { itemIndex, rank: 0, accountOf, fields }, settings);
	if (Array.isArray(plan)) return invalidInput(itemIndex, provider, plan);
	settings.options = plan.options;
	return plan;
}

/** Undefined if the provider publishes no price. */
export function estimateCost({ provider, images }: Pick<GeneratePlan, 'provider' | 'images'>): Cost | undefined {
	const { perImage, unit } = provider.cost;
	return perImage === undefined ? undefined : { amount: roundAmount(perImage * images.requested), unit };
}

/** The estimated cost for a sum: zero if there is no estimate. */
export function plannedCost(plan: Pick<GeneratePlan, 'provider' | 'images'>): Cost {
	return estimateCost(plan) ?? { amount: 0, unit: plan.provider.cost.unit };
}

/** What Spending Limit needs to know about an item. */
export function spendingLimit(plan: GeneratePlan): Omit<Planned, 'settled'> {
	const { provider, images, options } = plan;
	const { documented, perImage, note } = provider.cost;
	const doubt = documented ? images.doubt : perImage === undefined ? note : 'The price of this job is not documented';
	return {
		cost: plannedCost(plan),
		limit: options.spendingLimit,
		allowUnknownCost: options.allowUnknownCost,
		...(doubt === undefined ? {} : { doubt }),
	};
}
