import type { Provider } from '../../core/provider/provider';

/** The names of all models but the default one, by id, written as an object for an expression (a subtitle). */
export function modelNames(listed: readonly Provider[]): string {
	const others = listed.flatMap(({ models }) => models.slice(1));
	return JSON.stringify(Object.fromEntries(others.map(({ model: { id, label } }) => [id, label])));
}
