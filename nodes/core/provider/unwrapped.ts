import { isJsonObject, openedJson, type JsonObject } from '../json';

/** Where gateways put the reply of the provider behind them. */
const envelopes = ['data', 'result', 'response', 'body'];

/** An object, also as the only entry of a list, or written out as text. */
function objectIn(value: unknown): JsonObject | undefined {
	const opened = openedJson(value);
	const found: unknown = Array.isArray(opened) && opened.length === 1 ? opened[0] : opened;
	return isJsonObject(found) ? found : undefined;
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
