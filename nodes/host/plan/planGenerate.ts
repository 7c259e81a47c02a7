import type { IExecuteFunctions } from 'n8n-workflow';

import { findModel, modelFault } from '../../core/provider/findModel';
import type { Provider } from '../../core/provider/provider';
import { quote } from '../../core/text';
import { findProvider, providers } from '../../providers';
import { invalidInput, type ItemFailure } from '../output/failureItem';
import type { GeneratePlan, ReadAt, ReadItem, Settings } from './generatePlan';
import { planFor } from './planFor';
import { readTyped } from './readTyped';
import { unreadable, unreadSettings } from './unreadable';

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

/** The provider with the chosen model, or a sentence that it does not offer this model. */
function withModel(provider: Provider, parameter: (name: string, fallback?: unknown) => unknown): Provider | string {
	// Hidden if there is no choice: a value left over from another provider is ignored.
	if (provider.models.length === 1) return provider;
	const typed = parameter('model', provider.model.id);
	return findModel(provider, typeof typed === 'string' ? typed.trim() : undefined) ?? modelFault(provider, typed);
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
