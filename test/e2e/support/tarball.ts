import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

import { rootFolder } from './runtime';

const runFile = promisify(execFile);

async function runNpm(npmArguments: readonly string[], folder: string): Promise<string> {
	const npmProgram = process.env.npm_execpath;
	const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
	const running = npmProgram?.endsWith('npm-cli.js')
		? runFile(process.execPath, [npmProgram, ...npmArguments], options)
		: runFile(process.platform === 'win32' ? 'npm.cmd' : 'npm', [...npmArguments], { ...options, shell: process.platform === 'win32' });
	// The compiler prints its errors to standard output, which is not in the thrown error's message.
	const { stdout } = await running.catch((error: Error & { stdout?: string }) => {
		throw new Error(`npm ${npmArguments.join(' ')} failed:\n${error.stdout ?? ''}${error.message}`);
	});
	return stdout;
}

export interface Tarball {
	readonly file: string;
	readonly bytes: number;
	readonly entries: readonly string[];
	remove(): Promise<void>;
}

/** Builds a package and packs it the way `npm publish` would. */
export async function packTarball(packageFolder = rootFolder): Promise<Tarball> {
	// `npm test` has built already, and several of its steps pack at a time.
	if (process.env.SEEDREAM_IS_BUILT === undefined || packageFolder !== rootFolder) await runNpm(['run', 'build', '--if-present'], packageFolder);
	const folder = await mkdtemp(path.join(tmpdir(), 'seedream-tarball-'));
	// The build has just run: a prepack or prepare script would only repeat it.
	const output = await runNpm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], packageFolder);
	const [packed] = JSON.parse(output) as Array<{ filename: string; size: number; files: Array<{ path: string }> }>;
	if (packed === undefined) throw new Error(`npm pack made no tarball of ${packageFolder}`);
	return {
		file: path.join(folder, path.basename(packed.filename)),
		bytes: packed.size,
		entries: packed.files.map((entry) => entry.path),
		remove: async () => await rm(folder, { recursive: true, force: true }),
	};
}

async function readJson<Content>(file: string): Promise<Content | undefined> {
	try {
		return JSON.parse(await readFile(file, 'utf8')) as Content;
	} catch {
		return undefined;
	}
}

interface Manifest {
	name: string;
	version: string;
	devDependencies?: unknown;
	peerDependencies?: unknown;
	optionalDependencies?: unknown;
}

/**
 * Installs a tarball step by step as n8n does for *Settings > Community nodes*
 * (`downloadPackage` in n8n 2.41's community-packages.service), before n8n starts.
 */
export async function installTarball(userFolder: string, tarball: string): Promise<{ name: string; version: string; folder: string }> {
	const { stdout } = await runFile('tar', ['-xzOf', tarball, 'package/package.json']);
	const { devDependencies, peerDependencies, optionalDependencies, ...manifest } = JSON.parse(stdout) as Manifest;
	const downloadFolder = path.join(userFolder, '.n8n', 'nodes');
	const folder = path.join(downloadFolder, 'node_modules', manifest.name);
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	await runFile('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
	await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
	await runNpm(
		['install', '--audit=false', '--fund=false', '--bin-links=false', '--install-strategy=shallow', '--ignore-scripts=true', '--package-lock=false'],
		folder,
	);

	const ledgerFile = path.join(downloadFolder, 'package.json');
	const ledger = await readJson<{ dependencies?: Record<string, string> }>(ledgerFile);
	await writeFile(
		ledgerFile,
		JSON.stringify(
			{ name: 'installed-nodes', private: true, ...ledger, dependencies: { ...ledger?.dependencies, [manifest.name]: manifest.version } },
			null,
			2,
		),
	);
	return { name: manifest.name, version: manifest.version, folder };
}
