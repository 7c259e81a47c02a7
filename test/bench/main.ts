/**
 * Figures of the package, printed as a table: `npm run bench` (all), `-- parallel`, `-- anyProvider`, `-- models` (each also with a number of items, e.g. `-- parallel=500`), `-- inFlight`, `-- memory`, `-- download` or `-- size`.
 * The nodes run on the real n8n-core engine, the simulator in a process of its own, in real time.
 * Only when asked for: `-- contenders` (an hour; these nodes and other ways in real n8n, `-- contenders=wait@100,bare` for some;
 * `-- report` regenerates their page), `-- start` (of n8n, with and without the package), `-- request` (n8n's request helper beside axios),
 * `-- scaling` (n8n's queue mode, one worker and two), `-- parked` (n8n's queue mode with Redis and PostgreSQL, 1,000 executions; `-- parked=100` for fewer).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { measureAnyProvider } from './anyProvider';
import { measureContenders } from './contenders';
import { addFigures, writeReport } from './contenders/report';
import { measureDownload, measureMemory } from './downloads';
import { measureInFlight } from './inFlight';
import { measureModels } from './models';
import { measureParallel } from './parallel';
import { measureParked } from './parked';
import { measureRequest } from './request';
import { measureScaling } from './scaling';
import { measureSize } from './size';
import { measureStart } from './start';

const folder = mkdtempSync(join(tmpdir(), 'seedream-bench-'));
process.env.N8N_USER_FOLDER = folder;
process.env.N8N_ENCRYPTION_KEY = 'only-for-measuring';
process.env.N8N_LOG_LEVEL = 'error';

export interface Figure {
	what: string;
	value: string;
	bar: string;
	isMet: boolean;
}

const numberIn = (argument: string | undefined): number | undefined => (argument === undefined ? undefined : Number(argument));

const measurements: Record<string, (argument?: string) => Promise<Figure[]>> = {
	parallel: async (count) => await measureParallel(numberIn(count)),
	anyProvider: async (count) => await measureAnyProvider(numberIn(count)),
	models: async (count) => await measureModels(numberIn(count)),
	inFlight: measureInFlight,
	memory: measureMemory,
	download: measureDownload,
	size: async () => measureSize(),
};

/** Measurements that docs/figures.md shows. */
const published = new Set(['parallel', 'anyProvider', 'models']);

/** These take many minutes and need more than a clone has. */
const onlyOnRequest: Record<string, (argument?: string) => Promise<Figure[]>> = {
	start: measureStart,
	request: measureRequest,
	scaling: measureScaling,
	contenders: measureContenders,
	report: async () => {
		writeReport();
		return [];
	},
	parked: async (count) => await measureParked(numberIn(count)),
};

async function main(): Promise<void> {
	const wanted = new Map(process.argv.slice(2).map((one): [string, string | undefined] => [one.split('=')[0] ?? '', one.split('=')[1]]));
	const unknown = [...wanted.keys()].filter((name) => !(name in measurements) && !(name in onlyOnRequest));
	const all = { ...measurements, ...onlyOnRequest };
	if (unknown.length > 0) throw new Error(`No measurement ${unknown.join(', ')}. There are ${Object.keys(all).join(', ')}.`);
	const figures: Figure[] = [];
	for (const [name, measure] of Object.entries(all)) {
		const isWanted = wanted.has(name) || (wanted.size === 0 && name in measurements);
		if (!isWanted) continue;
		const measured = await measure(wanted.get(name));
		figures.push(...measured);
		// With another number of items it is a trial.
		if (published.has(name) && wanted.get(name) === undefined) addFigures(name, measured);
	}
	const width = Math.max(...figures.map((figure) => figure.what.length));
	for (const { what, value, bar, isMet } of figures) {
		process.stdout.write(`${isMet ? 'ok  ' : 'MISS'} ${what.padEnd(width)}  ${value.padEnd(14)} bar ${bar}\n`);
	}
	process.exitCode = figures.every((figure) => figure.isMet) ? 0 : 1;
}

// Everything that was started ends with the program, even when it is interrupted.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

main()
	.catch((error: unknown) => {
		process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
		process.exitCode = 1;
	})
	.finally(() => {
		rmSync(folder, { recursive: true, force: true });
		process.exit();
	});
