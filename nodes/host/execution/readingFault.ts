import { textAt } from '../../core/json';
import { errorText, oneLine } from '../../core/text';

/** Why n8n could not read a parameter, as one sentence. It names the parameter, which n8n's own message does not. */
export function readingFault(error: unknown): string {
	const said = oneLine(errorText(error));
	const parameter = textAt(error, 'context.parameter');
	return parameter === undefined ? said : `The expression in the parameter ${parameter} cannot be resolved: ${said}`;
}
