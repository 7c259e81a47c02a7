/**
 * `npm test`: everything that a change must pass, straight after a clone. Plain Node, because it runs before anything is
 * installed. The last line is `N passed, N failed`: every jest test counts, every other step counts as one.
 * A step that needs programs which this machine lacks is named above that line and counts as nothing, except where CI is
 * set: there it has failed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { prepareProject, prepareRuntime, reportLine, rootFolder, SetUpError } from './runtime.mjs';

const reportFolder = mkdtempSync(join(tmpdir(), 'seedream-test-'));

const STEPS = [
	{ name: 'typecheck' },
	{ name: 'build' },
	{ name: 'lint' },
	{ name: 'scan', needs: 'build' },
	{ name: 'test:unit', isJest: true },
	{ name: 'test:fuzz', isJest: true },
	{ name: 'test:workflows', isJest: true, needs: 'build' },
	{ name: 'test:simulator', isJest: true },
	{ name: 'test:e2e', isJest: true, needs: 'build', prepare: prepareRuntime },
	{ name: 'test:queue', isJest: true, needs: 'build', prepare: prepareRuntime, findLack: findQueueLack },
];

/** What this machine lacks for n8n's queue mode, in a sentence. */
function findQueueLack() {
	const { status, stdout } = spawnSync('npm', ['run', '--silent', 'queue', '--', '--check'], {
		cwd: rootFolder,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'inherit'],
		shell: process.platform === 'win32',
	});
	return status === 0 ? undefined : stdout.trim() || 'npm run queue -- --check failed.';
}

/** Whether the command ended well; its output goes straight to the terminal. */
function succeeds(command, parameters) {
	const { status } = spawnSync(command, parameters, {
		cwd: rootFolder,
		stdio: 'inherit',
		shell: process.platform === 'win32',
	});
	return status === 0;
}

function readJson(...path) {
	const file = join(...path);
	return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** Whether it is there at last; says what is missing. */
async function isPrepared(prepare) {
	try {
		await prepare();
		return true;
	} catch (error) {
		reportLine(error instanceof SetUpError ? error.message : error.stack);
		return false;
	}
}

/** A folder without tests, or a run that broke off, is a failure too. */
function countJest(report, ended) {
	if (report === undefined) return { passed: 0, failed: 1 };
	const passed = report.numPassedTests;
	const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
	const isSilentFailure = failed === 0 && (!ended || report.numTotalTests === 0);
	return { passed, failed: isSilentFailure ? 1 : failed, skipped: report.numPendingTests + report.numTodoTests };
}

async function run({ name, isJest = false, prepare }) {
	if (prepare !== undefined && !(await isPrepared(prepare))) return { passed: 0, failed: 1 };
	if (!isJest) {
		const ended = succeeds('npm', ['run', '--silent', name]);
		return { passed: ended ? 1 : 0, failed: ended ? 0 : 1 };
	}
	const report = join(reportFolder, `${name.replace(':', '-')}.json`);
	const ended = succeeds('npm', ['run', '--silent', name, '--', '--json', `--outputFile=${report}`]);
	return countJest(readJson(report), ended);
}

function describe({ passed, failed, skipped = 0 }, seconds) {
	const counts = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
	return `${failed === 0 ? 'ok' : 'FAILED'} (${counts}, ${seconds.toFixed(1)} s)`;
}

async function runAll() {
	if (!(await isPrepared(prepareProject))) return { passed: 0, failed: 1, notRun: [] };
	const broken = new Set();
	const total = { passed: 0, failed: 0, notRun: [] };
	for (const step of STEPS) {
		if (broken.has(step.needs)) {
			console.log(`\n--- ${step.name}: FAILED (not run, because ${step.needs} failed)`);
			total.failed += 1;
			continue;
		}
		const lack = step.findLack?.();
		if (lack !== undefined) {
			const isRequired = (process.env.CI ?? '') !== '';
			console.log(`\n--- ${step.name}: ${isRequired ? 'FAILED (not run)' : 'not run'}. ${lack}`);
			if (isRequired) total.failed += 1;
			else total.notRun.push(`${step.name} was not run and counts as nothing. ${lack}`);
			continue;
		}
		console.log(`\n--- ${step.name}`);
		const startedAt = performance.now();
		const result = await run(step);
		console.log(`--- ${step.name}: ${describe(result, (performance.now() - startedAt) / 1000)}`);
		if (result.failed > 0) broken.add(step.name);
		total.passed += result.passed;
		total.failed += result.failed;
	}
	return total;
}

const { passed, failed, notRun } = await runAll();
rmSync(reportFolder, { recursive: true, force: true });
process.exitCode = failed === 0 ? 0 : 1;
for (const sentence of notRun) console.log(`\n${sentence}`);
console.log(`\n${passed} passed, ${failed} failed`);
