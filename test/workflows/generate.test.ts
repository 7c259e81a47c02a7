import { providers } from '../../nodes/providers';
import { bytesOf } from './support/engine';
import { runGenerate, startSimulated, type Simulated } from './support/simulated';

let simulated: Simulated;

beforeAll(async () => {
	simulated = await startSimulated();
});
beforeEach(() => simulated.simulator.reset());
afterAll(async () => await simulated.simulator.close());

describe.each(providers.map((provider) => provider.id))('%s', (provider) => {
	test('turns a prompt into an image that the next node reads', async () => {
		const finished = await runGenerate(simulated, { parameters: { provider, prompt: 'a red fox in the snow' } });
		expect(finished.error('Generate')?.message).toBeUndefined();
		const [item] = finished.items('Generate');
		expect(item?.json).toMatchObject({ provider, status: 'succeeded', imageIndex: 0, imageCount: 1, mimeType: 'image/png' });
		const bytes = await bytesOf(item?.binary?.data);
		expect(bytes.subarray(1, 4).toString()).toBe('PNG');
		expect(bytes.length).toBe(item?.json.fileSize);
		expect(finished.items('Probe')[0]?.json).toMatchObject({ bytes: bytes.length, mimeType: 'image/png' });
		expect(simulated.simulator.requests.filter((one) => one.kind === 'submit')).toHaveLength(1);
	});
});
