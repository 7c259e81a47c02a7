import type { IDataObject } from 'n8n-workflow';

import { roundAmount, type Cost } from '../../core/cost';
import { isUrl } from '../../core/http/url';
import { setAt, textAt, type JsonObject } from '../../core/json';
import { withoutToken } from '../../core/parameters/callbackUrl';
import type { Provider } from '../../core/provider/provider';
import { buildSubmit } from '../../core/submit/buildSubmit';
import { fitBalance } from '../../core/submit/fitBalance';
import { addCost, checkSpending } from '../../core/submit/spending';
import { throwsFailures } from '../execution/toolCall';
import { CredentialFault } from '../execution/transport';
import type { Outcome } from '../output/deliver';
import { balanceOf } from './balanceOf';
import type { Session } from './job';
import { estimateCost, plannedCost, type GeneratePlan } from './planGenerate';

/** What all items of a dry run would cost together, in one sentence. */
function totalOf(plans: readonly GeneratePlan[]): string[] {
	const total = totalCost(plans);
	if (total === undefined || plans.length < 2 || plans.some((plan) => estimateCost(plan) === undefined)) return [];
	return [`The ${plans.length} items of this dry run would cost about ${total.amount} ${total.unit} together.`];
}

/** All items of a node have one provider and so one unit. */
function totalCost(plans: readonly GeneratePlan[]): Cost | undefined {
	const costs = plans.map(plannedCost);
	const [first] = costs;
	return first === undefined ? undefined : { amount: roundAmount(costs.reduce((sum, { amount }) => sum + amount, 0)), unit: first.unit };
}

/** What the spending limit would say to the items of a dry run, for each its sentences. */
function spendingNotes(plans: readonly GeneratePlan[], { context, journal, limit }: Session): string[][] {
	const before = journal.rehearsed?.before ?? {};
	const spent = { ...journal.spent };
	for (const [unit, amount] of Object.entries(before)) addCost(spent, { amount, unit });
	const refusals = checkSpending(plans.map((plan) => ({ ...limit(plan), settled: false })), spent);
	const own = totalCost(plans.filter((_, index) => refusals[index] === undefined));
	journal.rehearsed = { before, ...(own === undefined ? {} : { own }) };
	const count = refusals.filter((refusal) => refusal !== undefined).length;
	const ofAll = count > 0 && throwsFailures(context) ? [`A real run would send nothing: Spending Limit refuses ${count} of ${plans.length} items.`] : [];
	return refusals.map((refusal) => [...(refusal === undefined ? [] : [`A real run would refuse this item: ${refusal}.`]), ...ofAll]);
}

/** The request's body without what an output must not hold: whoever has the token of a resume URL can resume the execution. */
function shownBody(sent: JsonObject, { submit: { callbackField } }: Provider): JsonObject {
	const body = { ...sent };
	const address = callbackField === undefined ? undefined : textAt(body, callbackField);
	if (callbackField !== undefined && address !== undefined && isUrl(address)) setAt(body, callbackField, withoutToken(address));
	return body;
}

/** What a dry run says of an item beside its own request. */
interface Surroundings {
	baseUrl: string;
	/** What is left in the account, where the provider says it. */
	balance: Cost | undefined;
	notes: readonly string[];
}

/** The request as it would be sent; it holds no secret, because n8n adds the credential later. */
export function dryRunItem(plan: GeneratePlan, { baseUrl, balance, notes }: Surroundings): Outcome {
	const { provider, checked, itemIndex } = plan;
	const request = buildSubmit(provider, checked.task);
	const { values } = checked.task;
	const published = provider.pixels(values);
	const pixels = published ?? provider.likelyPixels?.(values) ?? null;
	const whosePixels =
		published === null && pixels !== null ? [`The pixels are those of APIXO's own table: ${provider.displayName} does not publish its own.`] : [];
	const cost = estimateCost(plan);
	const whatPrice = cost === undefined ? [`${provider.cost.note}.`] : [];
	const json: IDataObject = {
		dryRun: true,
		estimatedCost: cost === undefined ? null : { ...cost },
		...(balance === undefined ? {} : { balance: { ...balance } }),
		warnings: [...checked.warnings, ...whosePixels, ...whatPrice, ...notes],
		provider: provider.id,
		model: plan.model,
		pixels: pixels === null ? null : { ...pixels },
		imagesRequested: plan.images.requested,
		request: { method: request.method, url: `${baseUrl}${request.path}`, body: shownBody(request.body ?? {}, provider) },
	};
	return { kind: 'item', item: { json, pairedItem: { item: itemIndex } } };
}

/** What would be sent for these items, to the one provider of all. */
export async function dryRunItems(ways: ReadonlyArray<readonly [GeneratePlan, ...GeneratePlan[]]>, session: Session): Promise<Outcome[]> {
	const plans = ways.map(([plan]) => plan);
	const [first] = plans;
	if (first === undefined) return [];
	const channel = await session.run.channel(first.provider);
	const isLocked = channel instanceof CredentialFault;
	const baseUrl = isLocked ? first.provider.baseUrl : channel.account.baseUrl;
	const balance = isLocked ? undefined : await balanceOf(channel);
	const notes = spendingNotes(plans, session);
	const lacks = balance === undefined ? [] : fitBalance(plans.map(plannedCost), balance);
	const total = totalOf(plans);
	return plans.map((plan, index) => {
		const lack = lacks[index];
		const ofBalance = lack === undefined ? [] : [`The balance does not suffice: ${lack}.`];
		return dryRunItem(plan, { baseUrl, balance, notes: [...total, ...(notes[index] ?? []), ...ofBalance] });
	});
}
