import type { INodeExecutionData } from 'n8n-workflow';

import { Aborted } from '../../core/clock';
import { submitFailure, taskFailure } from '../../core/reply/providerFailure';
import { errorText, oneLine } from '../../core/text';
import { CredentialFault } from '../execution/account';
import type { Channel, Run } from '../execution/run';
import { taskFacts } from '../output/failureItem';
import { inputFieldsFor, withInputFields } from '../output/inputFields';
import type { Outcome } from '../output/outcome';
import { fetchFinished } from './fetchFinished';
import type { PlannedWait, WaitPlan } from './planWait';
import { failureOf, stoppedTask, waitAndDeliver } from './waitAndDeliver';

/** Processes one item: passes it on, fetches its files, or waits for its task. Never rejects: a failure is its outcome. */
export async function processItem(
	planned: PlannedWait,
	input: INodeExecutionData,
	itemIndex: number,
	run: Run,
	wait: (plan: WaitPlan, channel: Channel) => Promise<Outcome[]> = async (plan, channel) => await waitAndDeliver(plan, channel, plan.options, run),
): Promise<Outcome[]> {
	if (planned.kind === 'pass') return [{ kind: 'item', item: { ...input, pairedItem: { item: itemIndex } }, unchanged: true }];
	if (planned.kind === 'fault') return [{ kind: 'failure', failed: planned.failed }];
	const { plan } = planned;
	const channel = await run.channel(plan.provider);
	if (channel instanceof CredentialFault) {
		const failure = { ...submitFailure(plan.provider, 'authentication', { message: channel.message }), tryElsewhere: false };
		const failed = { itemIndex, provider: plan.provider, ...taskFacts(plan.known), failure, nothingSent: true };
		return [{ kind: 'failure', failed }];
	}
	try {
		const outcomes = planned.kind === 'fetch' ? await fetchFinished(plan, planned.json, input, channel, run) : await wait(plan, channel);
		return withInputFields(outcomes, inputFieldsFor(plan.options, input.json));
	} catch (error) {
		if (error instanceof Aborted) return [{ kind: 'failure', failed: stoppedTask(plan, channel) }];
		const message = oneLine(errorText(error));
		const failure = taskFailure(plan.provider, 'unexpectedReply', { message });
		return [{ kind: 'failure', failed: failureOf(plan, channel, failure) }];
	}
}
