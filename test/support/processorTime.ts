/** Milliseconds of processor time that a piece of work takes: unlike the time on the wall, other programs do not lengthen it. */
export function processorTime(work: () => void): number {
	const before = process.cpuUsage();
	work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
}
