import { inputFieldsFor, withInputFields } from '../../../nodes/host/output/inputFields';
import type { Outcome } from '../../../nodes/host/output/outcome';

const input = { sku: 'chair', error: 'timed out', details: { taskId: 't' }, _files: { data: {} } };

test('the input fields are kept if the user wants that, without those of a failure or of files', () => {
	expect(inputFieldsFor({ includeInputFields: true }, input)).toEqual({ sku: 'chair' });
	expect(inputFieldsFor({ includeInputFields: false }, input)).toBeUndefined();
	expect(inputFieldsFor({ includeInputFields: true }, undefined)).toEqual({});
});

test('failures and items that pass through get no input fields', () => {
	const item = { json: { taskId: 't' } };
	const outcomes = [
		{ kind: 'item', item },
		{ kind: 'item', item, unchanged: true },
		{ kind: 'failure', failed: {} },
	] as unknown as Outcome[];
	expect(withInputFields(outcomes, { sku: 'chair' })).toEqual([{ kind: 'item', item, input: { sku: 'chair' } }, outcomes[1], outcomes[2]]);
	expect(withInputFields(outcomes, undefined)).toEqual(outcomes);
});
