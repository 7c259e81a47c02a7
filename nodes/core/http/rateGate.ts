import type { Clock } from '../clock';

const firstPauseSeconds = 1;
const longestPauseSeconds = 30;

/** Makes all requests to one account wait together after a 429, instead of each one retrying. */
export class RateGate {
	private openAt = 0;
	private refusals = 0;
	private lastWords: string | undefined;

	constructor(private readonly clock: Clock) {}

	/** What the provider said in its latest refusal. */
	get words(): string | undefined {
		return this.lastWords;
	}

	/** When requests may be sent again, on the run's clock. */
	get opensAt(): number {
		return this.openAt;
	}

	/** Resolves when requests may be sent again, at the latest at `deadline`. */
	async pass(deadline: number): Promise<void> {
		for (let wait = this.waitFor(deadline); wait > 0; wait = this.waitFor(deadline)) {
			// Waits up to a quarter longer, at random: requests that waited together must not be sent together.
			await this.clock.sleep(Math.min(wait + this.clock.random() * Math.min(wait, 4000) * 0.25, deadline - this.clock.now()));
		}
	}

	/** Whether requests have to wait right now. */
	isClosed(): boolean {
		return this.openAt > this.clock.now();
	}

	private waitFor(deadline: number): number {
		return Math.min(this.openAt, deadline) - this.clock.now();
	}

	/** Records a refusal. If the provider gives no time, the pause doubles from 1 s up to 30 s. */
	refused(askedSeconds: number | undefined, words?: string): void {
		this.lastWords = words ?? this.lastWords;
		const now = this.clock.now();
		// "Now" or a fraction of a second is no usable time: an immediate retry would be refused again.
		const asked = askedSeconds !== undefined && askedSeconds < firstPauseSeconds ? undefined : askedSeconds;
		// Replies to requests sent before the pause began belong to the same refusal.
		if (asked === undefined && this.openAt > now) return;
		const own = Math.min(longestPauseSeconds, firstPauseSeconds * 2 ** this.refusals);
		this.openAt = Math.max(this.openAt, now + (asked ?? own) * 1000);
		this.refusals = Math.min(this.refusals + 1, 5);
	}

	succeeded(): void {
		this.refusals = 0;
	}
}
