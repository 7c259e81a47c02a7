/** A run of a node with the test's own clock and replies, and the jobs of such a run. */
import type { Clock } from '../../nodes/core/clock';
import { RateGate } from '../../nodes/core/http/rateGate';
import type { Provider } from '../../nodes/core/provider/provider';
import { createRedactor } from '../../nodes/core/redactor';
import type { Journal } from '../../nodes/core/submit/journal';
import { SkippedProviders } from '../../nodes/core/submit/skippedProviders';
import type { Channel, Run } from '../../nodes/host/execution/run';
import type { CredentialFault } from '../../nodes/host/execution/account';
import type { Job } from '../../nodes/host/generate/job';
import type { Session } from '../../nodes/host/generate/session';
import type { GeneratePlan } from '../../nodes/host/plan/generatePlan';
import { defaultOptions, type Options } from '../../nodes/host/panel/options';
import { createFakeClock, type FakeClock } from './fakeClock';
import { fakeNode, type FakeNode, type FakeNodeRules } from './fakeNode';
import { fakeSend, type Answers, type FakeSend } from './fakeSend';
import { simpleProvider } from './madeUpProvider';
import { stoppable } from './stoppable';

export interface FakeChannel extends Channel {
	sent: FakeSend;
}

export function fakeChannel(clock: Clock, answers: Answers = [], provider: Provider = simpleProvider): FakeChannel {
	const sent = fakeSend(answers);
	const { baseUrl, credentialType } = provider;
	return {
		provider,
		account: {
			baseUrl,
			secrets: ['the-key'],
			redactor: createRedactor(['the-key']),
			credentialId: 'c',
			decrypted: { id: 'c', name: '', type: credentialType, data: {} },
		},
		gate: new RateGate(clock),
		inFlight: { count: 0 },
		// As a run does: just before sending, after all waiting.
		send: async (request, timeout, deadline, beforeSending) => beforeSending?.() ?? (await sent.send(request, timeout, deadline)),
		sent,
	};
}

export interface FakeRun {
	node: FakeNode;
	/** The time of the world, which the run's own clock shows until it is stopped. */
	clock: FakeClock;
	run: Run;
}

/** `open`: each provider's account, or the fault of its credential. */
export function fakeRun(
	rules: FakeNodeRules = {},
	open: (clock: FakeClock, provider: Provider) => Channel | CredentialFault = unopened,
	clock: FakeClock = createFakeClock(),
): FakeRun {
	const node = fakeNode(rules);
	const signal = node.context.getExecutionCancelSignal();
	const own = stoppable(clock, signal);
	const channels = new Map<string, Channel | CredentialFault>();
	const run: Run = {
		context: node.context,
		clock: own,
		signal,
		startedAt: clock.now(),
		upload: async (work) => await work(),
		download: async (work) => await work(),
		channel: async (provider) => {
			const channel = channels.get(provider.id) ?? open(own, provider);
			channels.set(provider.id, channel);
			return channel;
		},
	};
	return { node, clock, run };
}

function unopened(): never {
	throw new Error('No account was meant to be opened');
}

export function planFor(more: Partial<GeneratePlan> = {}, provider: Provider = simpleProvider): GeneratePlan {
	const task = { operation: 'textToImage', prompt: 'a red fox', imageUrls: [], values: { imageCount: 2 }, additionalFields: {} } as const;
	return {
		itemIndex: 0,
		rank: 0,
		provider,
		checked: { task, warnings: [], faults: [] },
		model: provider.model.id,
		images: { requested: 2 },
		references: [],
		options: defaultOptions,
		completion: 'waitForImages',
		callback: 'none',
		...more,
	};
}

/** The job of one item with a plan. */
export function jobFor(more: Partial<Omit<Job, 'options'>> & { options?: Partial<Options> } = {}): Job {
	const { options, ...others } = more;
	const plan = planFor({ itemIndex: more.itemIndex ?? 0 });
	return {
		itemIndex: 0,
		completion: 'waitForImages',
		plans: [plan],
		provider: plan.provider,
		identity: { typed: 'typed', request: 'request' },
		key: `0.${more.itemIndex ?? 0}`,
		...others,
		options: { ...defaultOptions, ...options },
	} as Job;
}

export const emptyJournal = (): Journal => ({ firstExecution: '1', pass: 0, entries: {}, refusals: {}, spent: {}, freed: {} });

export function sessionFor({ node, run }: FakeRun, more: Partial<Session> = {}): Session {
	return {
		context: node.context,
		run,
		journal: emptyJournal(),
		executionId: '1',
		nodeId: 'node',
		pass: 0,
		isTool: false,
		keys: new Set(),
		tasks: new Map(),
		skipped: new SkippedProviders(),
		count: ({ images, provider }) => ({ amount: 0.035 * images.requested, unit: provider.cost.unit }),
		limit: ({ images, provider }) => ({ cost: { amount: 0.035 * images.requested, unit: provider.cost.unit }, limit: 0, allowUnknownCost: false }),
		rawParameters: {},
		credentialOf: () => 'c',
		...more,
	};
}
