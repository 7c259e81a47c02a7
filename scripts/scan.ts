/**
 * n8n's own scanner for community packages, offline: once over the source, once over the packed tarball, as n8n does
 * when a version is submitted. `scan.ts source` (needs no build) and `scan.ts tarball` do one of the two.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const projectFolder = resolve(__dirname, '..');
const TARBALL_PATTERNS = ['**/*.js', 'package.json'];

async function isClean(subject: string, folder: string, patterns: readonly string[]): Promise<boolean> {
	const { analyzePackage } = await import('@n8n/scan-community-package/scanner/scanner.mjs');
	const { passed, message, details } = await analyzePackage(folder, patterns);

	// The scanner accepts an empty folder, and its message says so.
	if (passed && message === undefined) {
		console.log(`n8n's scanner found nothing to object to in the ${subject}.`);
		return true;
	}
	console.error(`n8n's scanner objects to the ${subject}: ${message ?? 'no reason given'}.`);
	if (details !== undefined) console.error(details);
	return false;
}

async function isSourceClean(): Promise<boolean> {
	const { SOURCE_FILE_PATTERNS } = await import('@n8n/scan-community-package/scanner/scanner.mjs');
	return isClean('source', projectFolder, SOURCE_FILE_PATTERNS);
}

async function isTarballClean(): Promise<boolean> {
	if (!existsSync(join(projectFolder, 'dist'))) {
		console.error('There is no dist folder to pack: run `npm run build` first.');
		return false;
	}
	const folder = mkdtempSync(join(tmpdir(), 'seedream-scan-'));
	try {
		const tarball = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
			cwd: projectFolder,
			encoding: 'utf8',
			shell: process.platform === 'win32',
			stdio: ['ignore', 'pipe', 'inherit'],
		}).trim();
		execFileSync('tar', ['-xzf', join(folder, tarball), '-C', folder]);
		return await isClean('packed tarball', join(folder, 'package'), TARBALL_PATTERNS);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function main(): Promise<void> {
	const [wanted] = process.argv.slice(2);
	const isWanted = (subject: string): boolean => wanted === undefined || wanted === subject;
	if (isWanted('source') && !(await isSourceClean())) process.exitCode = 1;
	if (isWanted('tarball') && !(await isTarballClean())) process.exitCode = 1;
}

void main();
