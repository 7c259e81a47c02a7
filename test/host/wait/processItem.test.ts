/** One item of Wait for Task: its result or its failure is an outcome. */
import { Aborted } from '../../../nodes/core/clock';
import type { Channel, Run } from '../../../nodes/host/execution/run';
import { CredentialFault } from '../../../nodes/host/execution/account';
import { invalidInput } from '../../../nodes/host/output/failureItem';
import { defaultOptions } from '../../../nodes/host/panel/options';
import type { PlannedWait, WaitPlan } from '../../../nodes/host/wait/planWait';
import { processItem } from '../../../nodes/host/wait/processItem';
import { fakeStart } from '../../support/fakeClock';
import { fakeChannel, fakeRun } from '../../support/fakeRun';
import { simpleProvider } from '../../support/madeUpProvider';
import { reply } from '../../support/fakeSend';

const input = { json: { taskId: 'task_1', sku: 7 } };
const plan: WaitPlan = {
	itemIndex: 2,
	provider: simpleProvider,
	known: { provider: 'example', taskId: 'task_1', imagesRequested: 2, submittedAt: fakeStart, warnings: [] },
	options: { ...defaultOptions, downloadImages: false, includeInputFields: true },
};
const waiting: PlannedWait = { kind: 'wait', plan };
const done = reply(200, { data: { taskId: 'task_1', state: 'success', resultJson: { resultUrls: ['https://example.com/1.png'] } } });

function runWith(fault?: CredentialFault): Run {
	return fakeRun({}, (clock): Channel | CredentialFault => fault ?? fakeChannel(clock, [done])).run;
}
const process = async (planned: PlannedWait, wait?: Parameters<typeof processItem>[4], run = runWith()) => await processItem(planned, input, 2, run, wait);

test('an item to pass on is returned as it is, paired with itself', async () => {
	expect(await process({ kind: 'pass' })).toEqual([{ kind: 'item', item: { ...input, pairedItem: { item: 2 } }, unchanged: true }]);
});

test('an item with a fault returns that failure', async () => {
	const failed = invalidInput(2, simpleProvider, ['Task ID is empty']);
	expect(await process({ kind: 'fault', failed })).toEqual([{ kind: 'failure', failed }]);
});

test('a task is waited for and delivered with the fields of its item', async () => {
	expect(await process(waiting)).toMatchObject([{ kind: 'item', item: { json: { taskId: 'task_1', url: 'https://example.com/1.png' } }, input: { sku: 7 } }]);
});

test('the images of a finished task are downloaded without waiting', async () => {
	const wait = jest.fn();
	expect(await process({ kind: 'fetch', plan, json: { taskId: 'task_1', url: 'https://example.com/old.png' } }, wait)).toMatchObject([
		{ item: { json: { url: 'https://example.com/old.png' } } },
	]);
	expect(wait).not.toHaveBeenCalled();
});

test('without its credential a task fails by name, and no other provider is proposed', async () => {
	expect(await process(waiting, undefined, runWith(new CredentialFault('no key')))).toMatchObject([
		{
			failed: {
				itemIndex: 2,
				taskId: 'task_1',
				imagesRequested: 2,
				submittedAt: new Date(fakeStart).toISOString(),
				nothingSent: true,
				failure: { kind: 'authentication', message: 'no key', tryElsewhere: false },
			},
		},
	]);
});

test.each<[string, Error, object]>([
	['Stop', new Aborted(), { failure: { kind: 'cancelled', mayBeCharged: true } }],
	['a bug', new Error('boom\n  at line 1'), { failure: { kind: 'unexpectedReply', message: 'boom at line 1' } }],
])('%s is a failure that names the task', async (_, thrown, expected) => {
	const wait = async () => await Promise.reject(thrown);
	expect(await process(waiting, wait)).toMatchObject([{ kind: 'failure', failed: { itemIndex: 2, taskId: 'task_1', ...expected } }]);
});
