/** Everything core needs to know about time. It is passed in, so that tests can control it. */
export interface Clock {
	/**
	 * Milliseconds since 1970, counted steadily from the machine's clock at the start of the run: setting that clock
	 * moves no deadline and lengthens no wait.
	 */
	now(): number;
	/** Milliseconds since 1970 by the machine's clock, for comparison with dates from outside and for n8n. */
	wallTime(): number;
	/** Resolves after the given number of milliseconds; rejects with Aborted as soon as the run is stopped. */
	sleep(milliseconds: number): Promise<void>;
	/** Calls `action` once after the given number of milliseconds, even on a stopped clock. Returns a function that cancels the alarm. */
	alarm(milliseconds: number, action: () => void): () => void;
	/** Whether the run was stopped. */
	isAborted(): boolean;
	/** A random number from 0 up to 1, for spreading retries. */
	random(): number;
}

/** Thrown when the user has pressed Stop. */
export class Aborted extends Error {
	constructor(
		/** Whether a request had been sent whose reply will not be read. */
		readonly sent = false,
	) {
		super('The execution was stopped');
		this.name = 'Aborted';
	}
}
