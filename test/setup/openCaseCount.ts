/** Where the fuzz tests, which may run in several processes, add up their cases. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default function openCaseCount(): void {
	process.env.FUZZ_COUNT_FOLDER = mkdtempSync(join(tmpdir(), 'seedream-fuzz-'));
}
