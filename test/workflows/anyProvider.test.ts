/** Seedream Any Provider on n8n's own engine: the first of the chosen providers that can takes the job, paid once. */
import type { ProviderId } from '../../nodes/providers';
import { runWorkflow, type CredentialData, type Finished } from './support/engine';
import { detailsOf, requestsOf, stopDetailsOf, submitsOf } from './support/observe';
import { retryDataOf } from './support/retryExecution';
import { useSimulated } from './support/simulated';

const simulated = useSimulated();

interface AnyRun {
	providers?: ProviderId[];
	items?: Array<Record<string, unknown>>;
	parameters?: Record<string, unknown>;
	options?: object;
	node?: Record<string, unknown>;
	credentials?: CredentialData;
	resume?: Finished;
}

async function run({ providers, items = [{}], parameters = {}, options = {}, node = {}, credentials = {}, resume }: AnyRun): Promise<Finished> {
	return await runWorkflow({
		nodes: [
			{ name: 'Items', type: 'itemSource', parameters: { items: items as never } },
			{
				name: 'Any',
				type: 'n8n-nodes-seedream.seedreamAnyProvider',
				parameters: {
					...(providers === undefined ? {} : { providers }),
					prompt: '={{ $json.prompt ?? "a fox" }}',
					options: { pollInterval: 0.04, ...options },
					...parameters,
				},
				...node,
			},
		],
		connect: [['Items', 'Any']],
		credentials: { ...simulated.credentials, ...credentials },
		...(resume === undefined ? {} : { resume: retryDataOf(resume), executionId: '2' }),
	});
}

const output = (finished: Finished) => finished.items('Any');

test('the first provider takes the job if it can, and no other one is asked', async () => {
	const [item] = output(await run({}));
	expect(item?.json).toMatchObject({ provider: 'apixo', status: 'succeeded', attempts: [] });
	expect(submitsOf(simulated).map(({ provider }) => provider)).toEqual(['apixo']);
});

test('under Stop nothing is sent to another provider after a failure', async () => {
	const items = Array.from({ length: 6 }, (_, index) => ({ prompt: `a fox ${index === 0 ? '[[refuse]]' : '[[submit=429;times=1;retry-after=1]]'}` }));
	const finished = await run({ items, options: { maxTasksInFlight: 1 } });
	expect(stopDetailsOf(finished.error('Any')).failures.map(({ failure }) => failure.kind)).toEqual(['contentRejected']);
	expect(submitsOf(simulated)).toHaveLength(1);
});

test('a retry asks only the provider whose outcome is unknown', async () => {
	const failed = await run({ items: [{ prompt: 'a fox [[submit=reset-after]]' }] });
	const cautious = await run({ providers: ['pixwith', 'apixo'], resume: failed, node: { onError: 'continueRegularOutput' } });
	expect(detailsOf(output(cautious)[0]).failure.kind).toBe('outcomeUnknown');
	expect(submitsOf(simulated)).toHaveLength(1);
	const bold = await run({ providers: ['pixwith', 'apixo'], resume: failed, options: { submitAgainIfUnknown: true } });
	expect(output(bold)[0]?.json.provider).toBe('apixo');
	expect(submitsOf(simulated).map(({ provider }) => provider)).toEqual(['apixo', 'apixo']);
});

test('with Return Task the provider that has no callbacks is asked without one', async () => {
	const parameters = { completion: 'returnTask', callback: 'url', callbackUrl: 'https://example.com/hook' };
	const withoutCredits = { ...simulated.credentials.apixoApi, apiKey: `${simulated.simulator.demoKeys.apixo}-broke` };
	const taken = await run({ parameters, credentials: { apixoApi: withoutCredits } });
	expect(output(taken)[0]?.json).toMatchObject({
		provider: 'pixwith',
		status: 'submitted',
		callback: 'none',
		warnings: ['PixWith sends no callbacks, so nothing calls the Callback URL for this task: collect it with a Seedream Wait for Task node.'],
		attempts: [{ provider: 'apixo', kind: 'insufficientCredits' }],
	});
	const called = await run({ parameters });
	expect(output(called)[0]?.json).toMatchObject({ provider: 'apixo', callback: 'url', warnings: [], attempts: [] });
	expect(JSON.stringify(submitsOf(simulated, 'apixo').at(-1)?.body)).toContain('https://example.com/hook?provider=apixo');
	expect(requestsOf(simulated, 'status')).toEqual([]);
});
