import type { INodeProperties } from 'n8n-workflow';

import { providerPanel } from '../../../nodes/host/panel/providerPanel';
import { providers } from '../../../nodes/providers';

const n8nKeys = ['displayName', 'name', 'type', 'default', 'options', 'typeOptions', 'displayOptions', 'description', 'hint', 'placeholder', 'required'];

describe.each(providers.map((provider) => [provider.id, provider] as const))('%s', (id, provider) => {
	const { models } = provider;
	const panel = providerPanel(provider);
	const isOf = ({ displayOptions }: INodeProperties, model: string): boolean => models.length === 1 || displayOptions?.show?.model?.includes(model) === true;
	const panelOf = (model: string): INodeProperties[] => panel.filter((property) => property.name !== 'model' && isOf(property, model));

	test('offers its models if it has several, the default one by default, each with its price', () => {
		const [choice] = panel.filter(({ name }) => name === 'model');
		if (models.length === 1) {
			expect(choice).toBeUndefined();
			return;
		}
		expect(panel.indexOf(choice ?? { displayName: '', name: '', type: 'string', default: '' })).toBe(0);
		const offered = models.map(({ model, cost }) => ({ name: model.label, value: model.id, description: cost.note }));
		expect(choice).toMatchObject({ type: 'options', default: 'seedream-4.5', displayOptions: { show: { provider: [id] } } });
		expect(choice?.options).toEqual(offered.sort((one, other) => one.name.localeCompare(other.name)));
	});

	test('shows the fields of each model in their order', () => {
		for (const { model, fields } of models) {
			expect(panelOf(model.id).map(({ name }) => name)).toEqual(fields.map(({ name }) => name));
			expect(panelOf(model.id).map((property) => property.default)).toEqual(fields.map((field) => field.default));
		}
	});

	test('has no keys that n8n does not know', () => {
		expect(panel.flatMap((property) => Object.keys(property)).filter((key) => !n8nKeys.includes(key))).toEqual([]);
	});

	test('shows each field only for this provider and its model, before its own conditions', () => {
		for (const { model, fields } of models) {
			panelOf(model.id).forEach((property, index) => {
				const show = { provider: [id], ...(models.length === 1 ? {} : { model: [model.id] }), ...fields[index]?.displayOptions?.show };
				expect(property.displayOptions?.show).toEqual(show);
				expect(Object.keys(property.displayOptions?.show ?? {})).toEqual(Object.keys(show));
			});
		}
	});

	test('hides exactly the fields that only other models have', () => {
		const hidden = panel.filter(({ type }) => type === 'hidden').map(({ name, displayOptions }) => [displayOptions?.show?.model?.[0], name]);
		expect(hidden).toEqual(
			models.flatMap(({ model, fields }) => fields.filter(({ onlyDefault }) => onlyDefault !== undefined).map(({ name }) => [model.id, name])),
		);
	});

	test('is a copy that n8n may change', () => {
		const [, property] = providerPanel(provider);
		if (property === undefined) throw new Error('No field');
		property.displayName = 'changed';
		property.options?.push({ name: 'More', value: 'more' });
		expect(JSON.stringify(models.map(({ fields }) => fields))).not.toContain('changed');
		expect(JSON.stringify(providerPanel(provider))).not.toContain('"More"');
	});
});
