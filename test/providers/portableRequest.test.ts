/** How each provider expresses what Seedream Any Provider asks for. */
import { checkFields } from '../../nodes/core/parameters/checkFields';
import { publishedSize, ratioOptions } from '../../nodes/core/provider/aspectRatios';
import type { PortableRequest } from '../../nodes/core/provider/portableRequest';
import { providers } from '../../nodes/providers';

describe.each(providers.map((provider) => [provider.id, provider] as const))('a portable request to %s', (_, provider) => {
	const fullest: PortableRequest = { operation: 'textToImage', resolution: '4K', aspectRatio: '9:16', imageCount: 1, references: 0 };

	test.each(['2K', '4K'] as const)('of one image of %s becomes values that its own rules accept', (resolution) => {
		for (const aspectRatio of ratioOptions().map(({ value }) => value)) {
			const expressed = provider.express({ ...fullest, resolution, aspectRatio });
			const values = 'values' in expressed ? expressed.values : {};
			const { faults, values: checked } = checkFields(provider.fields, values, { operation: 'textToImage' });
			expect({ ...expressed, faults }).toEqual({ values, faults: [] });
			expect(checked).toEqual({ ...checkFields(provider.fields, {}, { operation: 'textToImage' }).values, ...values });
			expect(provider.pixels(checked) ?? provider.likelyPixels?.(checked)).toEqual(publishedSize(resolution, aspectRatio));
			expect(provider.imagesRequested(checked)).toBe(1);
		}
	});

	test('asks for as many images as the provider makes, and not for one more', () => {
		const most = provider.fields.find(({ name }) => name === 'imageCount')?.typeOptions?.maxValue ?? 1;
		const expressed = provider.express({ ...fullest, imageCount: most });
		expect('values' in expressed && provider.imagesRequested(checkFields(provider.fields, expressed.values, {}).values)).toBe(most);
		expect(provider.express({ ...fullest, imageCount: most + 1 })).toEqual({
			reason: `${provider.displayName} makes at most ${most === 1 ? '1 image' : `${most} images`} per task, but Image Count is ${most + 1}`,
		});
	});

	test('takes as many reference images as the provider, or says that its field is not documented', () => {
		const { referenceImages } = provider.limits;
		const edit: PortableRequest = { ...fullest, operation: 'imageToImage', references: referenceImages };
		if (provider.submit.imagesField === undefined) {
			expect(provider.express(edit)).toEqual({ reason: `${provider.displayName} does not document its field for reference images` });
			return;
		}
		expect(provider.express(edit)).toHaveProperty('values');
		expect(provider.express({ ...edit, references: referenceImages + 1 })).toEqual({
			reason: `${provider.displayName} takes at most ${referenceImages} reference images, but there are ${referenceImages + 1}`,
		});
	});
});
