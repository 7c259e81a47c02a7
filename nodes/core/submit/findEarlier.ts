import type { EntryOwner, Journal, JobIdentity } from './journal';

/** A job of this run, which may have an entry in the journal from an earlier try. */
export interface JobOfRun extends JobIdentity {
	item: number;
}

export interface CurrentRun {
	execution: string;
	pass: number;
	/** The id of the credential that this run uses with a provider; undefined if it does not use that provider. */
	credentialOf: (provider: string) => string | undefined;
}

const isSame = (one: string | undefined, other: string | undefined): boolean => one !== undefined && one === other;

/** Whether an entry of another execution belongs to the same job, whichever item it was for. */
function isSameJob(owner: EntryOwner, job: JobOfRun, { credentialOf }: CurrentRun): boolean {
	const credential = credentialOf(owner.provider);
	if (credential !== undefined && credential !== owner.credential) return false;
	return isSame(owner.typed, job.typed) || isSame(owner.request, job.request);
}

/**
 * For each job, in order: the key of the entry that an earlier try left. Within one execution nothing can have been
 * edited, so the item's own entry is used even if its expressions now return other values. A retried execution may run an edited
 * workflow on other items, so the typed values and the item, or the resulting request, must be the same.
 */
export function findEarlier(journal: Journal, jobs: readonly JobOfRun[], run: CurrentRun): Array<string | undefined> {
	const entries = Object.entries(journal.entries).filter(([, { owner }]) => owner.pass === run.pass);
	const own = new Map<number, string>();
	const left: typeof entries = [];
	for (const entry of entries) {
		const [key, { owner }] = entry;
		if (owner.execution === run.execution) own.set(owner.item, key);
		else left.push(entry);
	}
	const found = jobs.map(({ item }) => own.get(item));
	const take = (index: number, fits: (owner: EntryOwner) => boolean): void => {
		const job = jobs[index];
		if (job === undefined || found[index] !== undefined) return;
		const place = left.findIndex(([, { owner }]) => fits(owner) && isSameJob(owner, job, run));
		const [taken] = place < 0 ? [] : left.splice(place, 1);
		found[index] = taken?.[0];
	};
	// An entry is offered to its own item before any other item may use it.
	jobs.forEach(({ item }, index) => take(index, (owner) => owner.item === item));
	jobs.forEach((_, index) => take(index, () => true));
	return found;
}
