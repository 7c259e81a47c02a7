import { cloneDeepWith } from 'lodash';
import type { IDataObject } from 'n8n-workflow';

import { roundAmount, type Amount, type Cost } from '../../core/cost';
import { hideBotToken } from '../../core/http/hideTokens';
import { isUrl } from '../../core/http/url';
import { setAt, textAt, type JsonObject } from '../../core/json';
import { withoutToken } from '../../core/parameters/callbackUrl';
import type { Provider } from '../../core/provider/provider';
import { buildSubmit } from '../../core/submit/buildSubmit';
import { fitBalance } from '../../core/submit/fitBalance';
import { addCost, checkSpending, spendingLimitName } from '../../core/submit/spending';
import { CredentialFault } from '../execution/account';
import { balanceOf } from '../execution/balanceOf';
import { throwsFailures } from '../execution/toolCall';
import type { Outcome } from '../output/outcome';
import { estimateCost, plannedCost } from '../plan/estimateCost';
import type { GeneratePlan, AbleItem } from '../plan/generatePlan';
import type { Session } from './session';

/** What all items of a dry run would cost together, in one sentence. */
function totalOf(plans: readonly GeneratePlan[]): string[] {
	// All items of a node have one provider and so one unit.
	const total = sumOf(plans.map(plannedCost));
	if (total === undefined || plans.length < 2 || plans.some((plan) => estimateCost(plan) === undefined)) return [];
	return [`The ${plans.length} items of this dry run would cost about ${total.amount} ${total.unit} together.`];
}

/** Amounts in one unit. */
function sumOf(amounts: readonly Amount[]): Amount | undefined {
	const [first] = amounts;
	return first === undefined ? undefined : { amount: roundAmount(amounts.reduce((sum, { amount }) => sum + amount, 0)), unit: first.unit };
}

/** For each item of a dry run, the sentences about the limit. */
export function limitNotes(plans: readonly GeneratePlan[], { context, journal, limit, count }: Session): string[][] {
	const before = journal.rehearsed?.before ?? {};
	const spent = { ...journal.spent };
	for (const [unit, amount] of Object.entries(before)) addCost(spent, { amount, unit });
	const refusals = checkSpending(
		plans.map((plan) => ({ ...limit(plan), settled: false })),
		spent,
	);
	const own = sumOf(plans.filter((_, index) => refusals[index] === undefined).map(count));
	journal.rehearsed = { before, ...(own === undefined ? {} : { own }) };
	const [name = spendingLimitName] = plans.flatMap((plan) => limit(plan).name ?? []);
	const refused = refusals.filter((refusal) => refusal !== undefined).length;
	const ofAll = refused > 0 && throwsFailures(context) ? [`A real run would send nothing: ${name} refuses ${refused} of ${plans.length} items.`] : [];
	return refusals.map((refusal) => [...(refusal === undefined ? [] : [`A real run would refuse this item: ${refusal}.`]), ...ofAll]);
}

/** The request's body without secrets: anyone with the token of a resume URL can resume the execution. */
function shownBody(sent: JsonObject, { submit: { callbackField } }: Provider): JsonObject {
	const body = cloneDeepWith(sent, (value: unknown) => (typeof value === 'string' ? hideBotToken(value) : undefined)) as JsonObject;
	const address = callbackField === undefined ? undefined : textAt(body, callbackField);
	if (callbackField !== undefined && address !== undefined && isUrl(address)) setAt(body, callbackField, withoutToken(address));
	return body;
}

export function requestShown({ provider, checked }: GeneratePlan, baseUrl: string): IDataObject {
	const { method, path, body = {} } = buildSubmit(provider, checked.task);
	return { method, url: `${baseUrl}${path}`, body: shownBody(body, provider) };
}

export function estimateOf(plan: GeneratePlan): IDataObject | null {
	const cost = estimateCost(plan);
	return cost === undefined ? null : { ...cost };
}

/** What a dry run says about an item in addition to its request. */
interface DryRunContext {
	baseUrl: string;
	/** What is left in the account, if the provider says so. */
	balance: Cost | undefined;
	notes: readonly string[];
}

/** The request as it would be sent. It contains no key, because n8n adds the credential later. */
export function dryRunItem(plan: GeneratePlan, { baseUrl, balance, notes }: DryRunContext): Outcome {
	const { provider, checked, itemIndex } = plan;
	const { values } = checked.task;
	const published = provider.pixels(values);
	const pixels = published ?? provider.likelyPixels?.(values) ?? null;
	const whosePixels =
		published === null && pixels !== null ? [`The pixels are those of APIXO's own table: ${provider.displayName} does not publish its own.`] : [];
	const cost = estimateCost(plan);
	const whatPrice = cost === undefined ? [`${provider.cost.note}.`] : [];
	const json: IDataObject = {
		dryRun: true,
		estimatedCost: estimateOf(plan),
		...(balance === undefined ? {} : { balance: { ...balance } }),
		warnings: [...checked.warnings, ...whosePixels, ...whatPrice, ...notes],
		provider: provider.id,
		model: plan.model,
		pixels: pixels === null ? null : { ...pixels },
		imagesRequested: plan.images.requested,
		request: requestShown(plan, baseUrl),
	};
	return { kind: 'item', item: { json, pairedItem: { item: itemIndex } } };
}

/** What would be sent for these items, which all go to one provider. */
export async function dryRunItems(items: readonly AbleItem[], session: Session): Promise<Outcome[]> {
	const plans = items.map(({ plans: [plan] }) => plan);
	const [first] = plans;
	if (first === undefined) return [];
	const channel = await session.run.channel(first.provider);
	const isLocked = channel instanceof CredentialFault;
	const baseUrl = isLocked ? first.provider.baseUrl : channel.account.baseUrl;
	const balance = isLocked ? undefined : await balanceOf(channel);
	const notes = limitNotes(plans, session);
	const lacks = balance === undefined ? [] : fitBalance(plans.map(plannedCost), balance);
	const total = totalOf(plans);
	return plans.map((plan, index) => {
		const lack = lacks[index];
		const ofBalance = lack === undefined ? [] : [`The balance is too low: ${lack}.`];
		return dryRunItem(plan, { baseUrl, balance, notes: [...total, ...(notes[index] ?? []), ...ofBalance] });
	});
}
