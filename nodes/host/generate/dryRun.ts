import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { roundAmount, type Cost } from '../../core/cost';
import { isUrl } from '../../core/http/url';
import { setAt, textAt, type JsonObject } from '../../core/json';
import { withoutToken } from '../../core/parameters/callbackUrl';
import type { Provider } from '../../core/provider/provider';
import { buildSubmit } from '../../core/submit/buildSubmit';
import { addCost, checkSpending } from '../../core/submit/spending';
import { throwsFailures } from '../execution/toolCall';
import type { Outcome } from '../output/deliver';
import { openJournal } from './journalStore';
import { estimateCost, plannedCost, plannedSpending, type GeneratePlan } from './planGenerate';

/** What all items of a dry run would cost together, in one sentence. */
export function totalOf(plans: readonly GeneratePlan[]): string[] {
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
export function spendingNotes(context: IExecuteFunctions, plans: readonly GeneratePlan[], pass: number): string[][] {
	if (plans.every(({ options }) => options.spendingLimit === 0)) return [];
	const journal = openJournal(context);
	const { [pass]: _ownEarlierTry, ...otherPasses } = journal.rehearsed ?? {};
	const spent = { ...journal.spent };
	for (const cost of Object.values(otherPasses)) addCost(spent, cost);
	const refusals = checkSpending(plans.map((plan) => plannedSpending(plan, false)), spent);
	const fitting = totalCost(plans.filter((_, index) => refusals[index] === undefined));
	journal.rehearsed = { ...otherPasses, ...(fitting === undefined ? {} : { [pass]: fitting }) };
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

/** The request as it would be sent; it holds no secret, because n8n adds the credential later. */
export function dryRunItem(plan: GeneratePlan, baseUrl: string, notes: readonly string[]): Outcome {
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
		provider: provider.id,
		request: { method: request.method, url: `${baseUrl}${request.path}`, body: shownBody(request.body ?? {}, provider) },
		pixels: pixels === null ? null : { ...pixels },
		imagesRequested: plan.images.requested,
		estimatedCost: cost === undefined ? null : { ...cost },
		warnings: [...checked.warnings, ...whosePixels, ...whatPrice, ...notes],
	};
	return { kind: 'item', item: { json, pairedItem: { item: itemIndex } } };
}
