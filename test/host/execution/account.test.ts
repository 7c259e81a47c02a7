/** A provider's account, opened from the node's credential before anything is sent. */
import { CredentialFault, openAccounts } from '../../../nodes/host/execution/account';
import { fakeNode } from '../../support/fakeNode';
import { simpleProvider } from '../../support/madeUpProvider';

const open = async (data: object) => await openAccounts(fakeNode({ credentials: { exampleApi: data as never } }).context)(simpleProvider);

test('an account has its address, its secret and the credential that was chosen', async () => {
	const account = await open({ apiKey: ' the-key ', baseUrl: 'https://gateway.example.org/v1/' });
	expect(account).toMatchObject({
		baseUrl: 'https://gateway.example.org/v1',
		secrets: ['the-key'],
		credentialId: 'id of exampleApi',
		decrypted: { id: 'id of exampleApi', name: 'exampleApi', type: 'exampleApi', data: { apiKey: ' the-key ' } },
	});
	if (account instanceof CredentialFault) throw new Error('The account was meant to be open');
	expect(account.redactor.text('it is the-key')).toBe('it is [hidden]');
});

test("without a Base URL it is the provider's own", async () => {
	expect(await open({ apiKey: 'the-key', baseUrl: '' })).toMatchObject({ baseUrl: simpleProvider.baseUrl });
	expect(await open({ apiKey: 'the-key' })).toMatchObject({ baseUrl: simpleProvider.baseUrl });
});

test.each<[string, object, RegExp]>([
	['has no key', { apiKey: '' }, /Example API credential/],
	['has a key that begins with Bearer', { apiKey: 'Bearer x' }, /Bearer/],
	['has an address that is none', { apiKey: 'the-key', baseUrl: 'nonsense' }, /Base URL/],
])('a credential that %s is a fault', async (_, data, message) => {
	const fault = await open(data);
	expect(fault).toBeInstanceOf(CredentialFault);
	expect(fault).toMatchObject({ message: expect.stringMatching(message) });
});

test('without a credential there is no account', async () => {
	expect(await openAccounts(fakeNode().context)(simpleProvider)).toEqual(new CredentialFault('no Example API credential is chosen in the node'));
});

test('each provider is opened once for all items', async () => {
	const { context } = fakeNode({ credentials: { exampleApi: { apiKey: 'one' }, otherApi: { apiKey: 'two' } } });
	const read = jest.spyOn(context, 'getCredentials');
	const accountOf = openAccounts(context);
	const other = { ...simpleProvider, id: 'other', credentialType: 'otherApi' };
	const [first, second, third] = await Promise.all([accountOf(simpleProvider), accountOf(simpleProvider), accountOf(other)]);
	expect(first).toBe(second);
	expect(third).toMatchObject({ secrets: ['two'] });
	expect(read).toHaveBeenCalledTimes(2);
});
