/**
 * Replaces nodes/providers in tests of host: providers that no user can choose, found by their ids like the real ones.
 * A test file mocks the module with this one.
 */
import type { Provider } from '../../nodes/core/provider/provider';
import { textAt } from '../../nodes/core/json';
import { makeProvider, plainProvider, simpleProvider } from './madeUpProvider';

/** Charges credits, remembers an idempotency key for a day, and has its own option. */
const creditsProvider: Provider = makeProvider({
	facts: {
		id: 'credits',
		displayName: 'Credits',
		credentialType: 'creditsApi',
		baseUrl: 'https://api.credits.example',
		failedTasksAreFree: true,
		options: [
			{
				displayName: 'Region',
				name: 'region',
				type: 'string',
				default: '',
				refusal: (region) => (region === 'moon' ? 'must be on Earth' : undefined),
				nodes: ['generate', 'wait', 'trigger'],
			},
		],
	},
	submit: { idempotencyHours: 24 },
	cost: { perImage: 6, unit: 'credits', note: '6 credits per image' },
	adapter: { upload: undefined, balance: undefined },
});

/** Signs its callbacks, and calls a task a job in them. */
const signingProvider: Provider = makeProvider({
	facts: { id: 'signing', displayName: 'Signing', credentialType: 'signingApi', baseUrl: 'https://api.signing.example' },
	adapter: {
		upload: undefined,
		balance: undefined,
		readCallback: (body) => textAt(body, 'jobId'),
		checkSignature(_, { 'x-webhook-signature': signature }, apiKey) {
			return signature === undefined ? undefined : signature === `signed with ${apiKey}`;
		},
	},
});

/** Checked early and often, so that even short Timeouts see results. */
const pace = { intervalSeconds: () => 5, firstCheckSeconds: () => 3 };

/** For runs with faults: see fakeProviders.ts. */
export const scripted = {
	/** No idempotency key, and failed tasks are free. */
	first: makeProvider({
		facts: { id: 'first', displayName: 'First', credentialType: 'firstApi', failedTasksAreFree: true },
		submit: { idempotencyHeader: undefined },
		model: pace,
	}),
	/** The same, but failed tasks cost. */
	second: makeProvider({
		facts: { id: 'second', displayName: 'Second', credentialType: 'secondApi' },
		submit: { idempotencyHeader: undefined },
		model: pace,
	}),
	/** A repeated idempotency key never pays twice. */
	keyed: makeProvider({ facts: { id: 'keyed', displayName: 'Keyed', credentialType: 'keyedApi', failedTasksAreFree: true }, model: pace }),
};

export const providers: readonly Provider[] = [simpleProvider, plainProvider, creditsProvider, signingProvider, ...Object.values(scripted)];
export const providerIds: readonly string[] = providers.map(({ id }) => id);
export const callbackProviders = providers.filter(({ submit }) => submit.callbackField !== undefined);
export const findProvider = (id: string): Provider | undefined => providers.find((provider) => provider.id === id);
export const isProviderId = (id: string): boolean => providerIds.includes(id);
