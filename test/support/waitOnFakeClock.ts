import type { SendOutcome } from '../../nodes/core/http/send';
import { RateGate } from '../../nodes/core/http/rateGate';
import type { Provider, ReadOverrides } from '../../nodes/core/provider/provider';
import type { KnownTask } from '../../nodes/core/task/taskRef';
import { waitForTask, type TaskOutcome } from '../../nodes/core/task/waitForTask';
import { createFakeClock, fakeStart, type FakeClock } from './fakeClock';
import { fakeSend, reply, type FakeSend } from './fakeSend';
import { madeUpProvider } from './madeUpProvider';
import type { TasksInFlight } from '../../nodes/core/task/waitContext';

/** A reply that says nothing about the state. */
const silent = reply(200, {});

interface Rules {
	/** The made-up provider by default. */
	provider?: Provider;
	/** What is known about the task; submitted now by default. */
	task?: Partial<KnownTask>;
	seconds?: number;
	pollIntervalSeconds?: number;
	overrides?: ReadOverrides;
	clock?: FakeClock;
	inFlight?: TasksInFlight;
}

interface Waited {
	outcome: TaskOutcome;
	clock: FakeClock;
	sent: FakeSend;
	/** Seconds after the start at which the task was checked. */
	checks: number[];
}

type Answers = readonly SendOutcome[] | ((elapsedSeconds: number) => SendOutcome | Promise<SendOutcome>);

/** Waits for a task whose status requests get these replies. */
export async function waitOnFakeClock(answers: Answers, rules: Rules = {}): Promise<Waited> {
	const clock = rules.clock ?? createFakeClock();
	const provider = rules.provider ?? madeUpProvider;
	const checks: number[] = [];
	const sent = fakeSend(async (index) => {
		const now = clock.elapsed() / 1000;
		checks.push(now);
		if (typeof answers === 'function') return await answers(now);
		return answers[Math.min(index, answers.length - 1)] ?? silent;
	});
	const outcome = await waitForTask(
		{ provider: provider.id, taskId: 'task_1', submittedAt: fakeStart, warnings: [], ...rules.task },
		{
			provider,
			clock,
			gate: new RateGate(clock),
			send: sent.send,
			deadline: fakeStart + (rules.seconds ?? 600) * 1000,
			overrides: rules.overrides ?? {},
			...(rules.inFlight === undefined ? {} : { inFlight: rules.inFlight }),
			...(rules.pollIntervalSeconds === undefined ? {} : { pollIntervalSeconds: rules.pollIntervalSeconds }),
		},
	);
	return { outcome, clock, sent, checks };
}

export function failureOf(outcome: TaskOutcome) {
	if (outcome.kind !== 'failed') throw new Error('The task was meant to fail');
	return outcome.failure;
}
