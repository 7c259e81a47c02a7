import type { IExecuteFunctions } from 'n8n-workflow';

import { trimInvisible } from '../../core/invisible';
import { callbackUrlFault, callbackUrlWarning, resumeUrlFor, withProvider } from '../../core/parameters/callbackUrl';
import type { Provider } from '../../core/provider/provider';
import { quote } from '../../core/text';
import type { Options } from '../panel/options';
import { callbackKinds, type CallbackKind } from './generatePlan';

/** The kind of callback and its URL, checked so that the provider can reach it. */
export function readCallback(
	context: IExecuteFunctions,
	provider: Provider,
	itemIndex: number,
	options: Options,
	{ faults, warnings }: { faults: string[]; warnings: string[] },
): { callback: CallbackKind; callbackUrl?: string } {
	// The parameter is hidden for providers without callbacks; a value left over from another provider is ignored.
	const selected = provider.submit.callbackField === undefined ? 'none' : context.getNodeParameter('callback', itemIndex, 'none');
	const callback = callbackKinds.find((kind) => kind === selected);
	if (callback === undefined) {
		faults.push(`Callback must be one of ${callbackKinds.join(', ')}, but is ${quote(selected, 80)}`);
		return { callback: 'none' };
	}
	if (callback === 'none') return { callback };
	const isResumeUrl = callback === 'resumeWorkflow';
	const address = isResumeUrl ? context.evaluateExpression('{{ $execution.resumeUrl }}', itemIndex) : context.getNodeParameter('callbackUrl', itemIndex, '');
	const given = typeof address === 'string' ? trimInvisible(address) : '';
	const fault = callbackUrlFault(given, provider, { allowPrivate: options.allowPrivateCallbackUrl, isResumeUrl });
	if (fault !== undefined) {
		faults.push(fault);
		return { callback };
	}
	const warning = isResumeUrl ? undefined : callbackUrlWarning(given);
	if (warning !== undefined) warnings.push(warning);
	return { callback, callbackUrl: isResumeUrl ? resumeUrlFor(given, provider) : withProvider(given, provider) };
}
