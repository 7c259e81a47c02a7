import type { ProviderField } from '../../../nodes/core/provider/field';
import type { OptionField } from '../../../nodes/core/provider/option';
import { optionFields } from '../../../nodes/host/panel/optionFields';
import { toProperty } from '../../../nodes/host/panel/toProperty';
import { providers } from '../../../nodes/providers';

const keysOfN8n = [
	'displayName',
	'name',
	'type',
	'typeOptions',
	'options',
	'default',
	'required',
	'placeholder',
	'hint',
	'description',
	'displayOptions',
	'noDataExpression',
];
const fields: ReadonlyArray<ProviderField | OptionField> = [
	...optionFields,
	...providers.flatMap(({ models, options = [] }) => [...models.flatMap((model) => model.fields), ...options]),
];

test('a property has no key that n8n does not know, and every other one', () => {
	const kept = fields.flatMap((field) => Object.keys(toProperty(field)));
	expect([...new Set(kept)].filter((key) => !keysOfN8n.includes(key))).toEqual([]);
	for (const field of fields) expect(field).toMatchObject(toProperty(field));
	const [first] = optionFields;
	expect(toProperty(first)).toEqual({
		displayName: first.displayName,
		name: first.name,
		type: first.type,
		default: first.default,
		description: first.description,
	});
});

test('a property is a copy, so n8n cannot change the field', () => {
	const [field] = fields.filter(({ typeOptions }) => typeOptions !== undefined);
	if (field === undefined) throw new Error('No field has typeOptions');
	const property = toProperty(field);
	expect(property.typeOptions).not.toBe(field.typeOptions);
});
