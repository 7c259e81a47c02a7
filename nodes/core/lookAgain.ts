import type { Clock } from './clock';
import { lookAtTask, nothingSeen, type TaskOutcome, type WaitContext } from './waitForTask';
import type { KnownTask } from './taskRef';

const mostSeconds = 5;

/** What a single look shows: what became of the task, nothing yet (undefined), or a reply that says nothing about it. */
export type Look = TaskOutcome | 'unclear' | undefined;

export async function lookOnce(task: KnownTask, context: WaitContext): Promise<Look> {
	const seen = nothingSeen();
	const outcome = await lookAtTask(task, context, seen);
	return outcome ?? (seen.lastTrouble === undefined ? undefined : 'unclear');
}

/** Looks, and for a few seconds once more each second, as long as what was seen is worth it. */
export async function lookAgain(
	look: () => Promise<Look>,
	clock: Clock,
	isWorthIt: (seen: 'unclear' | undefined) => boolean,
): Promise<TaskOutcome | undefined> {
	for (let second = 0; ; second++) {
		const seen = await look();
		if (seen !== undefined && seen !== 'unclear') return seen;
		if (second >= mostSeconds || !isWorthIt(seen)) return undefined;
		await clock.sleep(1000);
	}
}
