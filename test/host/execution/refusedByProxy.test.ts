/** Whether an answer came from the user's own proxy: then the provider never saw the paid request. */
import { refusedByProxy } from '../../../nodes/host/execution/refusedByProxy';
import { createFakeClock, letPass } from '../../support/fakeClock';
import { fakeNode, type FakeReply } from '../../support/fakeNode';

const url = 'https://api.example.com/v1/tasks';
const thrown = (status: number, socket: unknown = { encrypted: undefined }) =>
	Object.assign(new Error('refused'), { response: { status }, request: { socket } });

async function ask(status: number, second: Error | undefined, address = url) {
	const node = fakeNode({ answer: () => second ?? { statusCode: 200, body: '' } });
	const clock = createFakeClock();
	const isProxy = await refusedByProxy(node.context, address, status, clock);
	expect(clock.alarms()).toBe(0);
	return { isProxy, requests: node.requests };
}

test('407 always comes from a proxy, without another request', async () => {
	expect(await ask(407, undefined, 'http://api.example.com')).toEqual({ isProxy: true, requests: [] });
});

test.each([
	[502, 'http://api.example.com/v1'],
	[200, url],
	[299, url],
])('%i from %s does not come from a proxy, without another request', async (status, address) => {
	expect(await ask(status, undefined, address)).toEqual({ isProxy: false, requests: [] });
});

test('the server is asked again without the credential, at its root', async () => {
	const { requests } = await ask(502, thrown(502));
	expect(requests).toEqual([
		{
			method: 'GET',
			url: 'https://api.example.com',
			encoding: 'text',
			disableFollowRedirect: true,
			timeout: 10_000,
			abortSignal: expect.any(AbortSignal),
		},
	]);
});

test('an answer that does not end says nothing after ten seconds, and its request is ended', async () => {
	const clock = createFakeClock();
	const node = fakeNode({ answer: async () => await new Promise<FakeReply>(() => undefined) });
	const asking = refusedByProxy(node.context, url, 502, clock);
	await letPass(clock, 11);
	await expect(asking).resolves.toBe(false);
	expect((node.requests[0]?.abortSignal as AbortSignal).aborted).toBe(true);
	expect(clock.alarms()).toBe(0);
});

test.each<[string, number, Error | undefined, boolean]>([
	['the same over a connection without encryption is of a proxy', 502, thrown(502), true],
	['a redirect, too', 300, thrown(300), true],
	['the same over an encrypted connection is of the server', 502, thrown(502, { encrypted: true }), false],
	['another status says nothing', 502, thrown(503), false],
	['no connection says nothing', 502, thrown(502, null), false],
	['a connection that is none says nothing', 502, thrown(502, 'socket'), false],
	['an error without a reply says nothing', 502, new Error('reset'), false],
	['a good answer is of the server', 502, undefined, false],
])('%s', async (_, status, second, isProxy) => {
	expect((await ask(status, second)).isProxy).toBe(isProxy);
});
