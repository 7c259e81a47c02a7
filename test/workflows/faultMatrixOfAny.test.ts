/** What goes wrong in Seedream Any Provider, with two pairs of providers. `npm run faults` prints the table. */
import pLimit from 'p-limit';

import { findProvider, type ProviderId } from '../../nodes/providers';
import { until } from '../simulator/testClient';
import { contractOf } from '../support/contractOf';
import { anyFaultRows, pairs, type Account, type AnyFaultRow, type Pair } from './support/anyFaultRows';
import { renderAnyMatrix, type AnyCell } from './support/anyFaultTable';
import type * as CompressedTime from './support/compressedTime';
import { runWorkflow, type CredentialData, type Finished } from './support/engine';
import { documented } from './support/faultDocument';
import { detailsOf, failuresIn, imagesIn, leaksIn, requestsOf, stopDetailsOf, submitsOf, type FailureDetails } from './support/observe';
import { retryDataOf } from './support/retryExecution';
import { credentialTypeOf, startSimulated, type Simulated } from './support/simulated';

jest.mock('../../nodes/host/execution/realClock', () =>
	jest.requireActual<typeof CompressedTime>('./support/compressedTime').compressedClock(jest.requireActual('../../nodes/host/execution/realClock')),
);

interface Attempt {
	provider: ProviderId;
	kind: string;
	message: string;
}

interface Outcome {
	world: Simulated;
	runs: Finished[];
	prompt: string;
	credentials: CredentialData;
}

const goesOn = { onError: 'continueRegularOutput' };
const nameOf = (id: ProviderId): string => findProvider(id)?.displayName ?? '';

function credentialsOf({ simulator, credentials }: Simulated, pair: Pair, accounts: AnyFaultRow['accounts'] = [undefined]): CredentialData {
	const states: Record<Account, (id: ProviderId) => object> = {
		'wrong key': (id) => ({ apiKey: `not-the-key-of-${id}` }),
		'no key': () => ({ apiKey: '' }),
		'no credits': (id) => ({ apiKey: `${simulator.demoKeys[id]}-broke` }),
		unreachable: () => ({ baseUrl: 'http://127.0.0.1:1' }),
	};
	const changed = pair.map((id, index) => {
		const state = accounts[index];
		const type = credentialTypeOf(id);
		return [type, { ...credentials[type], ...(state === undefined ? {} : states[state](id)) }];
	});
	return { ...credentials, ...(Object.fromEntries(changed) as CredentialData) };
}

/** The faulty job and one without faults in the same run. */
async function run(row: AnyFaultRow, pair: Pair): Promise<Outcome> {
	const world = await startSimulated();
	const prompt = `a fox ${row.directives?.(pair) ?? ''}`.trim();
	const credentials = credentialsOf(world, pair, row.accounts);
	const runOnce = async (providers: readonly ProviderId[], node: object, resume?: Finished): Promise<Finished> =>
		await runWorkflow({
			nodes: [
				{ name: 'Items', type: 'itemSource', parameters: { items: [{ prompt }, ...(row.isAlone === true ? [] : [{ prompt: 'a hare' }])] } },
				{
					name: 'Any',
					type: `n8n-nodes-seedream.seedreamAnyProvider${row.isTool === true ? 'Tool' : ''}`,
					parameters: {
						providers: [...providers],
						prompt: '={{ $json.prompt }}',
						...(row.parameters as object),
						options: { pollInterval: 1, timeout: row.timeout ?? 600, downloadImages: row.downloads === true, ...row.options } as never,
					},
					...node,
				},
			],
			connect: [['Items', 'Any']],
			credentials,
			...(resume === undefined ? {} : { resume: retryDataOf(resume), executionId: '2' }),
			...(row.stoppedAt === undefined
				? {}
				: { onStart: (stop) => void until(() => requestsOf(world, row.stoppedAt ?? 'submit', pair[1]).length > 0, 10_000).then(stop, stop) }),
		});
	const runs = [await runOnce(pair, row.node ?? goesOn)];
	if (row.retriedWith !== undefined) runs.push(await runOnce(row.retriedWith(pair), goesOn, runs[0]));
	return { world, runs, prompt, credentials };
}

const outcomes = new Map<AnyFaultRow, Map<Pair, Outcome>>();
const cells = new Map<AnyFaultRow, Map<Pair, AnyCell>>();

beforeAll(async () => {
	// First, because it takes a while where the machine is busy: the nodes are loaded, and the pictures are drawn in this process.
	const undisturbed: AnyFaultRow = { name: '', downloads: true, timeout: 6000, expect: () => ({ posts: [1, 0] }) };
	for (const pair of pairs.flatMap(([first, second]): Pair[] => [
		[first, second],
		[second, first],
	]))
		await (await run(undisturbed, pair)).world.simulator.close();
	const limit = pLimit(4);
	const all = anyFaultRows.flatMap((row) => {
		const byPair = new Map<Pair, Outcome>();
		outcomes.set(row, byPair);
		return pairs.map(async (pair) => await limit(async () => byPair.set(pair, await run(row, pair))));
	});
	await Promise.all(all);
}, 300_000);
afterAll(async () => {
	await Promise.all([...outcomes.values()].flatMap((byPair) => [...byPair.values()]).map(async ({ world }) => await world.simulator.close()));
});

/** The failure of the faulty job, from its item or from the error that ended the run. */
function failureIn(finished: Finished): { details: FailureDetails; message: string } | undefined {
	const [item] = failuresIn(finished.items('Any'));
	if (item !== undefined) return { details: detailsOf(item), message: item.json.error as string };
	const error = finished.error('Any');
	const [details] = error === undefined ? [] : stopDetailsOf(error).failures;
	return details === undefined ? undefined : { details, message: error?.message ?? '' };
}

describe.each(anyFaultRows.map((row) => [row.name, row] as const))('%s', (_name, row) => {
	test.each(pairs.map((pair) => [pair.map(nameOf).join(', then '), pair] as const))('%s', (_pair, pair) => {
		const { world, runs, prompt, credentials } = outcomes.get(row)?.get(pair) as Outcome;
		const finished = runs.at(-1) as Finished;
		const expected = row.expect(pair);
		const output = finished.items('Any');
		const ofItem = (index: number) => output.filter(({ pairedItem }) => (pairedItem as { item: number }).item === index);
		const images = imagesIn(ofItem(0));
		const failed = images.length > 0 ? undefined : failureIn(finished);
		const posts = pair.map((id) => submitsOf(world, id).filter(({ body }) => JSON.stringify(body).includes(JSON.stringify(prompt).slice(1, -1))).length);
		const tasks = world.simulator.tasks.filter((task) => task.prompt === prompt);
		const [task, ...moreTasks] = tasks;
		const charged = task?.charged ?? 0;
		const by = images[0]?.json.provider as ProviderId | undefined;
		const kind = failed?.details.failure.kind;
		cells.set(row, (cells.get(row) ?? new Map<Pair, AnyCell>()).set(pair, { posts, by, kind, charged: charged > 0 }));

		const nameIn = (place: 'first' | 'second' | undefined) => (place === undefined ? undefined : pair[place === 'first' ? 0 : 1]);
		expect({ posts, by, kind }).toEqual({ posts: expected.posts, by: nameIn(expected.by), kind: expected.kind });
		const attempts = (images[0]?.json.attempts ?? (failed?.details as { attempts?: Attempt[] } | undefined)?.attempts ?? []) as Attempt[];
		if (expected.attempts !== undefined)
			expect(attempts.map((attempt) => [attempt.provider, attempt.kind])).toEqual(expected.attempts.map((one, index) => [pair[index], one]));
		for (const { message } of attempts) expect(message.length).toBeGreaterThan(10);

		// Nothing paid twice: one task at one provider, and it cost what one task costs.
		expect(moreTasks).toEqual([]);
		if (task !== undefined) expect(charged).toBeLessThanOrEqual(contractOf(task.provider).price.amount * Number(row.parameters?.imageCount ?? 1) + 1e-9);
		// No paid task is lost.
		if (charged > 0 && by === undefined) expect(failed?.details.failure.mayBeCharged).toBe(true);
		if (task === undefined) expect(failed?.details.failure.mayBeCharged ?? false).toBe(kind === 'outcomeUnknown');
		if (task !== undefined || kind === 'outcomeUnknown') expect(failed?.details.failure.tryElsewhere ?? false).toBe(false);

		for (const item of images) {
			expect(item.json).toMatchObject({ provider: task?.provider, status: 'succeeded' });
			expect(JSON.stringify(item.json)).toContain(task?.id);
			expect(item.binary === undefined).toBe(row.downloads !== true);
		}
		if (failed !== undefined) {
			const { details, message } = failed;
			if (expected.message !== undefined) expect(message).toMatch(expected.message);
			expect(details.failure.remedy.length).toBeGreaterThan(20);
			const isKnown = task !== undefined && !submitsOf(world, task.provider).some(({ note }) => note === 'submit=reset-after' || note === 'submit=stall');
			if (isKnown) expect({ id: details.taskId, provider: details.provider }).toEqual({ id: task.id, provider: task.provider });
			if (isKnown) expect(message).toContain(task.id);
			// The provider that has the job or may have it, otherwise all that were asked.
			const named = task === undefined ? attempts.map((attempt) => attempt.provider) : [task.provider];
			for (const id of named) expect(message).toContain(nameOf(id));
		}
		// The other job is not affected, and is paid once too.
		const beside = world.simulator.tasks.filter((one) => one.prompt === 'a hare');
		expect(beside.length).toBeLessThanOrEqual(1);
		if (row.isAlone !== true && row.concernsAll !== true) expect(imagesIn(ofItem(1))).toHaveLength(1);

		// No key in any output, error or journal, nor sent to a host of images.
		const keys = Object.fromEntries(Object.entries(credentials).filter(([, { apiKey }]) => apiKey !== ''));
		expect(
			leaksIn(
				runs.map((one) => one.run),
				{ credentials: keys },
			),
		).toEqual([]);
		for (const request of requestsOf(world, 'image')) expect(request.hasCredential).toBe(false);
	});
});

test('docs/fault-matrix.md shows what was measured here', () => {
	const measured = [...cells.values()].reduce((sum, byPair) => sum + byPair.size, 0);
	// Where only some of the cells ran (`-t`) there is nothing to compare.
	if (measured < anyFaultRows.length * pairs.length) return;
	const text = renderAnyMatrix(cells);
	expect(documented('any', text)).toBe(text);
});
