import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { ProviderId } from '../../nodes/providers';

const load = createRequire(__filename);

/** What a file in the provider's folder, test/providers/<id>, exports under this name. */
export function partOf(id: ProviderId, file: string, name: string): unknown {
	return (load(join(__dirname, '..', 'providers', id, file)) as Readonly<Record<string, unknown>>)[name];
}
