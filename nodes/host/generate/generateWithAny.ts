import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { portableFields } from '../../core/provider/portableFields';
import type { Planned } from '../../core/submit/spending';
import { CredentialFault } from '../execution/account';
import { balanceOf } from '../execution/balanceOf';
import type { Outcome } from '../output/outcome';
import type { GeneratePlan, AbleItem } from '../plan/generatePlan';
import { chosenProviders, planAny } from '../plan/planAny';
import { rawParameters } from '../plan/rawParameters';
import { dryRunItem, estimateOf, limitNotes, requestShown } from './dryRun';
import { credentialIdOf } from './job';
import { runJobs } from './runJobs';
import type { Session } from './session';

/** Request parameters with their defaults. Without the providers, because the job is the same with any of them. */
const requestDefaults: Readonly<Record<string, unknown>> = {
	operation: 'textToImage',
	prompt: '',
	imageSource: 'url',
	imageUrls: '',
	inputDataFieldNames: 'data',
	...Object.fromEntries(portableFields.map((field) => [field.name, field.default])),
};

const imagesOf = ({ images }: Pick<GeneratePlan, 'images'>): { amount: number; unit: string } => ({ amount: images.requested, unit: 'images' });

/** Limits the number of images and not their cost, because providers charge in different units. */
function imageLimit(plan: GeneratePlan): Omit<Planned, 'settled'> {
	return { cost: imagesOf(plan), limit: plan.options.maxImages, allowUnknownCost: true, name: 'Max Images per Execution' };
}

async function baseUrlOf({ provider }: GeneratePlan, { run }: Session): Promise<string> {
	const channel = await run.channel(provider);
	return channel instanceof CredentialFault ? provider.baseUrl : channel.account.baseUrl;
}

/** What the other providers of an item would be asked, or why they would not be asked. */
async function alternativesTo({ plans, unable = [] }: AbleItem, session: Session): Promise<IDataObject[]> {
	const able = await Promise.all(
		plans.slice(1).map(async (plan) => ({
			rank: plan.rank,
			json: { provider: plan.provider.id, request: requestShown(plan, await baseUrlOf(plan, session)), estimatedCost: estimateOf(plan) },
		})),
	);
	const others = unable.map(({ rank, provider, message }) => ({ rank, json: { provider, reason: message } }));
	return [...able, ...others].sort((one, other) => one.rank - other.rank).map(({ json }): IDataObject => json);
}

/** The request to the first provider that can take the job, and what the others would be asked. */
async function dryRun(items: readonly AbleItem[], session: Session): Promise<Outcome[]> {
	const notes = limitNotes(
		items.map(({ plans: [plan] }) => plan),
		session,
	);
	return await Promise.all(
		items.map(async (item, index): Promise<Outcome> => {
			const [plan] = item.plans;
			const channel = await session.run.channel(plan.provider);
			const balance = channel instanceof CredentialFault ? undefined : await balanceOf(channel);
			const shown = dryRunItem(plan, { baseUrl: await baseUrlOf(plan, session), balance, notes: notes[index] ?? [] });
			if (shown.kind === 'failure') return shown;
			const alternatives = await alternativesTo(item, session);
			return { ...shown, item: { ...shown.item, json: { ...shown.item.json, alternatives } } };
		}),
	);
}

/** The parameter takes no expression, so it is the same for every item. */
function isChosen(context: IExecuteFunctions, provider: string): boolean {
	return chosenProviders(context.getNodeParameter('providers', 0, [])).some(({ id }) => id === provider);
}

/** Seedream Any Provider: every item goes to the first of the chosen providers that can take it. */
export async function generateWithAny(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await runJobs(context, {
		read: planAny,
		rawParameters: (node) => rawParameters(node, requestDefaults),
		credentialOf: (node, provider) => (isChosen(node, provider) ? credentialIdOf(node, provider) : undefined),
		count: imagesOf,
		limit: imageLimit,
		dryRun,
	});
}
