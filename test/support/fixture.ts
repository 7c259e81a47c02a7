import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ProviderId } from '../../nodes/providers';
import { isJsonObject, type JsonObject } from '../../nodes/core/json';

const fixtures = (id: ProviderId): string => join(__dirname, '..', 'providers', id, 'fixtures');

export function fixtureNames(id: ProviderId): string[] {
	return readdirSync(fixtures(id)).map((file) => file.replace(/\.json$/, ''));
}

/** A reply as the provider publishes it: see test/providers/README.md. */
export function fixture(id: ProviderId, name: string): JsonObject {
	const value: unknown = JSON.parse(readFileSync(join(fixtures(id), `${name}.json`), 'utf8'));
	if (!isJsonObject(value)) throw new Error(`Fixture ${name} of ${id} is no object`);
	return value;
}
