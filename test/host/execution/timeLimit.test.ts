import { getEventListeners } from 'node:events';

import { LimitReached, openTimeLimit } from '../../../nodes/host/execution/timeLimit';
import { createFakeClock } from '../../support/fakeClock';

const never = new Promise<never>(() => undefined);

test('work that takes longer rejects, and its request is ended', async () => {
	const clock = createFakeClock();
	const limit = openTimeLimit(clock, undefined, 30_000);
	const held = limit.race(never).catch((error: unknown) => error);
	await clock.sleep(29_999);
	expect(limit.signal.aborted).toBe(false);
	await clock.sleep(1);
	expect(await held).toBeInstanceOf(LimitReached);
	expect(limit.signal.aborted).toBe(true);
});

test('Stop ends it at once, even if it was pressed before', async () => {
	const user = new AbortController();
	const held = openTimeLimit(createFakeClock(), user.signal, 30_000).race(never);
	user.abort();
	await expect(held).rejects.toThrow(LimitReached);
	await expect(openTimeLimit(createFakeClock(), user.signal, 30_000).race(never)).rejects.toThrow(LimitReached);
});

test('ending the request does not reject the work that reads its reply', async () => {
	const limit = openTimeLimit(createFakeClock(), undefined, 30_000);
	const work = Promise.resolve().then(() => {
		limit.end();
		return 'read';
	});
	await expect(limit.race(work)).resolves.toBe('read');
	expect(limit.signal.aborted).toBe(true);
});

test('20 closed limits leave no alarm and no listener', async () => {
	const clock = createFakeClock();
	const user = new AbortController();
	const limits = Array.from({ length: 20 }, () => openTimeLimit(clock, user.signal, 30_000));
	expect([clock.alarms(), getEventListeners(user.signal, 'abort').length]).toEqual([20, 20]);
	await Promise.all(limits.map(async (limit) => await limit.race(Promise.resolve()).finally(limit.close)));
	expect([clock.alarms(), getEventListeners(user.signal, 'abort').length]).toEqual([0, 0]);
});
