import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { Figure } from './main';
import { median } from './quantile';

const runs = 7;

/** Loading all nodes ÷ loading what they need of n8n, which n8n has loaded anyway. */
function loadingShare(nodes: readonly string[]): number {
	const script = `
		const take = (names) => {
			const begun = performance.now();
			for (const name of names) require(name);
			return performance.now() - begun;
		};
		const own = take(['n8n-workflow', 'zod', 'lodash', 'p-limit', 'crypto']);
		console.log(take(${JSON.stringify(nodes.map((node) => path.resolve(node)))}) / own);`;
	return median(Array.from({ length: runs }, () => Number(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }))));
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
	const share = loadingShare(n8n.nodes);
	const count = Object.keys(dependencies).length;
	return [
		{ what: `loading all nodes ÷ what they need of n8n (median of ${runs})`, value: share.toFixed(2), bar: '< 0.2', isMet: share < 0.2 },
		{ what: 'tarball', value: `${kilobytes.toFixed(1)} kB`, bar: '< 200 kB', isMet: kilobytes < 200 },
		{ what: 'runtime dependencies', value: String(count), bar: '= 0', isMet: count === 0 },
	];
}
