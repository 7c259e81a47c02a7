import { type ProviderId, providers } from '../../nodes/providers';
import { contractOf } from '../support/contractOf';
import type { LogEntry } from '../simulator/server';
import { runWorkflow, type Finished } from './support/engine';
import { chargedBy, detailsOf, failuresIn, imagesIn, leaksIn, requestsOf, stopDetailsOf, submitsOf } from './support/observe';
import { representatives, withoutIdempotency } from './support/representatives';
import { retryDataOf } from './support/retryExecution';
import { runGenerate, startSimulated, type GenerateRun, type Simulated } from './support/simulated';

let simulated: Simulated;

beforeAll(async () => {
	simulated = await startSimulated();
});
beforeEach(() => simulated.simulator.reset());
afterAll(async () => await simulated.simulator.close());

const ids = providers.map((provider) => provider.id);
const retryOnFail = { retryOnFail: true, maxTries: 3, waitBetweenTries: 20 };

/** 20 items, the one at `refused` with a prompt that the provider refuses. */
const twenty = (refused: number) => Array.from({ length: 20 }, (_, index) => ({ prompt: index === refused ? 'a fox [[refuse]]' : 'a fox' }));

async function run(provider: ProviderId, given: GenerateRun): Promise<Finished> {
	return await runGenerate(simulated, {
		...given,
		parameters: { provider, prompt: '={{ $json.prompt }}', ...given.parameters, options: { pollInterval: 0.04, ...(given.parameters?.options as object) } },
	});
}

/** Tasks that Generate returned. */
async function returned(provider: ProviderId, items: Array<Record<string, unknown>>) {
	const finished = await run(provider, { items, parameters: { completion: 'returnTask' } });
	return finished.items('Generate').map((item) => item.json);
}

/** "Retry execution" of a failed run, with what was edited in the node since. */
async function retry(failed: Finished, provider: ProviderId, given: GenerateRun = {}): Promise<Finished> {
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

	test('is sent again by a retry where the user accepts the risk', async () => {
		const finished = await run('apixo', {
			items: [{ prompt: 'a fox [[submit=reset-after]]' }],
			parameters: { options: { submitAgainIfUnknown: true } },
			node: retryOnFail,
		});
		expect(submitsOf(simulated)).toHaveLength(2);
		expect(imagesIn(finished.items('Generate'))).toHaveLength(1);
	});

	test.each(['reset-after', 'not-json', '500', '502html'])('Apiframe repeats it with the same Idempotency-Key and is charged once (%s)', async (fault) => {
		const finished = await run('apiframe', { items: [{ prompt: `a fox [[submit=${fault}]]` }, { prompt: 'a fox' }] });
		expect(imagesIn(finished.items('Generate'))).toHaveLength(2);
		expect(simulated.simulator.tasks).toHaveLength(2);
		expect(chargedBy(simulated)).toBe(8);
		const [first, other, repeated] = submitsOf(simulated);
		expect(submitsOf(simulated)).toHaveLength(3);
		expect(keyOf(first as LogEntry)).toMatch(/^[0-9a-f]{64}$/);
		expect(keyOf(repeated as LogEntry)).toBe(keyOf(first as LogEntry));
		expect(keyOf(other as LogEntry)).not.toBe(keyOf(first as LogEntry));
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

	test('fetches images again that could not be downloaded', async () => {
		const failed = await run('apixo', { items: [{ prompt: 'a fox [[image=404;times=1]]' }] });
		expect(stopDetailsOf(failed.error('Generate')).failures[0]?.failure.kind).toBe('downloadFailed');
		const finished = await retry(failed, 'apixo');
		expect(imagesIn(finished.items('Generate'))).toHaveLength(1);
		expect(submitsOf(simulated)).toHaveLength(1);
	});

	test('submits only an edited item again', async () => {
		const failed = await run('apixo', { items: [{ prompt: 'a fox' }, { prompt: 'a fox [[refuse]]' }, { prompt: 'a fox' }] });
		const finished = await retry(failed, 'apixo', { parameters: { prompt: '={{ $itemIndex === 0 ? $json.prompt : "a hare" }}' } });
		expect(imagesIn(finished.items('Generate'))).toHaveLength(3);
		expect(submitsOf(simulated)).toHaveLength(5);
		expect(idsIn(finished)[0]).toBe(stopDetailsOf(failed.error('Generate')).accepted[0]?.taskId);
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

	test('Apiframe: the job of a later try has a key of its own, which a lost reply repeats', async () => {
		const prompt = 'a fox [[fail=GENERATION_FAILED;times=2]] [[submit=reset-after;times=3]]';
		const finished = await run('apiframe', { items: [{ prompt }], node: retryOnFail });
		expect(imagesIn(finished.items('Generate'))).toHaveLength(1);
		expect(simulated.simulator.tasks.map(({ charged }) => charged)).toEqual([0, 0, 4]);
		const [one, two, three] = [...keys()];
		expect(submitsOf(simulated).map(keyOf)).toEqual([one, one, two, two, three]);
	});

	test('its content refused: not tried again by Retry On Fail, but in Retry execution', async () => {
		const items = [{ prompt: 'a fox [[fail=SensitiveContent;times=1]]' }];
		const failed = await run('apiframe', { items, node: retryOnFail });
		expect(stopDetailsOf(failed.error('Generate')).failures).toMatchObject([
			{ taskId: simulated.simulator.tasks[0]?.id, failure: { kind: 'contentRejected', mayBeCharged: false } },
		]);
		expect(simulated.simulator.tasks).toHaveLength(1);
		const again = await retry(failed, 'apiframe');
		expect(imagesIn(again.items('Generate'))).toHaveLength(1);
		expect(simulated.simulator.tasks).toHaveLength(2);
	});
});

describe('429', () => {
	/** Submits after the first refusal came back, other than those that were sent together with it. */
	function afterRefusal(): { refusedAt: number; later: number[] } {
		const submits = submitsOf(simulated);
		const refusedAt = Date.parse(submits.find(({ status }) => status === 429)?.time ?? '');
		const later = submits.slice(20).map(({ time }) => Date.parse(time));
		return { refusedAt, later };
	}
	const fifty = (directive: string) => Array.from({ length: 50 }, () => ({ prompt: `a fox ${directive}` }));

	test.each(ids.map((id) => [id, 1] as const))(
		'%s: Retry-After of %i second on 50 items: none is sent earlier, all are delivered',
		async (provider, seconds) => {
			const finished = await run(provider, {
				items: fifty(`[[submit=429;retry-after=${seconds};times=5]]`),
				parameters: { options: { downloadImages: false } },
			});
			expect(imagesIn(finished.items('Generate'))).toHaveLength(50);
			expect(submitsOf(simulated)).toHaveLength(55);
			expect(simulated.simulator.tasks).toHaveLength(50);
			const { refusedAt, later } = afterRefusal();
			expect(later).toHaveLength(35);
			expect(Math.min(...later) - refusedAt).toBeGreaterThanOrEqual(seconds * 1000);
		},
	);

	test('Retry-After as a date on 50 items: none is sent earlier, all are delivered', async () => {
		const finished = await run('apixo', { items: fifty('[[submit=429;retry-after-date=2;times=5]]'), parameters: { options: { downloadImages: false } } });
		expect(imagesIn(finished.items('Generate'))).toHaveLength(50);
		expect(submitsOf(simulated)).toHaveLength(55);
		const { refusedAt, later } = afterRefusal();
		const asked = Math.ceil(refusedAt / 1000) * 1000 + 2000;
		expect(Math.min(...later)).toBeGreaterThanOrEqual(asked);
	});

	test('a refused status check makes the others of the account wait, not those of another provider', async () => {
		const slow = { prompt: 'a fox [[duration=0.3]]' };
		const tasks = [...(await returned('apixo', [{ prompt: 'a fox [[status=429;retry-after=1]]' }, slow, slow])), ...(await returned('pixwith', [slow, slow]))];
		const finished = await runWorkflow({
			nodes: [
				{ name: 'Items', type: 'itemSource', parameters: { items: tasks as never } },
				{
					name: 'Wait',
					type: 'n8n-nodes-seedream.seedreamWaitForTask',
					parameters: { providers: ['apixo', 'pixwith'], options: { pollInterval: 0.04, concurrency: 1 } },
				},
			],
			connect: [['Items', 'Wait']],
			credentials: simulated.credentials,
		});
		expect(imagesIn(finished.items('Wait'))).toHaveLength(5);
		const refusedAt = Date.parse(requestsOf(simulated, 'status').find(({ status }) => status === 429)?.time ?? '');
		const gaps = (provider: ProviderId) =>
			requestsOf(simulated, 'status', provider)
				.map(({ time }) => Date.parse(time) - refusedAt)
				.filter((gap) => gap > 0);
		expect(Math.min(...gaps('apixo'))).toBeGreaterThanOrEqual(1000);
		expect(Math.max(...gaps('pixwith'))).toBeLessThan(900);
	});

	test('jobs that would have to wait beyond the Timeout are not sent, queued ones included', async () => {
		const finished = await run('apixo', {
			items: Array.from({ length: 6 }, () => ({ prompt: 'a fox [[submit=429;retry-after=60;times=always]]' })),
			parameters: { options: { timeout: 1, concurrency: 2 } },
			node: { onError: 'continueRegularOutput' },
		});
		expect(finished.items('Generate').map((item) => detailsOf(item).failure.kind)).toEqual(Array(6).fill('rateLimited'));
		expect(submitsOf(simulated)).toHaveLength(2);
	});

	test('a refused status check waits as asked, and does not fail the task', async () => {
		const finished = await run('apixo', { items: [{ prompt: 'a fox [[status=429;retry-after=1]]' }] });
		expect(imagesIn(finished.items('Generate'))).toHaveLength(1);
		const [first, second] = requestsOf(simulated, 'status').map(({ time }) => Date.parse(time));
		expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(1000);
	});

	test('the Timeout limits the wait, and nothing was accepted', async () => {
		const begun = Date.now();
		const finished = await run('apixo', {
			items: [{ prompt: 'a fox [[submit=429;retry-after=60;times=always]]' }],
			parameters: { options: { timeout: 1 } },
			node: { onError: 'continueRegularOutput' },
		});
		expect(Date.now() - begun).toBeLessThan(30_000);
		expect(detailsOf(finished.items('Generate')[0]).failure).toMatchObject({ kind: 'rateLimited', retryable: true, tryElsewhere: true, mayBeCharged: false });
		expect(simulated.simulator.tasks).toEqual([]);
	});
});

describe('loops', () => {
	async function loop(times: number, options: object = {}, node: object = {}, items = [{ prompt: 'a fox' }]): Promise<Finished> {
		return await runWorkflow({
			nodes: [
				{ name: 'Items', type: 'itemSource', parameters: { items: items as never } },
				{
					name: 'Generate',
					type: 'n8n-nodes-seedream.seedreamGenerate',
					parameters: { provider: 'apixo', prompt: '={{ $json.prompt }}', options: { pollInterval: 0.04, ...options } },
					...node,
				},
				{ name: 'Repeat', type: 'repeat', parameters: { items: items as never, times } },
				{ name: 'Probe', type: 'probe' },
			],
			connect: [
				['Items', 'Generate'],
				['Generate', 'Repeat'],
				['Repeat', 'Generate', 0],
				['Repeat', 'Probe', 1],
			],
			credentials: simulated.credentials,
		});
	}

	test('every pass submits again, although the item is the same', async () => {
		const finished = await loop(3);
		expect(submitsOf(simulated)).toHaveLength(3);
		const tasks = finished.run.data.resultData.runData.Generate?.map((pass) => pass.data?.main?.[0]?.[0]?.json.taskId);
		expect(tasks).toEqual(simulated.simulator.tasks.map((task) => task.id));
		expect(finished.items('Probe')).toHaveLength(1);
	});

	test('a pass with a failure leaves no task that the next pass would reuse', async () => {
		const finished = await loop(2, {}, { onError: 'continueRegularOutput' }, [{ prompt: 'a fox' }, { prompt: 'a fox [[refuse]]' }]);
		expect(submitsOf(simulated)).toHaveLength(4);
		const tasks = finished.run.data.resultData.runData.Generate?.map((pass) => pass.data?.main?.[0]?.[0]?.json.taskId);
		expect(new Set(tasks).size).toBe(2);
	});

	test('the spending limit counts all passes', async () => {
		const finished = await loop(3, { spendingLimit: 0.08 });
		expect(submitsOf(simulated)).toHaveLength(2);
		expect(finished.error('Generate')?.message).toMatch(/Spending Limit is 0.08 USD: 0.07 are spent or planned/);
	});

	test('Retry On Fail within a pass reuses only the tasks of that pass', async () => {
		const finished = await loop(2, { timeout: 600 }, retryOnFail);
		expect(submitsOf(simulated)).toHaveLength(2);
		expect(finished.run.data.resultData.runData.Generate).toHaveLength(2);
	});
});

describe('the journal', () => {
	const journalOf = (finished: Finished) =>
		finished.run.data.executionData?.contextData['node:Generate']?.seedreamJournal as { entries: object; refusals: object } | undefined;

	test('is empty after everything was delivered', async () => {
		const finished = await run('apiframe', { items: twenty(-1) });
		expect(journalOf(finished)?.entries).toEqual({});
	});

	test('stays small and holds no key', async () => {
		const failed = await run('apiframe', { items: twenty(7) });
		const text = JSON.stringify(journalOf(failed));
		expect(Object.keys(journalOf(failed)?.entries ?? {})).toHaveLength(19);
		expect(Object.keys(journalOf(failed)?.refusals ?? {})).toHaveLength(1);
		expect(text.length).toBeLessThan(20 * 700);
		expect(leaksIn(journalOf(failed), simulated)).toEqual([]);
	});
});
