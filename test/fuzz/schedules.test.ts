/** Random schedules of faults, on a clock of our own: whatever happens in whatever order, nothing is paid twice, nothing is sent too late. */
import fc from 'fast-check';

import { failuresIn } from '../../nodes/host/output/finish';
import { createWorld, itemFor, type Answer, type ScriptedId, type World } from '../support/fakeProviders';
import { firstBroken } from '../support/bodyRules';
import { holds } from './support/property';

jest.mock('../../nodes/providers', () => jest.requireActual<object>('../support/madeUpRegistry'));

const answers = fc.constantFrom<Answer>(
	'take',
	'take',
	'take',
	'takeAndFail',
	'takeAndLose',
	'lose',
	'takeAndError',
	'error',
	'noCredits',
	'wrongKey',
	'busy',
	'veryBusy',
	'unreachable',
	'content',
	'invalid',
);

/** What a schedule is made of: answers and delays by the number of the request, and what the retries look like. */
const schedule = fc.record({
	answers: fc.array(answers, { minLength: 4, maxLength: 30 }),
	delays: fc.array(fc.constantFrom(1, 40, 300, 2500), { minLength: 1, maxLength: 8 }),
	items: fc.integer({ min: 1, max: 6 }),
	concurrency: fc.constantFrom(1, 2, 20),
	maxTasksInFlight: fc.constantFrom(0, 1, 2),
	stops: fc.boolean(),
	timeout: fc.constantFrom(1, 3, 30),
	/** Which executions the tries belong to: '1' is Retry On Fail, another is Retry execution. */
	tries: fc.constantFrom<string[]>(['1'], ['1', '1', '1'], ['1', '2'], ['1', '1', '2', '2'], ['1', '2', '3']),
	/** Whether the expressions give other values with each try. */
	changes: fc.boolean(),
	rotates: fc.boolean(),
});

type Schedule = typeof schedule extends fc.Arbitrary<infer Value> ? Value : never;

function worldOf({ answers: list, delays }: Schedule): World {
	return createWorld({
		answer: (_, number) => list[(number - 1) % list.length] ?? 'take',
		delay: (number) => delays[number % delays.length] ?? 1,
	});
}

const nameOf = (item: number): string => `item-${item}-fox`;

/** Plays all tries; says how often each item was paid, and when requests were sent after the deadline. */
async function play(one: Schedule, ids: readonly ScriptedId[]): Promise<{ paid: number[]; late: number; named: boolean; world: World }> {
	const world = worldOf(one);
	const { timeout, maxTasksInFlight, stops, concurrency } = one;
	let late = 0;
	let named = true;
	for (const [index, execution] of one.tries.entries()) {
		const order = one.rotates ? [...ids.slice(index % ids.length), ...ids.slice(0, index % ids.length)] : ids;
		const items = Array.from({ length: one.items }, (_, item) => {
			const words = `${nameOf(item)}${one.changes ? ` ${index}-${item}` : ''}`;
			return itemFor(item, words, order, { timeout, maxTasksInFlight });
		});
		const before = world.sent.length;
		const startedAt = world.clock.elapsed();
		const { outcomes } = await world.run({ execution, items, stops, concurrency, providers: order });
		late += world.sent.slice(before).filter(({ at }) => at >= startedAt + timeout * 1000).length;
		// Each task that a provider accepted is in the journal or was delivered.
		const known = new Set([...Object.values(world.journal.entries).flatMap((entry) => (entry.state === 'accepted' ? [entry.ref.taskId] : []))]);
		const failedIds = failuresIn(outcomes).flatMap(({ taskId }) => taskId ?? []);
		named &&= failedIds.every((id) => known.has(id) || world.sent.some((job) => job.id === id));
		Object.assign(world.journal, JSON.parse(JSON.stringify(world.journal)));
	}
	return { paid: Array.from({ length: one.items }, (_, item) => world.paidFor(nameOf(item))), late, named, world };
}

describe.each<[string, readonly ScriptedId[]]>([
	['one provider', ['first']],
	['one provider with idempotency keys', ['keyed']],
	['two providers', ['first', 'second']],
	['three providers', ['first', 'keyed', 'second']],
])('%s', (_, ids) => {
	holds('pays no item twice and sends nothing after the Timeout', 1000, schedule, async (one) => {
		const { paid, late, named } = await play(one, ids);
		return firstBroken({
			'no item is paid twice': paid.every((count) => count <= 1),
			'nothing is sent after the Timeout': late === 0,
			'ids that are told exist': named,
		});
	});

	holds('sends nothing after a failure under Stop', 1000, schedule, async (given) => {
		const one = { ...given, stops: true, tries: ['1'] };
		const world = worldOf(one);
		const items = Array.from({ length: one.items }, (__, item) =>
			itemFor(item, nameOf(item), ids, { timeout: one.timeout, maxTasksInFlight: one.maxTasksInFlight }),
		);
		let failedAt = Number.POSITIVE_INFINITY;
		const { outcomes } = await world.run({
			execution: '1',
			items,
			stops: true,
			concurrency: one.concurrency,
			providers: ids,
			onFailure: () => {
				failedAt = Math.min(failedAt, world.clock.elapsed());
			},
		});
		return firstBroken({
			'nothing is sent after the failure': world.sent.every(({ at }) => at <= failedAt),
			'a failure is told': outcomes.flat().length > 0 || one.items === 0,
		});
	});
});
