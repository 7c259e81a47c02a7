/** Check Balance and the balance of a dry run, against accounts that have credits for two images. */
import type { ProviderId } from '../../nodes/providers';
import { requestsOf, stopDetailsOf, submitsOf } from './support/observe';
import { runGenerate, startSimulated, type Simulated } from './support/simulated';

let simulated: Simulated;

beforeEach(async () => {
	simulated = await startSimulated({ credits: { apixo: 0.08, pixwith: 13, apiframe: 9, apiInOne: 25, pixelDojo: 2 } });
});
afterEach(async () => await simulated.simulator.close());

const run = async (provider: ProviderId, options: object) =>
	await runGenerate(simulated, { items: [{}, {}, {}], parameters: { provider, options: { pollInterval: 0.02, ...options } } });

describe.each([
	['apixo', { amount: 0.08, unit: 'USD' }],
	['pixwith', { amount: 13, unit: 'credits' }],
	['apiframe', { amount: 9, unit: 'credits' }],
] as const)('%s', (provider, balance) => {
	test('sends nothing under Stop where the balance is too low', async () => {
		const failed = await run(provider, { checkBalance: true });
		expect(submitsOf(simulated)).toEqual([]);
		expect(requestsOf(simulated, 'balance')).toHaveLength(1);
		const [failure] = stopDetailsOf(failed.error('Generate')).failures;
		expect(failure?.failure).toMatchObject({ kind: 'insufficientCredits', tryElsewhere: true, mayBeCharged: false, retryable: false });
		expect(failed.error('Generate')?.message).toContain(`the balance is ${balance.amount} ${balance.unit}`);
	});

	test('shows the balance in a dry run, and warns where it is too low', async () => {
		const output = (await run(provider, { dryRun: true })).items('Generate');
		expect(requestsOf(simulated, 'balance')).toHaveLength(1);
		expect(submitsOf(simulated)).toEqual([]);
		expect(Object.keys(output[0]?.json ?? {})).toEqual([
			'dryRun',
			'estimatedCost',
			'balance',
			'warnings',
			'provider',
			'model',
			'pixels',
			'imagesRequested',
			'request',
		]);
		expect(output.map(({ json }) => json.balance)).toEqual([balance, balance, balance]);
		const lacks = output.map(({ json }) => (json.warnings as string[]).filter((one) => one.startsWith('The balance is too low')).length);
		expect(lacks).toEqual([0, 0, 1]);
	});
});

test.each(['apiInOne', 'pixelDojo'] as const)('%s has no request for it: nothing is refused, and a dry run does not mention it', async (provider) => {
	const [item] = (await run(provider, { dryRun: true })).items('Generate');
	expect(item?.json).not.toHaveProperty('balance');
	await run(provider, { checkBalance: true });
	expect(submitsOf(simulated)).toHaveLength(3);
});

test('if the balance cannot be read, nothing is refused', async () => {
	const credentials = { ...simulated.credentials, apixoApi: { ...simulated.credentials.apixoApi, apiKey: 'wrong' } };
	const finished = await runGenerate(simulated, { parameters: { options: { checkBalance: true } }, workflow: { credentials } });
	expect(stopDetailsOf(finished.error('Generate')).failures[0]?.failure.kind).toBe('authentication');
	expect(submitsOf(simulated)).toHaveLength(1);
});
