import { ExpressionError } from 'n8n-workflow';

import { readingFault } from '../../../nodes/host/execution/readingFault';

test('names the parameter whose expression fails, as n8n notes it on its error', () => {
	const error = new ExpressionError('invalid syntax');
	expect(readingFault(error)).toBe('invalid syntax');
	error.context.parameter = 'imageUrls';
	expect(readingFault(error)).toBe('The expression in the parameter imageUrls cannot be resolved: invalid syntax');
});

test.each([
	['text', 'text'],
	[undefined, 'undefined'],
	[new Error('one\ntwo'), 'one two'],
	[Object.assign(new Error('no'), { context: { parameter: {} } }), 'no'],
])('%j is quoted unchanged', (error, said) => {
	expect(readingFault(error)).toBe(said);
});
