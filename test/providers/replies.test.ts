/** What every adapter must make of ids and replies; any replies at all are in test/fuzz/replies.test.ts. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../nodes/core/json';
import { providers } from '../../nodes/providers';
import { fixture, fixtureNames } from '../support/fixture';

/** The same value with each number turned negative. */
function negative(value: JsonValue): JsonValue {
	if (typeof value === 'number') return -Math.abs(value);
	if (Array.isArray(value)) return value.map(negative);
	return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, negative(inner)])) : value;
}

const everyModel = providers.flatMap(({ id, models }) => models.map((provider) => [id, provider.model.label, provider] as const));

describe.each(everyModel)('%s, %s', (id, _, provider) => {
	test('can check a task whose id has a lone surrogate', () => {
		expect(() => provider.status('\ud83e', {})).not.toThrow();
	});

	test('ignores a negative cost or time in a reply', () => {
		expect(fixtureNames(id)).toContain('submitted');
		for (const name of fixtureNames(id)) {
			const body = negative(fixture(id, name)) as JsonObject;
			const { cost: submitCost, estimatedSeconds } = provider.readSubmit(body) ?? {};
			const reading = provider.readStatus(body, {});
			const statusCost = reading.state === 'succeeded' ? reading.cost : undefined;
			expect({ name, submitCost, estimatedSeconds, statusCost }).toEqual({ name });
		}
	});

	test('asks for a task by its id alone', () => {
		for (const id of ['task_1', 'a/b?c=d&e#f', '../x', 'ü 🦊']) {
			const { method, path, body } = provider.status(id, {});
			expect(path.startsWith('/')).toBe(true);
			const asked = method === 'POST' ? JSON.stringify(body) : decodeURIComponent(path);
			expect(asked).toContain(id);
			if (method === 'GET') expect(path).toContain(encodeURIComponent(id));
		}
	});
});
