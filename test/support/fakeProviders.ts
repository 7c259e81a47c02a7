/** Scripted providers with the real submit, journal and waiting: a run on a clock that tests control. */
import pLimit from 'p-limit';

import type { ApiRequest, Send, SendOutcome } from '../../nodes/core/http/send';
import type { Provider } from '../../nodes/core/provider/provider';
import { imageCount } from '../../nodes/core/submit/imageCount';
import type { Journal } from '../../nodes/core/submit/journal';
import { openJobs, type Job } from '../../nodes/host/generate/job';
import { plannedCost, spendingLimit } from '../../nodes/host/plan/estimateCost';
import { processJobs } from '../../nodes/host/generate/processJobs';
import { defaultOptions, type Options } from '../../nodes/host/panel/options';
import { createFakeClock, type FakeClock } from './fakeClock';
import { emptyJournal, fakeChannel, fakeRun, planFor, sessionFor } from './fakeRun';
import { lostConnection, refusedConnection, reply } from './fakeSend';
import { scripted } from './madeUpRegistry';
import { validTaskOf } from './taskOf';
import type { Outcome } from '../../nodes/host/output/outcome';
import type { GeneratePlan, ReadItem } from '../../nodes/host/plan/generatePlan';
import type { Session } from '../../nodes/host/generate/session';

/** What a provider does with one paid request. `lost` and `error` may have been accepted: only the fake provider knows. */
export type Answer =
	| 'take'
	| 'takeAndFail'
	| 'takeAndLose'
	| 'lose'
	| 'takeAndError'
	| 'error'
	| 'noCredits'
	| 'wrongKey'
	| 'busy'
	| 'veryBusy'
	| 'unreachable'
	| 'content'
	| 'invalid';

export interface SentJob {
	provider: string;
	prompt: string;
	/** Milliseconds since the world began. */
	at: number;
	/** Whether the provider charges for it. */
	paid: boolean;
	id: string;
}

/** A provider whose answers the test decides. */
export type ScriptedId = keyof typeof scripted;

const accepted = (taskId: string): unknown => ({ code: 200, data: { taskId } });
const finished = (taskId: string): unknown => ({
	code: 200,
	data: { taskId, state: 'success', resultJson: { resultUrls: [`https://images.example.com/${taskId}.png`] } },
});
const failed = (taskId: string): unknown => ({ code: 200, data: { taskId, state: 'failed', failCode: 'GENERATION_FAILED', failMsg: 'it did not work' } });

export interface World {
	clock: FakeClock;
	sent: SentJob[];
	/** Tasks that were charged and not refunded, by prompt. */
	paidFor(prompt: string): number;
	journal: Journal;
	/** One try of the node, or a retry of its execution. */
	run(given: {
		execution: string;
		items: readonly ReadItem[];
		stops?: boolean;
		concurrency?: number;
		providers: readonly ScriptedId[];
		onFailure?: () => void;
	}): Promise<{ outcomes: Outcome[][]; jobs: Job[] }>;
}

export interface WorldRules {
	/** Decides what happens to the next paid request to a provider. */
	answer(provider: ScriptedId, number: number): Answer;
	/** How long a paid request takes, in milliseconds. */
	delay(number: number): number;
	random?: () => number;
}

/** An item for these providers, the first choice first. */
export function itemFor(itemIndex: number, prompt: string, ids: readonly ScriptedId[], options: Partial<Options> = {}): ReadItem {
	const all: Options = { ...defaultOptions, downloadImages: false, ...options };
	const plans = ids.map((id, rank): GeneratePlan => {
		const provider = scripted[id];
		const task = validTaskOf(provider, { prompt });
		const checked = { task, warnings: [], faults: [] };
		return planFor({ itemIndex, rank, checked, images: imageCount(provider, task), options: all }, provider);
	});
	const [first, ...others] = plans;
	if (first === undefined) throw new Error('An item needs a provider');
	return {
		itemIndex,
		plans: [first, ...others],
		...(ids.length > 1 ? { unable: [] } : {}),
		options: all,
		completion: 'waitForImages',
		files: [],
		request: { prompt },
	};
}

export function createWorld({ answer, delay, random }: WorldRules): World {
	const clock = createFakeClock(random);
	const sent: SentJob[] = [];
	const failing = new Set<string>();
	const byKey = new Map<string, string>();
	const journal = emptyJournal();
	let posts = 0;

	const submit = async (provider: Provider, id: ScriptedId, request: ApiRequest): Promise<SendOutcome> => {
		posts += 1;
		const number = posts;
		const what = answer(id, number);
		const prompt = JSON.stringify(request.body);
		if (what === 'unreachable') return refusedConnection;
		const job: SentJob = { provider: id, prompt, at: clock.elapsed(), paid: false, id: `task-${number}` };
		sent.push(job);
		await clock.sleep(delay(number));
		const key = request.headers?.[provider.submit.idempotencyHeader ?? ''];
		const known = key === undefined ? undefined : byKey.get(key);
		const isTaken = what.startsWith('take');
		if (known === undefined && isTaken) {
			job.paid = what !== 'takeAndFail' || !provider.failedTasksAreFree;
			if (what === 'takeAndFail') failing.add(job.id);
			if (key !== undefined) byKey.set(key, job.id);
		}
		if (what === 'takeAndLose' || what === 'lose') return lostConnection;
		if (what === 'takeAndError' || what === 'error') return reply(502, '<html>Bad gateway</html>');
		if (isTaken) return reply(200, accepted(known ?? job.id));
		switch (what) {
			case 'noCredits':
				return reply(402, { error: 'Insufficient credits', message: 'Insufficient credits' });
			case 'wrongKey':
				return reply(401, { error: 'Invalid API key', message: 'Invalid API key' });
			case 'busy':
				return reply(429, { error: 'Too many requests', message: 'Too many requests' }, { 'retry-after': '2' });
			case 'veryBusy':
				return reply(429, { error: 'Too many requests', message: 'Too many requests' }, { 'retry-after': '4000' });
			case 'content':
				return reply(400, { error: 'content policy violation', message: 'content policy violation' });
			default:
				return reply(400, { error: 'bad parameter', message: 'bad parameter' });
		}
	};

	const sendTo =
		(provider: Provider, id: ScriptedId, limit: ReturnType<typeof pLimit>): Send =>
		async (request, _timeout, _deadline, beforeSending) =>
			await limit(async () => {
				const held = beforeSending?.();
				if (held !== undefined) return held;
				if (request.path === provider.submitPath(validTaskOf(provider)) && request.method === 'POST') return await submit(provider, id, request);
				const taskId = request.path.split('/').at(-1) ?? '';
				await clock.sleep(5);
				return reply(200, failing.has(taskId) ? failed(taskId) : finished(taskId));
			});

	const session = (execution: string, stops: boolean, concurrency: number, providers: readonly ScriptedId[], count: number): Session => {
		// The item stays the same, but its expressions may return other values on each try.
		const items = Array.from({ length: count }, (_, item) => ({ json: { item } }));
		const limit = pLimit(concurrency);
		const fake = fakeRun(
			{ items, ...(stops ? {} : { onError: 'continueRegularOutput' as const }) },
			(own, provider) => ({ ...fakeChannel(own, [], provider), send: sendTo(provider, provider.id as ScriptedId, limit) }),
			clock,
		);
		return sessionFor(fake, {
			journal,
			executionId: execution,
			count: plannedCost,
			limit: spendingLimit,
			rawParameters: { prompt: '={{ $json.prompt }}' },
			credentialOf: (provider) => (providers.some((id) => id === provider) ? 'c' : undefined),
		});
	};

	return {
		clock,
		sent,
		journal,
		paidFor: (prompt) => sent.filter((job) => job.paid && job.prompt.includes(prompt)).length,
		async run({ execution, items, stops = false, concurrency = 20, providers, onFailure }) {
			const opened = session(execution, stops, concurrency, providers, items.length);
			const jobs = openJobs(items, opened).filter((one): one is Job => !('failure' in one) && 'key' in one);
			const { clock: own } = opened.run;
			const stop = own.stop.bind(own);
			own.stop = () => {
				onFailure?.();
				stop();
			};
			return { outcomes: await processJobs(jobs, opened), jobs };
		},
	};
}
