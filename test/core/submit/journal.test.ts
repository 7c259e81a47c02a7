import { submitFailure } from '../../../nodes/core/reply/providerFailure';
import { failureKinds } from '../../../nodes/core/failure/failure';
import { hashOf, isLastingRefusal } from '../../../nodes/core/submit/journal';
import { stableJson } from '../../../nodes/core/json';
import { idempotencyKey } from '../../../nodes/core/submit/idempotencyKey';
import { fullProvider } from '../../support/madeUpProvider';

describe('hashOf', () => {
	const job = { provider: 'example', credential: 'c1', prompt: 'a fox', values: { imageCount: 1, resolution: '2K' } };

	test('is the same for the same job, whatever the order of its keys', () => {
		const { values, prompt, ...rest } = job;
		expect(hashOf({ values: { resolution: '2K', imageCount: 1 }, ...rest, prompt })).toBe(hashOf({ ...rest, prompt, values }));
	});

	test.each<[string, object]>([
		['prompt', { prompt: 'a hare' }],
		['provider', { provider: 'other' }],
		['credential', { credential: 'c2' }],
		['field', { values: { imageCount: 2, resolution: '2K' } }],
		['type of a field', { values: { imageCount: '1', resolution: '2K' } }],
	])('differs with another %s', (_, changed) => {
		expect(hashOf({ ...job, ...changed })).not.toBe(hashOf(job));
	});

	test('is short and safe in a key', () => {
		expect(hashOf(job)).toMatch(/^[\w-]{22}$/);
	});
});

describe('idempotencyKey', () => {
	test('is the same in a retry and different for any other job', () => {
		const key = idempotencyKey('100', 'node', '0.0.hash');
		expect(key).toMatch(/^[0-9a-f]{64}$/);
		expect(idempotencyKey('100', 'node', '0.0.hash')).toBe(key);
		const others = [idempotencyKey('101', 'node', '0.0.hash'), idempotencyKey('100', 'other', '0.0.hash'), idempotencyKey('100', 'node', '0.1.hash')];
		expect(new Set([key, ...others]).size).toBe(4);
	});

	test('changes with every task that failed at no cost, and equals that of older journals before the first', () => {
		const keys = [0, 1, 2, 11].map((freed) => idempotencyKey('100', 'node', '0.0.hash', freed));
		expect(new Set(keys).size).toBe(4);
		expect(keys[0]).toBe('e442e50a8474c5778e88b3c3258b3d80c9902e9f53a6db5c53b41ddfd7670714');
	});

	test('does not confuse parts that concatenate to the same text', () => {
		expect(idempotencyKey('1', '23', '4')).not.toBe(idempotencyKey('12', '3', '4'));
	});
});

test.each(failureKinds)('whether the same request would fail with %s again', (kind) => {
	const lasting = ['authentication', 'invalidInput', 'contentRejected', 'notFound'];
	expect(isLastingRefusal(submitFailure(fullProvider, kind, {}))).toBe(lasting.includes(kind));
});

test.each<[unknown, string]>([
	[{ b: 1, a: [{ d: null, c: 'x' }] }, '{"a":[{"c":"x","d":null}],"b":1}'],
	[undefined, 'null'],
	['text', '"text"'],
	[[3, 1, 2], '[3,1,2]'],
])('stableJson of %j', (value, text) => {
	expect(stableJson(value)).toBe(text);
});
