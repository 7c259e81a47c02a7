import type { RegisteredProvider } from '../../providers';

/** The names by id, written as an object for an expression (a subtitle). */
export function providerNames(listed: readonly RegisteredProvider[]): string {
	return JSON.stringify(Object.fromEntries(listed.map(({ id, displayName }) => [id, displayName])));
}
