import { readdirSync, readFileSync } from 'node:fs';

const megabyte = 1_048_576;

/** Seconds of processor time that a process has used so far, from its threads' own clocks in nanoseconds. Linux only. */
export function processorSeconds(processId: number): number {
	const folder = `/proc/${processId}/task`;
	const nanoseconds = readdirSync(folder).map((thread) => {
		try {
			return Number(readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ')[0]);
		} catch {
			// The thread has just ended.
			return 0;
		}
	});
	return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e9;
}

/** Resident memory of a process, in MB. */
export function residentMegabytes(processId: number): number {
	const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${processId}/status`, 'utf8')) ?? [];
	return (Number(kilobytes) * 1024) / megabyte;
}

/** The most memory that a process holds until it is asked. */
export function watchMemory(processId: number): { readonly before: number; stop(): number } {
	const before = residentMegabytes(processId);
	let most = before;
	const timer = setInterval(() => {
		most = Math.max(most, residentMegabytes(processId));
	}, 50);
	return {
		before,
		stop() {
			clearInterval(timer);
			return most;
		},
	};
}
