import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ICredentialType, INodeType } from 'n8n-workflow';

export const root = join(__dirname, '..', '..');

interface Manifest {
	n8n: { credentials: string[]; nodes: string[] };
}
export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

export const isFile = (...path: string[]): boolean => existsSync(join(root, ...path));

/** The classes that paths in package.json name, read from their sources. */
function load<Instance>(paths: readonly string[]): Map<string, Instance> {
	const loaded = new Map<string, Instance>();
	for (const path of paths) {
		const source = path.replace(/^dist\//, '').replace(/\.js$/, '');
		if (!isFile(`${source}.ts`)) continue;
		const classes = jest.requireActual<Record<string, new () => Instance>>(join(root, source));
		for (const made of Object.values(classes)) loaded.set(path, new made());
	}
	return loaded;
}

export const nodes = load<INodeType>(manifest.n8n.nodes);
export const credentials = load<ICredentialType>(manifest.n8n.credentials);
