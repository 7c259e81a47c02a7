/** On Callback until the execution parks; the callbacks after that are tested in a real n8n. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { ProviderId } from '../../nodes/providers';
import { parkedTasksIn } from '../../nodes/host/wait/park';
import { contractOf } from '../support/contractOf';
import type { Finished } from './support/engine';
import { detailsOf, imagesIn, requestsOf } from './support/observe';
import { runGenerate, runWait, useSimulated } from './support/simulated';

const simulated = useSimulated();

/** A submitted task, as Generate returns it; its provider is expected to call back. */
async function submitted(provider: ProviderId, prompt: string, more: IDataObject = {}): Promise<IDataObject> {
	const finished = await runGenerate(simulated, { parameters: { provider, prompt, completion: 'returnTask' } });
	return { ...finished.items('Generate')[0]?.json, callback: contractOf(provider).callback === undefined ? 'none' : 'resumeWorkflow', ...more };
}

async function runParking(items: IDataObject[], wait: Record<string, unknown> = {}, node: Record<string, unknown> = {}): Promise<Finished> {
	return await runWait(simulated, { items, parameters: { providers: ['apixo', 'pixwith'], waitMode: 'callback', timeout: 60, ...wait }, node });
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

test('a task whose reply says nothing about it is checked again before parking', async () => {
	const item = await submitted('apixo', 'a fox [[duration=0.01]] [[status=500;times=2]]');
	const finished = await runParking([item]);
	expect(isParked(finished)).toBe(false);
	expect(imagesIn(finished.items('Wait'))).toHaveLength(1);
});

test('a late task without callbacks does not delay those with callbacks', async () => {
	const items = [await submitted('apixo', 'a fox [[never]]', { seconds: 60 }), await submitted('pixwith', 'a fox [[never]]', { seconds: 0.3 })];
	const finished = await runParking(items, { timeout: '={{ $json.seconds }}' });
	expect(isParked(finished)).toBe(true);
	expect(parkedTasksIn(laidDown(finished)).map(({ known }) => known.taskId)).toEqual([items[0]?.taskId]);
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
