import { createFakeClock } from '../../support/fakeClock';
import { reply } from '../../support/fakeSend';
import { providerOf } from '../../support/provider';
import { waitOnFakeClock } from '../../support/waitOnFakeClock';

const pending = reply(200, { code: 200, data: { state: 'processing' } });
const done = reply(200, { code: 200, data: { state: 'success', resultJson: '{"resultUrls":["https://file.apixo.ai/1.png"]}' } });

test.each([
	[200, 3],
	[201, 5],
])('with %i tasks in flight 2K is checked every %i seconds', async (count, interval) => {
	const { checks } = await waitOnFakeClock([pending], {
		provider: providerOf('apixo'),
		task: { estimatedSeconds: 20 },
		seconds: 100,
		inFlight: { count: count - 1 },
	});
	expect((checks[1] ?? 0) - (checks[0] ?? 0)).toBe(interval);
});

test('200 tasks of 2K are noticed soon after they are ready', async () => {
	// 60 of them are checked here, the others only counted.
	const inFlight = { count: 140 };
	const clock = createFakeClock();
	const lags = await Promise.all(
		Array.from({ length: 60 }, async (_, index) => {
			const readyAt = 25 + (10 * index) / 59;
			const { checks } = await waitOnFakeClock((now) => (now >= readyAt ? done : pending), {
				provider: providerOf('apixo'),
				task: { estimatedSeconds: 20 },
				inFlight,
				clock,
			});
			return (checks.at(-1) ?? 0) - readyAt;
		}),
	);
	lags.sort((one, other) => one - other);
	expect(lags[30]).toBeLessThanOrEqual(1.8);
	expect(lags[57]).toBeLessThanOrEqual(3.2);
	expect(inFlight.count).toBe(140);
});
