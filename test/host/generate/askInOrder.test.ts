/** Which providers a run asks, how often and when, with scripted providers on a fake clock. */
import { failuresIn } from '../../../nodes/host/output/finish';
import { createWorld, itemFor, type Answer, type ScriptedId, type World } from '../../support/fakeProviders';

jest.mock('../../../nodes/providers', () => jest.requireActual<object>('../../support/madeUpRegistry'));

const two: readonly ScriptedId[] = ['first', 'second'];

function worldWith(answer: (provider: ScriptedId, number: number) => Answer, delay = 50): World {
	return createWorld({ answer, delay: () => delay });
}

const itemsFor = (count: number, ids: readonly ScriptedId[] = two, options = {}) =>
	Array.from({ length: count }, (_, item) => itemFor(item, `item-${item}-fox`, ids, options));
const countOf = (world: World, provider: ScriptedId) => world.sent.filter((one) => one.provider === provider).length;

test.each<[Answer, number]>([
	['noCredits', 21],
	['wrongKey', 21],
])(
	'a provider that says %s is skipped for the rest of the run: 60 items ask it at most %d times',
	async (answer, most) => {
		const world = worldWith((provider) => (provider === 'first' ? answer : 'take'));
		const { outcomes } = await world.run({ execution: '1', items: itemsFor(60), providers: two });
		expect(failuresIn(outcomes)).toEqual([]);
		expect(countOf(world, 'first')).toBeLessThanOrEqual(most);
		expect(countOf(world, 'second')).toBe(60);
	},
	60_000,
);

test('a provider that is not reachable is skipped for 60 seconds by all items', async () => {
	let tries = 0;
	const world = createWorld({
		answer: (provider) => {
			if (provider === 'first') tries += 1;
			return provider === 'first' ? 'unreachable' : 'take';
		},
		delay: () => 5000,
	});
	const { outcomes } = await world.run({ execution: '1', items: itemsFor(60), concurrency: 2, providers: two });
	expect(failuresIn(outcomes)).toEqual([]);
	// Two requests at a time, 5 seconds each: the run takes minutes, and asks again after each of them.
	expect(world.clock.elapsed()).toBeGreaterThan(120_000);
	expect(tries).toBeLessThanOrEqual(4 * Math.ceil(world.clock.elapsed() / 60_000));
}, 60_000);

test('a 429 is not waited for while another provider is left', async () => {
	const world = worldWith((provider) => (provider === 'first' ? 'busy' : 'take'));
	const { outcomes } = await world.run({ execution: '1', items: itemsFor(10), providers: two });
	expect(failuresIn(outcomes)).toEqual([]);
	expect(Math.max(...world.sent.map(({ at }) => at))).toBeLessThan(2000);
});

test('a provider that asks for a pause longer than a run waits is skipped by all items', async () => {
	const world = worldWith((provider) => (provider === 'first' ? 'veryBusy' : 'take'));
	await world.run({ execution: '1', items: itemsFor(40), providers: two });
	expect(countOf(world, 'first')).toBeLessThanOrEqual(21);
});

test('if all are rate-limited until the Timeout, the item fails in the provider’s words, and nothing was charged', async () => {
	const world = worldWith(() => 'busy');
	const { outcomes } = await world.run({ execution: '1', items: itemsFor(1, two, { timeout: 5 }), providers: two });
	const [failed] = failuresIn(outcomes);
	expect(failed?.failure).toMatchObject({ kind: 'rateLimited', mayBeCharged: false, tryElsewhere: true });
	expect(failed?.failure.message).toContain('Too many requests');
	expect(failed?.attempts?.map(({ provider, kind }) => [provider, kind])).toEqual([
		['first', 'rateLimited'],
		['second', 'rateLimited'],
	]);
	expect(world.clock.elapsed()).toBeLessThanOrEqual(5000);
});

test.each<[Answer, string]>([
	['content', 'contentRejected'],
	['invalid', 'invalidInput'],
	['lose', 'outcomeUnknown'],
	['error', 'outcomeUnknown'],
])('after %s no other provider is asked', async (answer, kind) => {
	const world = worldWith((provider) => (provider === 'first' ? answer : 'take'));
	const { outcomes } = await world.run({ execution: '1', items: itemsFor(1), providers: two });
	expect(failuresIn(outcomes).map(({ failure }) => failure.kind)).toEqual([kind]);
	expect(countOf(world, 'second')).toBe(0);
});

/** A provider that takes 10 requests a minute and refuses the rest. */
function tenAMinute(): (at: number) => boolean {
	const taken: number[] = [];
	return (at) => {
		if (taken.filter((time) => time > at - 60_000).length >= 10) return false;
		taken.push(at);
		return true;
	};
}

test('jobs beyond a limit of 10 requests a minute go to the next provider', async () => {
	const makespan = async (ids: readonly ScriptedId[]): Promise<number> => {
		const mayPass = tenAMinute();
		const world = createWorld({
			answer: (provider) => (provider !== 'first' || mayPass(world.clock.elapsed()) ? 'take' : 'busy'),
			delay: () => 200,
		});
		const { outcomes } = await world.run({ execution: '1', items: itemsFor(22, ids), providers: ids });
		expect(failuresIn(outcomes)).toEqual([]);
		expect(world.sent.filter(({ paid }) => paid)).toHaveLength(22);
		return world.clock.elapsed() / 1000;
	};
	const alone = await makespan(['first']);
	const both = await makespan(two);
	console.log(`22 items at 10 requests a minute: ${alone.toFixed(0)} s alone, ${both.toFixed(0)} s with a second provider behind`);
	expect(both).toBeLessThan(alone / 3);
}, 60_000);
