import type { Failure, FailureKind } from '../failure/failure';
import type { Provider, Words } from '../provider/provider';
import { oneLine } from '../text';

const retryableKinds: ReadonlySet<FailureKind> = new Set(['rateLimited', 'providerUnavailable', 'timedOut', 'downloadFailed']);
const elsewhereKinds: ReadonlySet<FailureKind> = new Set([
	'authentication',
	'insufficientCredits',
	'rateLimited',
	'providerUnavailable',
]);

/** A failure before or at the submit: nothing is charged unless the outcome is unknown. */
export function submitFailure(provider: Provider, kind: FailureKind, words: Words): Failure {
	return buildFailure(provider, kind, words, {
		mayBeCharged: kind === 'outcomeUnknown',
		tryElsewhere: elsewhereKinds.has(kind),
	});
}

/** A later try that came to nothing: that says nothing about the one before it, which may have been accepted. */
export function stillUnknown(doubt: Failure, later: Failure): Failure {
	return { ...doubt, message: `${doubt.message}; another try failed: ${later.message}` };
}

/** A failure of a task that the provider had accepted: it took the job, so another provider is no safe way out. */
export function taskFailure(provider: Provider, kind: FailureKind, words: Words): Failure {
	const free = provider.failedTasksAreFree && (kind === 'generationFailed' || kind === 'contentRejected');
	const failure = buildFailure(provider, kind, words, { mayBeCharged: !free, tryElsewhere: false });
	return { ...failure, retryable: failure.retryable || (kind === 'generationFailed' && free) };
}

function buildFailure(
	provider: Provider,
	kind: FailureKind,
	words: Words,
	known: Pick<Failure, 'mayBeCharged' | 'tryElsewhere'>,
): Failure {
	const failure: Failure = {
		kind,
		message: oneLine(words.message ?? '') || 'no reason given',
		retryable: retryableKinds.has(kind),
		...known,
		remedy: remedyFor(provider, kind, known.mayBeCharged),
	};
	const code = oneLine(words.code ?? '');
	if (code !== '') failure.code = code;
	return failure;
}

function remedyFor(provider: Provider, kind: FailureKind, mayBeCharged: boolean): string {
	const name = provider.displayName;
	switch (kind) {
		case 'invalidInput':
			return 'Correct what the message names, then run again.';
		case 'authentication':
			return `Check the API Key and the Base URL in the ${name} API credential.`;
		case 'insufficientCredits':
			return `Add credits at ${provider.accountUrl}, or use another provider.`;
		case 'contentRejected':
			return 'Change the prompt or the reference images.';
		case 'notFound':
			return mayBeCharged
				? `Check the task ID, and that the credential belongs to the ${name} account that submitted it.`
				: `Check the Base URL in the ${name} API credential.`;
		case 'rateLimited':
			return `Wait a moment and run again, or lower Concurrency in the options.`;
		case 'providerUnavailable':
			return `Check the network and the Base URL in the ${name} API credential, then run again.`;
		case 'outcomeUnknown':
			return `Look into your ${name} account whether the job arrived. It is not sent again by itself; switch on Submit Again if Unknown to accept the risk of paying twice.`;
		case 'generationFailed':
			return mayBeCharged
				? `Run the item again to try once more; ${name} does not say whether a failed task is charged.`
				: `Run the item again to try once more; ${name} does not charge for a failed task.`;
		case 'timedOut':
			return 'The task may still finish: pass this item to a Seedream Wait for Task node, which collects the images without paying again.';
		case 'downloadFailed':
			return 'The images are paid for and still at their URLs: pass this item to a Seedream Wait for Task node to fetch them again at no cost.';
		case 'unexpectedReply':
			return mayBeCharged
				? `Look into your ${name} account; a Seedream Wait for Task node can ask for this task again at no cost.`
				: `Check the Base URL in the ${name} API credential.`;
		case 'spendingLimit':
			return 'Raise Spending Limit in the options, or generate fewer images.';
		case 'cancelled':
			return 'Run again; a submitted task can be collected with a Seedream Wait for Task node.';
	}
}
