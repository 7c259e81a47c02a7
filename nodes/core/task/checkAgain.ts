import type { Clock } from '../clock';
import type { KnownTask } from './taskRef';
import type { WaitContext } from './waitContext';
import { checkStatus, nothingSeen, type TaskOutcome } from './waitForTask';

const mostMilliseconds = 5000;

/** The result of one status check: the task's outcome, or why it is not known yet. */
export type StatusCheck =
	| TaskOutcome
	/** The provider knows the task, and it is not final. */
	| { kind: 'pending' }
	/** The provider does not know the task (yet), or its reply is not about a task. */
	| { kind: 'unknownTask' }
	/** The reply says nothing about the task. `notBefore` (milliseconds since 1970): the provider asked not to be asked again before this time. */
	| { kind: 'unclear'; notBefore: number };

/** Why a task's outcome is not known yet. */
export type OpenReason = Exclude<StatusCheck['kind'], TaskOutcome['kind']>;

export async function checkOnce(task: KnownTask, context: WaitContext): Promise<StatusCheck> {
	const seen = nothingSeen();
	const outcome = await checkStatus(task, context, seen);
	if (outcome !== undefined) return outcome;
	if (seen.doubts > 0) return { kind: 'unknownTask' };
	if (seen.trouble.length > 0) return { kind: 'unclear', notBefore: seen.notBefore };
	return { kind: seen.isConfirmed ? 'pending' : 'unknownTask' };
}

/** Checks once, then every second for a few seconds, as long as `isWorthIt` says so and the provider asks for no longer pause. */
export async function checkAgain(check: () => Promise<StatusCheck>, clock: Clock, isWorthIt: (seen: OpenReason) => boolean): Promise<TaskOutcome | undefined> {
	for (let left = mostMilliseconds; ;) {
		const seen = await check();
		if (seen.kind === 'succeeded' || seen.kind === 'failed') return seen;
		const pause = Math.max(1000, (seen.kind === 'unclear' ? seen.notBefore : 0) - clock.now());
		if (pause > left || !isWorthIt(seen.kind)) return undefined;
		left -= pause;
		await clock.sleep(pause);
	}
}
