import type { Failure, FailureKind } from '../failure/failure';
import { factsOf } from '../failure/kindFacts';
import { subjectOf } from '../failure/subjectOf';
import type { Provider, Words } from '../provider/provider';
import { oneLine } from '../text';

/** A failure before or at the submit: nothing is charged unless the outcome is unknown, or somebody knows more. */
export function submitFailure(
	provider: Provider,
	kind: FailureKind,
	words: Words,
	mayBeCharged: boolean = factsOf(kind).mayBeChargedUnseen,
): Failure {
	return buildFailure(provider, kind, words, { mayBeCharged, isTask: false });
}

/** A later try that came to nothing: that says nothing about the one before it, which may have been accepted. */
export function stillUnknown(doubt: Failure, later: Pick<Failure, 'message'>): Failure {
	return { ...doubt, message: `${doubt.message}; another try failed: ${later.message}` };
}

/** A failure of a task that the provider had accepted: it took the job, so another provider is no safe way out. */
export function taskFailure(provider: Provider, kind: FailureKind, words: Words): Failure {
	const isFree = provider.failedTasksAreFree && factsOf(kind).endsTask;
	return buildFailure(provider, kind, words, { mayBeCharged: !isFree, isTask: true });
}

function buildFailure(
	provider: Provider,
	kind: FailureKind,
	words: Words,
	{ mayBeCharged, isTask }: { mayBeCharged: boolean; isTask: boolean },
): Failure {
	const facts = factsOf(kind);
	const message = oneLine(words.message ?? '') || 'no reason given';
	const code = oneLine(words.code ?? '');
	const said = { kind, message, ...(code === '' ? {} : { code }) };
	return {
		...said,
		retryable: facts.retryable === 'whenFree' ? isTask && !mayBeCharged : facts.retryable,
		mayBeCharged,
		tryElsewhere: !isTask && facts.tryElsewhere,
		remedy: facts.remedy({
			provider: provider.displayName,
			accountUrl: provider.accountUrl,
			modelList: provider.modelsUrl,
			modelOption: provider.options?.find(({ name }) => name === 'modelId')?.displayName,
			isTask,
			mayBeCharged,
			subject: subjectOf(said),
		}),
	};
}
