import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { buildSubmit } from '../core/buildSubmit';
import { checkTask, type CheckedTask } from '../core/checkTask';
import { roundAmount, type Cost } from '../core/cost';
import { oneLine } from '../core/failure';
import type { Provider } from '../core/provider';
import type { Accepted } from '../core/provider';
import type { TaskRef } from '../core/taskRef';
import { findProvider, providers } from '../providers';
import type { Outcome } from './deliver';
import { invalidInput, type ItemFailure } from './failureItem';
import { checkOptions, type Options } from './options';

/** One item that may be sent. */
export interface GeneratePlan {
	itemIndex: number;
	provider: Provider;
	checked: CheckedTask;
	options: Options;
	completion: 'waitForImages' | 'returnTask';
}

/** Reads and checks one item; its expressions are resolved with its own index. Whatever is wrong comes back as its failure. */
export function planGenerate(context: IExecuteFunctions, itemIndex: number, isTool: boolean): GeneratePlan | ItemFailure {
	try {
		return readItem(context, itemIndex, isTool);
	} catch (error) {
		// An expression that cannot be resolved is a mistake of this item alone.
		return invalidInput(itemIndex, undefined, [oneLine(error instanceof Error ? error.message : String(error))]);
	}
}

function readItem(context: IExecuteFunctions, itemIndex: number, isTool: boolean): GeneratePlan | ItemFailure {
	const parameter = (name: string, fallback: unknown = ''): unknown =>
		context.getNodeParameter(name, itemIndex, fallback);
	const id = String(parameter('provider'));
	const provider = findProvider(id);
	const { options, faults } = checkOptions(parameter('options', {}));
	if (provider === undefined) {
		const known = providers.map((one) => one.id).join(', ');
		return invalidInput(itemIndex, undefined, [`Provider must be one of ${known}, but is "${id}"`, ...faults]);
	}
	const checked = checkTask(provider, {
		operation: parameter('operation'),
		prompt: parameter('prompt'),
		imageUrls: parameter('imageUrls'),
		imageFieldName: parameter('imageFieldName'),
		fields: Object.fromEntries(provider.fields.map((field) => [field.name, parameter(field.name, undefined)])),
		additionalFields: options.additionalFields,
	});
	// An agent needs the result in its turn, and n8n drops a tool's binaries.
	const completion = isTool ? 'waitForImages' : parameter('completion', 'waitForImages');
	const used = isTool ? { ...options, downloadImages: false } : options;
	if (completion !== 'waitForImages' && completion !== 'returnTask') {
		faults.push(`When Submitted must be one of waitForImages, returnTask, but is "${String(completion)}"`);
	}
	const all = [...checked.faults, ...faults];
	return all.length > 0
		? invalidInput(itemIndex, provider, all)
		: { itemIndex, provider, checked, options: used, completion: completion === 'returnTask' ? completion : 'waitForImages' };
}

export function estimateCost({ provider, checked }: GeneratePlan): Cost {
	const images = provider.imagesRequested(checked.task.values);
	return { amount: roundAmount(provider.cost.perImage * images), unit: provider.cost.unit };
}

/** The request as it would be sent; it holds no secret, because n8n adds the credential later. */
export function dryRunItem(plan: GeneratePlan): Outcome {
	const { provider, checked, itemIndex } = plan;
	const request = buildSubmit(provider, checked.task);
	const pixels = provider.pixels(checked.task.values);
	const json: IDataObject = {
		dryRun: true,
		provider: provider.id,
		request: { method: request.method, url: `${provider.baseUrl}${request.path}`, body: { ...request.body } },
		pixels: pixels === null ? null : { ...pixels },
		imagesRequested: provider.imagesRequested(checked.task.values),
		estimatedCost: { ...estimateCost(plan) },
		warnings: checked.warnings,
	};
	return { kind: 'item', item: { json, pairedItem: { item: itemIndex } } };
}

/** The handle of an accepted task. `submittedAt` in milliseconds since 1970. */
export function taskRefOf(plan: GeneratePlan, accepted: Accepted, submittedAt: number): TaskRef {
	const { provider, checked } = plan;
	const { values } = checked.task;
	const ref: TaskRef = {
		provider: provider.id,
		taskId: accepted.taskId,
		status: 'submitted',
		submittedAt: new Date(submittedAt).toISOString(),
		imagesRequested: provider.imagesRequested(values),
		estimatedCost: accepted.cost ?? estimateCost(plan),
		callback: 'none',
		warnings: checked.warnings,
	};
	const estimatedSeconds = accepted.estimatedSeconds ?? provider.estimatedSeconds?.(values);
	if (estimatedSeconds !== undefined) ref.estimatedSeconds = estimatedSeconds;
	if (accepted.creditsRemaining !== undefined) ref.creditsRemaining = accepted.creditsRemaining;
	return ref;
}
