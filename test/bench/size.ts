import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import type { Figure } from './main';
import { median } from './quantile';

const runs = 7;

/** Milliseconds that loading all nodes adds in a process which has loaded what n8n has loaded anyway. */
function requireMilliseconds(nodes: readonly string[]): number {
	const script = `
		for (const name of ['n8n-workflow', 'zod', 'lodash', 'p-limit', 'crypto']) require(name);
		const begun = process.hrtime.bigint();
		for (const node of ${JSON.stringify(nodes)}) require(require('path').resolve(node));
		console.log(Number(process.hrtime.bigint() - begun) / 1e6);`;
	const times = Array.from({ length: runs }, () => Number(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })));
	return median(times);
}

/** What the package costs an n8n that has it installed. Wants a build. */
export function measureSize(): Figure[] {
	const { n8n, dependencies = {} } = JSON.parse(readFileSync('package.json', 'utf8')) as {
		n8n: { nodes: string[] };
		dependencies?: Record<string, string>;
	};
	const [packed] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as Array<{
		size: number;
	}>;
	const kilobytes = (packed?.size ?? Number.NaN) / 1000;
	const milliseconds = requireMilliseconds(n8n.nodes);
	const count = Object.keys(dependencies).length;
	return [
		{ what: `loading all nodes (median of ${runs})`, value: `${milliseconds.toFixed(1)} ms`, bar: '< 50 ms', isMet: milliseconds < 50 },
		{ what: 'tarball', value: `${kilobytes.toFixed(1)} kB`, bar: '< 200 kB', isMet: kilobytes < 200 },
		{ what: 'runtime dependencies', value: String(count), bar: '= 0', isMet: count === 0 },
	];
}
