import type { Cost } from '../../core/cost';
import { readSubmitReply } from '../../core/reply/readSubmitReply';
import type { Channel } from './run';

const timeoutMilliseconds = 30_000;

const asked = new WeakMap<Channel, Promise<Cost | undefined>>();

async function ask({ provider, send }: Channel): Promise<Cost | undefined> {
	const { balance } = provider;
	if (balance === undefined) return undefined;
	const reading = readSubmitReply(provider, await send(balance.request, timeoutMilliseconds));
	const amount = reading.kind === 'accepted' ? balance.read(reading.body) : undefined;
	return amount === undefined ? undefined : { amount, unit: provider.cost.unit };
}

/** The account's balance, requested once per run; undefined if the provider has no free request for it or does not report it. */
export async function balanceOf(channel: Channel): Promise<Cost | undefined> {
	const asking = asked.get(channel) ?? ask(channel).catch(() => undefined);
	asked.set(channel, asking);
	return await asking;
}
