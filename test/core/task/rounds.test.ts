import { createRounds } from '../../../nodes/core/task/rounds';

/** A check that ends when the test decides. */
function heldLook(log: string[]) {
	const held: Array<{ resolve(found: string | undefined): void; reject(error: Error): void }> = [];
	const look = async (announced: ReadonlySet<string>): Promise<string | undefined> => {
		log.push([...announced].join('+'));
		return await new Promise((resolve, reject) => held.push({ resolve, reject }));
	};
	return { look, end: (found?: string) => held.shift()?.resolve(found), fail: () => held.shift()?.reject(new Error('the store is full')) };
}

const settled = async () => await new Promise(setImmediate);

test('calls that arrive during a round share the next one', async () => {
	const log: string[] = [];
	const { look, end } = heldLook(log);
	const { run: round } = createRounds();
	const calls = [round('7', 'a', look)];
	await settled();
	calls.push(round('7', 'b', look), round('7', undefined, look), round('7', 'c', look));
	await settled();
	expect(log).toEqual(['a']);
	end(undefined);
	await settled();
	expect(log).toEqual(['a', 'b+c']);
	end('images');
	await expect(Promise.all(calls)).resolves.toEqual([undefined, 'images', undefined, undefined]);
});

test('calls at the same time share one round', async () => {
	const log: string[] = [];
	const { look, end } = heldLook(log);
	const { run: round } = createRounds();
	const calls = Array.from({ length: 50 }, async (_, index) => await round('7', `t${index}`, look));
	await settled();
	end('images');
	expect((await Promise.all(calls)).filter((found) => found !== undefined)).toEqual(['images']);
	expect(log).toHaveLength(1);
});

test('the round after one that found a result is skipped, and a later call starts a new one', async () => {
	const log: string[] = [];
	const { look, end } = heldLook(log);
	const { run: round } = createRounds();
	const first = round('7', 'a', look);
	await settled();
	const second = round('7', 'b', look);
	end('images');
	await expect(Promise.all([first, second])).resolves.toEqual(['images', undefined]);
	expect(log).toEqual(['a']);
	const third = round('7', 'c', look);
	await settled();
	end(undefined);
	await expect(third).resolves.toBeUndefined();
	expect(log).toEqual(['a', 'c']);
});

test('a round that fails does not stop the next one', async () => {
	const log: string[] = [];
	const { look, end, fail } = heldLook(log);
	const { run: round } = createRounds();
	const first = round('7', 'a', look);
	await settled();
	const second = round('7', 'b', look);
	fail();
	await expect(first).rejects.toThrow('the store is full');
	await settled();
	end('images');
	await expect(second).resolves.toBe('images');
});

test('rounds of different keys do not wait for each other', async () => {
	const log: string[] = [];
	const { look } = heldLook(log);
	const { run: round } = createRounds();
	void round('7', 'a', look);
	void round('8', 'b', look);
	await settled();
	expect(log).toEqual(['a', 'b']);
});

test('a key is busy from its first call to the end of its last round', async () => {
	const { look, end } = heldLook([]);
	const rounds = createRounds();
	expect(rounds.isBusy('7')).toBe(false);
	const first = rounds.run('7', 'a', look);
	await settled();
	const second = rounds.run('7', 'b', look);
	expect([rounds.isBusy('7'), rounds.isBusy('8')]).toEqual([true, false]);
	end();
	await first;
	expect(rounds.isBusy('7')).toBe(true);
	end();
	await second;
	expect(rounds.isBusy('7')).toBe(false);
});
