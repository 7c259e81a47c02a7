import type { Amount } from '../../core/cost';
import type { Journal } from '../../core/submit/journal';
import { addCost } from '../../core/submit/spending';

/**
 * The journal entries that tool calls of this process are working on, with what they will cost. An agent may call a tool
 * several times at once, even with the same input: each of these calls is its own job. An entry that no
 * call works on is a failed try, which the next call reuses.
 */
const live = new WeakMap<Journal, Map<string, Amount>>();

function liveIn(journal: Journal): Map<string, Amount> {
	const calls = live.get(journal) ?? new Map<string, Amount>();
	live.set(journal, calls);
	return calls;
}

/**
 * The entry that a call uses: one that a failed call left, or one that was delivered in the execution that is now being
 * retried; otherwise a new one, because an agent that repeats a successful call wants another image.
 */
export function claimEntry(journal: Journal, key: string, { cost, executionId }: { cost: Amount; executionId: string }): string {
	const calls = liveIn(journal);
	const most = Object.keys(journal.entries).length + calls.size;
	const candidates = [key, ...Array.from({ length: most }, (_, index) => `${key}.${index + 1}`)].filter((one) => !calls.has(one));
	const isLeft = (one: string): boolean => {
		const entry = journal.entries[one];
		return entry !== undefined && (entry.state !== 'accepted' || entry.delivered !== executionId);
	};
	const claimed = candidates.find(isLeft) ?? candidates.find((one) => journal.entries[one] === undefined) ?? key;
	calls.set(claimed, cost);
	return claimed;
}

/** From now on the journal counts the cost of this call. */
export function countInJournal(journal: Journal, key: string): void {
	const calls = liveIn(journal);
	const cost = calls.get(key);
	if (cost !== undefined) calls.set(key, { ...cost, amount: 0 });
}

export function releaseEntries(journal: Journal, keys: Iterable<string>): void {
	for (const key of keys) liveIn(journal).delete(key);
}

/** What was spent, plus what other live calls will spend. */
export function spentWithLive(journal: Journal, own: ReadonlySet<string>): Record<string, number> {
	const total = { ...journal.spent };
	for (const [key, cost] of liveIn(journal)) {
		if (own.has(key) || journal.entries[key]?.state === 'accepted') continue;
		addCost(total, cost);
	}
	return total;
}
