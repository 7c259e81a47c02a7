import type { RegisteredProvider } from '../../providers';

/** The names by id, as an object that an expression (a subtitle) can hold. */
export function providerNames(listed: readonly RegisteredProvider[]): string {
	return JSON.stringify(Object.fromEntries(listed.map(({ id, displayName }) => [id, displayName])));
}
