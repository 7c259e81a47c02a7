import { upperFirst } from 'lodash';
import type { IExecuteFunctions } from 'n8n-workflow';

import { checkTask } from '../../core/parameters/checkTask';
import type { Provider } from '../../core/provider/provider';
import { imageCount } from '../../core/submit/imageCount';
import { CredentialFault, type OpenAccount } from '../execution/account';
import { optionsOfProvider, type Options } from '../panel/options';
import { examineFile, isUrlName, labelOf, type NamedFile, type Reference } from '../references/references';
import type { GeneratePlan, Settings } from './generatePlan';
import { readCallback } from './readCallback';
import type { TypedItem } from './readTyped';

/** The faults to name: a list with thousands of wrong entries is one mistake. */
function firstFaults(faults: readonly string[]): string[] {
	const mostFaults = 20;
	return faults.length <= mostFaults ? [...faults] : [...faults.slice(0, mostFaults), `There are ${faults.length - mostFaults} more of this kind`];
}

/** The reference images that an item has in binary fields: files are checked, URLs are used as they are. */
async function readReferences(
	context: IExecuteFunctions,
	provider: Provider,
	itemIndex: number,
	named: readonly NamedFile[],
	faults: string[],
): Promise<Reference[]> {
	const found = await Promise.all(
		named.map(async (one): Promise<Reference | string> => {
			if (typeof one === 'string' && isUrlName(one)) return { kind: 'url', url: one };
			const file = await examineFile(context, provider, itemIndex, one);
			return typeof file === 'string' ? file : { kind: 'file', file };
		}),
	);
	faults.push(...found.filter((one) => typeof one === 'string'));
	return found.filter((one) => typeof one !== 'string');
}

interface Place {
	itemIndex: number;
	rank: number;
	accountOf: OpenAccount;
	/** The values of the provider's own fields. */
	fields: Readonly<Record<string, unknown>>;
}

/** A provider's plan for an item, or all faults. */
export async function planFor(
	context: IExecuteFunctions,
	provider: Provider,
	typed: TypedItem,
	{ itemIndex, rank, accountOf, fields }: Place,
	settings: Settings,
): Promise<GeneratePlan | string[]> {
	const parameter = (name: string): unknown => context.getNodeParameter(name, itemIndex, '');
	const { operation, named, wantsFiles, completion } = typed;
	const own = optionsOfProvider(provider, typed.rawOptions);
	const options: Options = { ...settings.options, ofProvider: own.ofProvider };
	const faults = [...typed.faults, ...own.faults];
	const found = await readReferences(context, provider, itemIndex, named, faults);
	const hashes = found.flatMap((one) => (one.kind === 'file' ? [one.file.hash] : []));
	if (hashes.length > settings.files.length) settings.files = hashes;
	const fileWarnings = found.flatMap((one) => (one.kind === 'file' && one.file.warning !== undefined ? [one.file.warning] : []));
	const names = named.map(labelOf);
	const account = await accountOf(provider);
	const checked = checkTask(provider, {
		operation,
		prompt: parameter('prompt'),
		stylePreset: options.stylePreset,
		imageUrls: parameter('imageUrls'),
		...(account instanceof CredentialFault ? {} : { baseUrl: account.baseUrl }),
		...(wantsFiles ? { references: names.map((name) => (isUrlName(name) ? { url: name } : { file: name })) } : {}),
		fields,
		additionalFields: options.additionalFields,
	});
	checked.warnings.push(...fileWarnings);
	const { callback, callbackUrl } =
		completion === 'returnTask'
			? readCallback(context, provider, itemIndex, options, { faults, warnings: checked.warnings })
			: { callback: 'none' as const, callbackUrl: undefined };
	if (callbackUrl !== undefined) checked.task.callbackUrl = callbackUrl;
	if (Object.keys(own.ofProvider).length > 0) checked.task.ofProvider = own.ofProvider;
	const references = wantsFiles ? found : checked.task.imageUrls.map((url): Reference => ({ kind: 'url', url }));
	const all = firstFaults([...checked.faults, ...faults]);
	if (all.length > 0) {
		// A faulty credential alone is reported later, as an authentication failure.
		return account instanceof CredentialFault ? [...all, upperFirst(account.message)] : all;
	}
	if (completion === 'returnTask' && options.maxTasksInFlight > 0) {
		checked.warnings.push('Max Tasks in Flight counts tasks that this node waits for: with Return Task all of them are submitted at once.');
	}
	const images = imageCount(provider, checked.task);
	if (images.doubt !== undefined) checked.warnings.push(`${images.doubt}: the number of images and the cost are estimates.`);
	return { itemIndex, rank, provider, checked, model: provider.model.id, images, references, options, completion, callback };
}
