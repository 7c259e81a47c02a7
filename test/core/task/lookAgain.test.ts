import type { SendOutcome } from '../../../nodes/core/http/send';
import { lookAgain, lookOnce, type Look } from '../../../nodes/core/task/lookAgain';
import { RateGate } from '../../../nodes/core/http/rateGate';
import type { TaskOutcome } from '../../../nodes/core/task/waitForTask';
import { createFakeClock, fakeStart } from '../../support/fakeClock';
import { fakeSend, lostConnection, reply } from '../../support/fakeSend';
import { providerOf } from '../../support/provider';

const outcome: TaskOutcome = { kind: 'succeeded', urls: ['https://example.com/1.png'], completedAt: '2026-11-20T12:00:10.000Z', statusRequests: 1 };

const unclear = (seconds = 0): Look => ({ kind: 'unclear', notBefore: seconds === 0 ? 0 : fakeStart + seconds * 1000 });

async function look(answer: SendOutcome): Promise<Look> {
	const clock = createFakeClock();
	const { send } = fakeSend(async () => await Promise.resolve(answer));
	const task = { provider: 'apixo', taskId: 'task_1', submittedAt: fakeStart, warnings: [] };
	return await lookOnce(task, { provider: providerOf('apixo'), clock, gate: new RateGate(clock), send, deadline: fakeStart + 60_000, overrides: {} });
}

test.each<[string, SendOutcome, Look]>([
	['unfinished', reply(200, { code: 200, data: { state: 'processing' } }), undefined],
	['an unknown word', reply(200, { code: 200, data: { state: 'brewing' } }), undefined],
	['trouble of the service', reply(503, {}), { kind: 'unclear', notBefore: fakeStart }],
	['trouble of the service for a while', reply(503, {}, { 'retry-after': '30' }), unclear(30)],
	['too many requests', reply(429, {}), unclear()],
	['a lost connection', lostConnection, { kind: 'unclear', notBefore: fakeStart }],
	['not known yet', reply(404, { code: 404, message: 'Task not found' }), unclear()],
])('one look: %s', async (_name, answer, expected) => {
	await expect(look(answer)).resolves.toEqual(expected);
});

test('one look: final', async () => {
	const done = { code: 200, data: { state: 'success', resultJson: '{"resultUrls":["https://example.com/1.png"]}' } };
	await expect(look(reply(200, done))).resolves.toMatchObject({ kind: 'succeeded', urls: outcome.urls });
});

test.each<[string, Look[], boolean, TaskOutcome | undefined, number]>([
	['final at once', [outcome], true, outcome, 0],
	['final at the third look', [undefined, unclear(), outcome], true, outcome, 2_000],
	['final when it may be asked again', [undefined, unclear(4), outcome], true, outcome, 4_000],
	['not in this time', [undefined, unclear(30), outcome], true, undefined, 1_000],
	['not worth it', [undefined, outcome], false, undefined, 0],
	['never', [undefined], true, undefined, 5_000],
])('looking again: %s', async (_name, seen, isWorthIt, expected, milliseconds) => {
	const clock = createFakeClock();
	let looks = 0;
	const found = await lookAgain(async () => await Promise.resolve(seen[Math.min(looks++, seen.length - 1)]), clock, () => isWorthIt);
	expect(found).toBe(expected);
	expect(clock.elapsed()).toBe(milliseconds);
});
