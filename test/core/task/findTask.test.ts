import type { StatusCheck } from '../../../nodes/core/task/checkAgain';
import { findTask } from '../../../nodes/core/task/findTask';
import type { TaskOutcome } from '../../../nodes/core/task/waitForTask';
import { createFakeClock } from '../../support/fakeClock';

const outcome: TaskOutcome = { kind: 'succeeded', urls: ['https://example.com/1.png'], completedAt: '2026-11-20T12:00:10.000Z', statusRequests: 1 };
const failure = { kind: 'authentication', message: 'wrong key', retryable: false, mayBeCharged: true, tryElsewhere: false, remedy: 'Check the key.' } as const;
const refused: StatusCheck = { kind: 'failed', failure, statusRequests: 1, about: 'access' };
const failed: StatusCheck = { ...refused, about: 'task' };
const unknown: StatusCheck = { kind: 'unknownTask' };
const unclear: StatusCheck = { kind: 'unclear', notBefore: 0 };
const pending: StatusCheck = { kind: 'pending' };

/** Each candidate with its replies; the last one repeats. */
async function find(replies: Record<string, StatusCheck[]>) {
	const clock = createFakeClock();
	const checks: string[] = [];
	const check = async (candidate: string): Promise<StatusCheck> => {
		const own = replies[candidate] ?? [];
		const count = checks.filter((one) => one === candidate).length;
		checks.push(candidate);
		return await Promise.resolve(own[Math.min(count, own.length - 1)] ?? unknown);
	};
	return { search: await findTask(Object.keys(replies), check, clock), checks, clock };
}

test.each<[string, Record<string, StatusCheck[]>, object, number]>([
	['finished', { a: [outcome] }, { candidate: 'a', outcome }, 1],
	['failed', { a: [failed] }, { candidate: 'a', outcome: failed }, 1],
	['running', { a: [pending] }, { candidate: 'a' }, 1],
	['known a moment later', { a: [unknown, unclear, pending] }, { candidate: 'a' }, 3],
	['known to one of four', { a: [unknown], b: [unclear], c: [refused], d: [pending] }, { candidate: 'd' }, 4],
])('a task that is %s is found', async (_, replies, found, count) => {
	const { search, checks } = await find(replies);
	expect(search.found).toEqual(found);
	expect(checks).toHaveLength(count);
});

test.each([
	[1, 3],
	[2, 4],
	[3, 3],
	[4, 4],
])('an id that is unknown to all %i providers costs %i checks', async (providers, count) => {
	const { search, checks } = await find(Object.fromEntries(Array.from({ length: providers }, (_, index) => [`p${index}`, [unknown]])));
	expect(search).toEqual({ unclear: [], refused: [] });
	expect(checks).toHaveLength(count);
});

test('a provider that refuses to answer is distinguished from one whose reply is unclear', async () => {
	const { search, checks, clock } = await find({ a: [refused], b: [unclear] });
	expect(search).toEqual({ unclear: ['b'], refused: [{ candidate: 'a', outcome: refused }] });
	expect(checks.filter((one) => one === 'a')).toHaveLength(1);
	expect(clock.elapsed()).toBeLessThanOrEqual(10_000);
});
