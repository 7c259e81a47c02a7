import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export default function printCaseCount(): void {
	const folder = process.env.FUZZ_COUNT_FOLDER;
	if (folder === undefined) return;
	const lines = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'));
	rmSync(folder, { recursive: true, force: true });
	const cases = lines.reduce((sum, line) => sum + Number(line.split('\t')[0]), 0);
	process.stderr.write(`\n${cases.toLocaleString('en-US')} cases of ${lines.length} properties\n`);
}
