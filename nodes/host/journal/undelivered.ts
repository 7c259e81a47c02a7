import type { Journal } from '../../core/submit/journal';
import type { AcceptedTask } from '../output/failureItem';

/** A run, as far as it decides which entries of the journal are its own. */
interface JournalledRun {
	journal: Journal;
	executionId: string;
	/** Which pass of a loop this is. */
	pass: number;
	isTool: boolean;
	/** The entries that this run's jobs are working on. */
	keys: ReadonlySet<string>;
}

/** The accepted but undelivered tasks of this execution and of those that it retries. */
export function acceptedIn({ journal, pass, isTool, keys }: JournalledRun): AcceptedTask[] {
	return Object.entries(journal.entries).flatMap(([key, entry]) => {
		const isOurs = isTool ? keys.has(key) : entry.owner.pass === pass;
		return isOurs && entry.state === 'accepted' ? [{ itemIndex: entry.owner.item, provider: entry.ref.provider, taskId: entry.ref.taskId }] : [];
	});
}

/** Removes the entry of a delivered job, which no retry needs, so that the execution's data stays small. */
export function forgetDelivered({ key }: { key: string }, { journal, isTool, executionId }: JournalledRun): void {
	const entry = journal.entries[key];
	// An agent that failed after its tools starts over when it is retried, and reuses their images.
	if (isTool && entry?.state === 'accepted') {
		entry.delivered = executionId;
		return;
	}
	delete journal.entries[key];
	// A tool may be called again with the same input, and then needs an unused key.
	if (!isTool) delete journal.freed[key];
}
