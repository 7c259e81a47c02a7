/** Spending Limit, compared with what the provider's account was charged. */
import type { ProviderId } from '../../nodes/providers';
import { until } from '../simulator/testClient';
import type { Finished } from './support/engine';
import { chargedBy, detailsOf, imagesIn, stopDetailsOf, submitsOf } from './support/observe';
import { retryDataOf } from './support/retryExecution';
import { type NodeRun, runGenerate, runLoop, useSimulated } from './support/simulated';

const simulated = useSimulated();

const retryOnFail = { retryOnFail: true, maxTries: 3, waitBetweenTries: 20 };
const goesOn = { onError: 'continueRegularOutput' };

/** Items with prompts of their own, and these options. */
async function limited(provider: ProviderId, prompts: string[], options: object, given: NodeRun = {}): Promise<Finished> {
	return await runGenerate(simulated, {
		items: prompts.map((prompt) => ({ prompt })),
		...given,
		parameters: { provider, prompt: '={{ $json.prompt }}', ...given.parameters, options: { pollInterval: 0.04, ...options } },
	});
}

const retry = async (failed: Finished, provider: ProviderId, prompts: string[], options: object, given: NodeRun = {}): Promise<Finished> =>
	await limited(provider, prompts, options, { ...given, workflow: { resume: retryDataOf(failed), executionId: '2' } });

const spentIn = (finished: Finished) =>
	(finished.run.data.executionData?.contextData['node:Generate']?.seedreamJournal as { spent: object } | undefined)?.spent;
const kindsIn = (finished: Finished) => stopDetailsOf(finished.error('Generate')).failures.map(({ failure }) => failure.kind);

describe('the image count that Additional Fields set', () => {
	test.each([
		['apixo', { input: { max_images: 5 } }, 0.05, 5, { amount: 0.175, unit: 'USD' }],
		['apixo', { input: { max_images: '5' } }, 0.05, 5, { amount: 0.175, unit: 'USD' }],
		['pixwith', { options: { num_outputs: 4 } }, 6, 4, { amount: 24, unit: 'credits' }],
	] as const)('%s: %j is held against the limit and shown in the dry run', async (provider, additionalFields, spendingLimit, count, cost) => {
		const refused = await limited(provider, ['a fox'], { additionalFields, spendingLimit }, { node: goesOn });
		expect(detailsOf(refused.items('Generate')[0])).toMatchObject({
			failure: { kind: 'spendingLimit', message: expect.stringContaining(`cost ${cost.amount} more`) },
		});
		expect(simulated.simulator.requests).toEqual([]);
		const dry = await limited(provider, ['a fox'], { additionalFields, dryRun: true });
		expect(dry.items('Generate')[0]?.json).toMatchObject({ imagesRequested: count, estimatedCost: cost });
	});

	test('is the number of images that is counted', async () => {
		const finished = await limited('pixwith', ['a fox [[fewer=1]]'], { additionalFields: { options: { num_outputs: 4 } }, spendingLimit: 24 });
		const images = imagesIn(finished.items('Generate'));
		expect(images).toHaveLength(3);
		for (const { json } of images) {
			expect(json).toMatchObject({ imagesRequested: 4, cost: { amount: 8, unit: 'credits' }, warnings: [expect.stringContaining('Only 3 of 4 images')] });
		}
		expect(spentIn(finished)).toEqual({ credits: chargedBy(simulated) });
	});
});

describe('a job whose outcome is unknown', () => {
	const prompts = ['a fox [[submit=reset-after]]', 'a hare'];
	const options = { spendingLimit: 0.07, submitAgainIfUnknown: true };

	test('counts: a retry that would exceed the limit submits nothing and names the accepted tasks', async () => {
		const finished = await limited('apixo', prompts, options, { node: retryOnFail });
		expect(submitsOf(simulated)).toHaveLength(2);
		expect(chargedBy(simulated)).toBe(0.07);
		const { failures, accepted } = stopDetailsOf(finished.error('Generate'));
		expect(failures).toMatchObject([{ failure: { kind: 'spendingLimit', mayBeCharged: true } }]);
		expect(finished.error('Generate')?.message).toMatch(
			/^APIXO: Spending Limit is 0\.07 USD: 0\.07 are spent.*; an earlier try of this job may have been accepted\.$/,
		);
		expect(accepted).toMatchObject([{ itemIndex: 1, taskId: simulated.simulator.tasks.find(({ prompt }) => prompt === 'a hare')?.id }]);
	});

	test('counts once for every POST that may have been charged', async () => {
		const finished = await limited('apixo', ['a fox [[submit=reset-after;times=2]]'], { ...options, spendingLimit: 0.105 }, { node: retryOnFail });
		expect(imagesIn(finished.items('Generate'))).toHaveLength(1);
		expect(spentIn(finished)).toEqual({ USD: 0.105 });
		expect(chargedBy(simulated)).toBe(0.105);
	});

	test('counts if Stop cut off its reply', async () => {
		const stalled = ['a fox [[submit=stall]]'];
		const onStart = (cancel: () => void): void => void until(() => chargedBy(simulated) > 0, 10_000).then(cancel, cancel);
		const stopped = await limited('apixo', stalled, options, { workflow: { onStart } });
		expect(spentIn(stopped)).toEqual({ USD: 0.035 });
		const refused = await retry(stopped, 'apixo', stalled, { ...options, spendingLimit: 0.05 });
		expect(kindsIn(refused)).toEqual(['spendingLimit']);
		expect(chargedBy(simulated)).toBe(0.035);
	});
});

describe('a job that certainly costs nothing', () => {
	test.each([
		['apixo', 0.05],
		['apiframe', 4],
	] as const)('%s: a task that failed is given back, so that the next try goes out', async (provider, spendingLimit) => {
		const finished = await limited(provider, ['a fox [[fail=GENERATION_FAILED;times=2]]'], { spendingLimit }, { node: retryOnFail });
		expect(imagesIn(finished.items('Generate'))).toHaveLength(1);
		expect(simulated.simulator.tasks).toHaveLength(3);
		expect(Object.values(spentIn(finished) ?? {})).toEqual([chargedBy(simulated)]);
	});
});

describe('a dry run', () => {
	const warningsIn = (finished: Finished) => finished.items('Generate').map(({ json }) => json.warnings as string[]);
	const three = ['a fox', 'a hare', 'a bee'];

	test('says which items go above the limit, and that a real run would then send nothing', async () => {
		const warnings = warningsIn(await limited('apixo', three, { dryRun: true, spendingLimit: 0.05 }));
		expect(submitsOf(simulated)).toEqual([]);
		const above = 'Spending Limit is 0.05 USD: 0.035 are spent or planned in this execution and this job would cost 0.035 more.';
		expect(warnings.map((list) => list.filter((one) => one.endsWith(above)).length)).toEqual([0, 1, 1]);
		for (const list of warnings) expect(list).toContainEqual(expect.stringMatching(/^A real run would send nothing/));
	});

	test('counts the passes of a loop together', async () => {
		const finished = await runLoop(simulated, 4, { parameters: { options: { dryRun: true, spendingLimit: 0.08 } } });
		const passes = finished.run.data.resultData.runData.Generate?.map((pass) => pass.data?.main?.[0]?.[0]?.json.warnings as string[]);
		const above = expect.stringContaining('0.07 are spent or planned in this execution and this job would cost 0.035 more');
		const all = expect.stringMatching(/^A real run would send nothing/);
		expect(passes).toEqual([[], [], [above, all], [above, all]]);
	});

	test.each([
		['resumeWorkflow', {}],
		['url', { callbackUrl: '={{ $execution.resumeUrl }}' }],
	])('shows a callback URL (%s) without the token that resumes the execution', async (callback, more) => {
		const parameters = { completion: 'returnTask', callback, ...more };
		const finished = await limited('apiframe', ['a fox'], { dryRun: true, allowPrivateCallbackUrl: true }, { parameters });
		const token = finished.run.data.resumeToken;
		expect(token).toMatch(/.{16}/);
		const { body } = finished.items('Generate')[0]?.json.request as { body: { webhookUrl: string } };
		expect(body.webhookUrl).toMatch(/^http:\/\/localhost\/webhook-waiting\/1.*\?signature=\*\*\*&provider=apiframe$/);
		expect(JSON.stringify(finished.items('Generate'))).not.toContain(token);
	});
});
