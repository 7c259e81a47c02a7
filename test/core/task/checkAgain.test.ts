import type { SendOutcome } from '../../../nodes/core/http/send';
import { checkAgain, checkOnce, type StatusCheck } from '../../../nodes/core/task/checkAgain';
import { RateGate } from '../../../nodes/core/http/rateGate';
import type { TaskOutcome } from '../../../nodes/core/task/waitForTask';
import { createFakeClock, fakeStart } from '../../support/fakeClock';
import { fakeSend, lostConnection, reply } from '../../support/fakeSend';
import { fullProvider } from '../../support/madeUpProvider';

const outcome: TaskOutcome = { kind: 'succeeded', urls: ['https://example.com/1.png'], completedAt: '2026-11-20T12:00:10.000Z', statusRequests: 1 };

const pending: StatusCheck = { kind: 'pending' };
const unclear = (seconds = 0): StatusCheck => ({ kind: 'unclear', notBefore: seconds === 0 ? 0 : fakeStart + seconds * 1000 });

async function check(answer: SendOutcome): Promise<StatusCheck> {
	const clock = createFakeClock();
	const { send } = fakeSend(async () => await Promise.resolve(answer));
	const task = { provider: fullProvider.id, taskId: 'task_1', submittedAt: fakeStart, warnings: [] };
	return await checkOnce(task, { provider: fullProvider, clock, gate: new RateGate(clock), send, deadline: fakeStart + 60_000, overrides: {} });
}

test.each<[string, SendOutcome, StatusCheck]>([
	['unfinished', reply(200, { code: 200, data: { state: 'processing' } }), pending],
	['an unknown word', reply(200, { code: 200, data: { state: 'brewing' } }), pending],
	['trouble of the service', reply(503, {}), { kind: 'unclear', notBefore: fakeStart }],
	['trouble of the service for a while', reply(503, {}, { 'retry-after': '30' }), unclear(30)],
	['too many requests', reply(429, {}), unclear()],
	['a lost connection', lostConnection, { kind: 'unclear', notBefore: fakeStart }],
	['not known yet', reply(404, { code: 404, message: 'Task not found' }), { kind: 'unknownTask' }],
	['another task', reply(200, { code: 200, data: { taskId: 'task_2', state: 'success' } }), unclear()],
])('one check: %s', async (_name, answer, expected) => {
	await expect(check(answer)).resolves.toEqual(expected);
});

test('one check: final', async () => {
	const done = { code: 200, data: { state: 'success', resultJson: '{"resultUrls":["https://example.com/1.png"]}' } };
	await expect(check(reply(200, done))).resolves.toMatchObject({ kind: 'succeeded', urls: outcome.urls });
});

test.each<[string, StatusCheck[], boolean, TaskOutcome | undefined, number]>([
	['final at once', [outcome], true, outcome, 0],
	['final at the third check', [pending, unclear(), outcome], true, outcome, 2_000],
	['final when it may be asked again', [pending, unclear(4), outcome], true, outcome, 4_000],
	['not in this time', [pending, unclear(30), outcome], true, undefined, 1_000],
	['not worth it', [pending, outcome], false, undefined, 0],
	['never', [pending], true, undefined, 5_000],
])('checking again: %s', async (_name, seen, isWorthIt, expected, milliseconds) => {
	const clock = createFakeClock();
	let checks = 0;
	const found = await checkAgain(
		async () => await Promise.resolve(seen[Math.min(checks++, seen.length - 1)] ?? pending),
		clock,
		() => isWorthIt,
	);
	expect(found).toBe(expected);
	expect(clock.elapsed()).toBe(milliseconds);
});
