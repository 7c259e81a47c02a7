/** On Callback until the execution parks; the callbacks after that are tested in a real n8n. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { ProviderId } from '../../nodes/providers';
import { parkedTasksIn } from '../../nodes/host/wait/park';
import { contractOf } from '../support/contractOf';
import { runWorkflow, type Finished } from './support/engine';
import { detailsOf, failuresIn, imagesIn, requestsOf } from './support/observe';
import { runGenerate, startSimulated, type Simulated } from './support/simulated';

let simulated: Simulated;

beforeAll(async () => {
	simulated = await startSimulated();
});
beforeEach(() => simulated.simulator.reset());
afterAll(async () => await simulated.simulator.close());

/** A submitted task, as Generate returns it; its provider is expected to call back. */
async function submitted(provider: ProviderId, prompt: string, more: IDataObject = {}): Promise<IDataObject> {
	const finished = await runGenerate(simulated, { parameters: { provider, prompt, completion: 'returnTask' } });
	return { ...finished.items('Generate')[0]?.json, callback: contractOf(provider).callback === undefined ? 'none' : 'resumeWorkflow', ...more };
}

/** Items → Wait, on callback. */
async function runParking(items: Array<Record<string, unknown>>, wait: Record<string, unknown> = {}, node: Record<string, unknown> = {}): Promise<Finished> {
	const { options, ...parameters } = wait;
	return await runWorkflow({
		nodes: [
			{ name: 'Items', type: 'itemSource', parameters: { items: items as never } },
			{
				name: 'Wait',
				type: 'n8n-nodes-seedream.seedreamWaitForTask',
				parameters: {
					providers: ['apixo', 'pixwith'],
					waitMode: 'callback',
					timeout: 60,
					options: { pollInterval: 0.05, taskProvider: '={{ $json.provider }}', ...(options as object) },
					...parameters,
				},
				...node,
			},
		],
		connect: [['Items', 'Wait']],
		credentials: simulated.credentials,
	});
}

const isParked = ({ run }: Finished): boolean => run.waitTill !== undefined;

/** What was saved for the callback and the timer. */
function laidDown({ run }: Finished): INodeExecutionData[] {
	return run.data.executionData?.nodeExecutionStack[0]?.data.main?.[0] ?? [];
}

test('an unfinished task parks the execution', async () => {
	const finished = await runParking([await submitted('apixo', 'a fox [[never]]')]);
	expect(isParked(finished)).toBe(true);
	expect(laidDown(finished).map((item) => detailsOf(item).status)).toEqual(['timedOut']);
});

test('a task that ends while another without callbacks is waited for is noticed before parking', async () => {
	const items = [await submitted('apixo', 'a fox [[duration=0.5]]'), await submitted('pixwith', 'a fox [[duration=1]]')];
	const finished = await runParking(items);
	expect(isParked(finished)).toBe(false);
	expect(imagesIn(finished.items('Wait')).map(({ json }) => json.taskId)).toEqual(items.map(({ taskId }) => taskId));
});

test('a task that ends while the images of another are downloaded is noticed before parking', async () => {
	const items = [await submitted('apixo', 'a fox [[duration=0.001]] [[image=500;times=2]]'), await submitted('apixo', 'a fox [[duration=1]]')];
	const finished = await runParking(items);
	expect(isParked(finished)).toBe(false);
	expect(imagesIn(finished.items('Wait')).map(({ json }) => json.taskId)).toEqual(items.map(({ taskId }) => taskId));
});

test('a task whose reply says nothing about it is checked again before parking', async () => {
	const item = await submitted('apixo', 'a fox [[duration=0.01]] [[status=500;times=2]]');
	const finished = await runParking([item]);
	expect(isParked(finished)).toBe(false);
	expect(imagesIn(finished.items('Wait'))).toHaveLength(1);
});

test.each(['continueRegularOutput', 'continueErrorOutput'])('a task without a callback that timed out in Generate (%s) is polled', async (onError) => {
	const columns = { callback: 'ask Mary', sku: 'chair' };
	const finished = await runWorkflow({
		nodes: [
			{ name: 'Items', type: 'itemSource', parameters: { items: [columns] as never } },
			{
				name: 'Generate',
				type: 'n8n-nodes-seedream.seedreamGenerate',
				parameters: { provider: 'apixo', prompt: 'a fox [[duration=1.5]]', options: { pollInterval: 0.05, timeout: 1 } },
				onError: onError as never,
			},
			{
				name: 'Wait',
				type: 'n8n-nodes-seedream.seedreamWaitForTask',
				parameters: { providers: ['apixo'], waitMode: 'callback', timeout: 60, options: { pollInterval: 0.05 } },
			},
		],
		connect: [
			['Items', 'Generate'],
			['Generate', 'Wait', onError === 'continueErrorOutput' ? 1 : 0],
		],
		credentials: simulated.credentials,
	});
	expect(isParked(finished)).toBe(false);
	expect(imagesIn(finished.items('Wait'))).toHaveLength(1);
});

test('a failed task that does not say whether it has a callback is polled', async () => {
	const { provider, taskId } = await submitted('apixo', 'a fox [[duration=0.5]]');
	const finished = await runParking([{ error: 'late', details: { provider, taskId, failure: { kind: 'timedOut' } } }]);
	expect(isParked(finished)).toBe(false);
	expect(imagesIn(finished.items('Wait'))).toHaveLength(1);
});

test('after the deadline nothing parks', async () => {
	const items = [await submitted('apixo', 'a fox [[never]]'), await submitted('pixwith', 'a fox [[never]]')];
	const finished = await runParking(items, { timeout: 0.3 }, { onError: 'continueRegularOutput' });
	expect(isParked(finished)).toBe(false);
	expect(failuresIn(finished.items('Wait')).map((item) => detailsOf(item).taskId)).toEqual(items.map(({ taskId }) => taskId));
});

test('a late task without callbacks does not delay those with callbacks', async () => {
	const items = [await submitted('apixo', 'a fox [[never]]', { seconds: 60 }), await submitted('pixwith', 'a fox [[never]]', { seconds: 0.3 })];
	const finished = await runParking(items, { timeout: '={{ $json.seconds }}' });
	expect(isParked(finished)).toBe(true);
	expect(parkedTasksIn(laidDown(finished)).map(({ known }) => known.taskId)).toEqual([items[0]?.taskId]);
});

test.each([undefined, 'continueErrorOutput'])('each parked task keeps the options of its own item (%s)', async (onError) => {
	const items = [
		await submitted('apixo', 'a fox [[never]]', { sku: 'A1', field: 'photo', mode: 'itemPerTask', megabytes: 1, wanted: false }),
		await submitted('apixo', 'a fox [[never]]', { sku: 'B2', field: 'data', mode: 'itemPerImage', megabytes: 50, wanted: true }),
	];
	const options = {
		fileName: '={{ $json.sku }}-hero',
		outputBinaryField: '={{ $json.field }}',
		outputMode: '={{ $json.mode }}',
		maxFileSize: '={{ $json.megabytes }}',
		downloadImages: '={{ $json.wanted }}',
	};
	const finished = await runParking(items, { options }, onError === undefined ? {} : { onError });
	expect(isParked(finished)).toBe(true);
	const [first, second] = parkedTasksIn(laidDown(finished));
	expect(first?.options).toMatchObject({
		fileName: 'A1-hero',
		outputBinaryField: 'photo',
		outputMode: 'itemPerTask',
		maxFileSize: 1,
		downloadImages: false,
		timeout: 60,
	});
	expect(second?.options).toMatchObject({
		fileName: 'B2-hero',
		outputBinaryField: 'data',
		outputMode: 'itemPerImage',
		maxFileSize: 50,
		downloadImages: true,
		timeout: 60,
	});
	expect(first?.known).toMatchObject({
		submittedAt: Date.parse(items[0]?.submittedAt as string),
		imagesRequested: 1,
		estimatedCost: { amount: 0.035, unit: 'USD' },
		callback: 'resumeWorkflow',
	});
	expect(requestsOf(simulated, 'status')).toHaveLength(2);
});

describe.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'])('with Retry On Fail (%s)', (onError) => {
	const retrying = { onError, retryOnFail: true, maxTries: 3, waitBetweenTries: 700 };

	test('a parked execution is not run again, and its prepared items are kept', async () => {
		const item = await submitted('apixo', 'a fox [[duration=60]]');
		const finished = await runParking([item], {}, retrying);
		expect(isParked(finished)).toBe(true);
		expect(requestsOf(simulated, 'status')).toHaveLength(1);
		expect(parkedTasksIn(laidDown(finished)).map(({ known }) => known.taskId)).toEqual([item.taskId]);
		expect(laidDown(finished).map(({ json }) => typeof json.error)).toEqual(['string']);
	});

	test('a parked execution is not run again if an earlier task has failed either', async () => {
		const items = [await submitted('apixo', 'a fox [[fail=SensitiveContent]] [[duration=0.001]]'), await submitted('apixo', 'a fox [[never]]')];
		const finished = await runParking(items, {}, retrying);
		expect(isParked(finished)).toBe(true);
		expect(parkedTasksIn(laidDown(finished)).map(({ known }) => known.taskId)).toEqual([items[1]?.taskId]);
	});
});
