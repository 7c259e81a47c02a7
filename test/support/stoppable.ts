import { Aborted } from '../../nodes/core/clock';
import type { StoppableClock } from '../../nodes/host/execution/realClock';
import type { FakeClock } from './fakeClock';

/** A clock with another one's time that can be stopped directly or by n8n's Stop. */
export function stoppable(clock: FakeClock, signal?: AbortSignal): FakeClock & StoppableClock {
	let isStopped = false;
	const waiting = new Set<() => void>();
	const isAborted = (): boolean => isStopped || signal?.aborted === true || clock.isAborted();
	const wakeAll = (): void => {
		for (const wake of waiting) wake();
	};
	signal?.addEventListener('abort', wakeAll);
	return {
		...clock,
		isAborted,
		stop() {
			isStopped = true;
			wakeAll();
		},
		async sleep(milliseconds) {
			if (isAborted()) throw new Aborted();
			let wake = (): void => undefined;
			const stopped = new Promise<void>((resolve) => {
				wake = resolve;
			});
			waiting.add(wake);
			await Promise.race([clock.sleep(milliseconds), stopped]);
			waiting.delete(wake);
			if (isAborted()) throw new Aborted();
		},
	};
}
