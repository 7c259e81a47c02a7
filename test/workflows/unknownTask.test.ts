/** A task that its provider does not know: it is checked for some time, because it may be too new, in compressed time. */
import { providers } from '../../nodes/providers';
import type * as CompressedTime from './support/compressedTime';
import { runWorkflow } from './support/engine';
import { requestsOf, stopDetailsOf } from './support/observe';
import { startSimulated, type Simulated } from './support/simulated';

jest.mock('../../nodes/host/execution/realClock', () =>
	jest.requireActual<typeof CompressedTime>('./support/compressedTime').compressedClock(jest.requireActual('../../nodes/host/execution/realClock')),
);

let simulated: Simulated;

beforeAll(async () => {
	simulated = await startSimulated();
});
beforeEach(() => simulated.simulator.reset());
afterAll(async () => await simulated.simulator.close());

describe.each(providers.map((provider) => [provider.id, provider] as const))('%s', (id, { displayName, intervalSeconds, models }) => {
	// A provider with a status request per model is asked for each.
	const requestsEach = new Set(models.map((one) => one.status('gone-1', {}).path)).size;

	test('names a task that it does not know, after fifteen seconds', async () => {
		const finished = await runWorkflow({
			nodes: [
				{ name: 'Items', type: 'itemSource', parameters: { items: [{ provider: id, taskId: 'gone-1', submittedAt: '2026-01-01T00:00:00.000Z' }] as never } },
				{ name: 'Wait', type: 'n8n-nodes-seedream.seedreamWaitForTask', parameters: { providers: [id] } },
			],
			connect: [['Items', 'Wait']],
			credentials: simulated.credentials,
		});
		const error = finished.error('Wait');
		expect(error?.message).toMatch(new RegExp(`${displayName} does not know this task: .*gone-1`));
		expect(stopDetailsOf(error).failures).toMatchObject([{ provider: id, taskId: 'gone-1', status: 'failed', failure: { kind: 'notFound' } }]);
		const checks = requestsOf(simulated, 'status').length;
		expect(checks).toBeGreaterThanOrEqual(3);
		expect(checks).toBeLessThanOrEqual((Math.ceil(15 / intervalSeconds(undefined, false)) + 2) * requestsEach);
	});
});
