import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const document = join(__dirname, '../../../docs/fault-matrix.md');

/** The document's parts, each measured by a test file of its own: single providers, and several in Seedream Any Provider. */
export type Part = 'single' | 'any';
const secondPart = '## Any Provider\n';

function readParts(): Record<Part, string> {
	const text = existsSync(document) ? readFileSync(document, 'utf8') : '';
	const border = text.indexOf(`\n${secondPart}`);
	return border === -1 ? { single: text, any: '' } : { single: text.slice(0, border), any: text.slice(border + 1) };
}

/** What the document says; with `npm run faults` it says from now on what was measured. */
export function documented(part: Part, measured: string): string {
	if (process.env.WRITE_FAULT_MATRIX !== undefined) {
		const parts = { ...readParts(), [part]: measured };
		writeFileSync(document, `${parts.single}\n${parts.any}`);
	}
	return readParts()[part];
}

export const heading = (part: Part): string => (part === 'single' ? '# Fault matrix' : secondPart.trimEnd());
