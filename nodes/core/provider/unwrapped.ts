import { isJsonObject, openedJson, type JsonObject } from '../json';

/** Where gateways put the reply of the provider behind them. */
const envelopes = ['data', 'result', 'response', 'body'];

/** An object, also as the only one of a list, or written out as text. */
export function objectIn(value: unknown): JsonObject | undefined {
	const opened = openedJson(value);
	const [found, ...others] = (Array.isArray(opened) ? (opened as unknown[]) : [opened]).filter(isJsonObject);
	return others.length === 0 ? found : undefined;
}

/** Other readings of a reply that cannot be read as it is: its envelope may have become a list, a text or two envelopes. */
export function unwrapped(body: JsonObject): JsonObject[] {
	return envelopes.flatMap((name) => {
		const outer = objectIn(body[name]);
		const inner = objectIn(outer?.data);
		const found = [outer, inner].filter((one) => one !== undefined);
		return found.flatMap((one) => [{ ...body, data: one }, one]);
	});
}
