/** What becomes of an accepted task: it is returned at once, or its images or its failure are. */
import type { SendOutcome } from '../../../nodes/core/http/send';
import type { Provider } from '../../../nodes/core/provider/provider';
import { collectJob } from '../../../nodes/host/generate/collectJob';
import type { Job } from '../../../nodes/host/generate/job';
import { fakeChannel, fakeRun, jobFor, sessionFor } from '../../support/fakeRun';
import { reply } from '../../support/fakeSend';
import { accepted } from '../../support/journalEntries';
import { simpleProvider } from '../../support/madeUpProvider';

const attempts = [{ provider: 'plain', kind: 'rateLimited' as const, message: 'busy' }];
const finished = reply(200, { data: { taskId: 'task_1', state: 'success', resultJson: { resultUrls: ['https://images.example.com/1.png'] } } });
const failed = reply(200, { data: { taskId: 'task_1', state: 'failed', failMsg: 'it did not work' } });

async function collected(
	answer: SendOutcome,
	{ completion = 'waitForImages', provider = simpleProvider }: { completion?: Job['completion']; provider?: Provider } = {},
) {
	const fake = fakeRun({ onError: 'continueRegularOutput' });
	const session = sessionFor(fake);
	const job = jobFor({ itemIndex: 3, completion, options: { downloadImages: false } });
	session.journal.entries[job.key] = structuredClone(accepted);
	const channel = fakeChannel(fake.run.clock, [answer], provider);
	const outcomes = await collectJob(job, { ref: { ...accepted.ref, attempts }, channel }, session);
	return { outcomes, entry: session.journal.entries[job.key], checks: channel.sent.requests.length };
}

test('with Return Task the task is returned without a status check', async () => {
	const { outcomes, checks } = await collected(finished, { completion: 'returnTask' });
	expect(outcomes).toMatchObject([{ kind: 'item', item: { json: { taskId: 'task_1', status: 'submitted', attempts }, pairedItem: { item: 3 } } }]);
	expect(checks).toBe(0);
});

test('images name the providers that did not take the job, and the task stays in the journal until the run ends', async () => {
	const { outcomes, entry } = await collected(finished);
	expect(outcomes).toMatchObject([{ kind: 'item', item: { json: { url: 'https://images.example.com/1.png', attempts }, pairedItem: { item: 3 } } }]);
	expect(entry).toEqual(accepted);
});

test.each([
	['is forgotten if it cost nothing', true, undefined],
	['is kept if it may be charged', false, accepted],
])('a failed task names the providers too, and %s', async (_, failedTasksAreFree, kept) => {
	const { outcomes, entry } = await collected(failed, { provider: { ...simpleProvider, failedTasksAreFree } });
	expect(outcomes).toMatchObject([{ kind: 'failure', failed: { taskId: 'task_1', failure: { kind: 'generationFailed' }, attempts } }]);
	expect(entry).toEqual(kept);
});
