/** With any values of expressions, a retry pays nothing twice, sends nothing unwanted, and names paid tasks. */
import type { Finished } from './support/engine';
import { detailsOf, failuresIn, imagesIn, leaksIn, stopDetailsOf, submitsOf } from './support/observe';
import { retryDataOf } from './support/retryExecution';
import { type NodeRun, runGenerate, runLoop, useSimulated } from './support/simulated';

const simulated = useSimulated();

const retryOnFail = { retryOnFail: true, maxTries: 3, waitBetweenTries: 20 };
const goesOn = { onError: 'continueRegularOutput' };

async function run(given: NodeRun): Promise<Finished> {
	return await runGenerate(simulated, {
		...given,
		parameters: { prompt: '={{ $json.prompt }}', ...given.parameters, options: { pollInterval: 0.04, ...(given.parameters?.options as object) } },
	});
}

const retry = async (failed: Finished, given: NodeRun, executionId = '2'): Promise<Finished> =>
	await run({ ...given, workflow: { ...given.workflow, resume: retryDataOf(failed), executionId } });

const paid = () => simulated.simulator.tasks.map(({ id }) => id);
const acceptedBy = (finished: Finished) => stopDetailsOf(finished.error('Generate')).accepted.map(({ taskId }) => taskId);
const idsIn = (finished: Finished) => imagesIn(finished.items('Generate')).map(({ json }) => json.taskId);
const foxes = (count: number, directive: (index: number) => string = () => '') =>
	Array.from({ length: count }, (_, index) => ({ prompt: `fox ${index} ${directive(index)}` }));

/** Parameters whose values differ each time they are resolved. */
const changing: Array<[string, NodeRun['parameters']]> = [
	['a random seed', { provider: 'pixelDojo', seed: '={{ Math.floor(Math.random() * 1e9) }}' }],
	['the time in the prompt', { provider: 'apixo', prompt: '={{ $json.prompt + " at " + $now.toMillis() + Math.random() }}' }],
	['a random prompt where the provider has idempotency keys', { provider: 'apiframe', prompt: '={{ $json.prompt + " " + Math.random() }}' }],
];

describe.each(changing)('%s', (_, parameters) => {
	test('pays each item once over Retry On Fail and Retry execution', async () => {
		const items = foxes(5, (index) => (index === 2 ? '[[image=404;times=4]]' : ''));
		const failed = await run({ items, parameters, node: retryOnFail });
		expect(submitsOf(simulated)).toHaveLength(5);
		expect(new Set(acceptedBy(failed))).toEqual(new Set(paid()));
		const finished = await retry(failed, { parameters, node: retryOnFail });
		expect(submitsOf(simulated)).toHaveLength(5);
		expect(new Set(idsIn(finished))).toEqual(new Set(paid()));
		expect(finished.items('Generate').map(({ pairedItem }) => pairedItem)).toEqual(items.map((__, item) => ({ item })));
		// The output shows what was sent, and a warning says that the values have changed.
		for (const { json } of finished.items('Generate')) expect(json.warnings).toContainEqual(expect.stringMatching(/^The values of this item have changed/));
		expect(leaksIn(finished.run, simulated)).toEqual([]);
	});

	test('sends a job whose outcome is unknown again only with its own key and body', async () => {
		const failed = await run({ items: [{ prompt: 'a fox [[submit=reset-after;times=3]]' }], parameters, node: retryOnFail });
		await retry(failed, { parameters, node: goesOn });
		expect(simulated.simulator.tasks).toHaveLength(1);
		expect(new Set(submitsOf(simulated).map(({ headers, body }) => JSON.stringify([headers['idempotency-key'], body]))).size).toBe(1);
	});
});

describe('Retry execution of an edited workflow', () => {
	test('reuses the task of the same request, even if it was typed differently', async () => {
		const failed = await run({ items: foxes(2, (index) => (index === 1 ? '[[refuse]]' : '')) });
		const finished = await retry(failed, { parameters: { prompt: '={{ $json.prompt.replace("[[refuse]]", "") }}' } });
		expect(idsIn(finished)[0]).toBe(acceptedBy(failed)[0]);
		expect(submitsOf(simulated)).toHaveLength(3);
	});

	test.each([
		['a callback', { completion: 'returnTask', callback: 'url', callbackUrl: 'https://example.com/hook' }],
		['When Submitted', { completion: 'returnTask' }],
		['an option of the output', { options: { outputMode: 'itemPerTask', timeout: 500 } }],
		['a field that is at its default', { sequentialImages: false, sizing: 'preset' }],
	])('reuses the tasks if only %s was changed', async (_, parameters) => {
		const prompt = '={{ $json.prompt + Math.random() }}';
		const failed = await run({ items: foxes(2, (index) => (index === 1 ? '[[image=404;times=1]]' : '')), parameters: { prompt } });
		const finished = await retry(failed, { parameters: { prompt, ...parameters } });
		expect(finished.error('Generate')?.message).toBeUndefined();
		expect(submitsOf(simulated)).toHaveLength(2);
	});

	test('names what was paid for an item that was edited into another job', async () => {
		const failed = await run({ items: foxes(3, (index) => (index === 1 ? '[[refuse]]' : '')) });
		const again = await retry(failed, { parameters: { prompt: '={{ $json.prompt.replace("fox 0", "hare") }}' } });
		expect(new Set(acceptedBy(again))).toEqual(new Set(paid()));
		expect(paid()).toHaveLength(3);
	});
});

describe('tasks that earlier tries paid are named', () => {
	test.each([
		['a value that is no longer valid', { aspectRatio: '={{ $execution.id === "1" ? "1:1" : "1:7" }}' }],
		['an expression that now fails', { aspectRatio: '={{ $execution.id === "1" ? "1:1" : $json.missing.field }}' }],
	])('and delivered, even if the item has %s', async (_, parameters) => {
		const failed = await run({ items: foxes(3, (index) => (index === 1 ? '[[image=404;times=1]]' : '')), parameters });
		const finished = await retry(failed, { parameters });
		expect(new Set(idsIn(finished))).toEqual(new Set(paid()));
		expect(submitsOf(simulated)).toHaveLength(3);
	});

	test('where another item is not valid', async () => {
		const parameters = { aspectRatio: '={{ $execution.id === "1" || $itemIndex !== 1 ? "1:1" : "1:7" }}' };
		const failed = await run({ items: foxes(4, (index) => (index === 1 ? '[[refuse]]' : '')), parameters });
		const again = await retry(failed, { parameters });
		expect(stopDetailsOf(again.error('Generate')).failures.map(({ failure }) => failure.kind)).toEqual(['invalidInput']);
		expect(new Set(acceptedBy(again))).toEqual(new Set(paid()));
		for (const id of paid()) expect(again.error('Generate')?.description).toContain(id);
	});

	test.each([[undefined], [goesOn]])('where the credential has lost its key (%j)', async (node) => {
		const failed = await run({ items: foxes(5, (index) => (index === 4 ? '[[refuse]]' : '')) });
		expect(paid()).toHaveLength(4);
		const credentials = { ...simulated.credentials, apixoApi: { ...simulated.credentials.apixoApi, apiKey: '' } };
		const again = await retry(failed, { ...(node === undefined ? {} : { node }), workflow: { credentials } });
		const named =
			node === undefined
				? acceptedBy(again)
				: again
						.items('Generate')
						.map((item) => detailsOf(item).taskId)
						.filter((id) => id !== undefined);
		expect(new Set(named)).toEqual(new Set(paid()));
		expect(submitsOf(simulated)).toHaveLength(5);
	});
});

describe('nothing more is sent', () => {
	test('after the Timeout: jobs that wait for Max Tasks in Flight are not sent and not charged', async () => {
		const finished = await run({
			items: foxes(8, () => '[[duration=0.6]]'),
			parameters: { options: { maxTasksInFlight: 2, timeout: 1 } },
			node: goesOn,
		});
		const unsent = failuresIn(finished.items('Generate'))
			.map(detailsOf)
			.filter(({ taskId }) => taskId === undefined);
		expect(unsent.length).toBeGreaterThan(2);
		expect(submitsOf(simulated)).toHaveLength(8 - unsent.length);
		for (const { failure, status } of unsent) {
			expect(status).toBe('timedOut');
			expect(failure).toMatchObject({ kind: 'timedOut', mayBeCharged: false, tryElsewhere: false });
			expect(failure.remedy).toContain('Timeout');
			expect(failure.remedy).not.toContain('Wait for Task');
		}
	});

	test('after a failure under Stop, and the error lists what was accepted', async () => {
		const items = foxes(12, (index) => (index === 0 ? '[[duration=0.1]] [[image=404]]' : '[[duration=0.5]]'));
		const failed = await run({ items, parameters: { options: { maxTasksInFlight: 2 } } });
		expect(submitsOf(simulated)).toHaveLength(2);
		expect(new Set(acceptedBy(failed))).toEqual(new Set(paid()));
		expect(stopDetailsOf(failed.error('Generate')).failures.map(({ failure }) => failure.kind)).toEqual(['downloadFailed']);
	});
});

test('a loop of 40 passes, each with a failure, leaves the journal of one', async () => {
	const items = [{ prompt: 'a fox [[duration=0.02]]' }, { prompt: 'a fox [[refuse]]' }];
	const parameters = { prompt: '={{ $json.prompt }}', options: { pollInterval: 0.02, downloadImages: false } };
	const finished = await runLoop(simulated, 40, { items, parameters, node: goesOn });
	const journal = finished.run.data.executionData?.contextData['node:Generate']?.seedreamJournal as { entries: object; refusals: object; spent: object };
	expect(simulated.simulator.tasks).toHaveLength(40);
	expect(Object.keys(journal.entries).length + Object.keys(journal.refusals).length).toBe(2);
	expect(journal.spent).toEqual({ USD: 1.4 });
	expect(JSON.stringify(journal).length).toBeLessThan(2500);
});

test('every accepted task is noted in one key of the execution’s custom data, the latest ones', async () => {
	const finished = await run({ items: foxes(20) });
	const { metadata } = finished.run.data.resultData;
	expect(Object.keys(metadata ?? {})).toEqual(['seedreamTasks']);
	const noted = metadata?.seedreamTasks ?? '';
	expect(noted.length).toBeLessThanOrEqual(255);
	expect(noted.split(' ').every((one) => paid().includes(one.replace('apixo:', '')))).toBe(true);
});
