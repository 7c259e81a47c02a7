/** Time as core sees it, so that tests can own it. */
export interface Clock {
	/**
	 * Milliseconds since 1970, counted on evenly from what the machine's clock showed when the run began: setting that clock
	 * moves no deadline and stretches no wait.
	 */
	now(): number;
	/** Milliseconds since 1970 as the machine's clock shows them now: for dates that come from outside or are handed to n8n. */
	wallTime(): number;
	/** Resolves after so many milliseconds; rejects with Aborted as soon as the run is stopped. */
	sleep(milliseconds: number): Promise<void>;
	/** Calls `ring` once after so many milliseconds, also on a clock that was stopped. The function that is returned takes the alarm off. */
	alarm(milliseconds: number, ring: () => void): () => void;
	/** Whether the run was stopped. */
	isAborted(): boolean;
	/** A number from 0 up to 1, for spreading retries. */
	random(): number;
}

/** Thrown where the user pressed Stop. */
export class Aborted extends Error {
	constructor(
		/** Whether a request had been sent whose reply nobody will see. */
		readonly sent = false,
	) {
		super('The execution was stopped');
		this.name = 'Aborted';
	}
}
