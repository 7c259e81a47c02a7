/**
 * `npm test`: every check that a change must pass, even right after `git clone`. Plain Node.js, because it runs before anything is
 * installed. The last line is `N passed, N failed`: every jest test counts, every other step counts as one.
 * A step that needs programs which this machine lacks is named above that line and not counted. If CI is set, such a
 * step fails instead.
 * Three steps run at a time, because those with n8n mostly wait. The others, which only calculate, have a lower
 * priority. What a step prints is shown when it ends.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';

import { prepareProject, prepareRuntime, reportLine, rootFolder, SetUpError } from './runtime.mjs';

const reportFolder = mkdtempSync(join(tmpdir(), 'seedream-test-'));

/** Steps that only calculate leave the processor to those that also wait: at this niceness they get about a third of its time. */
const LOW_PRIORITY = 5;

/**
 * In the order in which they start: steps that others wait for, then the longest. `needs` names the steps that must have
 * passed, `after` those that must have ended: the workflow tests would slow down the setup of n8n, which the longest step waits for.
 * `isOnThisNode`: the package works on older versions of Node than n8n's newest, so what needs no n8n is tested on the Node that is here.
 */
const STEPS = [
	{ name: 'build' },
	{ name: 'n8n', prepare: prepareRuntime },
	{ name: 'test:e2e', isJest: true, needs: ['build', 'n8n'] },
	{ name: 'test:workflows', isJest: true, after: ['n8n'] },
	{ name: 'test:queue', isJest: true, needs: ['build', 'n8n'], findLack: findQueueLack },
	{ name: 'test:fuzz', isJest: true, niceness: LOW_PRIORITY, isOnThisNode: true },
	{ name: 'lint', niceness: LOW_PRIORITY },
	{ name: 'test:unit', isJest: true, niceness: LOW_PRIORITY, isOnThisNode: true },
	{ name: 'test:simulator', isJest: true, isOnThisNode: true },
	{ name: 'typecheck', niceness: LOW_PRIORITY },
	{ name: 'scan:tarball', needs: ['build'], niceness: LOW_PRIORITY },
];

const STEPS_AT_A_TIME = 3;

/** What this machine lacks for n8n's queue mode, as a sentence; undefined if nothing is missing. */
function findQueueLack() {
	const { status, stdout } = spawnSync('npm', ['run', '--silent', 'queue', '--', '--check'], {
		cwd: rootFolder,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'inherit'],
		shell: process.platform === 'win32',
	});
	return status === 0 ? undefined : stdout.trim() || 'npm run queue -- --check failed.';
}

/** Runs a command to its end and keeps what it prints. */
async function runCommand(command, parameters, { niceness = 0, isOnThisNode = false }) {
	// `npm run test:fuzz` alone tries all of its cases.
	const env = { FUZZ_FACTOR: '0.15', ...process.env, SEEDREAM_IS_BUILT: 'true', ...(isOnThisNode ? { JEST_NODE: 'current' } : {}) };
	const child = spawn(command, parameters, { cwd: rootFolder, env, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
	if (child.pid !== undefined && niceness > 0) setPriority(child.pid, niceness);
	let output = '';
	for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
	const status = await new Promise((resolve) => child.on('error', (error) => resolve(String(error))).on('close', resolve));
	return { succeeded: status === 0, output };
}

function readJson(...path) {
	const file = join(...path);
	return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** Whether it is available in the end; reports what is missing. */
async function isPrepared(prepare) {
	try {
		await prepare();
		return true;
	} catch (error) {
		reportLine(error instanceof SetUpError ? error.message : error.stack);
		return false;
	}
}

/** Counts the tests of a run. A folder without tests, or a run that broke off, is a failure too. */
function countJest(report, ended) {
	if (report === undefined) return { passed: 0, failed: 1 };
	const passed = report.numPassedTests;
	const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
	const isSilentFailure = failed === 0 && (!ended || report.numTotalTests === 0);
	return { passed, failed: isSilentFailure ? 1 : failed, skipped: report.numPendingTests + report.numTodoTests };
}

async function run(step) {
	const { name, isJest = false, prepare } = step;
	if (prepare !== undefined) {
		const isReady = await isPrepared(prepare);
		return { passed: isReady ? 1 : 0, failed: isReady ? 0 : 1, output: '' };
	}
	if (!isJest) {
		const { succeeded, output } = await runCommand('npm', ['run', '--silent', name], step);
		return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, output };
	}
	const report = join(reportFolder, `${name.replace(':', '-')}.json`);
	const { succeeded, output } = await runCommand('npm', ['run', '--silent', name, '--', '--json', `--outputFile=${report}`], step);
	return { ...countJest(readJson(report), succeeded), output };
}

function describe({ passed, failed, skipped = 0 }, seconds) {
	const counts = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
	return `${failed === 0 ? 'ok' : 'FAILED'} (${counts}, ${seconds.toFixed(1)} s)`;
}

async function runStep(step) {
	const lack = step.findLack?.();
	if (lack !== undefined) {
		const isRequired = (process.env.CI ?? '') !== '';
		console.log(`\n--- ${step.name}: ${isRequired ? 'FAILED (not run)' : 'not run'}. ${lack}`);
		return { passed: 0, failed: isRequired ? 1 : 0, ...(isRequired ? {} : { notRun: `${step.name} was not run and is not counted. ${lack}` }) };
	}
	console.log(`--- ${step.name} …`);
	const startedAt = performance.now();
	const result = await run(step);
	console.log(`\n${result.output}--- ${step.name}: ${describe(result, (performance.now() - startedAt) / 1000)}\n`);
	return result;
}

/** The next step that can start; undefined if all remaining steps wait for one that is still running. */
function takeNext(waiting, results) {
	const index = waiting.findIndex(({ needs = [], after = [] }) => [...needs, ...after].every((name) => results.has(name)));
	return index < 0 ? undefined : waiting.splice(index, 1)[0];
}

async function runAll() {
	if (!(await isPrepared(prepareProject))) return { passed: 0, failed: 1, notRun: [] };
	const waiting = [...STEPS];
	const results = new Map();
	const running = new Set();
	while (waiting.length > 0 || running.size > 0) {
		const step = running.size < STEPS_AT_A_TIME ? takeNext(waiting, results) : undefined;
		if (step === undefined) {
			await Promise.race(running);
			continue;
		}
		const broken = step.needs?.find((name) => results.get(name).failed > 0);
		if (broken !== undefined) {
			console.log(`\n--- ${step.name}: FAILED (not run, because ${broken} failed)`);
			results.set(step.name, { passed: 0, failed: 1 });
			continue;
		}
		const ended = runStep(step).then((result) => {
			results.set(step.name, result);
			running.delete(ended);
		});
		running.add(ended);
	}
	const all = [...results.values()];
	const sum = (count) => all.reduce((total, result) => total + result[count], 0);
	return { passed: sum('passed'), failed: sum('failed'), notRun: all.flatMap(({ notRun }) => notRun ?? []) };
}

const startedAt = performance.now();
const { passed, failed, notRun } = await runAll();
rmSync(reportFolder, { recursive: true, force: true });
process.exitCode = failed === 0 ? 0 : 1;
for (const sentence of notRun) console.log(`\n${sentence}`);
console.log(`\nAll steps took ${Math.round((performance.now() - startedAt) / 1000)} s.`);
console.log(`\n${passed} passed, ${failed} failed`);
