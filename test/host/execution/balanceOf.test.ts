import { Aborted } from '../../../nodes/core/clock';
import type { SendOutcome } from '../../../nodes/core/http/send';
import { numberAt } from '../../../nodes/core/json';
import type { Provider } from '../../../nodes/core/provider/provider';
import { balanceOf } from '../../../nodes/host/execution/balanceOf';
import { createFakeClock } from '../../support/fakeClock';
import { fakeChannel } from '../../support/fakeRun';
import { simpleProvider } from '../../support/madeUpProvider';
import { lostConnection, reply } from '../../support/fakeSend';

const request = { method: 'GET' as const, path: '/balance' };
const provider: Provider = { ...simpleProvider, balance: { request, read: (body) => numberAt(body, 'left') } };

test('the balance is asked for once, in the unit of the prices', async () => {
	const channel = fakeChannel(createFakeClock(), [reply(200, { left: 0.5 })], provider);
	const both = await Promise.all([balanceOf(channel), balanceOf(channel)]);
	expect(both).toEqual([
		{ amount: 0.5, unit: 'USD' },
		{ amount: 0.5, unit: 'USD' },
	]);
	expect(channel.sent.requests).toEqual([request]);
	expect(channel.sent.timeouts).toEqual([30_000]);
	await balanceOf(fakeChannel(createFakeClock(), [reply(200, { left: 0 })], provider));
});

test('a balance of zero is a balance', async () => {
	await expect(balanceOf(fakeChannel(createFakeClock(), [reply(200, { left: 0 })], provider))).resolves.toEqual({ amount: 0, unit: 'USD' });
});

test.each<[string, SendOutcome | Error]>([
	['does not say it', reply(200, {})],
	['refuses to say it', reply(401, { message: 'wrong key', left: 1 })],
	['does not answer', lostConnection],
	['is asked while the run is stopped', new Aborted()],
])('the balance is unknown if the provider %s', async (_, answer) => {
	const channel = fakeChannel(createFakeClock(), () => (answer instanceof Error ? Promise.reject(answer) : answer), provider);
	await expect(balanceOf(channel)).resolves.toBeUndefined();
});

test('a provider without a free request for the balance is not asked', async () => {
	const channel = fakeChannel(createFakeClock());
	await expect(balanceOf(channel)).resolves.toBeUndefined();
	expect(channel.sent.requests).toEqual([]);
});
