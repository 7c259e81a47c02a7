import { providerPanel } from '../../../nodes/host/panel/providerPanel';
import { providers } from '../../../nodes/providers';

const n8nKeys = ['displayName', 'name', 'type', 'default', 'options', 'typeOptions', 'displayOptions', 'description', 'hint', 'placeholder', 'required'];

describe.each(providers.map((provider) => [provider.id, provider] as const))('%s', (id, provider) => {
	const panel = providerPanel(provider);

	test('shows its fields in their order', () => {
		expect(panel.map(({ name }) => name)).toEqual(provider.fields.map(({ name }) => name));
		expect(panel.map((property) => property.default)).toEqual(provider.fields.map((field) => field.default));
	});

	test('gives n8n no key of ours', () => {
		expect(panel.flatMap((property) => Object.keys(property)).filter((key) => !n8nKeys.includes(key))).toEqual([]);
	});

	test('shows each field for this provider only, under its own conditions', () => {
		panel.forEach((property, index) => {
			expect(property.displayOptions).toEqual({ show: { provider: [id], ...provider.fields[index]?.displayOptions?.show } });
		});
	});

	test('is a copy that n8n may change', () => {
		const [property] = providerPanel(provider);
		if (property === undefined) throw new Error('No field');
		property.displayName = 'changed';
		property.options?.push({ name: 'More', value: 'more' });
		expect(JSON.stringify(provider.fields)).not.toContain('changed');
		expect(JSON.stringify(providerPanel(provider))).not.toContain('"More"');
	});
});
