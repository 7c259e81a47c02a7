/** The jobs of a run: in parallel, returned in order, and what happens to the others when one fails or the user presses Stop. */
import { Aborted } from '../../../nodes/core/clock';
import type { ApiRequest, SendOutcome } from '../../../nodes/core/http/send';
import { textAt } from '../../../nodes/core/json';
import type { Provider } from '../../../nodes/core/provider/provider';
import type { Job } from '../../../nodes/host/generate/job';
import { processJobs } from '../../../nodes/host/generate/processJobs';
import type { FakeNodeRules } from '../../support/fakeNode';
import { emptyJournal, fakeChannel, fakeRun, jobFor, planFor, sessionFor, type FakeRun } from '../../support/fakeRun';
import { simpleProvider } from '../../support/madeUpProvider';
import { reply } from '../../support/fakeSend';

const free: Provider = { ...simpleProvider, failedTasksAreFree: true };

/** Status of a task by the prompt of its job, which is its id too: `bad…` fails. */
function statusOf(taskId: string): SendOutcome {
	const state = taskId.startsWith('bad')
		? { state: 'failed', failMsg: 'out of luck' }
		: { state: 'success', resultJson: { resultUrls: [`https://example.com/${taskId}.png`] } };
	return reply(200, { data: { taskId, ...state } });
}

interface Given {
	rules?: FakeNodeRules;
	jobs: readonly Job[];
	/** Before an answer comes. */
	onRequest?: (request: ApiRequest, fake: FakeRun) => Promise<SendOutcome | undefined> | SendOutcome | undefined;
	provider?: Provider;
}

async function process({ rules = { onError: 'continueRegularOutput' }, jobs, onRequest, provider = simpleProvider }: Given) {
	const sent: string[] = [];
	const fake = fakeRun(rules, (clock) =>
		fakeChannel(
			clock,
			async (_, request) => {
				const prompt = textAt(request.body, 'prompt') ?? '';
				if (request.method === 'POST') sent.push(prompt);
				const said = await onRequest?.(request, fake);
				if (said !== undefined) return said;
				return request.method === 'POST' ? reply(200, { data: { taskId: prompt } }) : statusOf(request.path.split('/').at(-1) ?? '');
			},
			provider,
		),
	);
	const session = sessionFor(fake);
	const outcomes = await processJobs(jobs, session);
	return {
		sent,
		session,
		node: fake.node,
		elapsed: fake.clock.elapsed() / 1000,
		outcomes,
		/** By item: the URLs of its images, or its kinds of failure. */
		seen: outcomes.map((list) => list.map((one) => (one.kind === 'item' ? (one.item.json.url ?? one.item.json.taskId) : one.failed.failure.kind))),
	};
}

function jobNamed(prompt: string, itemIndex: number, more: Parameters<typeof jobFor>[0] = {}): Job {
	const plan = planFor({ itemIndex });
	const checked = { ...plan.checked, task: { ...plan.checked.task, prompt } };
	return jobFor({ itemIndex, plans: [{ ...plan, checked }], ...more, options: { downloadImages: false, ...more.options } });
}
const jobsNamed = (prompts: readonly string[], more: Parameters<typeof jobFor>[0] = {}) => prompts.map((prompt, index) => jobNamed(prompt, index, more));
const urlOf = (name: string) => `https://example.com/${name}.png`;

describe('under Continue', () => {
	test('all jobs are in flight together and are returned in the order of the items', async () => {
		const { seen, elapsed, sent } = await process({
			jobs: jobsNamed(['a', 'bad', 'c']),
			onRequest: async ({ method, body }, { clock }) => {
				if (method === 'POST') await clock.sleep(body?.prompt === 'a' ? 3000 : 1000);
				return undefined;
			},
		});
		expect(seen).toEqual([[urlOf('a')], ['generationFailed'], [urlOf('c')]]);
		expect(sent).toEqual(['a', 'bad', 'c']);
		// The made-up provider's first check comes after 20 seconds.
		expect(elapsed).toBe(23);
	});

	test('Max Tasks in Flight is respected', async () => {
		const { seen, elapsed } = await process({ jobs: jobsNamed(['a', 'b', 'c'], { options: { maxTasksInFlight: 2 } }) });
		expect(seen.flat()).toEqual(['a', 'b', 'c'].map(urlOf));
		expect(elapsed).toBe(40);
	});

	test('an item whose image is not downloaded shows the requested size', async () => {
		const { outcomes } = await process({ jobs: jobsNamed(['a']) });
		expect(outcomes).toMatchObject([[{ item: { json: { pixels: { width: 2048, height: 2048 }, imagesRequested: 2 }, pairedItem: { item: 0 } } }]]);
	});
});

test('with Return Task the accepted task is returned at once', async () => {
	const { outcomes, elapsed } = await process({ jobs: [jobNamed('a', 3, { completion: 'returnTask' })] });
	expect(outcomes).toMatchObject([[{ kind: 'item', item: { json: { taskId: 'a', status: 'submitted' }, pairedItem: { item: 3 } } }]]);
	expect(elapsed).toBe(0);
});

test('the images and the failure of a job name the providers that did not take it', async () => {
	const unable = [{ rank: 0, provider: 'plain', kind: 'invalidInput' as const, message: 'too many' }];
	const attempts = [{ provider: 'plain', kind: 'invalidInput', message: 'too many' }];
	const jobs = ['a', 'bad'].map((prompt, index) => {
		const { plans } = jobNamed(prompt, index);
		return jobNamed(prompt, index, { plans: [{ ...plans[0], rank: 1 }], unable } as never);
	});
	expect((await process({ jobs })).outcomes).toMatchObject([[{ item: { json: { attempts } } }], [{ failed: { attempts } }]]);
});

test('a task that failed at no cost is forgotten, any other one is kept', async () => {
	const { session } = await process({ jobs: jobsNamed(['bad']), provider: free });
	expect(session.journal).toEqual({ ...emptyJournal(), spent: { USD: 0 }, freed: { '0.0': 1 } });
	const charged = await process({ jobs: jobsNamed(['bad']) });
	expect(charged.session.journal).toMatchObject({ entries: { '0.0': { state: 'accepted' } }, spent: { USD: 0.07 } });
});

describe('under Stop', () => {
	const rules: FakeNodeRules = {};

	test('a failure ends all waiting, no job is sent after it, and canceled jobs are not reported as failures', async () => {
		const { seen, sent, session } = await process({
			rules,
			jobs: jobsNamed(['bad', 'b', 'c', 'd'], { options: { maxTasksInFlight: 2 } }),
			onRequest: async ({ path }, { clock }) => {
				if (path.endsWith('/b')) await clock.sleep(60_000);
				return undefined;
			},
		});
		expect(sent).toEqual(['bad', 'b']);
		expect(seen.flat()).toContain('generationFailed');
		expect(seen.flat()).not.toContain('cancelled');
		expect(session.journal.entries).toMatchObject({ '0.0': { state: 'accepted' }, '0.1': { state: 'accepted' } });
	});

	test('a job that is being sent at that moment is reported, because it may have been paid', async () => {
		const { seen } = await process({
			rules,
			jobs: jobsNamed(['refused', 'b']),
			onRequest: async ({ body }, { clock }) => {
				if (body?.prompt === 'refused') return reply(400, { message: 'bad parameter' });
				await clock.sleep(10);
				throw new Aborted(true);
			},
		});
		expect(seen).toEqual([['invalidInput'], ['cancelled']]);
	});

	test('without a failure no job is canceled', async () => {
		expect((await process({ rules, jobs: jobsNamed(['a', 'b']) })).seen).toEqual([[urlOf('a')], [urlOf('b')]]);
	});
});

describe("the user's Stop", () => {
	test('names a task that was running, and a job that was not sent', async () => {
		const jobs = jobsNamed(['a', 'b'], { options: { maxTasksInFlight: 1 } });
		const { outcomes } = await process({
			jobs,
			onRequest: ({ method }, { node, clock }) => {
				if (method === 'POST') clock.at(5000, () => node.stop());
				return undefined;
			},
		});
		expect(outcomes).toMatchObject([
			[{ failed: { taskId: 'a', failure: { kind: 'cancelled', message: 'The execution was stopped while the task was running', mayBeCharged: true } } }],
			[{ failed: { itemIndex: 1, failure: { kind: 'cancelled', message: 'The execution was stopped before the job was sent', mayBeCharged: false } } }],
		]);
	});

	test('while a job is being sent says that it may have arrived', async () => {
		const { outcomes } = await process({
			jobs: jobsNamed(['a']),
			onRequest: (_, { node }) => {
				node.stop();
				throw new Aborted(true);
			},
		});
		expect(outcomes).toMatchObject([
			[{ failed: { failure: { kind: 'cancelled', mayBeCharged: true, message: expect.stringMatching(/it may have arrived$/) } } }],
		]);
	});
});

describe('a bug fails only its own item', () => {
	test('before the task was accepted', async () => {
		const jobs = [jobNamed('a', 0, { plans: [null] } as never), jobNamed('b', 1)];
		const { seen } = await process({ jobs });
		expect(seen).toEqual([['invalidInput'], [urlOf('b')]]);
	});

	test('after the task was accepted, which the failure names', async () => {
		const broken: Provider = {
			...simpleProvider,
			pixels: () => {
				throw new Error('boom');
			},
		};
		const [plan] = jobNamed('a', 0).plans;
		const { outcomes } = await process({ jobs: [jobNamed('a', 0, { plans: [{ ...plan, provider: broken }] } as never)] });
		expect(outcomes).toMatchObject([[{ failed: { taskId: 'a', failure: { kind: 'unexpectedReply', message: 'boom' } } }]]);
	});
});
