import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { plannedCost, spendingLimit } from '../plan/estimateCost';
import { planGenerate } from '../plan/planGenerate';
import { rawParameters } from '../plan/rawParameters';
import { dryRunItems } from './dryRun';
import { credentialIdOf } from './job';
import { runJobs } from './runJobs';

/** Seedream Generate: every item goes to the one provider that is chosen. */
export async function generate(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await runJobs(context, {
		read: planGenerate,
		rawParameters,
		credentialOf: credentialIdOf,
		count: plannedCost,
		limit: spendingLimit,
		dryRun: dryRunItems,
	});
}
