import { type ProviderId, providers } from '../../nodes/providers';
import { contractOf } from '../support/contractOf';
import type { LogEntry } from '../simulator/server';
import type { Finished } from './support/engine';
import { chargedBy, detailsOf, failuresIn, imagesIn, leaksIn, stopDetailsOf, submitsOf } from './support/observe';
import { representatives, withoutIdempotency } from './support/representatives';
import { retryDataOf } from './support/retryExecution';
import { type NodeRun, runGenerate, useSimulated } from './support/simulated';

const simulated = useSimulated();

const ids = providers.map((provider) => provider.id);
const retryOnFail = { retryOnFail: true, maxTries: 3, waitBetweenTries: 20 };

/** 20 items, the one at `refused` with a prompt that the provider refuses. */
const twenty = (refused: number) => Array.from({ length: 20 }, (_, index) => ({ prompt: index === refused ? 'a fox [[refuse]]' : 'a fox' }));

async function run(provider: ProviderId, given: NodeRun): Promise<Finished> {
	return await runGenerate(simulated, {
		...given,
		parameters: { provider, prompt: '={{ $json.prompt }}', ...given.parameters, options: { pollInterval: 0.04, ...(given.parameters?.options as object) } },
	});
}

/** "Retry execution" of a failed run, with what was edited in the node since. */
async function retry(failed: Finished, provider: ProviderId, given: NodeRun = {}): Promise<Finished> {
	return await run(provider, { ...given, workflow: { resume: retryDataOf(failed), executionId: '2' } });
}

const idsIn = (finished: Finished) => imagesIn(finished.items('Generate')).map((item) => item.json.taskId);
const keyOf = ({ headers }: LogEntry) => headers['idempotency-key'];

describe.each(representatives)('%s: Retry On Fail with 20 items, one of them refused', (provider) => {
	// n8n looks at the first item to decide whether to try again.
	test.each([0, 7])('under Continue 20 POSTs and 19 images (item %i refused)', async (refused) => {
		const finished = await run(provider, { items: twenty(refused), node: { ...retryOnFail, onError: 'continueRegularOutput' } });
		expect(submitsOf(simulated)).toHaveLength(20);
		const output = finished.items('Generate');
		expect(output.map((item) => item.pairedItem)).toEqual(twenty(refused).map((_, item) => ({ item })));
		expect(imagesIn(output)).toHaveLength(19);
		expect(failuresIn(output).map((item) => detailsOf(item).failure.kind)).toEqual(['contentRejected']);
		expect(new Set(idsIn(finished)).size).toBe(19);
		expect(simulated.simulator.tasks).toHaveLength(19);
	});

	test('under Stop the error lists 19 ids, and Retry execution delivers all once the refused item is mended', async () => {
		const failed = await run(provider, { items: twenty(7), node: retryOnFail });
		expect(submitsOf(simulated)).toHaveLength(20);
		const paid = simulated.simulator.tasks.map((task) => task.id);
		const error = failed.error('Generate');
		expect(stopDetailsOf(error).accepted.map(({ itemIndex }) => itemIndex)).toEqual([...Array(20).keys()].filter((index) => index !== 7));
		expect(new Set(stopDetailsOf(error).accepted.map(({ taskId }) => taskId))).toEqual(new Set(paid));
		for (const id of paid) expect(error?.description).toContain(id);
		expect(leaksIn(failed.run, simulated)).toEqual([]);

		const mended = await retry(failed, provider, { parameters: { prompt: '={{ $json.prompt.replace("[[refuse]]", "") }}' } });
		expect(mended.error('Generate')?.message).toBeUndefined();
		expect(submitsOf(simulated)).toHaveLength(21);
		expect(mended.items('Generate').map((item) => item.pairedItem)).toEqual(twenty(7).map((_, item) => ({ item })));
		expect(imagesIn(mended.items('Generate'))).toHaveLength(20);
		const [added] = simulated.simulator.tasks.map((task) => task.id).filter((id) => !paid.includes(id));
		expect(idsIn(mended)[7]).toBe(added);
		expect(new Set(idsIn(mended))).toEqual(new Set([...paid, added]));
		expect(mended.items('Probe')).toHaveLength(20);
		expect(leaksIn(mended.run, simulated)).toEqual([]);
	});

	test('Retry execution without a correction submits only that item again', async () => {
		const failed = await run(provider, { items: twenty(7), node: retryOnFail });
		const again = await retry(failed, provider, { node: retryOnFail });
		expect(submitsOf(simulated)).toHaveLength(21);
		expect(stopDetailsOf(again.error('Generate')).accepted).toHaveLength(19);
	});
});

describe('a reply that is lost after the POST', () => {
	describe.each(withoutIdempotency.slice(0, 1))('%s', (provider) => {
		test.each(['reset-after', 'not-json', 'no-id', '500'])('is sent exactly once, whatever Retry On Fail does (%s)', async (fault) => {
			const failed = await run(provider, { items: [{ prompt: `a fox [[submit=${fault}]]` }, { prompt: 'a fox' }], node: retryOnFail });
			const lost = submitsOf(simulated).filter(({ body }) => JSON.stringify(body).includes('[[submit'));
			expect(lost).toHaveLength(1);
			expect(submitsOf(simulated)).toHaveLength(2);
			const { failures, accepted } = stopDetailsOf(failed.error('Generate'));
			expect(failures).toMatchObject([
				{ provider, status: 'unknown', failure: { kind: 'outcomeUnknown', mayBeCharged: true, tryElsewhere: false, retryable: false } },
			]);
			expect(accepted).toHaveLength(1);
			expect(failed.error('Generate')?.message).toMatch(/^It is not known whether \S.* accepted the job/);

			const again = await retry(failed, provider, { node: retryOnFail });
			expect(submitsOf(simulated)).toHaveLength(2);
			expect(stopDetailsOf(again.error('Generate')).failures[0]?.failure.kind).toBe('outcomeUnknown');
		});
	});

	test('Apiframe’s key is the same in Retry execution, and the job is found again', async () => {
		const failed = await run('apiframe', { items: [{ prompt: 'a fox [[submit=reset-after]] [[submit=500;times=2]]' }] });
		expect(stopDetailsOf(failed.error('Generate')).failures[0]?.failure.kind).toBe('outcomeUnknown');
		expect(submitsOf(simulated)).toHaveLength(3);
		const finished = await retry(failed, 'apiframe');
		expect(submitsOf(simulated)).toHaveLength(4);
		expect(new Set(submitsOf(simulated).map(keyOf)).size).toBe(1);
		expect(simulated.simulator.tasks).toHaveLength(1);
		expect(idsIn(finished)).toEqual([simulated.simulator.tasks[0]?.id]);
	});
});

describe('Retry execution', () => {
	test('reuses a task that timed out', async () => {
		const failed = await run('pixwith', { items: [{ prompt: 'a fox [[duration=1.5]]' }], parameters: { options: { timeout: 1 } } });
		expect(failed.error('Generate')?.message).toMatch(/PixWith had not finished after 1 second.*Task /);
		const finished = await retry(failed, 'pixwith');
		expect(submitsOf(simulated)).toHaveLength(1);
		expect(idsIn(finished)).toEqual(simulated.simulator.tasks.map((task) => task.id));
		expect(finished.items('Generate')[0]?.json.waitedSeconds).toBeGreaterThanOrEqual(1.5);
	});

	test('of a new execution does not reuse tasks of another', async () => {
		await run('apixo', { items: twenty(7) });
		await run('apixo', { items: [{ prompt: 'a fox' }] });
		expect(submitsOf(simulated)).toHaveLength(21);
	});
});

describe('a task that fails after it was accepted', () => {
	const keys = () => new Set(submitsOf(simulated).map(keyOf));

	/** Each of the three tries is a new job where a failed task is free. */
	const triedAnew = ids.map((id) => [id, contractOf(id).failedTaskIsFree ? 3 : 1] as const);

	test.each(triedAnew)('%s: Retry On Fail submits again only if a failed task certainly costs nothing (%i jobs)', async (provider, jobs) => {
		const finished = await run(provider, { items: [{ prompt: 'a fox [[fail=GENERATION_FAILED]]' }], node: retryOnFail });
		expect(stopDetailsOf(finished.error('Generate')).failures[0]?.failure.kind).toBe('generationFailed');
		expect(submitsOf(simulated)).toHaveLength(jobs);
		// A repeated Idempotency-Key would only find the failed job again.
		expect(simulated.simulator.tasks).toHaveLength(jobs);
		expect(keys().size).toBe(contractOf(provider).request.idempotencyHeader === undefined ? 1 : jobs);
		expect(simulated.simulator.tasks.filter((task) => task.charged > 0).length).toBeLessThanOrEqual(1);
	});

	test.each(['apixo', 'apiframe'] as const)('%s: the next try delivers, under Retry On Fail and in Retry execution', async (provider) => {
		const items = [{ prompt: 'a fox [[fail=GENERATION_FAILED;times=1]]' }, { prompt: 'a hare' }];
		const finished = await run(provider, { items, node: retryOnFail });
		expect(imagesIn(finished.items('Generate'))).toHaveLength(2);
		expect(simulated.simulator.tasks).toHaveLength(3);

		simulated.simulator.reset();
		const failed = await run(provider, { items });
		const again = await retry(failed, provider);
		expect(imagesIn(again.items('Generate'))).toHaveLength(2);
		expect(simulated.simulator.tasks).toHaveLength(3);
		expect(chargedBy(simulated)).toBe(2 * contractOf(provider).price.amount);
	});
});

test.each(ids)('429 at %s with a Retry-After of one second on 50 items: none is sent earlier, all are delivered', async (provider) => {
	const items = Array.from({ length: 50 }, () => ({ prompt: 'a fox [[submit=429;retry-after=1;times=5]]' }));
	const finished = await run(provider, { items, parameters: { options: { downloadImages: false } } });
	expect(imagesIn(finished.items('Generate'))).toHaveLength(50);
	expect(submitsOf(simulated)).toHaveLength(55);
	expect(simulated.simulator.tasks).toHaveLength(50);
	const refusedAt = Date.parse(submitsOf(simulated).find(({ status }) => status === 429)?.time ?? '');
	// All but those that were sent together with the first that was refused.
	const later = submitsOf(simulated)
		.slice(20)
		.map(({ time }) => Date.parse(time));
	expect(Math.min(...later) - refusedAt).toBeGreaterThanOrEqual(1000);
});

test('the journal stays small and holds no key', async () => {
	const failed = await run('apiframe', { items: twenty(7) });
	const journal = failed.run.data.executionData?.contextData['node:Generate']?.seedreamJournal as { entries: object; refusals: object } | undefined;
	expect(Object.keys(journal?.entries ?? {})).toHaveLength(19);
	expect(Object.keys(journal?.refusals ?? {})).toHaveLength(1);
	expect(JSON.stringify(journal).length).toBeLessThan(20 * 700);
	expect(leaksIn(journal, simulated)).toEqual([]);
});
