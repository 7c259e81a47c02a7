/**
 * `npm run compat`: checks the packed package in other versions of n8n than the one that the tests use, with the simulator.
 * `npm run compat -- 1.100.1 2.8.4` names the versions; by default, those in docs/compatibility.md. `--remove` deletes each one afterwards.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';

import endToEnd from '../test/e2e/package.json';
import { getRuntime, rootFolder, type Runtime } from '../test/e2e/support/runtime';
import { packTarball } from '../test/e2e/support/tarball';
import { checkVersion, starts, type Verdict } from './compat/checkVersion';
import { checks } from './compat/checks';

/** The version of n8n that all tests use. */
const testedVersion = (endToEnd as { dependencies: { n8n: string } }).dependencies.n8n;
/** What docs/compatibility.md states: the oldest n8n that loads the package, the oldest 1 and 2 in which all of it works, and the one that all tests use. */
const statedVersions = ['1.88.0', '1.94.1', '2.0.0', testedVersion];

const say = (line: string) => process.stdout.write(`${line}\n`);

const runtimeOf = (version: string): Runtime => (version === testedVersion ? getRuntime() : getRuntime(version));

type Results = ReadonlyMap<string, ReadonlyMap<string, Verdict>>;

function cellOf(verdicts: ReadonlyMap<string, Verdict>, name: string): string {
	const verdict = verdicts.get(name);
	if (verdict === undefined) return '-';
	return verdict.kind === 'limit' ? verdict.words : verdict.kind;
}

/** One row per check, one column per version. */
function printTable(results: Results): void {
	const names = [starts, ...checks.map(({ name }) => name)];
	const width = Math.max(...names.map(({ length }) => length));
	const columns = [...results].map(([version, verdicts]) => [version, ...names.map((name) => cellOf(verdicts, name))]);
	const widths = columns.map((cells) => Math.max(...cells.map(({ length }) => length)));
	say('');
	['', ...names].forEach((name, row) =>
		say([name.padEnd(width), ...columns.map((cells, column) => (cells[row] ?? '').padEnd(widths[column] ?? 0))].join('  ').trimEnd()),
	);
}

async function main(): Promise<void> {
	const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
	const isRemoved = process.argv.includes('--remove');
	const results: Map<string, ReadonlyMap<string, Verdict>> = new Map();
	const tarball = await packTarball();
	try {
		for (const version of named.length > 0 ? named : statedVersions) {
			say(`n8n ${version}`);
			results.set(version, await checkVersion(runtimeOf(version), tarball, say));
			if (isRemoved) await rm(path.join(rootFolder, '.n8n-runtime', 'compat', version), { recursive: true, force: true });
		}
	} finally {
		await tarball.remove();
	}
	printTable(results);
	process.exitCode = [...results.values()].some((verdicts) => [...verdicts.values()].some(({ kind }) => kind === 'failed')) ? 1 : 0;
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
