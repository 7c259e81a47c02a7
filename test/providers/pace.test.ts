/** When each provider is asked for a task, as its contract says. */
import { providerIds } from '../../nodes/providers';
import { contractOf } from '../support/contractOf';
import { reply } from '../support/fakeSend';
import { providerOf } from '../support/provider';
import { failureOf, waitOnFakeClock } from '../support/waitOnFakeClock';

describe.each(providerIds)('%s', (id) => {
	const { pace, walkthrough } = contractOf(id);
	const provider = providerOf(id);
	/** A task that is under way: the word of an accepted job, at the place of a status reply. */
	const [, accepted] = walkthrough.accepted('task_1');
	const pending = reply(200, accepted);

	test.each(pace.first)('a task of %s seconds is first checked after %i', async (estimatedSeconds, seconds) => {
		const { checks } = await waitOnFakeClock([pending], { provider, task: { estimatedSeconds }, seconds: seconds + 1 });
		expect(checks[0]).toBe(seconds);
	});

	test.each(pace.interval)('a task of %s seconds is checked every %i', async (estimatedSeconds, seconds) => {
		const { checks } = await waitOnFakeClock([pending], { provider, task: { estimatedSeconds }, seconds: 100 });
		const [first = 0, second = 0, third = 0] = checks;
		expect([second - first, third - second]).toEqual([seconds, seconds]);
	});

	test('a reply about another task is ignored', async () => {
		const success = (taskId: string) => reply(200, walkthrough.finished(taskId, ['https://cdn.example/1.png']));
		const { outcome } = await waitOnFakeClock([success('task_2'), success('TASK_1')], { provider });
		expect(outcome).toMatchObject({ kind: 'succeeded', urls: ['https://cdn.example/1.png'], statusRequests: 2 });
		const never = await waitOnFakeClock([success('task_2')], { provider, seconds: 60 });
		expect(failureOf(never.outcome)).toMatchObject({ kind: 'timedOut', message: expect.stringContaining('the reply is about another task ("task_2")') });
	});
});
