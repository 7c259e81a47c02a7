import { mergeWith } from 'lodash';

import type { ApiRequest } from '../http/send';
import { setAt, type JsonObject } from '../json';
import { writeFields } from '../provider/field';
import type { GenerateTask, Provider } from '../provider/provider';

/** For merging: objects are merged, lists and single values replace. */
function replaceLists(_current: unknown, added: unknown): unknown {
	return Array.isArray(added) ? added : undefined;
}

/** The one paid request of a task. `additionalFields` come last, so they can override everything. */
export function buildSubmit(provider: Provider, task: GenerateTask): ApiRequest {
	const body: JsonObject = {};
	for (const [path, value] of Object.entries(provider.fixedFields(task))) setAt(body, path, value);
	setAt(body, provider.submit.promptField, task.prompt);
	writeFields(body, provider.fields, task.values);
	const imagesField = provider.submit.imagesField ?? task.imageFieldName;
	if (task.imageUrls.length > 0 && imagesField !== undefined) setAt(body, imagesField, [...task.imageUrls]);
	if (task.callbackUrl !== undefined && provider.submit.callbackField !== undefined) {
		setAt(body, provider.submit.callbackField, task.callbackUrl);
	}
	mergeWith(body, task.additionalFields, replaceLists);
	return { method: 'POST', path: provider.submitPath(task), body };
}
