/** Measures the fault matrix, writes docs/fault-matrix.md and prints it. One test file after the other, because each writes its part. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const { status } = spawnSync(
	process.execPath,
	[jest, '--selectProjects', 'workflows', '--testPathPatterns', 'workflows/faultMatrix', '--silent', '--runInBand', ...process.argv.slice(2)],
	{ cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, WRITE_FAULT_MATRIX: '1' } },
);

/** Columns side by side for a terminal. */
function aligned(markdown) {
	const lines = markdown.split('\n').filter((line) => !line.startsWith('|---'));
	const cells = (line) =>
		line
			.split('|')
			.slice(1, -1)
			.map((cell) => cell.trim());
	const rows = lines.filter((line) => line.startsWith('|')).map(cells);
	const widths = Array.from({ length: Math.max(...rows.map((row) => row.length)) }, (_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
	return lines
		.map((line) =>
			line.startsWith('|')
				? cells(line)
						.map((cell, column) => cell.padEnd(widths[column] ?? 0))
						.join('  ')
				: line,
		)
		.join('\n');
}

process.stdout.write(aligned(readFileSync(`${root}docs/fault-matrix.md`, 'utf8')));
process.stdout.write(status === 0 ? '\nEvery cell is as it must be.\n' : '\nNot every cell is as it must be: see the failures above.\n');
process.exitCode = status ?? 1;
