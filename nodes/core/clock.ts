/** Time as core sees it, so that tests can own it. */
export interface Clock {
	/** Milliseconds since 1970. */
	now(): number;
	/** Resolves after so many milliseconds; rejects with Aborted as soon as the run is stopped. */
	sleep(milliseconds: number): Promise<void>;
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
