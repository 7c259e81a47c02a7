/** n8n-core keeps its settings and binaries in a folder: for tests a new one, never the user's own. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default function makeN8nFolder(): void {
	process.env.N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'seedream-n8n-'));
	// Written in advance, because workers that start together would each write a different one.
	process.env.N8N_ENCRYPTION_KEY = 'only-for-tests';
	// Otherwise every accepted task would print a line of n8n's log.
	process.env.N8N_LOG_LEVEL ??= 'warn';
}
