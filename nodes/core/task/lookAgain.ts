import type { Clock } from '../clock';
import { lookAtTask, nothingSeen, type TaskOutcome, type WaitContext } from './waitForTask';
import type { KnownTask } from './taskRef';

const mostMilliseconds = 5000;

/** A reply that says nothing about the task. */
export interface UnclearLook {
	kind: 'unclear';
	/** Milliseconds since 1970: before this the provider does not want to be asked again. */
	notBefore: number;
}

/** What a single look shows: what became of the task, or nothing yet (undefined). */
export type Look = TaskOutcome | UnclearLook | undefined;

export async function lookOnce(task: KnownTask, context: WaitContext): Promise<Look> {
	const seen = nothingSeen();
	const outcome = await lookAtTask(task, context, seen);
	return outcome ?? (seen.lastTrouble === undefined ? undefined : { kind: 'unclear', notBefore: seen.notBefore });
}

/** Looks, and for a few seconds once more each second, as long as what was seen is worth it and the provider lets itself be asked. */
export async function lookAgain(
	look: () => Promise<Look>,
	clock: Clock,
	isWorthIt: (seen: 'unclear' | undefined) => boolean,
): Promise<TaskOutcome | undefined> {
	for (let left = mostMilliseconds; ; ) {
		const seen = await look();
		if (seen !== undefined && seen.kind !== 'unclear') return seen;
		const pause = Math.max(1000, (seen?.notBefore ?? 0) - clock.now());
		if (pause > left || !isWorthIt(seen?.kind)) return undefined;
		left -= pause;
		await clock.sleep(pause);
	}
}
