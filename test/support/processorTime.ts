/** Milliseconds of processor time that a piece of work takes: unlike elapsed time, it does not depend on other programs. */
export function processorTime(work: () => void): number {
	const before = process.cpuUsage();
	work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
}
