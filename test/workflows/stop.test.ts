import { until } from '../simulator/testClient';
import type { Finished } from './support/engine';
import { detailsOf, failuresIn, imagesIn, leaksIn, requestsOf, stopDetailsOf, submitsOf } from './support/observe';
import { retryDataOf } from './support/retryExecution';
import { representatives } from './support/representatives';
import { runGenerate, runWait, useSimulated } from './support/simulated';

const simulated = useSimulated();

interface Stopped {
	finished: Finished;
	/** Milliseconds from Stop to the end of the run. */
	took: number;
}

/** Milliseconds. Without Stop each of these runs lasts at least 30 s; a busy machine needs more than one second. */
const atOnce = 10_000;

/** Resolves when requests that were in progress have arrived. */
const settled = async (): Promise<void> => await new Promise((resolve) => setTimeout(resolve, 60));

/** Presses Stop once `moment` has come. */
async function stopWhen(moment: () => boolean, run: (onStart: (cancel: () => void) => void) => Promise<Finished>): Promise<Stopped> {
	let pressed = 0;
	const finished = await run((cancel) => {
		const press = (): void => {
			pressed = Date.now();
			cancel();
		};
		// If the moment never comes, the test must still end.
		void until(moment, 10_000).then(settled).then(press, press);
	});
	return { finished, took: Date.now() - pressed };
}

async function stopGenerate(moment: () => boolean, prompts: string[], given: { parameters?: object; node?: object } = {}): Promise<Stopped> {
	return await stopWhen(
		moment,
		async (onStart) =>
			await runGenerate(simulated, {
				items: prompts.map((prompt) => ({ prompt })),
				parameters: { prompt: '={{ $json.prompt }}', ...given.parameters },
				node: { ...given.node },
				workflow: { onStart },
			}),
	);
}

const all = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value);

describe.each(representatives)('%s', (provider) => {
	test('Stop while submitting ends at once and names what was accepted', async () => {
		const { finished, took } = await stopGenerate(
			() => submitsOf(simulated).length === 4 && new Set(requestsOf(simulated, 'status').map(({ taskId }) => taskId)).size === 3,
			['a fox [[never]]', 'a fox [[submit=stall-before]]', 'a fox [[never]]', 'a fox [[never]]'],
			{ parameters: { provider } },
		);
		expect(took).toBeLessThan(atOnce);
		const error = finished.error('Generate');
		const paid = simulated.simulator.tasks.map((task) => task.id);
		expect(paid).toHaveLength(3);
		for (const id of paid) expect(error?.description).toContain(id);
		const { accepted, failures } = stopDetailsOf(error);
		expect(accepted.map(({ itemIndex }) => itemIndex)).toEqual([0, 2, 3]);
		expect(failures.map(({ failure, taskId }) => [failure.kind, taskId !== undefined])).toEqual([
			['cancelled', true],
			['cancelled', false],
			['cancelled', true],
			['cancelled', true],
		]);
		// The one whose reply was not read may have arrived.
		expect(failures[1]?.failure).toMatchObject({ mayBeCharged: true, tryElsewhere: false });
		expect(leaksIn(finished.run, simulated)).toEqual([]);
	});

	test('Stop while polling ends at once and names the tasks', async () => {
		const { finished, took } = await stopGenerate(() => requestsOf(simulated, 'status').length >= 5, all(5, 'a fox [[never]]'), {
			parameters: { provider },
		});
		expect(took).toBeLessThan(atOnce);
		expect(stopDetailsOf(finished.error('Generate')).accepted).toHaveLength(5);
		for (const { id } of simulated.simulator.tasks) expect(finished.error('Generate')?.description).toContain(id);
	});
});

test('Stop while downloading ends at once, names the ids, and does not report finished items as failed', async () => {
	const { finished, took } = await stopGenerate(() => requestsOf(simulated, 'image').length === 3, ['a fox', 'a fox [[image=stall]]', 'a fox [[image=stall]]']);
	expect(took).toBeLessThan(atOnce);
	const { accepted, failures } = stopDetailsOf(finished.error('Generate'));
	expect(accepted).toHaveLength(3);
	for (const failure of failures) expect(failure.failure.kind).toBe('cancelled');
	for (const { id } of simulated.simulator.tasks) expect(finished.error('Generate')?.description).toContain(id);
});

test.each([
	['submitting', () => submitsOf(simulated).length === 2, 'a fox [[submit=stall-before]]'],
	['polling', () => requestsOf(simulated, 'status').length >= 2, 'a fox [[never]]'],
	['downloading', () => requestsOf(simulated, 'image').length === 2, 'a fox [[image=stall]]'],
])('under Continue a stopped run (while %s) still returns items that name the tasks', async (_name, moment, prompt) => {
	const { finished, took } = await stopGenerate(moment, all(2, prompt), { node: { onError: 'continueRegularOutput' } });
	expect(took).toBeLessThan(atOnce);
	const output = finished.items('Generate');
	expect(failuresIn(output).map((item) => detailsOf(item).failure.kind)).toEqual(['cancelled', 'cancelled']);
	const named = output.map((item) => detailsOf(item).taskId).filter((id) => id !== undefined);
	expect(new Set(named)).toEqual(new Set(simulated.simulator.tasks.map((task) => task.id)));
});

test('Stop while waiting for a rate limit ends at once, and says which jobs were not sent', async () => {
	const { finished, took } = await stopGenerate(
		() => submitsOf(simulated).filter(({ status }) => status === 429).length === 3,
		all(3, 'a fox [[submit=429;retry-after=30;times=always]]'),
		{ node: { onError: 'continueRegularOutput' } },
	);
	expect(took).toBeLessThan(atOnce);
	for (const item of finished.items('Generate')) {
		expect(detailsOf(item).failure).toMatchObject({ kind: 'cancelled', mayBeCharged: false });
	}
	expect(simulated.simulator.tasks).toEqual([]);
});

test('Retry execution after Stop collects the paid tasks and sends the other jobs', async () => {
	const { finished: stopped } = await stopGenerate(
		() => requestsOf(simulated, 'status').length >= 2,
		['a fox [[duration=0.6]]', 'a fox [[duration=0.6]]', 'a fox'],
		{ parameters: { options: { maxTasksInFlight: 2 } } },
	);
	expect(submitsOf(simulated)).toHaveLength(2);
	const finished = await runGenerate(simulated, {
		parameters: { prompt: '={{ $json.prompt }}' },
		workflow: { resume: retryDataOf(stopped), executionId: '2' },
	});
	expect(imagesIn(finished.items('Generate'))).toHaveLength(3);
	expect(submitsOf(simulated)).toHaveLength(3);
});

test('a submit whose reply Stop cut off is not sent again by Retry execution', async () => {
	const { finished: stopped } = await stopGenerate(() => submitsOf(simulated).length === 1, ['a fox [[submit=stall]]']);
	const again = await runGenerate(simulated, {
		parameters: { prompt: '={{ $json.prompt }}' },
		workflow: { resume: retryDataOf(stopped), executionId: '2' },
	});
	expect(submitsOf(simulated)).toHaveLength(1);
	expect(stopDetailsOf(again.error('Generate')).failures[0]).toMatchObject({ status: 'unknown', failure: { kind: 'outcomeUnknown', mayBeCharged: true } });
});

describe('Wait for Task', () => {
	async function tasks(prompts: string[]) {
		const finished = await runGenerate(simulated, {
			items: prompts.map((prompt) => ({ prompt })),
			parameters: { prompt: '={{ $json.prompt }}', completion: 'returnTask' },
		});
		return finished.items('Generate').map((item) => item.json);
	}

	test.each([
		['polling', 'status', 'a fox [[never]]'],
		['downloading', 'image', 'a fox [[image=stall]]'],
	] as const)('Stop while %s ends at once and names the tasks', async (_name, kind, prompt) => {
		const items = await tasks(all(3, prompt));
		for (const onError of [undefined, 'continueRegularOutput'] as const) {
			const before = requestsOf(simulated, kind).length;
			const { finished, took } = await stopWhen(
				() => requestsOf(simulated, kind).length >= before + 3,
				async (onStart) => await runWait(simulated, { items, node: onError === undefined ? {} : { onError }, workflow: { onStart } }),
			);
			expect(took).toBeLessThan(atOnce);
			const named =
				onError === undefined
					? stopDetailsOf(finished.error('Wait')).failures.map(({ taskId }) => taskId)
					: finished.items('Wait').map((item) => detailsOf(item).taskId);
			expect(named).toEqual(items.map(({ taskId }) => taskId));
		}
	});
});
