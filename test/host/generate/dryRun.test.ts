/** What a dry run shows: the request as it would be sent, its cost, and what a real run would refuse. */
import { numberAt } from '../../../nodes/core/json';
import type { Provider } from '../../../nodes/core/provider/provider';
import { CredentialFault } from '../../../nodes/host/execution/account';
import { dryRunItem, dryRunItems, estimateOf, limitNotes, requestShown } from '../../../nodes/host/generate/dryRun';
import type { AbleItem, GeneratePlan } from '../../../nodes/host/plan/generatePlan';
import type { Session } from '../../../nodes/host/generate/session';
import { defaultOptions } from '../../../nodes/host/panel/options';
import type { FakeNodeRules } from '../../support/fakeNode';
import { emptyJournal, fakeChannel, fakeRun, planFor, sessionFor } from '../../support/fakeRun';
import { simpleProvider } from '../../support/madeUpProvider';
import { reply } from '../../support/fakeSend';

const USD = (amount: number) => ({ amount, unit: 'USD' as const });
const unpriced: Provider = { ...simpleProvider, cost: { ...simpleProvider.cost, perImage: undefined, note: 'Nobody knows the price' } };
const plans = (count: number, more: Partial<GeneratePlan> = {}, provider = simpleProvider) =>
	Array.from({ length: count }, (_, itemIndex) => planFor({ itemIndex, ...more }, provider));
const shownOf = (plan: GeneratePlan, more: Partial<Parameters<typeof dryRunItem>[1]> = {}) => {
	const outcome = dryRunItem(plan, { baseUrl: 'https://api.example.com', balance: undefined, notes: [], ...more });
	return outcome.kind === 'item' ? outcome.item : { json: {} };
};

interface Given {
	limit?: number;
	name?: string;
	rules?: FakeNodeRules;
	session?: Partial<Session>;
	balance?: number;
	locked?: boolean;
}

function sessionOf({ limit = 0, name, rules, session = {}, balance, locked = false }: Given = {}): Session {
	const fake = fakeRun(rules, (clock) => {
		if (locked) return new CredentialFault('no key');
		const provider: Provider = {
			...simpleProvider,
			baseUrl: 'https://gateway.example.org',
			balance: { request: { method: 'GET', path: '/balance' }, read: (body) => numberAt(body, 'left') },
		};
		return fakeChannel(clock, [reply(200, balance === undefined ? {} : { left: balance })], provider);
	});
	return sessionFor(fake, {
		count: () => USD(0.07),
		limit: () => ({ cost: USD(0.07), limit, allowUnknownCost: false, ...(name === undefined ? {} : { name }) }),
		...session,
	});
}

describe('an item', () => {
	test('shows its request, its size, its cost and its input item', () => {
		expect(shownOf(planFor({ itemIndex: 4 }), { notes: ['Note.'], balance: USD(9) })).toEqual({
			json: {
				dryRun: true,
				estimatedCost: USD(0.07),
				balance: USD(9),
				warnings: ['Note.'],
				provider: 'example',
				model: 'model-1',
				pixels: { width: 2048, height: 2048 },
				imagesRequested: 2,
				request: { method: 'POST', url: expect.stringMatching(/^https:\/\/api\.example\.com\/./), body: expect.objectContaining({ prompt: 'a red fox' }) },
			},
			pairedItem: { item: 4 },
		});
	});

	test('without a price has no cost and a warning about it', () => {
		const { json } = shownOf(planFor({}, unpriced));
		expect(json).toMatchObject({ estimatedCost: null, warnings: ['Nobody knows the price.'] });
		expect(json).not.toHaveProperty('balance');
		expect(estimateOf(planFor({}, unpriced))).toBeNull();
	});

	test('says whose sizes it shows if the provider publishes none', () => {
		const likely: Provider = { ...simpleProvider, pixels: () => null, likelyPixels: () => ({ width: 1, height: 2 }) };
		expect(shownOf(planFor({}, likely)).json).toMatchObject({
			pixels: { width: 1, height: 2 },
			warnings: [expect.stringMatching(/APIXO.*Example does not publish/)],
		});
		expect(shownOf(planFor({}, { ...simpleProvider, pixels: () => null })).json).toMatchObject({ pixels: null, warnings: [] });
	});
});

test('the request that is shown contains no token', () => {
	const plan = planFor();
	const task = {
		...plan.checked.task,
		imageUrls: ['https://api.telegram.org/file/bot123:AA-token/photo.jpg'],
		callbackUrl: 'https://n8n.example.com/webhook-waiting/1/example?signature=abc123',
	};
	const shown = requestShown({ ...plan, checked: { ...plan.checked, task } }, 'https://api.example.com');
	expect(JSON.stringify(shown)).not.toMatch(/AA-token|abc123/);
	expect(shown).toMatchObject({
		body: { images: [expect.stringMatching(/^https:\/\/api\.telegram\.org\/file\/bot123/)], callback: expect.stringMatching(/^https:\/\/n8n\.example\.com/) },
	});
	expect(task.imageUrls[0]).toContain('AA-token');
});

describe('the limit', () => {
	test('is named on each item that it would refuse, and under Stop on all items', () => {
		const notes = limitNotes(plans(3), sessionOf({ limit: 0.15 }));
		expect(notes.map((one) => one.length)).toEqual([1, 1, 2]);
		expect(notes[0]).toEqual(['A real run would send nothing: Spending Limit refuses 1 of 3 items.']);
		expect(notes[2]?.[0]).toMatch(/^A real run would refuse this item: Spending Limit is 0.15 USD/);
	});

	test('under Continue is named on the refused items only', () => {
		const notes = limitNotes(plans(3), sessionOf({ limit: 0.15, name: 'Max Images per Execution', rules: { onError: 'continueRegularOutput' } }));
		expect(notes.map((one) => one.length)).toEqual([0, 0, 1]);
		expect(limitNotes(plans(3), sessionOf({ limit: 0.15, name: 'Max Images per Execution' }))[0]).toEqual([
			'A real run would send nothing: Max Images per Execution refuses 1 of 3 items.',
		]);
	});

	test('counts what was spent before, and what dry runs of earlier passes would have spent', () => {
		const journal = { ...emptyJournal(), spent: { USD: 0.05 }, rehearsed: { before: { USD: 0.05 } } };
		expect(limitNotes(plans(1), sessionOf({ limit: 0.16, session: { journal } }))[0]).toHaveLength(2);
		expect(limitNotes(plans(1), sessionOf({ limit: 0.17, session: { journal } }))[0]).toEqual([]);
		expect(journal.spent).toEqual({ USD: 0.05 });
	});

	test('remembers for the next pass what this one would have spent', () => {
		const session = sessionOf({ limit: 0.15 });
		limitNotes(plans(3), session);
		expect(session.journal.rehearsed).toEqual({ before: {}, own: USD(0.14) });
		limitNotes([], session);
		expect(session.journal.rehearsed).toEqual({ before: {} });
	});
});

describe('the items of a dry run', () => {
	const itemsOf = (list: readonly GeneratePlan[]) =>
		list.map((plan): AbleItem => ({ itemIndex: plan.itemIndex, options: defaultOptions, completion: 'waitForImages', files: [], plans: [plan] }));
	const run = async (list: readonly GeneratePlan[], given: Given = {}) =>
		(await dryRunItems(itemsOf(list), sessionOf(given))).map((outcome) => (outcome.kind === 'item' ? outcome.item.json : {}));

	test('show their total cost and the address of the request', async () => {
		const [first] = await run(plans(3));
		expect(first).toMatchObject({
			warnings: ['The 3 items of this dry run would cost about 0.21 USD together.'],
			request: { url: expect.stringMatching(/^https:\/\/gateway\.example\.org\//) },
		});
		expect((await run(plans(1)))[0]).toMatchObject({ warnings: [] });
		expect((await run(plans(2, {}, unpriced)))[0]).toMatchObject({ warnings: ['Nobody knows the price.'] });
	});

	test('warn if the balance does not cover them', async () => {
		const shown = await run(plans(2), { balance: 0.1 });
		expect(shown).toMatchObject([{ balance: USD(0.1) }, { balance: USD(0.1) }]);
		expect(shown.map(({ warnings }) => JSON.stringify(warnings).includes('balance is'))).toEqual([false, true]);
	});

	test('without a credential show the address of the provider', async () => {
		const [shown] = await run(plans(1), { locked: true });
		expect(shown).toMatchObject({ request: { url: expect.stringMatching(/^https:\/\/api\.example\.com\//) } });
		expect(shown).not.toHaveProperty('balance');
	});

	test('may be none', async () => {
		expect(await run([])).toEqual([]);
	});
});
