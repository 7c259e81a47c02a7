/** The workload, the same for every contender: the same tasks, the same random seed, the same polling pace. */
export interface Workload {
	readonly name: string;
	/** For the table. */
	readonly title: string;
	readonly count: number;
	readonly provider: 'apiInOne' | 'apixo';
	readonly resolution: '2K' | '4K';
	/** Flags of the simulator. */
	readonly flags: readonly string[];
	/** Directives of the simulator, behind the prompt. */
	readonly directives: string;
	/** Seconds to the first status check, and between checks: the provider's own pace, for every contender. */
	readonly firstLook: number;
	readonly interval: number;
	/** Minimum duration in seconds, if a rate limit sets one. */
	readonly theoreticalMinimum?: number;
}

const standard: Omit<Workload, 'count' | 'name' | 'title'> = {
	provider: 'apixo',
	resolution: '2K',
	flags: [],
	directives: '',
	firstLook: 20,
	interval: 3,
};

/** From this number of tasks on, the node asks at the slower end of APIXO's "every 3–5 s". */
const manyTasks = 200;

/** 2K images of 25 to 35 s in real time. */
export function standardWorkload(count: number): Workload {
	return { ...standard, name: String(count), title: `${count} × 2K, 25–35 s`, count, interval: count > manyTasks ? 5 : standard.interval };
}

const perMinute = 60;
const limited = 60;

export const specialWorkloads: readonly Workload[] = [
	{ ...standard, name: 'fast', title: '100 × 3–10 s', count: 100, provider: 'apiInOne', firstLook: 3, interval: 4 },
	{
		...standard,
		name: 'large',
		title: '50 × 4K of 20 MB, 40–55 s',
		count: 50,
		resolution: '4K',
		directives: ' [[image=big:20]]',
		firstLook: 30,
		interval: 5,
	},
	{ ...standard, name: 'flaky', title: '100 × 2K, 5 % passing faults', count: 100, flags: ['--flaky', '0.05'] },
	{
		...standard,
		name: 'limited',
		title: `${limited} × 2K at ${perMinute} requests a minute`,
		count: limited,
		flags: ['--rate-limit', `apixo=${perMinute}`],
		// Each task needs a submit and a status check: the first minute's requests are the submits.
		theoreticalMinimum: 60,
	},
];

export function findWorkload(name: string): Workload | undefined {
	return specialWorkloads.find((one) => one.name === name) ?? (/^[1-9]\d*$/.test(name) ? standardWorkload(Number(name)) : undefined);
}
