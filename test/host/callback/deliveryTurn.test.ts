import { deliveryTurn } from '../../../nodes/host/callback/deliveryTurn';

const settled = async (): Promise<void> => await new Promise(setImmediate);

test('a node runs ten deliveries at a time and does not wait for other nodes', async () => {
	const begun: string[] = [];
	let end = (): void => undefined;
	const slow = new Promise<void>((resolve) => {
		end = resolve;
	});
	const held = Array.from({ length: 12 }, async (_, index) => {
		await deliveryTurn('slow', async () => {
			begun.push(`slow ${index}`);
			await slow;
		});
	});
	await settled();
	expect(begun).toHaveLength(10);
	await expect(deliveryTurn('other', async () => await Promise.resolve('images'))).resolves.toBe('images');
	end();
	await Promise.all(held);
	expect(begun).toHaveLength(12);
});

test('a delivery that fails makes room for the next', async () => {
	for (let turn = 0; turn < 12; turn++) await expect(deliveryTurn('broken', async () => await Promise.reject(new Error('full')))).rejects.toThrow('full');
	await expect(deliveryTurn('broken', async () => await Promise.resolve(1))).resolves.toBe(1);
});
