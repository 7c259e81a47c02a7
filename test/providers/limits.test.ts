/** How long a prompt may be, and how many reference images and results there may be, as each provider's contract says. */
import { providers } from '../../nodes/providers';
import { contractOf } from '../support/contractOf';
import { check, providerOf, validTask } from '../support/provider';

const characters = (count: number) => 'a'.repeat(count);

describe.each(providers.map(({ id, displayName }) => [id, displayName] as const))('%s', (id, displayName) => {
	const { imageParameters = {}, limits } = contractOf(id);
	const { least = 1, advised, most = 20_000 } = limits.prompt;

	test(`takes a prompt of ${least} to ${most} characters`, () => {
		expect(check(id, { prompt: characters(least) })).toMatchObject({ faults: [], warnings: [] });
		expect(check(id, { prompt: characters(least - 1) }).faults).toHaveLength(1);
		expect(check(id, { prompt: characters(most) }).faults).toEqual([]);
		if (limits.prompt.most !== undefined) expect(check(id, { prompt: characters(most + 1) }).faults).toHaveLength(1);
	});

	test(`warns above ${advised ?? 'no'} characters`, () => {
		const longest = advised ?? most;
		expect(check(id, { prompt: characters(longest) }).warnings).toEqual([]);
		expect(check(id, { prompt: characters(longest + 1) }).warnings).toHaveLength(advised === undefined ? 0 : 1);
	});

	test(`takes ${limits.references} reference images and not one more`, () => {
		const edit = (count: number) => ({
			operation: 'imageToImage',
			imageUrls: Array.from({ length: count }, (_, index) => `https://example.com/${index}.jpg`),
			fields: imageParameters,
		});
		expect(check(id, edit(limits.references)).faults).toEqual([]);
		expect(check(id, edit(limits.references + 1)).faults).toEqual([
			`${displayName} takes at most ${limits.references} reference images, but there are ${limits.references + 1}`,
		]);
	});

	test(`makes ${limits.images ?? 'no number of'} images at most`, () => {
		const faultsOf = (imageCount: number) => check(id, { fields: { imageCount } }).faults;
		if (limits.images === undefined) {
			expect(contractOf(id).parameters.map(([name]) => name)).not.toContain('imageCount');
			expect(providerOf(id).imagesRequested(validTask(id).values)).toBe(1);
			return;
		}
		expect([faultsOf(1), faultsOf(limits.images)]).toEqual([[], []]);
		for (const wrong of [0, limits.images + 1]) {
			expect(faultsOf(wrong)).toEqual([expect.stringMatching(new RegExp(`^Image Count must be .*1 to ${limits.images}, but is ${wrong}`))]);
		}
	});
});
