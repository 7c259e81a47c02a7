import type { Failure, FailureKind } from '../failure/failure';
import { factsOf } from '../failure/kindFacts';
import { subjectOf } from '../failure/subjectOf';
import { hideTokens } from '../http/hideTokens';
import type { Provider, Words } from '../provider/provider';
import { oneLine } from '../text';

/** A failure before or at the submit: nothing is charged unless the outcome is unknown or the caller says otherwise. */
export function submitFailure(provider: Provider, kind: FailureKind, words: Words, mayBeCharged: boolean = factsOf(kind).mayBeChargedUnseen): Failure {
	return buildFailure(provider, kind, words, { mayBeCharged, isTask: false });
}

/** The failure of a later try. It says nothing about the earlier one, which may have been accepted. */
export function stillUnknown(doubt: Failure, later: Pick<Failure, 'message'>): Failure {
	return { ...doubt, message: `${doubt.message}; another try failed: ${later.message}` };
}

/** A failure of an accepted task. This provider took the job, so sending it to another one might cost twice. */
export function taskFailure(provider: Provider, kind: FailureKind, words: Words): Failure {
	const isFree = provider.failedTasksAreFree && factsOf(kind).endsTask;
	return buildFailure(provider, kind, words, { mayBeCharged: !isFree, isTask: true });
}

function buildFailure(provider: Provider, kind: FailureKind, words: Words, { mayBeCharged, isTask }: { mayBeCharged: boolean; isTask: boolean }): Failure {
	const facts = factsOf(kind);
	const message = hideTokens(oneLine(words.message ?? '')) || 'no reason given';
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
			docsUrl: provider.docsUrl,
			modelList: provider.modelsUrl,
			modelOption: provider.options?.find(({ name }) => name === 'modelId')?.displayName,
			isTask,
			mayBeCharged,
			subject: subjectOf(said),
		}),
	};
}
