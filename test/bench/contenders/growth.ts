import { fewestForProcess } from './contender';
import type { Measured } from './runContender';

/** The slope of a line through points on logarithmic scales: 1 grows as the number of tasks does, 0 not at all. */
export function exponentOf(points: ReadonlyArray<{ count: number; value: number }>): number {
	const logs = points.filter(({ value }) => value > 0).map(({ count, value }) => ({ x: Math.log(count), y: Math.log(value) }));
	const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
	const meanX = mean(logs.map(({ x }) => x));
	const meanY = mean(logs.map(({ y }) => y));
	const above = logs.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
	const below = logs.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
	return above / below;
}

const figures: ReadonlyArray<{ what: string; valueOf: (one: Measured) => number }> = [
	{ what: 'seconds', valueOf: (one) => one.makespan },
	{ what: 'processor time', valueOf: (one) => one.processorSecondsPerTask * one.count },
	{ what: 'memory', valueOf: (one) => one.wholeMegabytes },
	{ what: 'execution data', valueOf: (one) => (one.dataBytesPerTask ?? Number.NaN) * one.count },
];

/** How each figure of Generate grows with the number of tasks, in words. */
export function growthOf(measured: readonly Measured[]): string[] {
	const series = measured.filter(({ contender, workload, count }) => contender === 'wait' && workload === String(count) && count >= fewestForProcess);
	if (series.length < 2) return [];
	const counts = series.map(({ count }) => count);
	return figures.flatMap(({ what, valueOf }) => {
		const points = series.map((one) => ({ count: one.count, value: valueOf(one) })).filter(({ value }) => value > 0);
		// Two points always make a line.
		if (points.length < 3) return [];
		const exponent = exponentOf(points);
		return `Generate, ${what}: grows with the number of tasks to the power of ${exponent.toFixed(2)}, from ${Math.min(...counts)} to ${Math.max(...counts)} tasks`;
	});
}
