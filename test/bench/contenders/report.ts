/** Writes what was measured where readers find it: docs/figures.json, docs/figures.md and docs/images/growth.svg. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';

import { getRuntime, rootFolder } from '../../e2e/support/runtime';
import { contenders, fewestForProcess } from './contender';
import { growthOf } from './growth';
import type { Measured } from './runContender';
import { findWorkload } from './workload';

const dataFile = path.join(rootFolder, 'docs', 'figures.json');
const pageFile = path.join(rootFolder, 'docs', 'figures.md');
const readmeFile = path.join(rootFolder, 'README.md');
const pictureFile = path.join(rootFolder, 'docs', 'images', 'growth.svg');

export interface Results {
	/** Day of the last measurement, ISO 8601. */
	date: string;
	machine: string;
	versions: string;
	measured: Dated[];
	/** Figures of the nodes on n8n's engine alone, by measurement. */
	engine?: Record<string, EngineFigure[]>;
}

/** With the day on which it was measured, ISO 8601. */
type Dated = Measured & { day: string };

interface EngineFigure {
	what: string;
	value: string;
	bar: string;
}

export function readResults(): Results {
	if (!existsSync(dataFile)) return { date: '', machine: '', versions: '', measured: [] };
	return JSON.parse(readFileSync(dataFile, 'utf8')) as Results;
}

function describeMachine(): string {
	const [{ model = 'unknown processor' } = {}] = cpus();
	return `${cpus().length} cores (${model.trim()}), ${Math.round(totalmem() / 1024 ** 3)} GB`;
}

function describeVersions(): string {
	const { node } = getRuntime();
	const { version } = JSON.parse(readFileSync(path.join(rootFolder, 'test', 'e2e', 'node_modules', 'n8n', 'package.json'), 'utf8')) as { version: string };
	return `n8n ${version}, Node.js ${execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().slice(1)}`;
}

function write(results: Results): void {
	writeFileSync(dataFile, `${JSON.stringify(results, undefined, '\t')}\n`);
}

/** A later measurement replaces the earlier one. */
export function addResult(one: Measured): void {
	const earlier = readResults();
	const others = earlier.measured.filter(({ contender, workload }) => contender !== one.contender || workload !== one.workload);
	const day = new Date().toISOString().slice(0, 10);
	write({ ...earlier, date: day, machine: describeMachine(), versions: describeVersions(), measured: [...others, { ...one, day }] });
}

/** The same for figures of the nodes on n8n's engine alone. */
export function addFigures(name: string, figures: readonly EngineFigure[]): void {
	const earlier = readResults();
	write({ ...earlier, engine: { ...earlier.engine, [name]: figures.map(({ what, value, bar }) => ({ what, value, bar })) } });
}

function engineSection({ engine }: Results): string[] {
	if (engine === undefined) return [];
	const rows = Object.values(engine).flat();
	return [
		"## On n8n's engine alone",
		'',
		'`npm run bench -- parallel anyProvider models`: without a database and an editor, downloads included.',
		'',
		'| Figure | Value | Bar |',
		'| --- | --- | --- |',
		...rows.map(({ what, value, bar }) => `| ${what} | ${value} | ${bar} |`),
		'',
	];
}

/** The sentence in the README that names the time of 500 images. */
function updateReadme({ measured }: Results): void {
	const one = measured.find(({ contender, workload }) => contender === 'wait' && workload === '500');
	if (one === undefined) return;
	const sentence = `500 images took ${one.makespan.toFixed(1)} s in real n8n while the slowest task took ${one.slowest.toFixed(0)} s`;
	writeFileSync(readmeFile, readFileSync(readmeFile, 'utf8').replace(/500 images took [\d.]+ s in real n8n while the slowest task took [\d.]+ s/, sentence));
}

/** After its first run a process no longer holds memory from its start. */
const fewestForMemory = 2;

const titleOf = (id: string): string => contenders.find((one) => one.id === id)?.title ?? id;

function rowOf(one: Dated): string[] {
	const paid = one.tasks === one.submits ? String(one.tasks) : `${one.tasks} (${one.submits} POSTs)`;
	const lags = Number.isFinite(one.lagMedian) ? `${one.lagMedian.toFixed(1)} / ${one.lag95.toFixed(1)}` : '-';
	return [
		titleOf(one.contender),
		one.nodes === undefined ? '-' : String(one.nodes),
		`${one.images} of ${one.count}`,
		paid,
		one.makespan.toFixed(1),
		(one.makespan / one.slowest).toFixed(2),
		lags,
		one.checksPerTask.toFixed(1),
		// Less than what the idle n8n took is no measurement: its own work varies more than a short run costs.
		one.count < fewestForProcess || one.processorSecondsPerTask <= 0 ? '-' : (one.processorSecondsPerTask * 1000).toFixed(1),
		one.rounds < fewestForMemory ? '-' : one.wholeMegabytes.toFixed(0),
		one.dataBytesPerTask === undefined ? '-' : one.dataBytesPerTask.toFixed(0),
		one.day,
	];
}

const columns = [
	'',
	'Nodes',
	'Images',
	'Tasks paid',
	'Seconds',
	'÷ slowest task',
	'Lag median / p95 (s)',
	'Checks per task',
	'CPU per task (ms)',
	'Memory of the process (MB)',
	'Saved per task (bytes)',
	'Measured on',
];

function tableOf(measured: readonly Dated[]): string[] {
	const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
	const ordered = contenders.flatMap(({ id }) => measured.filter(({ contender }) => contender === id));
	return [line(columns), line(columns.map(() => '---')), ...ordered.map((one) => line(rowOf(one)))];
}

function pageOf(results: Results): string {
	const names = [...new Set(results.measured.map(({ workload }) => workload))];
	const workloads = names
		.flatMap((name) => findWorkload(name) ?? [])
		.sort((one, other) => Number(one.name) - Number(other.name) || Number(Number.isNaN(Number(one.name))) - Number(Number.isNaN(Number(other.name))));
	const sections = workloads.flatMap(({ name, title, theoreticalMinimum }) => [
		`## ${title}`,
		'',
		...(theoreticalMinimum === undefined ? [] : [`The minimum is ${theoreticalMinimum} s, because each task needs two requests.`, '']),
		...tableOf(results.measured.filter(({ workload }) => workload === name)),
		'',
	]);
	return [
		'# Figures, side by side',
		'',
		'<!-- Written by npm run bench -- contenders. -->',
		'',
		`Measured on ${results.machine}, with ${results.versions}, in real time: \`npm run bench -- contenders\`. Each row has its day.`,
		"Each row is a fresh n8n with filesystem binaries, after a warm-up run, against the same simulator with the same seed. All contenders poll at the provider's own pace.",
		'CPU is the processor time of n8n above its idle time. Memory is the peak of the whole process, after a garbage collection before the run.',
		'Both vary with what else n8n does. CPU is shown from 100 tasks up. Memory is shown only where a contender ran three times in a row (each figure is then the median), because a new n8n still holds memory from its start.',
		'[Profile](profile.md) shows where they go.',
		'The bare script shows what the protocol itself costs: axios and p-limit outside n8n, without checks, journal, errors or an editor.',
		'"Lag" is the time from the end of a task to the status check that finds it finished. A parked execution does not poll each task, so compare its total seconds.',
		'',
		...sections,
		...engineSection(results),
		'## How it scales',
		'',
		'![Seconds, processor time and memory by number of tasks, on logarithmic scales](images/growth.svg)',
		'',
		'A power of 0 means no growth. A power of 1 means twice as much for twice as many tasks.',
		'',
		...growthOf(results.measured).map((sentence) => `- ${sentence}`),
		'',
	].join('\n');
}

/** Regenerates page, picture and the README's sentence from the results so far. */
export function writeReport(): void {
	const results = readResults();
	writeFileSync(pageFile, pageOf(results));
	updateReadme(results);
	execFileSync(process.execPath, [path.join(__dirname, 'picture.mjs'), dataFile, pictureFile], { stdio: 'inherit' });
}
