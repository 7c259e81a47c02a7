/** What each provider says of itself: sizes, addresses, price, pace. */
import type { INodePropertyOptions } from 'n8n-workflow';

import { providers } from '../../nodes/providers';
import { contractOf } from '../support/contractOf';
import { credentials, nodes } from '../support/packageClasses';

const everyModel = providers.flatMap(({ id, models }) => models.map((provider) => [id, provider.model.label, provider] as const));

describe.each(everyModel)('%s, %s', (id, _, provider) => {
	const { fields } = provider;
	const isUsual = provider.models[0] === provider;

	test('names each ratio by a word and shows its pixels if somebody publishes them, and says who does', () => {
		const ratio = fields.find(({ name }) => name === 'aspectRatio');
		const ratios = ratio?.options?.filter(({ value }) => value.includes(':')) ?? [];
		expect(ratios.filter(({ name, value }) => !new RegExp(`^(Landscape|Portrait|Square|Wide) ${value}$`).test(name))).toEqual([]);
		expect(ratio?.options?.map(({ name }) => name)).toEqual(ratio?.options?.map(({ name }) => name).sort());
		const landscape = ratios.find(({ value }) => value === '16:9')?.description;
		const { otherModels, publishesPixels } = contractOf(id);
		if (otherModels?.[provider.model.id]?.differs?.showsNoPixels === true) {
			expect(ratios.map(({ description }) => description).join()).not.toMatch(/\d/);
			return;
		}
		expect(landscape).toMatch(/: (about )?2848 × 1600 \([^)]+\) or (5504 × 3040|4096 × 2304) \([^)]+\)$/);
		expect(ratios.filter(({ description }) => !/\d+ × \d+.*\d+ × \d+/.test(description ?? ''))).toEqual([]);
		expect(landscape?.includes('about')).toBe(publishesPixels !== true);
		expect(ratio?.description?.includes(`${provider.displayName} publishes none`)).toBe(publishesPixels !== true);
	});

	test('goes by one base URL in definition and credential', () => {
		const credential = [...credentials.values()].find(({ name }) => name === provider.credentialType);
		expect(credential?.properties.find(({ name }) => name === 'baseUrl')?.default).toBe(provider.baseUrl);
		expect(provider.baseUrl).toMatch(/^https:\/\/[^/]+(\/[^/]+)*$/);
		expect(provider.submit.path).toMatch(/^\//);
		for (const url of [provider.docsUrl, provider.accountUrl]) expect(URL.canParse(url)).toBe(true);
	});

	test('says what an image costs, in the definition and in every panel', () => {
		const { perImage, unit, note, documented } = provider.cost;
		const hints = fields.map(({ hint }) => hint).join('\n');
		if (perImage === undefined) {
			const said = `${provider.displayName} does not publish the price of ${provider.model.label}`;
			expect({ note, documented, isHinted: hints.includes(said) }).toEqual({ note: said, documented: false, isHinted: true });
			return;
		}
		const price = new RegExp(`\\b${String(perImage).replace('.', '\\.')} ${unit === 'USD' ? 'USD' : 'credits?'}\\b`);
		expect(note).toMatch(price);
		expect(hints).toMatch(price);
		const { otherModels, price: expected } = contractOf(id);
		expect({ amount: perImage, unit }).toEqual(isUsual ? expected : otherModels?.[provider.model.id]?.price);
		if (!isUsual) return;
		const generate = [...nodes.values()].find(({ description }) => description.name === 'seedreamGenerate');
		const choice = generate?.description.properties.find(({ name }) => name === 'provider');
		const option = (choice?.options as INodePropertyOptions[] | undefined)?.find(({ value }) => value === provider.id);
		expect(option?.description).toMatch(price);
	});

	test('paces itself sensibly', () => {
		expect(provider.intervalSeconds(undefined, false)).toBeGreaterThanOrEqual(2);
		for (const estimated of [undefined, 0, 20, 60]) expect(provider.firstCheckSeconds(estimated)).toBeGreaterThanOrEqual(0);
	});
});
