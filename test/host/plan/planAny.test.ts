/** One item for several providers: who can take it, in the order chosen, and why the others cannot. */
import { openAccounts } from '../../../nodes/host/execution/account';
import { chosenProviders, planAny } from '../../../nodes/host/plan/planAny';
import { fakeNode } from '../../support/fakeNode';

jest.mock('../../../nodes/providers', () => jest.requireActual<object>('../../support/madeUpRegistry'));

const both = { exampleApi: { apiKey: 'one' }, creditsApi: { apiKey: 'two' }, plainApi: { apiKey: 'three' } };
const given = { providers: ['example', 'credits'], operation: 'textToImage', prompt: 'a fox', resolution: '2K', aspectRatio: '1:1', imageCount: 1 };

async function plan(parameters: object, credentials: object = both) {
	const { context } = fakeNode({ parameters: { ...given, ...parameters }, credentials: credentials as never });
	return await planAny(context, { itemIndex: 3, isTool: false, accountOf: openAccounts(context) });
}
const idsOf = ({ plans }: Awaited<ReturnType<typeof plan>>) => plans.map(({ provider, rank }) => [provider.id, rank]);
const faultOf = ({ fault }: Awaited<ReturnType<typeof plan>>) => fault?.failure.message ?? 'no fault';

test('all providers that can take an item are planned in the order chosen', async () => {
	const read = await plan({ providers: ['credits', 'example'] });
	expect(idsOf(read)).toEqual([
		['credits', 0],
		['example', 1],
	]);
	expect(read).toMatchObject({ itemIndex: 3, unable: [], completion: 'waitForImages' });
});

test('a provider that cannot take the request, or has no credential, is noted with its rank', async () => {
	const many = await plan({ providers: ['plain', 'example'], imageCount: 5 });
	expect(idsOf(many)).toEqual([['example', 1]]);
	expect(many.unable).toMatchObject([{ rank: 0, provider: 'plain', kind: 'invalidInput' }]);
	const locked = await plan({}, { creditsApi: { apiKey: 'two' } });
	expect(idsOf(locked)).toEqual([['credits', 1]]);
	expect(locked.unable).toMatchObject([{ rank: 0, provider: 'example', kind: 'authentication', message: expect.stringMatching(/^No Example API credential/) }]);
});

test('if no provider can take an item, it is refused with every reason, a common one named once', async () => {
	expect(faultOf(await plan({}, {}))).toMatch(/Example API credential.*Credits API credential/s);
	const empty = faultOf(await plan({ prompt: '' }));
	expect(empty.match(/Prompt is empty/g)).toHaveLength(1);
	expect(faultOf(await plan({ providers: ['plain'], imageCount: 5 }))).toMatch(/Plain/);
});

test('a field that is invalid for every provider is named, and no provider is planned', async () => {
	expect(faultOf(await plan({ imageCount: 0 }))).toMatch(/Image Count/);
	expect(faultOf(await plan({ providers: ['example', 'openai'] }))).toMatch(/one is "openai"/);
	expect((await plan({ imageCount: 0, completion: 'returnTask' })).completion).toBe('returnTask');
});

test('the identity of the job does not depend on the provider', async () => {
	const [one, other, changed] = [await plan({ providers: ['example'] }), await plan({ providers: ['credits'] }), await plan({ prompt: 'a hare' })];
	expect(one.request).toEqual(other.request);
	expect(changed.request).not.toEqual(one.request);
	expect(one.request).toMatchObject({ operation: 'textToImage', prompt: 'a fox', resolution: '2K', aspectRatio: '1:1', imageCount: 1, references: [] });
});

test('the references of an edit are part of its identity', async () => {
	const edit = { operation: 'imageToImage', imageSource: 'url', imageUrls: 'https://example.com/a.png' };
	expect((await plan(edit)).request).toMatchObject({ operation: 'imageToImage', references: ['https://example.com/a.png'] });
});

test('an expression that fails is a fault of its item', async () => {
	const prompt = () => {
		throw new Error("Can't read\nproperty");
	};
	expect(await plan({ prompt })).toMatchObject({ itemIndex: 3, plans: [], fault: { failure: { message: "Can't read property" } } });
});

describe('the chosen providers', () => {
	test.each<[unknown, string[], RegExp[]]>([
		[['credits', 'example', 'credits'], ['credits', 'example'], []],
		['example', ['example'], []],
		[[], [], [/^Providers is empty/]],
		['', [], [/^Providers is empty/]],
		[undefined, [], [/^Providers is empty/]],
		[['example', 7], ['example'], [/one is 7/]],
	])('of %j', (raw, ids, messages) => {
		const faults: string[] = [];
		expect(chosenProviders(raw, faults).map(({ id }) => id)).toEqual(ids);
		expect(faults).toEqual(messages.map((message) => expect.stringMatching(message)));
	});
});
