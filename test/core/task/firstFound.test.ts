import { firstFound } from '../../../nodes/core/task/firstFound';

const never = new Promise<undefined>(() => undefined);

test.each<[string, Array<Promise<number | undefined>>, number | undefined]>([
	['nothing to search', [], undefined],
	['none', [Promise.resolve(undefined), Promise.resolve(undefined)], undefined],
	['one beside an endless search', [never, Promise.resolve(undefined), Promise.resolve(0)], 0],
	['the first of two', [Promise.resolve(1), Promise.resolve(2)], 1],
])('%s', async (_, searches, found) => {
	await expect(firstFound(searches)).resolves.toBe(found);
});

test('a search that fails after the first result is ignored', async () => {
	const failed = new Promise<undefined>((_, reject) => setImmediate(() => reject(new Error('late'))));
	await expect(firstFound([failed, Promise.resolve(1)])).resolves.toBe(1);
	await expect(failed).rejects.toThrow('late');
});

test('a search that fails before any result rejects', async () => {
	await expect(firstFound([never, Promise.reject(new Error('away'))])).rejects.toThrow('away');
});
