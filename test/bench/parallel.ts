import { findProvider } from '../../nodes/providers';
import type { Figure } from './main';
import { median, quantile } from './quantile';
import { checkTimes, durationOf, lagsOf, runItems, seconds, slowestOf } from './runItems';

/** Up to this many tasks a provider is asked at its quicker pace. */
const itemCount = 200;
const mostLag = { median: 1800, p95: 3200 };

/** 200 items at APIXO's real pace: how close the run is to its slowest task, how often it asks, how late it notices. */
export async function measureParallel(count = itemCount): Promise<Figure[]> {
	const provider = findProvider('apixo');
	if (provider === undefined) throw new Error('APIXO is gone');
	const observed = await runItems({ count, node: 'seedreamGenerate', parameters: { provider: 'apixo' } });
	const { makespan, images, tasks, statusChecks } = observed;
	const interval = provider.intervalSeconds(20, false) * 1000;
	const firstCheck = provider.firstCheckSeconds(20) * 1000;
	const times = checkTimes(observed);
	const overAsked = tasks.filter((task) => {
		const allowed = Math.max(0, Math.ceil((durationOf(task) - firstCheck) / interval)) + 2;
		return (times.get(task.id)?.length ?? 0) > allowed;
	}).length;
	const lags = lagsOf(observed);
	const [middle, late] = [median(lags), quantile(lags, 0.95)];
	const slowest = slowestOf(observed);
	const most = (slowest + interval) * 1.05;
	return [
		{ what: `images of ${count} items`, value: String(images), bar: `= ${count}`, isMet: images === count },
		{ what: `makespan of ${count} items (slowest task ${seconds(slowest)})`, value: seconds(makespan), bar: `≤ ${seconds(most)}`, isMet: makespan <= most },
		{ what: 'lag after ready, median', value: seconds(middle), bar: `≤ ${seconds(mostLag.median)}`, isMet: middle <= mostLag.median },
		{ what: 'lag after ready, p95', value: seconds(late), bar: `≤ ${seconds(mostLag.p95)}`, isMet: late <= mostLag.p95 },
		{ what: 'status requests per task, mean', value: (statusChecks.length / tasks.length).toFixed(2), bar: '-', isMet: true },
		{ what: 'tasks asked more than ⌈(duration − first check) ÷ interval⌉ + 2 times', value: String(overAsked), bar: '= 0', isMet: overAsked === 0 },
	];
}
