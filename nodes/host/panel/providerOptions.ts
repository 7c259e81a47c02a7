import type { INodePropertyOptions } from 'n8n-workflow';

import type { RegisteredProvider } from '../../providers';

export function providerOptions(listed: readonly RegisteredProvider[]): INodePropertyOptions[] {
	return listed.map(({ id, displayName }) => ({ name: displayName, value: id }));
}

/** The same with the price of an image, for choosing whom to pay. */
export function pricedProviderOptions(listed: readonly RegisteredProvider[]): INodePropertyOptions[] {
	return listed.map((provider) => ({ name: provider.displayName, value: provider.id, description: priceText(provider) }));
}

function priceText({ cost, fields }: RegisteredProvider): string {
	const { perImage, unit, documented } = cost;
	const price = `${documented ? '' : 'About '}${perImage} ${unit === 'credits' && perImage === 1 ? 'credit' : unit}`;
	const maxImages = fields.find(({ name }) => name === 'imageCount')?.typeOptions?.maxValue ?? 1;
	return `${price} per image, ${maxImages === 1 ? '1 image' : `up to ${maxImages} images`} per item`;
}
