import { enterCall, isRefused, keptNodes, mostWatches, type CallPlace } from '../../../nodes/host/callback/callBounds';

function enter(node: string): CallPlace {
	const place = enterCall(node);
	if (isRefused(place)) throw new Error('There was meant to be room');
	return place;
}

test('a node admits fifty unconfirmed calls, and more as calls are confirmed, up to two hundred', () => {
	const places = Array.from({ length: 50 }, () => enter('a'));
	expect(enterCall('a')).toEqual({ isFirst: true });
	expect(enterCall('a')).toEqual({ isFirst: false });
	const other = enter('b');
	while (places.length < 200) {
		for (const place of places) place.confirm();
		places.push(enter('a'));
	}
	for (const place of places) place.confirm();
	expect(isRefused(enterCall('a'))).toBe(true);
	for (const place of places) place.leave();
	const again = Array.from({ length: 50 }, () => enter('a'));
	expect(enterCall('a')).toEqual({ isFirst: true });
	for (const place of [...again, other]) place.leave();
});

test('signed and unsigned calls do not use up each other’s places', () => {
	const strangers = Array.from({ length: 50 }, () => enter('d'));
	expect(isRefused(enterCall('d'))).toBe(true);
	const signed = Array.from({ length: 150 }, () => enterCall('d', true));
	expect(signed.filter(isRefused)).toEqual([]);
	expect(isRefused(enterCall('d', true))).toBe(true);
	for (const place of signed) if (!isRefused(place)) place.leave();
	strangers[0]?.leave();
	expect(isRefused(enterCall('d'))).toBe(false);
});

test('a watch beyond the limit does not start until another one ends', async () => {
	const place = enter('c');
	const ends: Array<() => void> = [];
	const hold = async (): Promise<void> => await new Promise((resolve) => ends.push(resolve));
	const watches = Array.from({ length: mostWatches }, () => place.watch(hold));
	expect(place.watch(hold)).toBeUndefined();
	ends[0]?.();
	await watches[0];
	expect(place.watch(hold)).toBeDefined();
	for (const end of ends) end();
	place.leave();
});

test('what is kept of a node is dropped when it has had no call for as long as its checks need to be allowed again', () => {
	const from = 1e9;
	const callAt = (node: string, at: number, until?: number): void => {
		const place = enterCall(node, false, at);
		if (until !== undefined && !isRefused(place)) place.leave(until);
	};
	callAt('running', from);
	callAt('idle', from, from + 1000);
	callAt('idle', from + 2000, from + 3000);
	const kept = keptNodes();
	callAt('idle too', from + 27_999, from + 27_999);
	expect(keptNodes()).toBe(kept + 1);
	callAt('idle too', from + 28_000);
	expect(keptNodes()).toBe(kept);
});
