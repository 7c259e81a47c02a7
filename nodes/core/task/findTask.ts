import type { Clock } from '../clock';
import type { StatusCheck } from './checkAgain';
import { firstFound } from './firstFound';
import type { TaskOutcome } from './waitForTask';

/** How many checks one call may cause if no provider knows its task, for all candidates together. */
const mostChecks = 4;
const mostChecksOfOne = 3;
const pauseMilliseconds = 1000;
/** How long to wait for a silent provider before the others are polled at their own pace. */
const searchMilliseconds = 10_000;

export interface TaskFound<Candidate> {
	candidate: Candidate;
	/** Undefined if the task is not final. */
	outcome?: TaskOutcome;
}

export interface TaskSearch<Candidate> {
	found?: TaskFound<Candidate>;
	/** Candidates whose provider has said nothing about the task. */
	unclear: Candidate[];
	/** Refusals by providers. */
	refused: Array<{ candidate: Candidate; outcome: Extract<TaskOutcome, { kind: 'failed' }> }>;
}

/**
 * Finds the provider of the task that a callback names: the first provider that knows it ends the search. An unknown id costs
 * only a few checks.
 */
export async function findTask<Candidate>(
	candidates: readonly Candidate[],
	check: (candidate: Candidate) => Promise<StatusCheck>,
	clock: Clock,
): Promise<TaskSearch<Candidate>> {
	const search: TaskSearch<Candidate> = { unclear: [], refused: [] };
	const endsAt = clock.now() + searchMilliseconds;
	const mostOfOne = Math.max(1, Math.min(mostChecksOfOne, Math.floor(mostChecks / candidates.length)));
	let isOver = false;
	const searchAt = async (candidate: Candidate): Promise<TaskFound<Candidate> | undefined> => {
		for (let unknown = 0; ;) {
			const seen = await check(candidate);
			if (isOver) return undefined;
			if (seen.kind === 'pending') return { candidate };
			if (seen.kind === 'succeeded' || (seen.kind === 'failed' && seen.about === 'task')) return { candidate, outcome: seen };
			if (seen.kind === 'failed' && seen.about === 'access') {
				search.refused.push({ candidate, outcome: seen });
				return undefined;
			}
			if (seen.kind === 'unclear') {
				const pause = Math.max(pauseMilliseconds, seen.notBefore - clock.now());
				if (clock.now() + pause > endsAt) {
					search.unclear.push(candidate);
					return undefined;
				}
				await clock.sleep(pause);
			} else {
				unknown += 1;
				if (unknown >= mostOfOne) return undefined;
				await clock.sleep(pauseMilliseconds);
			}
			if (isOver) return undefined;
		}
	};
	const found = await firstFound(candidates.map(searchAt));
	isOver = true;
	return found === undefined ? search : { ...search, found };
}
