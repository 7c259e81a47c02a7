/** How the task that a callback names is checked. */
import type { SendOutcome } from '../../../nodes/core/http/send';
import { enterCall, isRefused } from '../../../nodes/host/callback/callBounds';
import { findFinal, keyOf } from '../../../nodes/host/callback/findFinal';
import { defaultOptions } from '../../../nodes/host/panel/options';
import { fakeChannel, fakeRun } from '../../support/fakeRun';
import { reply } from '../../support/fakeSend';
import { webhookCall } from '../../support/webhookCall';

const finished = reply(200, { data: { taskId: 'task_1', state: 'success', resultJson: { resultUrls: ['https://images.example.com/1.png'] } } });
const running = reply(200, { data: { taskId: 'task_1', state: 'processing' } });
let calls = 0;

async function check(answers: readonly SendOutcome[], staticData = {}) {
	calls += 1;
	const place = enterCall(`node ${calls}`);
	if (isRefused(place)) throw new Error('The call was meant to be admitted');
	const { run, clock } = fakeRun();
	const channel = fakeChannel(clock, answers);
	const { context, warnings } = webhookCall({ body: {}, parameters: {}, credentials: {}, staticData, reply: () => ({}) });
	const candidate = { known: { provider: 'example', taskId: 'task_1', warnings: [] }, channel, notBefore: 0 };
	const found = await findFinal([candidate], { context, options: defaultOptions, run, place });
	return { found, warnings, checks: channel.sent.requests.length, seconds: clock.elapsed() / 1000, key: keyOf(candidate) };
}

test('a finished task is found with one check', async () => {
	const { found, checks } = await check([finished]);
	expect(found).toMatchObject({ candidate: { known: { taskId: 'task_1' } }, outcome: { kind: 'succeeded', urls: ['https://images.example.com/1.png'] } });
	expect(checks).toBe(1);
});

test('a task that is handled already is not checked', async () => {
	await expect(check([finished], { handedOn: ['example task_1'] })).resolves.toMatchObject({ found: undefined, checks: 0, key: 'example task_1' });
});

test('a task that is not finished yet is watched until it is', async () => {
	const { found, checks, seconds } = await check([...Array.from({ length: 20 }, () => running), finished]);
	expect(found).toMatchObject({ outcome: { kind: 'succeeded' } });
	expect(checks).toBe(21);
	expect(seconds).toBeGreaterThan(10);
});

test('a task that failed is final too', async () => {
	const failed = reply(200, { data: { taskId: 'task_1', state: 'failed', failMsg: 'it did not work' } });
	await expect(check([failed])).resolves.toMatchObject({ found: { outcome: { kind: 'failed', about: 'task' } } });
});

test('an id that the provider does not know is dropped without a log line', async () => {
	await expect(check([reply(404, { message: 'Task not found' })])).resolves.toMatchObject({ found: undefined, warnings: [] });
});

test('a provider that refuses the key says nothing about the task, so the log does', async () => {
	await expect(check([reply(401, { message: 'Invalid API key' })])).resolves.toMatchObject({
		found: undefined,
		warnings: [expect.stringMatching(/^A callback came for a task that could not be checked, so no workflow was started: /)],
	});
});

test('a key that is refused while the task is watched is named in the log, and ends the watch', async () => {
	const { found, warnings } = await check([...Array.from({ length: 20 }, () => running), reply(401, { message: 'Invalid API key' })]);
	expect(found).toBeUndefined();
	expect(warnings).toEqual([expect.stringMatching(/^A callback came for a task that could not be checked, so no workflow was started: .*Invalid API key/)]);
});
