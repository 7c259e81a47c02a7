import { numberAt, valueAt } from '../json';
import type { GenerateTask, Provider } from '../provider/provider';
import { modelOf } from '../reply/refusal';
import { quote } from '../text';
import { buildSubmit } from './buildSubmit';

/** How many images a request asks for. */
export interface ImageCount {
	requested: number;
	/** Why `requested` is only a guess; one sentence without a period. */
	doubt?: string;
}

/** The digits of a version, because a provider may have several names for one model. */
const versionIn = (model: string | undefined): string => (model ?? '').replace(/\D/g, '');

/** Why the price may be different, if Additional Fields ask for another model. */
function modelDoubt(provider: Provider, task: GenerateTask): string | undefined {
	const asked = modelOf(buildSubmit(provider, task));
	const planned = modelOf(buildSubmit(provider, { ...task, additionalFields: {} }));
	return versionIn(asked) === versionIn(planned) ? undefined : `Additional Fields ask for the model ${quote(asked, 60)}, whose price is not known`;
}

/** Reads the count from the finished request, because Additional Fields may have replaced the parameter. */
export function imageCount(provider: Provider, task: GenerateTask): ImageCount {
	const doubt = modelDoubt(provider, task);
	const withDoubt = doubt === undefined ? {} : { doubt };
	const requested = provider.imagesRequested(task.values);
	const path = provider.fields.find(({ name }) => name === 'imageCount')?.wire;
	if (path === undefined) return { requested, ...withDoubt };
	const { body } = buildSubmit(provider, task);
	const asked = numberAt(body, path);
	if (asked !== undefined && Number.isSafeInteger(asked) && asked > 0) return { requested: asked, ...withDoubt };
	const given = valueAt(body, path);
	const shown = given === undefined ? 'nothing' : quote(given, 60);
	return { requested, doubt: `Additional Fields set ${path} to ${shown}, which is not a number of images` };
}
