import { isForged } from '../../../nodes/host/callback/isForged';
import type { CallbackRequest } from '../../../nodes/host/callback/webhookRequest';
import { createFakeClock } from '../../support/fakeClock';
import { fakeChannel } from '../../support/fakeRun';
import { simpleProvider } from '../../support/madeUpProvider';

const request: CallbackRequest = { body: {}, rawBody: new Uint8Array([1]), headers: { 'x-webhook-signature': 's' }, claimed: undefined };

/** Accounts whose keys give these verdicts; undefined: there is no signature to judge. */
const channelsOf = (...verdicts: Array<boolean | undefined>) =>
	verdicts.map((verdict) => fakeChannel(createFakeClock(), [], { ...simpleProvider, checkSignature: () => verdict }));

test.each<[Array<boolean | undefined>, boolean]>([
	[[], false],
	[[true], false],
	[[false], true],
	[[undefined], false],
	[[false, true], false],
	[[true, false], false],
	[[false, undefined], true],
	[[false, false], true],
])('with the verdicts %j a call is forged: %s', (verdicts, expected) => {
	expect(isForged(request, channelsOf(...verdicts))).toBe(expected);
});

test('the raw body is checked with each key, and only by providers with signatures', () => {
	expect(isForged(request, [fakeChannel(createFakeClock())])).toBe(false);
	const checkSignature = jest.fn(() => false);
	const channel = fakeChannel(createFakeClock(), [], { ...simpleProvider, checkSignature });
	isForged(request, [{ ...channel, account: { ...channel.account, secrets: ['one', 'two'] } }]);
	expect(checkSignature.mock.calls).toEqual([
		[request.rawBody, request.headers, 'one'],
		[request.rawBody, request.headers, 'two'],
	]);
});
