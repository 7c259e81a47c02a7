import type { Provider } from '../../core/provider/provider';

/** The names by id of every model but the default one, as an object that an expression (a subtitle) can hold. */
export function modelNames(listed: readonly Provider[]): string {
	const others = listed.flatMap(({ models }) => models.slice(1));
	return JSON.stringify(Object.fromEntries(others.map(({ model: { id, label } }) => [id, label])));
}
