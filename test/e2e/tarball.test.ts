/** What a user downloads, and what it costs n8n's start. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { getRuntime } from './support/runtime';
import { openSession } from './support/session';

const { tarball, packageFolder } = openSession();

interface Manifest {
	readonly dependencies?: unknown;
	readonly n8n: { readonly nodes: readonly string[]; readonly credentials: readonly string[] };
}

const manifest = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8')) as Manifest;

test('is small', () => {
	process.stdout.write(`The tarball has ${(tarball.bytes / 1000).toFixed(1)} kB.\n`);
	expect(tarball.bytes).toBeLessThan(200_000);
});

test('holds the built package and nothing else', () => {
	const strange = tarball.entries.filter((entry) => !/^(package\.json|README\.md|LICENSE\.md|CHANGELOG\.md|dist\/(nodes|credentials|icons)\/.+)$/.test(entry));
	expect(strange).toEqual([]);
	expect(tarball.entries.filter((entry) => /test|simulator|fixture|\.map$/i.test(entry))).toEqual([]);
	expect(tarball.entries).toEqual(expect.arrayContaining([...manifest.n8n.nodes, ...manifest.n8n.credentials]));
});

test('depends on nothing at run time', () => {
	expect(manifest.dependencies).toBeUndefined();
});

/** As n8n loads it: its own modules are there, and found from the package through NODE_PATH. */
const program = `
	const { createRequire } = require('node:module');
	const [n8nManifest, ...files] = process.argv.slice(1);
	const fromN8n = createRequire(n8nManifest);
	const load = (one, names) => {
		const before = process.threadCpuUsage();
		for (const name of names) one(name);
		const { user, system } = process.threadCpuUsage(before);
		return (user + system) / 1000;
	};
	const own = load(fromN8n, ['n8n-workflow', 'zod', 'lodash', 'p-limit']);
	console.log(JSON.stringify({ own, nodes: load(require, files) }));
`;

interface Loaded {
	/** Milliseconds of processor time for what the nodes need and n8n has loaded anyway. */
	own: number;
	/** The same for all nodes. */
	nodes: number;
}

test('adds little to the start of n8n', () => {
	const { node, n8n } = getRuntime();
	const n8nFolder = path.dirname(path.dirname(n8n));
	const files = manifest.n8n.nodes.map((file) => path.join(packageFolder, file));
	const measure = () =>
		JSON.parse(
			execFileSync(node, ['-e', program, path.join(n8nFolder, 'package.json'), ...files], {
				encoding: 'utf8',
				env: { ...process.env, NODE_PATH: [path.join(n8nFolder, 'node_modules'), path.dirname(n8nFolder)].join(path.delimiter) },
			}),
		) as Loaded;
	const runs = Array.from({ length: 7 }, measure);
	for (const { own, nodes } of runs) process.stdout.write(`Loading all nodes takes ${nodes.toFixed(0)} ms, what they need of n8n ${own.toFixed(0)} ms.\n`);
	expect(Math.min(...runs.map(({ nodes }) => nodes))).toBeGreaterThan(0);
	// The smallest, because other processes only ever make it larger. `npm run bench -- size` prints the usual ratio.
	expect(Math.min(...runs.map(({ own, nodes }) => nodes / own))).toBeLessThan(0.2);
});
