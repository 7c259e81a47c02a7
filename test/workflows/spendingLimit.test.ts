/** Spending Limit, compared with what the provider's account was charged. */
import type { ProviderId } from '../../nodes/providers';
import { until } from '../simulator/testClient';
import { contractOf } from '../support/contractOf';
import { runWorkflow, type Finished } from './support/engine';
import { chargedBy, detailsOf, imagesIn, stopDetailsOf, submitsOf } from './support/observe';
import { retryDataOf } from './support/retryExecution';
import { runGenerate, startSimulated, type GenerateRun, type Simulated } from './support/simulated';

let simulated: Simulated;

beforeAll(async () => {
	simulated = await startSimulated();
});
beforeEach(() => simulated.simulator.reset());
afterAll(async () => await simulated.simulator.close());

const retryOnFail = { retryOnFail: true, maxTries: 3, waitBetweenTries: 20 };
const goesOn = { onError: 'continueRegularOutput' };

/** Items with prompts of their own, and these options. */
async function limited(provider: ProviderId, prompts: string[], options: object, given: GenerateRun = {}): Promise<Finished> {
	return await runGenerate(simulated, {
		items: prompts.map((prompt) => ({ prompt })),
		...given,
		parameters: { provider, prompt: '={{ $json.prompt }}', ...given.parameters, options: { pollInterval: 0.04, ...options } },
	});
}

const retry = async (failed: Finished, provider: ProviderId, prompts: string[], options: object, given: GenerateRun = {}): Promise<Finished> =>
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

	test.each([[0], [-1], [2.5], ['many'], [null], [[3]], [{ most: 3 }]])('%j is not a count, so a limit refuses the unknown cost', async (count) => {
		const additionalFields = { input: { max_images: count } };
		const refused = await limited('apixo', ['a fox'], { additionalFields, spendingLimit: 1 }, { node: goesOn });
		const { failure } = detailsOf(refused.items('Generate')[0]);
		expect(failure).toMatchObject({
			kind: 'spendingLimit',
			message: expect.stringMatching(/^Additional Fields set input\.max_images to .*turn on Allow Unknown Cost/),
		});
		expect(simulated.simulator.requests).toEqual([]);
		// Additional Fields override the count at the user's own risk: without a limit, the provider judges the request.
		await limited('apixo', ['a fox'], { additionalFields }, { node: goesOn });
		expect(submitsOf(simulated)).toHaveLength(1);
		await limited('apixo', ['a fox'], { additionalFields, spendingLimit: 1, allowUnknownCost: true }, { node: goesOn });
		expect(submitsOf(simulated)).toHaveLength(2);
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

	test('that is not sent again is not limited, and keeps its outcome', async () => {
		const failed = await limited('apixo', prompts, { spendingLimit: 0.07 }, { node: retryOnFail });
		expect(kindsIn(failed)).toEqual(['outcomeUnknown']);
		const again = await retry(failed, 'apixo', prompts, { spendingLimit: 0.07 });
		expect(kindsIn(again)).toEqual(['outcomeUnknown']);
		expect(spentIn(again)).toEqual({ USD: 0.07 });
	});

	test('counts once with an Idempotency-Key, however often it is repeated', async () => {
		const lost = ['a fox [[submit=reset-after]] [[submit=500;times=2]]'];
		const failed = await limited('apiframe', lost, { spendingLimit: 4 });
		expect(kindsIn(failed)).toEqual(['outcomeUnknown']);
		expect(spentIn(failed)).toEqual({ credits: 4 });
		const again = await retry(failed, 'apiframe', lost, { spendingLimit: 4 });
		expect(imagesIn(again.items('Generate'))).toHaveLength(1);
		expect(spentIn(again)).toEqual({ credits: 4 });
		expect(chargedBy(simulated)).toBe(4);
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

	test.each(['429;retry-after=60', '402'])('stays unknown if the next try is refused (%s)', async (fault) => {
		const twice = [`a fox [[submit=reset-after]] [[submit=${fault}]]`];
		const given = { ...options, spendingLimit: 0, timeout: 5 };
		const failed = await limited('apixo', twice, given);
		const refused = await retry(failed, 'apixo', twice, given);
		expect(stopDetailsOf(refused.error('Generate')).failures).toMatchObject([{ failure: { kind: 'outcomeUnknown', mayBeCharged: true, tryElsewhere: false } }]);
		expect(submitsOf(simulated)).toHaveLength(2);
		expect(spentIn(refused)).toEqual({ USD: 0.035 });
		const cautious = await retry(refused, 'apixo', twice, { timeout: 5 });
		expect(kindsIn(cautious)).toEqual(['outcomeUnknown']);
		expect(submitsOf(simulated)).toHaveLength(2);
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

	test('is subtracted once', async () => {
		const prompts = ['a fox [[fail=SensitiveContent]]', 'a hare'];
		const failed = await limited('apixo', prompts, { spendingLimit: 0.1 }, { node: retryOnFail });
		expect(spentIn(failed)).toEqual({ USD: 0.035 });
		const again = await retry(failed, 'apixo', prompts, { spendingLimit: 0.1 }, { node: retryOnFail });
		expect(simulated.simulator.tasks).toHaveLength(3);
		expect(spentIn(again)).toEqual({ USD: 0.035 });
	});

	test.each(['pixwith', 'apiInOne'] as const)('%s: a task that failed stays counted, because it may be charged', async (provider) => {
		const finished = await limited(provider, ['a fox [[fail=GENERATION_FAILED]]'], { spendingLimit: 20 }, { node: retryOnFail });
		expect(kindsIn(finished)).toEqual(['generationFailed']);
		expect(submitsOf(simulated)).toHaveLength(1);
		expect(spentIn(finished)).toEqual({ credits: contractOf(provider).price.amount });
	});

	test.each(['402', '429;retry-after=60', '400'])('a refusal is not counted (%s)', async (fault) => {
		const finished = await limited('apixo', [`a fox [[submit=${fault}]]`], { spendingLimit: 0.05, timeout: 5 });
		expect(spentIn(finished)).toEqual({ USD: 0 });
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

	test('names only the refused items if the others would be sent', async () => {
		const warnings = warningsIn(await limited('apixo', three, { dryRun: true, spendingLimit: 0.05 }, { node: goesOn }));
		expect(warnings.map((list) => list.some((one) => one.includes('Spending Limit')))).toEqual([false, true, true]);
		expect(warnings.flat().filter((one) => one.startsWith('A real run would send nothing'))).toEqual([]);
	});

	test('has no warning if all items fit', async () => {
		const warnings = warningsIn(await limited('apixo', three, { dryRun: true, spendingLimit: 0.105 }));
		expect(warnings.flat().filter((one) => one.includes('Limit') || one.includes('real run'))).toEqual([]);
	});

	test('counts the passes of a loop together', async () => {
		const items = [{ prompt: 'a fox' }];
		const finished = await runWorkflow({
			nodes: [
				{ name: 'Items', type: 'itemSource', parameters: { items } },
				{
					name: 'Generate',
					type: 'n8n-nodes-seedream.seedreamGenerate',
					parameters: { provider: 'apixo', prompt: '={{ $json.prompt }}', options: { dryRun: true, spendingLimit: 0.08 } },
				},
				{ name: 'Repeat', type: 'repeat', parameters: { items, times: 4 } },
			],
			connect: [
				['Items', 'Generate'],
				['Generate', 'Repeat'],
				['Repeat', 'Generate', 0],
			],
			credentials: simulated.credentials,
		});
		const passes = finished.run.data.resultData.runData.Generate?.map((pass) => pass.data?.main?.[0]?.[0]?.json.warnings as string[]);
		const above = expect.stringContaining('0.07 are spent or planned in this execution and this job would cost 0.035 more');
		const all = expect.stringMatching(/^A real run would send nothing/);
		expect(passes).toEqual([[], [], [above, all], [above, all]]);
	});

	test('says that a price is not known', async () => {
		const [warnings] = warningsIn(await limited('pixelDojo', ['a fox'], { dryRun: true, spendingLimit: 5 }));
		expect(warnings).toContainEqual(expect.stringContaining('turn on Allow Unknown Cost'));
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
