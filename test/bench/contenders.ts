import { packTarball } from '../e2e/support/tarball';
import { contenders } from './contenders/contender';
import { addResult, readResults, writeReport } from './contenders/report';
import { runContender, type Measured } from './contenders/runContender';
import { findWorkload } from './contenders/workload';
import type { Figure } from './main';

/** Which contender does which workload: workloads that would take hours (one item after the other) are run only where needed. */
const plan: Readonly<Record<string, readonly string[]>> = {
	bare: ['1', '10', '100', '500', '1000', 'fast', 'large', 'flaky', 'limited'],
	wait: ['1', '10', '100', '500', '1000', 'fast', 'large', 'flaky', 'limited'],
	'two-nodes': ['100', '500'],
	callback: ['10', '100', '500'],
	recipe: ['1', '10', '100', '500', 'fast', 'large', 'flaky', 'limited'],
	'recipe-each': ['10'],
};

/** `wait@100,bare` picks; nothing picks everything. */
function select(selection: string | undefined): Array<[contender: string, workload: string]> {
	const all = Object.entries(plan).flatMap(([id, names]) => names.map((name): [string, string] => [id, name]));
	if (selection === undefined) return all;
	return selection.split(',').flatMap((one) => {
		const [id = '', name] = one.split('@');
		return name === undefined ? all.filter(([contender]) => contender === id) : [[id, name] as [string, string]];
	});
}

/** A profile of n8n's process, e.g. SEEDREAM_BENCH_NODE_OPTIONS="--cpu-prof --cpu-prof-dir=/tmp/profiles". */
const environment = process.env.SEEDREAM_BENCH_NODE_OPTIONS === undefined ? {} : { NODE_OPTIONS: process.env.SEEDREAM_BENCH_NODE_OPTIONS };

function barsOf(measured: readonly Measured[]): Figure[] {
	const find = (contender: string, workload: string) => measured.find((one) => one.contender === contender && one.workload === workload);
	const figures: Figure[] = [];
	const hold = (what: string, value: number | undefined, most: number | undefined, unit = ''): void => {
		if (value === undefined || most === undefined) return;
		figures.push({ what, value: `${value.toFixed(2)}${unit}`, bar: `≤ ${most.toFixed(2)}${unit}`, isMet: value <= most });
	};
	for (const id of ['wait', 'two-nodes']) {
		for (const [name, extra] of [
			['100', 1.05],
			['500', 1.15],
		] as const) {
			const one = find(id, name);
			const interval = findWorkload(name)?.interval ?? 0;
			hold(`${id}, ${name} tasks: seconds`, one?.makespan, one && (one.slowest + interval) * extra, ' s');
			hold(`${id}, ${name} tasks: lag p95`, one?.lag95, interval, ' s');
			const bare = find('bare', name);
			hold(`${id}, ${name} tasks: CPU per task ÷ bare script`, one && bare && one.processorSecondsPerTask / bare.processorSecondsPerTask, 2);
		}
		const [few, many] = [find(id, '100'), find(id, '500')];
		hold(
			`${id}: memory of the process at 500 tasks ÷ at 100`,
			few && many && few.rounds > 1 && many.rounds > 1 ? many.wholeMegabytes / few.wholeMegabytes : undefined,
			1.3,
		);
	}
	const limited = find('wait', 'limited');
	const minimum = findWorkload('limited')?.theoreticalMinimum;
	hold('wait, rate limit: seconds', limited?.makespan, minimum === undefined ? undefined : (minimum + 5) * 1.15, ' s');
	return figures;
}

/** These nodes, the workflow that users build today, and the physical limit: the same tasks for all, in real n8n. */
export async function measureContenders(selection?: string): Promise<Figure[]> {
	const tarball = await packTarball();
	try {
		for (const [id, name] of select(selection)) {
			const contender = contenders.find((one) => one.id === id);
			const workload = findWorkload(name);
			if (contender === undefined || workload === undefined)
				throw new Error(
					`No ${id}@${name}: choose from ${Object.entries(plan)
						.map(([one, names]) => `${one}@${names.join('|')}`)
						.join(', ')}`,
				);
			const measured = await runContender(contender, workload, tarball.file, environment);
			process.stdout.write(`${JSON.stringify(measured)}\n`);
			addResult(measured);
		}
	} finally {
		await tarball.remove();
	}
	writeReport();
	return barsOf(readResults().measured);
}
