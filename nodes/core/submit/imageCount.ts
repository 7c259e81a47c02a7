import { buildSubmit } from './buildSubmit';
import { numberAt, valueAt } from '../json';
import type { GenerateTask, Provider } from '../provider/provider';
import { quote } from '../text';

/** How many images a request asks for. */
export interface ImageCount {
	requested: number;
	/** Why `requested` is only a guess; one sentence without a period. */
	doubt?: string;
}

/** Counts in the finished request, because Additional Fields may have replaced the parameter. */
export function imageCount(provider: Provider, task: GenerateTask): ImageCount {
	const requested = provider.imagesRequested(task.values);
	const path = provider.fields.find(({ name }) => name === 'imageCount')?.wire;
	if (path === undefined) return { requested };
	const { body } = buildSubmit(provider, task);
	const asked = numberAt(body, path);
	if (asked !== undefined && Number.isSafeInteger(asked) && asked > 0) return { requested: asked };
	const given = valueAt(body, path);
	const shown = given === undefined ? 'nothing' : quote(given, 60);
	return { requested, doubt: `Additional Fields set ${path} to ${shown}, which is not a number of images` };
}
