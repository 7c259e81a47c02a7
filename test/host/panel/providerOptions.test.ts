import { pricedProviderOptions, providerOptions } from '../../../nodes/host/panel/providerOptions';
import { providers, type RegisteredProvider } from '../../../nodes/providers';
import { simpleProvider } from '../../support/madeUpProvider';

const listed = (more: object = {}): RegisteredProvider[] => [{ ...simpleProvider, ...more } as RegisteredProvider];
const priced = (cost: object, more: object = {}) => pricedProviderOptions(listed({ cost: { ...simpleProvider.cost, ...cost }, ...more }))[0]?.description;

test('a provider is chosen by its name and saved by its id', () => {
	expect(providerOptions(listed())).toEqual([{ name: 'Example', value: 'example' }]);
	expect(providerOptions(providers).map(({ value }) => value)).toEqual(pricedProviderOptions(providers).map(({ value }) => value));
});

test.each<[object, object, string]>([
	[{}, {}, '0.035 USD per image, up to 10 images per item'],
	[{ documented: false }, {}, 'About 0.035 USD per image, up to 10 images per item'],
	[{ perImage: 1, unit: 'credits' }, {}, '1 credit per image, up to 10 images per item'],
	[{ perImage: 12, unit: 'credits' }, {}, '12 credits per image, up to 10 images per item'],
	[{ perImage: 1 }, {}, '1 USD per image, up to 10 images per item'],
	[{}, { fields: [] }, '0.035 USD per image, 1 image per item'],
])('the description of a provider has the price of an image (%j, %j)', (cost, more, text) => {
	expect(priced(cost, more)).toBe(text);
});
