import { upperFirst } from 'lodash';
import type { IExecuteFunctions } from 'n8n-workflow';

import type { FailureKind } from '../../core/failure/failure';
import { checkFields } from '../../core/parameters/checkFields';
import { portableFields } from '../../core/provider/portableFields';
import type { PortableRequest } from '../../core/provider/portableRequest';
import type { Provider } from '../../core/provider/provider';
import { quote } from '../../core/text';
import { findProvider, providers } from '../../providers';
import { CredentialFault } from '../execution/account';
import { invalidInput } from '../output/failureItem';
import type { GeneratePlan, RankedNote, ReadAt, ReadItem, Settings } from './generatePlan';
import { planFor } from './planFor';
import { readTyped, type TypedItem } from './readTyped';
import { unreadable, unreadSettings } from './unreadable';

/** The chosen providers, in order. An unknown name is a fault. */
export function chosenProviders(raw: unknown, faults: string[] = []): Provider[] {
	const names: unknown[] = Array.isArray(raw) ? raw : typeof raw === 'string' && raw !== '' ? [raw] : [];
	const known = providers.map(({ id }) => id).join(', ');
	if (names.length === 0) faults.push(`Providers is empty: choose at least one of ${known}`);
	return [...new Set(names)].flatMap((name) => {
		const provider = typeof name === 'string' ? findProvider(name) : undefined;
		if (provider === undefined) faults.push(`Providers must be some of ${known}, but one is ${quote(name, 80)}`);
		return provider ?? [];
	});
}

/** Why a provider cannot take an item. */
interface Unable {
	kind: FailureKind;
	faults: string[];
}

interface Reading {
	context: IExecuteFunctions;
	at: ReadAt;
	typed: TypedItem;
	settings: Settings;
	request: PortableRequest;
}

async function planWith(provider: Provider, rank: number, { context, at, typed, settings, request }: Reading): Promise<GeneratePlan | Unable> {
	const { itemIndex, accountOf } = at;
	const expressed = provider.express(request);
	if ('reason' in expressed) return { kind: 'invalidInput', faults: [expressed.reason] };
	const plan = await planFor(context, provider, typed, { itemIndex, rank, accountOf, fields: expressed.values }, settings);
	if (Array.isArray(plan)) return { kind: 'invalidInput', faults: plan };
	if (plan.callback === 'none' && typed.completion === 'returnTask' && context.getNodeParameter('callback', itemIndex, 'none') === 'url') {
		plan.checked.warnings.push(
			`${provider.displayName} sends no callbacks, so nothing calls the Callback URL for this task: collect it with a Seedream Wait for Task node.`,
		);
	}
	const account = await accountOf(provider);
	return account instanceof CredentialFault ? { kind: 'authentication', faults: [upperFirst(account.message)] } : plan;
}

/** The faults of an item: one that is the same for every provider is named once, any other with the provider's name. */
function reasonsOf(unable: ReadonlyArray<{ provider: Provider; faults: readonly string[] }>): string[] {
	const common = (unable[0]?.faults ?? []).filter((fault) => unable.every(({ faults }) => faults.includes(fault)));
	const own = unable.flatMap(({ provider, faults }) => {
		const left = faults.filter((fault) => !common.includes(fault));
		return left.map((fault) => (fault.includes(provider.displayName) ? fault : `${provider.displayName}: ${fault}`));
	});
	return [...common, ...own];
}

/** The item's request without any provider, which identifies the job. */
function portableIdentity({ resolution, aspectRatio, imageCount }: PortableRequest, { checked, references }: GeneratePlan): unknown {
	const { operation, prompt } = checked.task;
	return { operation, prompt, resolution, aspectRatio, imageCount, references: references.map((one) => (one.kind === 'url' ? one.url : one.file.hash)) };
}

async function readItem(context: IExecuteFunctions, at: ReadAt, settings: Settings): Promise<ReadItem> {
	const { itemIndex } = at;
	const parameter = (name: string, fallback: unknown): unknown => context.getNodeParameter(name, itemIndex, fallback);
	const typed = readTyped(context, at, settings);
	const faults = [...typed.faults];
	const chosen = chosenProviders(parameter('providers', []), faults);
	const typedFields = Object.fromEntries(portableFields.map((field) => [field.name, parameter(field.name, field.default)]));
	const portable = checkFields(portableFields, typedFields, {});
	faults.push(...portable.faults);
	const wrong = (all: readonly string[]): ReadItem => ({ itemIndex, ...settings, plans: [], fault: invalidInput(itemIndex, undefined, all) });
	const operation = typed.operation === 'imageToImage' ? 'imageToImage' : 'textToImage';
	// Invalid fields are reported above; each provider still checks the rest.
	const { resolution, aspectRatio, imageCount } = portable.values;
	const request: PortableRequest = { operation, resolution, aspectRatio, imageCount, references: 0 };
	const reading: Reading = { context, at, typed: { ...typed, faults: [] }, settings, request };
	const planned =
		portable.faults.length > 0
			? []
			: await Promise.all(chosen.map(async (provider, rank) => ({ provider, rank, result: await planWith(provider, rank, reading) })));
	const plans = planned.flatMap(({ result }) => ('checked' in result ? [result] : []));
	const unable = planned.flatMap(({ provider, rank, result }) => ('checked' in result ? [] : [{ provider, rank, ...result }]));
	const [first, ...others] = plans;
	if (faults.length > 0 || first === undefined) return wrong([...(first === undefined ? reasonsOf(unable) : []), ...faults]);
	const notes = unable.map(({ provider, rank, kind, faults: why }): RankedNote => ({ rank, provider: provider.id, kind, message: why.join('; ') }));
	return { itemIndex, ...settings, plans: [first, ...others], unable: notes, request: portableIdentity(request, first) };
}

/** Reads one item for all chosen providers: those that can take it, in order, and why the others cannot. */
export async function planAny(context: IExecuteFunctions, at: ReadAt): Promise<ReadItem> {
	const settings = unreadSettings();
	try {
		return await readItem(context, at, settings);
	} catch (error) {
		return unreadable(at.itemIndex, settings, error);
	}
}
